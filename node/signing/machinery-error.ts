/**
 * What keys, seals, certificates and fonts throw when something outside the program is wrong: a code of the contract's
 * catalogue (protocol/errors.box.ts has the words and the remedy), with what and where.
 */
import type { ErrorCode } from '#protocol/errors.ts';

export type MachineryCode = Extract<
  ErrorCode,
  | `key/${string}`
  | `certificate/${string}`
  | `seal/${string}`
  | `batch/${string}`
  | `package/${string}`
  | `release/${string}`
  | `courier/${string}`
  | `paper/${'tampered' | 'timeout' | 'import-failed'}`
  | `request/${'too-large' | 'invalid'}`
>;

export class MachineryError extends Error {
  readonly code: MachineryCode;
  /** What and where, for the log: file paths and reasons, never key material. */
  readonly detail: Readonly<Record<string, string | number | null>>;

  constructor(code: MachineryCode, detail: Record<string, string | number | null>, options?: ErrorOptions) {
    super(`${code}: ${Object.values(detail).join(', ')}`, options);
    this.name = 'MachineryError';
    this.code = code;
    this.detail = detail;
  }
}
