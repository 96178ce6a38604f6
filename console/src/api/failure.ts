/** What went wrong with a call, always with words and a remedy: from the box's answer, else from the catalogue. */
import { ERRORS, type ErrorBody, type ErrorCode } from '#protocol/errors.ts';

export class Failure extends Error {
  readonly code: string;
  readonly status: number;
  readonly words: Pick<ErrorBody, 'zh' | 'en' | 'doZh' | 'doEn'>;
  readonly detail: Record<string, unknown>;

  constructor(code: string, status: number, body?: Partial<ErrorBody>) {
    super(code);
    this.name = 'Failure';
    this.code = code;
    this.status = status;
    const known = knownWords(code) ?? knownWords('box/internal')!;
    this.words = {
      zh: body?.zh || known.zh,
      en: body?.en || known.en,
      doZh: body?.doZh || known.doZh,
      doEn: body?.doEn || known.doEn,
    };
    this.detail = body?.detail ?? {};
  }
}

/** Words of a code that arrives without any, such as over the socket; null for one that this version doesn't know. */
export function knownWords(code: string): Pick<ErrorBody, 'zh' | 'en' | 'doZh' | 'doEn'> | null {
  return Object.hasOwn(ERRORS, code) ? ERRORS[code as ErrorCode] : null; // hasOwn has just shown that it is one
}

/** The failure that an answer with an error status tells; `console/answer` where it is not the box that speaks. */
export function failureOf(status: number, body: unknown): Failure {
  if (typeof body === 'object' && body !== null && 'code' in body && typeof body.code === 'string')
    return new Failure(body.code, status, body as Partial<ErrorBody>); // every field of it is optional and checked
  return new Failure('console/answer', status);
}

/** Anything thrown, as a failure: what is not one is a fault of this page itself. */
export function asFailure(thrown: unknown): Failure {
  if (thrown instanceof Failure) return thrown;
  console.error(thrown);
  return new Failure('box/internal', 500, { detail: { message: String(thrown) } });
}
