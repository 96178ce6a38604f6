/** Pictures for tests: with everything a phone writes into them, and with what nobody should. */
import { crc32 } from 'node:zlib';
import { createCanvas } from '@napi-rs/canvas';

/** What must not be in anything that is kept. */
export const CANARY = 'CANARY-PLACE';

export interface Corners {
  /** Colours of the upright picture's corners: top left, top right, bottom left, bottom right. */
  colors: [string, string, string, string];
}

const COLORS: Corners['colors'] = ['#ff0000', '#00ff00', '#0000ff', '#ffff00'];

/** Four fields of plain colour, as stored. */
export async function fields(
  type: 'jpeg' | 'png' | 'webp',
  width: number,
  height: number,
  colors: Corners['colors'] = COLORS,
): Promise<Buffer> {
  const canvas = createCanvas(width, height);
  const context = canvas.getContext('2d');
  for (const [i, color] of colors.entries()) {
    context.fillStyle = color;
    context.fillRect((i % 2) * (width / 2), i < 2 ? 0 : height / 2, width / 2, height / 2);
  }
  if (type === 'png') return canvas.encode('png');
  return type === 'jpeg' ? canvas.encode('jpeg', 95) : canvas.encode('webp', 100);
}

export interface ExifWords {
  orientation?: number;
  /** `2026:11:21 09:30:05`. */
  taken?: string;
  /** `+08:00`. */
  offset?: string;
}

/** A TIFF file as a phone writes it, with maker and place. */
export function exifBlock({ orientation = 1, taken, offset }: ExifWords): Buffer {
  const head: Entry[] = [ascii(0x010f, `maker ${CANARY}`), short(0x0112, orientation)];
  const exif: Entry[] = [];
  if (taken !== undefined) exif.push(ascii(0x9003, taken));
  if (offset !== undefined) exif.push(ascii(0x9011, offset));
  const place: Entry[] = [ascii(0x001d, CANARY)];
  const headBytes = (entries: number) => 2 + entries * 12 + 4;
  const at = 8;
  const headSize = headBytes(head.length + 2) + dataBytes(head);
  const exifAt = at + headSize;
  const exifSize = headBytes(exif.length) + dataBytes(exif);
  const placeAt = exifAt + exifSize;
  return Buffer.concat([
    Buffer.from('4d4d002a00000008', 'hex'),
    directory([...head, long(0x8769, exifAt), long(0x8825, placeAt)], at),
    directory(exif, exifAt),
    directory(place, placeAt),
  ]);
}

interface Entry {
  tag: number;
  type: number;
  count: number;
  data: Buffer;
}

function ascii(tag: number, text: string): Entry {
  const data = Buffer.from(`${text}\0`, 'latin1');
  return { tag, type: 2, count: data.length, data };
}

function short(tag: number, value: number): Entry {
  const data = Buffer.alloc(4);
  data.writeUInt16BE(value, 0);
  return { tag, type: 3, count: 1, data };
}

function long(tag: number, value: number): Entry {
  const data = Buffer.alloc(4);
  data.writeUInt32BE(value, 0);
  return { tag, type: 4, count: 1, data };
}

const dataBytes = (entries: Entry[]) =>
  entries.reduce((sum, { data }) => sum + (data.length > 4 ? data.length : 0), 0);

function directory(entries: Entry[], at: number): Buffer {
  const table = Buffer.alloc(2 + entries.length * 12 + 4);
  table.writeUInt16BE(entries.length, 0);
  const values: Buffer[] = [];
  let next = at + table.length;
  for (const [i, { tag, type, count, data }] of entries.entries()) {
    const from = 2 + i * 12;
    table.writeUInt16BE(tag, from);
    table.writeUInt16BE(type, from + 2);
    table.writeUInt32BE(count, from + 4);
    if (data.length <= 4) data.copy(table, from + 8);
    else {
      table.writeUInt32BE(next, from + 8);
      values.push(data);
      next += data.length;
    }
  }
  return Buffer.concat([table, ...values]);
}

export function jpegSegment(marker: number, content: Buffer): Buffer {
  const head = Buffer.from([0xff, marker, 0, 0]);
  head.writeUInt16BE(content.length + 2, 2);
  return Buffer.concat([head, content]);
}

