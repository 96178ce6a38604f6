/** What the box asks of the picture process, and what it hears back: one job on standard input, lines of JSON on standard output. */
import type { MaterialType, PictureType } from '#node/photos/file-type.ts';
import type { StampText } from '#node/photos/stamp.layout.ts';
import type { ErrorCode } from '#protocol/errors.ts';

export interface Kept {
  sha256: string;
  bytes: number;
}

export interface PhotoJob {
  t: 'photo';
  /** The finished upload. */
  path: string;
  /** The folder of evidence files. */
  blobs: string;
  timeZone: string;
  /** The stamp's words; the process puts the time of taking and the hash among its facts, where these labels stand. */
  stamp: StampText;
  takenLabel: string;
  takenUnknown: string;
  hashLabel: string;
  marks: { number: number; x: number; y: number }[];
}

export interface RegisteredJob {
  t: 'registered';
  path: string;
  blobs: string;
  /** ID and ticket numbers in capitals, and whose they are; null where they may mean two people. */
  candidates: Record<string, string | null>;
}

export interface MaterialJob {
  t: 'material';
  path: string;
  blobs: string;
}

export type PictureJob = PhotoJob | RegisteredJob | MaterialJob;

export type PictureLine =
  | {
      t: 'photo';
      original: Kept & { type: PictureType };
      stamped: Kept;
      small: Kept;
      /** Upright. */
      width: number;
      height: number;
      takenWall: number | null;
    }
  | { t: 'zip'; sha256: string }
  | { t: 'registered'; file: string; candidate: string; sha256: string; bytes: number }
  | { t: 'doubled'; file: string; candidate: string }
  | { t: 'unreadable'; file: string; code: ErrorCode }
  | { t: 'unknown'; file: string }
  | { t: 'material'; type: MaterialType; sha256: string; bytes: number }
  /** The last line of a job that went well. */
  | { t: 'done' }
  /** The last line of one that did not. `reason` is for the log. */
  | { t: 'failed'; code: ErrorCode; reason: string; detail?: Record<string, unknown> };
