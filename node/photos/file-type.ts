/** What a file is by its first bytes: names and declared types are the sender's word and count for nothing. */
import type { MATERIAL_TYPES } from '#protocol/evidence.ts';

export type PictureType = 'image/jpeg' | 'image/png' | 'image/webp';
export type MaterialType = (typeof MATERIAL_TYPES)[number];

const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
/** Brands of ISO base media files (ISO/IEC 14496-12) that are films; other brands are no MP4 that players open. */
const FILM_BRANDS = new Set(['isom', 'iso2', 'iso4', 'iso5', 'iso6', 'mp41', 'mp42', 'avc1', 'M4V ', 'MSNV']);
const SOUND_BRANDS = new Set(['M4A ', 'M4B ']);

const ascii = (bytes: Buffer, from: number, to: number) => bytes.toString('latin1', from, to);

export function pictureType(bytes: Buffer): PictureType | null {
  if (bytes.length >= 4 && bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff) return 'image/jpeg';
  if (bytes.subarray(0, 8).equals(PNG)) return 'image/png';
  if (ascii(bytes, 0, 4) === 'RIFF' && ascii(bytes, 8, 12) === 'WEBP') return 'image/webp';
  return null;
}

/** Type of auxiliary material, or null where it is none that is taken. */
export function materialType(bytes: Buffer): MaterialType | null {
  const picture = pictureType(bytes);
  if (picture === 'image/jpeg' || picture === 'image/png') return picture;
  if (ascii(bytes, 0, 5) === '%PDF-') return 'application/pdf';
  if (ascii(bytes, 4, 8) === 'ftyp') {
    const brand = ascii(bytes, 8, 12);
    if (SOUND_BRANDS.has(brand)) return 'audio/mp4';
    return FILM_BRANDS.has(brand) ? 'video/mp4' : null;
  }
  if (ascii(bytes, 0, 3) === 'ID3' || isMpegFrame(bytes)) return 'audio/mpeg';
  return null;
}

/** An MPEG audio frame of layer III: eleven bits of sync, and no field of a value that is reserved. */
function isMpegFrame(bytes: Buffer): boolean {
  const [a = 0, b = 0, c = 0] = bytes;
  const layerIii = (b & 0x06) === 0x02;
  const version = b & 0x18;
  return (
    a === 0xff && (b & 0xe0) === 0xe0 && layerIii && version !== 0x08 && c >> 4 !== 15 && (c & 0x0c) !== 0x0c
  );
}
