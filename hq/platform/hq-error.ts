/** An error with a code of the catalogue: what every refusal of headquarters is. */
import { ERRORS, type ErrorCode } from '#protocol/errors.ts';

export class HqError extends Error {
  readonly code: ErrorCode;
  readonly detail: Record<string, unknown> | undefined;

  constructor(code: ErrorCode, detail?: Record<string, unknown>, cause?: unknown) {
    super(`${code}: ${ERRORS[code].en}${detail ? ` ${JSON.stringify(detail)}` : ''}`, { cause });
    this.code = code;
    this.detail = detail;
  }

  get status(): number {
    return ERRORS[this.code].status;
  }
}
