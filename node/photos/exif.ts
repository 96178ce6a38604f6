/** What a camera wrote into a picture: how it was held and when. Nothing else is read. */
import exifr from 'exifr';

export interface CameraWords {
  /** 1 to 8; 1 is upright. */
  orientation: number;
  /** `YYYY-MM-DDTHH:MM:SS`, with `+08:00` behind it where the camera says its zone; or null. */
  taken: string | null;
}

/** A damaged block says nothing; it is no reason to refuse the picture. */
export async function readExif(tiff: Buffer | null): Promise<CameraWords> {
  const tags = tiff === null ? null : await parse(tiff);
  const orientation = tags?.['Orientation'];
  return {
    orientation: typeof orientation === 'number' && orientation >= 1 && orientation <= 8 ? orientation : 1,
    taken: takenOf(tags?.['DateTimeOriginal'], tags?.['OffsetTimeOriginal']),
  };
}

async function parse(tiff: Buffer): Promise<Record<string, unknown> | null> {
  try {
    const pick = ['Orientation', 'DateTimeOriginal', 'OffsetTimeOriginal'];
    const found: unknown = await exifr.parse(tiff, { pick, reviveValues: false, translateValues: false });
    return typeof found === 'object' && found !== null ? (found as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

/** EXIF writes `2026:11:21 09:30:05`, and blanks where it does not know. */
function takenOf(time: unknown, offset: unknown): string | null {
  const parts = typeof time === 'string' ? /^(\d{4}):(\d\d):(\d\d) (\d\d):(\d\d):(\d\d)/.exec(time) : null;
  if (!parts) return null;
  const [, year, month, day, hour, minute, second] = parts;
  const zone = typeof offset === 'string' ? (/^[+-]\d\d:\d\d/.exec(offset)?.[0] ?? '') : '';
  return `${year}-${month}-${day}T${hour}:${minute}:${second}${zone}`;
}

/** A TIFF file of one entry, tag 0x0112: all that a kept picture says of itself. */
export function turningExif(orientation: number): Buffer {
  const tiff = Buffer.from('4d4d002a000000080001011200030000000100000000' + '00000000', 'hex');
  tiff.writeUInt16BE(orientation, 18);
  return tiff;
}