/** As a phone gives it: EXIF with a place, XMP with a place, a comment, a second picture behind the end. */
export function asPhone(jpeg: Buffer, words: ExifWords): Buffer {
  const xmp = `http://ns.adobe.com/xap/1.0/\0<x:xmpmeta>${CANARY}</x:xmpmeta>`;
  return Buffer.concat([
    jpeg.subarray(0, 2),
    jpegSegment(0xe1, Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), exifBlock(words)])),
    jpegSegment(0xe1, Buffer.from(xmp, 'latin1')),
    jpegSegment(0xe2, Buffer.from(`MPF\0${CANARY}`, 'latin1')),
    jpegSegment(0xed, Buffer.from(`Photoshop 3.0\0${CANARY}`, 'latin1')),
    jpegSegment(0xfe, Buffer.from(CANARY, 'latin1')),
    jpeg.subarray(2),
    jpeg.subarray(0, 2),
    jpegSegment(0xe1, Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), exifBlock({})])),
    jpeg.subarray(2),
  ]);
}

export function pngChunk(name: string, content: Buffer): Buffer {
  const chunk = Buffer.alloc(12 + content.length);
  chunk.writeUInt32BE(content.length, 0);
  chunk.write(name, 4, 'latin1');
  content.copy(chunk, 8);
  chunk.writeUInt32BE(crc32(chunk.subarray(4, 8 + content.length)), 8 + content.length);
  return chunk;
}

/** A PNG with texts, a time, a chunk of nobody's, EXIF, and a tail. */
export function asEditor(png: Buffer, words: ExifWords): Buffer {
  const head = 8 + 25;
  return Buffer.concat([
    png.subarray(0, head),
    pngChunk('eXIf', exifBlock(words)),
    pngChunk('tEXt', Buffer.from(`Comment\0${CANARY}`, 'latin1')),
    pngChunk('iTXt', Buffer.from(`XML:com.adobe.xmp\0\0\0\0\0${CANARY}`, 'latin1')),
    pngChunk('tIME', Buffer.from([7, 234, 11, 21, 9, 30, 5])),
    pngChunk('caNa', Buffer.from(CANARY, 'latin1')),
    png.subarray(head),
    Buffer.from(CANARY, 'latin1'),
  ]);
}

/** A WebP with EXIF and XMP; the simple file is made an extended one. */
export function asWebpPhone(webp: Buffer, words: ExifWords, width: number, height: number): Buffer {
  const chunk = (name: string, content: Buffer) => {
    const head = Buffer.alloc(8);
    head.write(name, 0, 'latin1');
    head.writeUInt32LE(content.length, 4);
    return Buffer.concat([head, content, Buffer.alloc(content.length % 2)]);
  };
  const extended = Buffer.alloc(10);
  extended[0] = 0x0c;
  extended.writeUIntLE(width - 1, 4, 3);
  extended.writeUIntLE(height - 1, 7, 3);
  // What the encoder made may be extended already; its picture is what is wanted of it.
  const from = webp.indexOf('VP8X') === 12 ? 12 + 18 : 12;
  const body = Buffer.concat([
    chunk('VP8X', extended),
    webp.subarray(from),
    chunk('EXIF', Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), exifBlock(words)])),
    chunk('XMP ', Buffer.from(CANARY, 'latin1')),
  ]);
  const head = Buffer.from('RIFF\0\0\0\0WEBP', 'latin1');
  head.writeUInt32LE(body.length + 4, 4);
  return Buffer.concat([head, body]);
}

/** A head of a few bytes that claims so many pixels, and nothing behind it. */
export function hugePng(width: number, height: number): Buffer {
  const size = Buffer.alloc(13);
  size.writeUInt32BE(width, 0);
  size.writeUInt32BE(height, 4);
  size.set([8, 6, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    pngChunk('IHDR', size),
    pngChunk('IDAT', Buffer.from([0x78, 0x9c, 0x03, 0, 0, 0, 0, 1])),
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
}

/** Red, green and blue of a pixel of a picture file. */
export function nearest(pixel: { r: number; g: number; b: number }): string {
  const hex = (n: number) => (n > 127 ? 'ff' : '00');
  return `#${hex(pixel.r)}${hex(pixel.g)}${hex(pixel.b)}`;
}
