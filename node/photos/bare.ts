import type { PictureType } from './file-type.ts';

/** A picture without metadata. */
export interface Bare {
  type: PictureType;
  /** As stored, before turning. */
  width: number;
  height: number;
  bytes: Buffer;
  /** The EXIF block it had (a TIFF file), or null. */
  exif: Buffer | null;
}
