/** What a call to the fake box is made of, and how it is refused. */
import type { StaffRow } from '#protocol/console.ts';
import { ERRORS, type ErrorCode } from '#protocol/errors.ts';

export class FakeRefusal extends Error {
  readonly code: ErrorCode;
  readonly detail: Record<string, unknown> | undefined;
  constructor(code: ErrorCode, detail?: Record<string, unknown>) {
    super(code);
    this.code = code;
    this.detail = detail;
  }
  get status(): number {
    return ERRORS[this.code].status;
  }
}

export interface FakeRequest {
  params: Record<string, string>;
  query: URLSearchParams;
  // biome-ignore lint/suspicious/noExplicitAny: bodies come from the pages under test, whose types are checked on their side
  body: any;
  staff: StaffRow | null;
  sealed: { identity: string };
}

/** An answer that is a file and not JSON. */
export class FakeFile {
  readonly type: string;
  readonly bytes: Uint8Array;
  constructor(type: string, bytes: Uint8Array) {
    this.type = type;
    this.bytes = bytes;
  }
}
