/** How a call to the fake headquarters is refused, and an answer that is a file and not JSON. */
import type { ErrorCode } from '#protocol/errors.ts';

export class FakeRefusal extends Error {
  readonly code: ErrorCode;
  constructor(code: ErrorCode) {
    super(code);
    this.code = code;
  }
}

export class FakeFile {
  readonly type: string;
  readonly text: string;
  constructor(type: string, text: string) {
    this.type = type;
    this.text = text;
  }
}
