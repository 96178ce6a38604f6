/** A PNG taken apart without decoding it: its size, its EXIF block, and the same picture without texts, times and places. */
import { crc32 } from 'node:zlib';
import type { Bare } from './bare.ts';
import { unreadable } from './photo-fault.ts';

const SIGNATURE_BYTES = 8;
/** What the picture looks like depends on these alone; everything else is left out, also what nobody knows. */
const KEPT = new Set([
  'IHDR',
  'PLTE',
  'IDAT',
  'IEND',
  'tRNS',
  'gAMA',
  'cHRM',
  'sRGB',
  'iCCP',
  'sBIT',
  'bKGD',
  'pHYs',
]);

/** Throws `photo/unreadable`: also where a checksum is wrong or the end is missing. */
export function stripPng(bytes: Buffer): Bare {
  const kept: Buffer[] = [bytes.subarray(0, SIGNATURE_BYTES)];
  let size: { width: number; height: number } | null = null;
  let exif: Buffer | null = null;
  let data = false;
  let at = SIGNATURE_BYTES;
  for (let name = ''; name !== 'IEND'; ) {
    if (at + 12 > bytes.length) throw unreadable('PNG cut short');
    const length = bytes.readUInt32BE(at);
    const end = at + 12 + length;
    if (end > bytes.length) throw unreadable('PNG cut short');
    name = bytes.toString('latin1', at + 4, at + 8);
    const content = bytes.subarray(at + 8, end - 4);
    if (crc32(bytes.subarray(at + 4, end - 4)) !== bytes.readUInt32BE(end - 4))
      throw unreadable(`PNG with damaged ${printable(name)}`);
    if ((size === null) !== (name === 'IHDR')) throw unreadable('PNG with its size out of place');
    if (name === 'IHDR') {
      if (length !== 13) throw unreadable('PNG without a size');
      size = { width: content.readUInt32BE(0), height: content.readUInt32BE(4) };
    }
    if (name === 'IDAT') data = true;
    if (name === 'eXIf') exif ??= content;
    if (KEPT.has(name)) kept.push(bytes.subarray(at, end));
    at = end;
  }
  if (size === null || !data || size.width === 0 || size.height === 0)
    throw unreadable('PNG without a picture');
  return { type: 'image/png', ...size, bytes: Buffer.concat(kept), exif };
}

/** The same picture with an EXIF chunk, which stands after the header. */
export function pngWithExif(bareBytes: Buffer, tiff: Buffer): Buffer {
  const headerEnd = SIGNATURE_BYTES + 12 + 13;
  const chunk = Buffer.alloc(12 + tiff.length);
  chunk.writeUInt32BE(tiff.length, 0);
  chunk.write('eXIf', 4, 'latin1');
  tiff.copy(chunk, 8);
  chunk.writeUInt32BE(crc32(chunk.subarray(4, 8 + tiff.length)), 8 + tiff.length);
  return Buffer.concat([bareBytes.subarray(0, headerEnd), chunk, bareBytes.subarray(headerEnd)]);
}

const printable = (name: string) => name.replace(/[^A-Za-z]/g, '?');
