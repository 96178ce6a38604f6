/** How large a package may be and what can be wrong with its ZIP file; node/zip enforces it. */

export interface ZipLimits {
  entries: number;
  /** Plain bytes of one entry and of all together. */
  entryBytes: number;
  totalBytes: number;
  /** Plain bytes for one packed byte, looked at from `ratioFromBytes` plain bytes on. */
  ratio: number;
  ratioFromBytes: number;
}

/**
 * The largest real packages (language exams with an hour of sound) stay below a third of these. Deflate reaches 1032 : 1
 * at most; text and drawings of real papers stay below 60 : 1.
 */
export const ZIP_LIMITS: ZipLimits = {
  entries: 2_000,
  entryBytes: 200 * 1024 * 1024,
  totalBytes: 600 * 1024 * 1024,
  ratio: 120,
  ratioFromBytes: 4 * 1024 * 1024,
};

export type ZipFaultCode =
  | 'zip/not-zip'
  | 'zip/truncated'
  | 'zip/damaged'
  | 'zip/crc'
  | 'zip/too-many-entries'
  | 'zip/entry-too-large'
  | 'zip/total-too-large'
  | 'zip/bomb'
  | 'zip/traversal'
  | 'zip/absolute'
  | 'zip/backslash'
  | 'zip/symlink'
  | 'zip/special-file'
  | 'zip/duplicate'
  | 'zip/encrypted'
  | 'zip/method'
  | 'zip/name';

export interface ZipFault {
  code: ZipFaultCode;
  /** Name of the entry; empty where it is the whole file. */
  file: string;
  detail: string;
}
