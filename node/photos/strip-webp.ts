/** A WebP taken apart without decoding it (RFC 9649): its size, its EXIF block, and the same picture without either of its metadata chunks. */
import type { Bare } from './bare.ts';
import { unreadable } from './photo-fault.ts';

const RIFF_BYTES = 12;
const FLAG_EXIF = 0x08;
/** Profile and transparency: what the picture looks like. */
const FLAGS_KEPT = 0x30;

interface Chunk {
  name: string;
  content: Buffer;
}

/** Throws `photo/unreadable`; also for a moving picture, which is no photo. */
export function stripWebp(bytes: Buffer): Bare {
  const chunks = readChunks(bytes);
  const find = (name: string) => chunks.find((chunk) => chunk.name === name)?.content ?? null;
  if (chunks.some(({ name }) => name === 'ANIM' || name === 'ANMF')) throw unreadable('moving WebP');
  const frames = chunks.filter(({ name }) => name === 'VP8 ' || name === 'VP8L');
  const [frame] = frames;
  if (!frame || frames.length !== 1) throw unreadable('WebP without one picture');
  const size = frame.name === 'VP8 ' ? lossySize(frame.content) : losslessSize(frame.content);
  const extended = find('VP8X');
  if (extended) {
    if (extended.length < 10) throw unreadable('WebP cut short');
    const canvas = { width: extended.readUIntLE(4, 3) + 1, height: extended.readUIntLE(7, 3) + 1 };
    // Two sizes that differ: one of them is a lie.
    if (canvas.width !== size.width || canvas.height !== size.height) throw unreadable('WebP with two sizes');
  }
  const kept = chunks.filter(({ name }) => ['VP8X', 'ICCP', 'ALPH', 'VP8 ', 'VP8L'].includes(name));
  return { type: 'image/webp', ...size, bytes: write(kept, 0), exif: withoutMark(find('EXIF')) };
}

/** The same picture with an EXIF chunk at its end. Only an extended file has room for one; others are made such. */
export function webpWithExif(
  bareBytes: Buffer,
  tiff: Buffer,
  size: { width: number; height: number },
): Buffer {
  const chunks = readChunks(bareBytes);
  if (!chunks.some(({ name }) => name === 'VP8X')) {
    const content = Buffer.alloc(10);
    content.writeUIntLE(size.width - 1, 4, 3);
    content.writeUIntLE(size.height - 1, 7, 3);
    chunks.unshift({ name: 'VP8X', content });
  }
  return write([...chunks, { name: 'EXIF', content: tiff }], FLAG_EXIF);
}

function readChunks(bytes: Buffer): Chunk[] {
  const end = bytes.length >= RIFF_BYTES ? 8 + bytes.readUInt32LE(4) : Number.POSITIVE_INFINITY;
  if (end > bytes.length) throw unreadable('WebP cut short');
  const chunks: Chunk[] = [];
  for (let at = RIFF_BYTES; at < end; ) {
    if (at + 8 > end) throw unreadable('WebP cut short');
    const length = bytes.readUInt32LE(at + 4);
    if (at + 8 + length > end) throw unreadable('WebP cut short');
    chunks.push({
      name: bytes.toString('latin1', at, at + 4),
      content: bytes.subarray(at + 8, at + 8 + length),
    });
    at += 8 + length + (length % 2);
  }
  return chunks;
}

function write(chunks: readonly Chunk[], flag: number): Buffer {
  const parts: Buffer[] = [];
  for (const { name, content } of chunks) {
    const head = Buffer.alloc(8);
    head.write(name, 0, 'latin1');
    head.writeUInt32LE(content.length, 4);
    const own = Buffer.from(content);
    if (name === 'VP8X') own[0] = ((own[0] ?? 0) & FLAGS_KEPT) | flag;
    parts.push(head, own, Buffer.alloc(content.length % 2));
  }
  const body = Buffer.concat(parts);
  const head = Buffer.from('RIFF\0\0\0\0WEBP', 'latin1');
  head.writeUInt32LE(body.length + 4, 4);
  return Buffer.concat([head, body]);
}

function lossySize(content: Buffer): { width: number; height: number } {
  // RFC 6386, 9.1: three bytes of tag, then 9D 01 2A, then 14 bits each; only a key frame is a picture.
  const isKey =
    content.length >= 10 && ((content[0] ?? 1) & 1) === 0 && content.readUIntBE(3, 3) === 0x9d012a;
  if (!isKey) throw unreadable('WebP without a picture');
  return sized(content.readUInt16LE(6) & 0x3fff, content.readUInt16LE(8) & 0x3fff);
}

function losslessSize(content: Buffer): { width: number; height: number } {
  if (content.length < 5 || content[0] !== 0x2f) throw unreadable('WebP without a picture');
  const bits = content.readUInt32LE(1);
  return sized((bits & 0x3fff) + 1, ((bits >>> 14) & 0x3fff) + 1);
}

function sized(width: number, height: number): { width: number; height: number } {
  if (width === 0 || height === 0) throw unreadable('WebP without a picture');
  return { width, height };
}

/** Some programs put the mark of JPEG's block before it. */
function withoutMark(exif: Buffer | null): Buffer | null {
  return exif?.toString('latin1', 0, 6) === 'Exif\0\0' ? exif.subarray(6) : exif;
}
