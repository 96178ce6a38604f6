/** Pixels: decoding, turning upright and scaling. Runs in a process of its own (server/evidence/picture.child.ts). */
import { type Canvas, createCanvas, type Image, loadImage } from '@napi-rs/canvas';
import { unreadable } from './photo-fault.ts';
import type { StrippedPhoto } from './strip.ts';

export interface Size {
  width: number;
  height: number;
}

/** A decoded picture and its size once it stands upright. */
export interface Upright extends Size {
  image: Image;
  orientation: number;
}

const JPEG_QUALITY = 85;

/** Throws `photo/unreadable` where the data is damaged, or its size is not what the head of the file says. */
export async function decode({ bare, width, height, orientation }: StrippedPhoto): Promise<Upright> {
  let image: Image;
  try {
    image = await loadImage(bare);
  } catch {
    throw unreadable('cannot be decoded');
  }
  if (image.width !== width || image.height !== height) throw unreadable('of another size than it says');
  if (isEmpty(image)) throw unreadable('nothing in it');
  const lies = orientation >= 5;
  return { image, orientation, width: lies ? height : width, height: lies ? width : height };
}

/** Decoders forgive damaged data and leave out what they cannot read: all of it, at the worst. */
function isEmpty(image: Image): boolean {
  const context = createCanvas(32, 32).getContext('2d');
  context.drawImage(image, 0, 0, 32, 32);
  return context.getImageData(0, 0, 32, 32).data.every((value, i) => i % 4 !== 3 || value === 0);
}

/** Size that fits into a frame, never larger than the picture. */
export function fitInto(size: Size, frame: Size): Size {
  const scale = Math.min(1, frame.width / size.width, frame.height / size.height);
  return {
    width: Math.max(1, Math.round(size.width * scale)),
    height: Math.max(1, Math.round(size.height * scale)),
  };
}

/**
 * The picture upright at a size, on white. Halved step by step: one great step would take single pixels of the original
 * and turn hair and print into noise.
 */
export function drawUpright(picture: Upright, size: Size): Canvas {
  const { image, orientation } = picture;
  let at: Size = { width: picture.width, height: picture.height };
  const next = (): Size => ({
    width: Math.max(size.width, Math.ceil(at.width / 2)),
    height: Math.max(size.height, Math.ceil(at.height / 2)),
  });
  at = next();
  let canvas = createCanvas(at.width, at.height);
  const context = canvas.getContext('2d');
  context.fillStyle = '#ffffff';
  context.fillRect(0, 0, at.width, at.height);
  context.imageSmoothingQuality = 'high';
  context.scale(at.width / picture.width, at.height / picture.height);
  context.transform(...turn(orientation, image.width, image.height));
  context.drawImage(image, 0, 0);
  while (at.width > size.width || at.height > size.height) {
    at = next();
    const smaller = createCanvas(at.width, at.height);
    const to = smaller.getContext('2d');
    to.imageSmoothingQuality = 'high';
    to.drawImage(canvas, 0, 0, at.width, at.height);
    canvas = smaller;
  }
  return canvas;
}

export async function encodeJpeg(canvas: Canvas): Promise<Buffer> {
  return canvas.encode('jpeg', JPEG_QUALITY);
}

/** From stored pixels to upright ones (EXIF 2.32, 4.6.4 A), for a stored picture of this size. */
function turn(
  orientation: number,
  width: number,
  height: number,
): [number, number, number, number, number, number] {
  switch (orientation) {
    case 2:
      return [-1, 0, 0, 1, width, 0];
    case 3:
      return [-1, 0, 0, -1, width, height];
    case 4:
      return [1, 0, 0, -1, 0, height];
    case 5:
      return [0, 1, 1, 0, 0, 0];
    case 6:
      return [0, 1, -1, 0, height, 0];
    case 7:
      return [0, -1, -1, 0, height, width];
    case 8:
      return [0, -1, 1, 0, 0, width];
    default:
      return [1, 0, 0, 1, 0, 0];
  }
}
