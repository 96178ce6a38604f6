/** The one error that reading a roster file raises, and the bounds within which files are read. */
import {
  describeReadFault,
  type ROSTER_READ_FAULTS,
  type RosterReadCode,
  type RosterReadDetail,
} from '#domain/roster/read-faults.ts';

export class RosterReadError extends Error {
  override readonly name = 'RosterReadError';
  readonly code: RosterReadCode;
  readonly detail: RosterReadDetail;

  /** The message is the English reason; screens use `describeReadFault(code, detail, language)`. */
  constructor(
    fault: (typeof ROSTER_READ_FAULTS)[keyof typeof ROSTER_READ_FAULTS],
    detail: RosterReadDetail = {},
    cause?: unknown,
  ) {
    super(describeReadFault(fault.code, detail, 'en').text, cause === undefined ? undefined : { cause });
    this.code = fault.code;
    this.detail = detail;
  }
}

export type ReadLimits = {
  /** Size of the file. */
  readonly maxBytes: number;
  /** Size of a workbook's parts together once unpacked. */
  readonly maxInflatedBytes: number;
  /** Rows that hold anything, header and titles included. */
  readonly maxRows: number;
  readonly maxColumns: number;
};

/**
 * A site has 2,000 candidates with a handful of subjects each: 10,000 rows of 100 bytes. Three times that is read;
 * more is a mistaken file, and would only take the box's memory.
 */
export const READ_LIMITS: ReadLimits = {
  maxBytes: 10 * 1024 * 1024,
  maxInflatedBytes: 64 * 1024 * 1024,
  maxRows: 30_000,
  maxColumns: 256,
};

/** Sizes in the words of the errors. */
export function megabytes(bytes: number): string {
  const size = bytes / (1024 * 1024);
  return `${size >= 1 ? Math.round(size) : size.toFixed(2)} MB`;
}
