/** What went wrong with a call, always with words and a remedy: from headquarters' answer, else from the catalogue. */

import { HQ_ERRORS } from '#protocol/errors.hq.ts';
import type { ErrorBody } from '#protocol/errors.ts';

/** Codes that the pages themselves give. */
type OwnCode = 'hq/offline' | 'hq/answer' | 'hq/page';
type Words = Pick<ErrorBody, 'zh' | 'en' | 'doZh' | 'doEn'>;

export class Failure extends Error {
  readonly code: string;
  readonly status: number;
  readonly words: Words;
  readonly detail: Record<string, unknown>;

  constructor(code: string, status: number, words: Words, detail: Record<string, unknown> = {}) {
    super(code);
    this.name = 'Failure';
    this.code = code;
    this.status = status;
    this.words = words;
    this.detail = detail;
  }
}

export function ownFailure(code: OwnCode, detail: Record<string, unknown> = {}): Failure {
  return new Failure(code, HQ_ERRORS[code].status, HQ_ERRORS[code], detail);
}

/** The failure that an answer with an error status tells; `hq/answer` where it is not headquarters that speaks. */
export function failureOf(status: number, body: unknown): Failure {
  if (typeof body !== 'object' || body === null || !('code' in body) || typeof body.code !== 'string')
    return ownFailure('hq/answer', { status });
  const { zh = '', en = '', doZh = '', doEn = '', detail = {} } = body as Partial<ErrorBody>; // its form has just been looked at
  return new Failure(body.code, status, { zh, en, doZh, doEn }, detail);
}

/** Anything thrown, as a failure: what is not one is a fault of this page itself. */
export function asFailure(thrown: unknown): Failure {
  if (thrown instanceof Failure) return thrown;
  console.error(thrown);
  return ownFailure('hq/page', { message: String(thrown) });
}
