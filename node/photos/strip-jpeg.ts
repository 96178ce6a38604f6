/**
 * A JPEG taken apart without decoding it (ISO/IEC 10918-1, annex B): its size, its EXIF block, and the same picture
 * without anything that is not picture. The compressed data is copied byte for byte, so nothing is lost.
 */
import type { Bare } from './bare.ts';
import { unreadable } from './photo-fault.ts';

const APP0 = 0xe0;
const APP1 = 0xe1;
const APP2 = 0xe2;
const APP14 = 0xee;
const COM = 0xfe;
const SOS = 0xda;
const EOI = 0xd9;
const SOI = Buffer.from([0xff, 0xd8]);
const EXIF = Buffer.from('Exif\0\0', 'latin1');
const ICC = Buffer.from('ICC_PROFILE\0', 'latin1');
const JFIF = Buffer.from('JFIF\0', 'latin1');
const ADOBE = Buffer.from('Adobe', 'latin1');

/** Start of frame; C4, C8 and CC are tables and reserved. */
const isFrame = (marker: number) => marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);

/** Throws `photo/unreadable`: also for a picture that is cut short, or that has no size before its data. */
export function stripJpeg(bytes: Buffer): Bare {
  const kept: Buffer[] = [SOI];
  let size: { width: number; height: number } | null = null;
  let exif: Buffer | null = null;
  let scans = 0;
  let at = 2;
  for (;;) {
    const { marker, from } = nextMarker(bytes, at);
    if (marker === EOI) break;
    if (marker === 0 || marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8))
      throw unreadable('JPEG marker out of place');
    if (from + 2 > bytes.length) throw unreadable('JPEG cut short');
    const length = bytes.readUInt16BE(from);
    const end = from + length;
    if (length < 2 || end > bytes.length) throw unreadable('JPEG cut short');
    const content = bytes.subarray(from + 2, end);
    if (isFrame(marker)) {
      if (size !== null || content.length < 6) throw unreadable('JPEG with two sizes');
      size = { height: content.readUInt16BE(1), width: content.readUInt16BE(3) };
    }
    if (marker === APP1 && exif === null && content.subarray(0, 6).equals(EXIF)) exif = content.subarray(6);
    if (!isExtra(marker)) kept.push(Buffer.from([0xff, marker]), bytes.subarray(from, end));
    else if (isNeeded(marker, content)) kept.push(segment(marker, bare(marker, content)));
    at = end;
    if (marker === SOS) {
      if (size === null) throw unreadable('JPEG data before its size');
      scans += 1;
      at = endOfScan(bytes, end);
      kept.push(bytes.subarray(end, at));
    }
  }
  if (size === null || scans === 0 || size.width === 0 || size.height === 0)
    throw unreadable('JPEG without a picture');
  // What follows the end (a film, a second picture with its own place, an archive) is left behind.
  kept.push(Buffer.from([0xff, EOI]));
  return { type: 'image/jpeg', ...size, bytes: Buffer.concat(kept), exif };
}

/** The same picture with a small EXIF block that says nothing but how it is to be turned. */
export function jpegWithExif(bareBytes: Buffer, tiff: Buffer): Buffer {
  return Buffer.concat([SOI, segment(APP1, Buffer.concat([EXIF, tiff])), bareBytes.subarray(2)]);
}

/** Application segments and comments: whatever a camera or a program wishes to say. */
const isExtra = (marker: number) => (marker >= 0xe0 && marker <= 0xef) || marker === COM || marker >= 0xf0;

/** Of those, what colours depend on: JFIF, the colour profile, Adobe's note of how colours were turned. */
function isNeeded(marker: number, content: Buffer): boolean {
  const begins = (with_: Buffer) => content.subarray(0, with_.length).equals(with_);
  if (marker === APP0) return begins(JFIF) && content.length >= 14;
  if (marker === APP2) return begins(ICC);
  return marker === APP14 && begins(ADOBE) && content.length >= 12;
}

/** JFIF without the thumbnail that may follow it, which an editor may have left as it was; Adobe's note without an appendix. */
function bare(marker: number, content: Buffer): Buffer {
  if (marker === APP0) return Buffer.concat([content.subarray(0, 12), Buffer.from([0, 0])]);
  return marker === APP14 ? content.subarray(0, 12) : content;
}

function segment(marker: number, content: Buffer): Buffer {
  const head = Buffer.from([0xff, marker, 0, 0]);
  head.writeUInt16BE(content.length + 2, 2);
  return Buffer.concat([head, content]);
}

function nextMarker(bytes: Buffer, at: number): { marker: number; from: number } {
  let from = at;
  if (bytes[from] !== 0xff) throw unreadable('JPEG cut short');
  // Any number of FF may stand before a marker.
  while (bytes[from] === 0xff) from += 1;
  const marker = bytes[from];
  if (marker === undefined) throw unreadable('JPEG cut short');
  return { marker, from: from + 1 };
}

/** Where the compressed data ends: at the first marker that is neither a stuffed zero nor a restart. */
function endOfScan(bytes: Buffer, from: number): number {
  for (
    let at = bytes.indexOf(0xff, from);
    at >= 0 && at + 1 < bytes.length;
    at = bytes.indexOf(0xff, at + 1)
  ) {
    const next = bytes[at + 1] ?? 0;
    if (next !== 0 && next !== 0xff && (next < 0xd0 || next > 0xd7)) return at;
  }
  throw unreadable('JPEG cut short');
}
