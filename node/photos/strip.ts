/**
 * A picture as evidence keeps it: the compressed data as it came, byte for byte, without place, device, thumbnails,
 * texts, and whatever hangs behind its end. How it is to be turned stays, for without it the picture lies on its side.
 */
import { EVIDENCE_LIMITS } from '#protocol/evidence.ts';
import type { Bare } from './bare.ts';
import { readExif, turningExif } from './exif.ts';
import { type PictureType, pictureType } from './file-type.ts';
import { PhotoFault, unreadable } from './photo-fault.ts';
import { jpegWithExif, stripJpeg } from './strip-jpeg.ts';
import { pngWithExif, stripPng } from './strip-png.ts';
import { stripWebp, webpWithExif } from './strip-webp.ts';

export interface StrippedPhoto {
  type: PictureType;
  width: number;
  height: number;
  /** EXIF orientation, 1 to 8. */
  orientation: number;
  /** Wall clock of the camera, `YYYY-MM-DDTHH:MM:SS` with an offset where it says one; null where it says nothing. */
  taken: string | null;
  /** What is kept. */
  original: Buffer;
  /** The same without even the orientation: decoders differ in whether they heed it. */
  bare: Buffer;
}

/** Throws `photo/unreadable` or `photo/too-large`, before a single pixel is decoded. */
export async function stripPhoto(bytes: Buffer): Promise<StrippedPhoto> {
  if (bytes.length > EVIDENCE_LIMITS.photoBytes)
    throw new PhotoFault('photo/too-large', `${bytes.length} bytes`);
  const found = stripMetadata(bytes);
  const { type, width, height, exif } = found;
  if (width * height > EVIDENCE_LIMITS.photoPixels)
    throw new PhotoFault('photo/too-large', `${width} × ${height} pixels`);
  const { orientation, taken } = await readExif(exif);
  const original = orientation === 1 ? found.bytes : withOrientation(found, orientation);
  return { type, width, height, orientation, taken, original, bare: found.bytes };
}

function stripMetadata(bytes: Buffer): Bare {
  switch (pictureType(bytes)) {
    case 'image/jpeg':
      return stripJpeg(bytes);
    case 'image/png':
      return stripPng(bytes);
    case 'image/webp':
      return stripWebp(bytes);
    default:
      throw unreadable('neither JPEG nor PNG nor WebP');
  }
}

function withOrientation({ type, bytes, width, height }: Bare, orientation: number): Buffer {
  const tiff = turningExif(orientation);
  if (type === 'image/jpeg') return jpegWithExif(bytes, tiff);
  return type === 'image/png' ? pngWithExif(bytes, tiff) : webpWithExif(bytes, tiff, { width, height });
}
