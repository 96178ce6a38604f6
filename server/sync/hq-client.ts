/**
 * The box's side of headquarters' interface (protocol/hq.routes.ts, `site` and `public`). Every answer is checked against
 * its shape before anybody reads it. The token is got by a challenge that the box's key signs; no clock of the box is in
 * it, so a box whose date is wrong is let in all the same.
 */
import canonicalize from 'canonicalize';
import type { Static, TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { type BoxKey, sign, verify } from '#node/signing/box-key.ts';
import type { ErrorCode } from '#protocol/errors.ts';
import {
  BatchStateSchema,
  ChallengeSchema,
  EnrolmentAnswerSchema,
  HqIdentitySchema,
  MediaMissingSchema,
  SiteStatusSchema,
  TokenAnswerSchema,
} from '#protocol/hq.schema.ts';
import {
  BATCH_OFFSET_HEADER,
  type BatchOffer,
  type BatchState,
  type EnrolmentAnswer,
  type EnrolmentClaim,
  HQ_ENROL_PURPOSE,
  HQ_IDENTITY_PURPOSE,
  HQ_TOKEN_PURPOSE,
  type HqIdentity,
  type SignedDocument,
  type SiteReport,
  type SiteStatus,
  type TokenClaim,
} from '#protocol/hq.ts';
import { BoxError } from '#server/platform/box-error.ts';
import type { HqAnswer, HqDownload, HqHttp, HqRequest } from './hq-http.ts';

/** Who speaks to whom. */
export interface HqParties {
  site: string;
  /** Headquarters' pinned key, base64url. */
  hq: string;
  key: BoxKey;
  /** The box's monotonic time, milliseconds. */
  elapsed: () => number;
}

const A = '/api/v1';
/** A token is renewed when this part of its life is over. */
const RENEW_AT = 0.8;

const shapes = {
  identity: Compile(HqIdentitySchema),
  enrolment: Compile(EnrolmentAnswerSchema),
  challenge: Compile(ChallengeSchema),
  token: Compile(TokenAnswerSchema),
  status: Compile(SiteStatusSchema),
  batch: Compile(BatchStateSchema),
  missing: Compile(MediaMissingSchema),
};

interface Shape<T> {
  Check(value: unknown): value is T;
}

export type HqAsk = Omit<HqRequest, 'headers'> & { headers?: Record<string, string>; json?: unknown };

/** Who answers at the address, proved by its own key. Throws `sync/*`. */
export async function askIdentity(http: HqHttp): Promise<HqIdentity> {
  const found = shapeOf(await http.request({ method: 'GET', path: `${A}/hq` }), shapes.identity, `${A}/hq`);
  const { signature, ...rest } = found;
  if (!verify(found.key, HQ_IDENTITY_PURPOSE, Buffer.from(canonicalize(rest) ?? ''), signature))
    throw new BoxError('sync/lying', { path: `${A}/hq`, problem: 'signature' });
  return found;
}

/** Makes the box known with a one-time code. Throws `sync/code-wrong` and other `sync/*`. */
export async function askEnrolment(
  http: HqHttp,
  claim: EnrolmentClaim,
  key: BoxKey,
): Promise<EnrolmentAnswer> {
  const path = `${A}/enrolments`;
  const answer = await http.request(jsonRequest('POST', path, signed(claim, HQ_ENROL_PURPOSE, key)));
  if ([400, 401, 403, 404, 409, 410, 422].includes(answer.status))
    throw new BoxError('sync/code-wrong', { refused: codeOf(answer) });
  return shapeOf(answer, shapes.enrolment, path);
}

export class HqClient {
  readonly http: HqHttp;
  readonly #parties: HqParties;
  #token: { text: string; until: number } | null = null;

  constructor(http: HqHttp, parties: HqParties) {
    this.http = http;
    this.#parties = parties;
  }

  /** Throws `sync/*`, as do all below. */
  async status(report: SiteReport, signal?: AbortSignal): Promise<SiteStatus> {
    return this.#json(
      { method: 'POST', path: `${A}/site/status`, json: report, signal },
      shapes.status,
    ) as Promise<SiteStatus>; // the schema accepts only what the contract says (hq.schema.ts)
  }

  async offer(offer: BatchOffer, signal?: AbortSignal): Promise<BatchState> {
    return this.#json({ method: 'POST', path: `${A}/site/batches`, json: offer, signal }, shapes.batch);
  }

  async batch(batch: string, signal?: AbortSignal): Promise<BatchState> {
    return this.#json({ method: 'GET', path: `${A}/site/batches/${batch}`, signal }, shapes.batch);
  }

  /** Sends bytes of the file from this offset; where headquarters is elsewhere, its answer says where. */
  async part(batch: string, offset: number, body: Uint8Array, signal?: AbortSignal): Promise<BatchState> {
    const path = `${A}/site/batches/${batch}`;
    const headers = { 'content-type': 'application/octet-stream', [BATCH_OFFSET_HEADER]: String(offset) };
    const answer = await this.ask({ method: 'PATCH', path, headers, body, signal });
    return answer.status === 409 ? this.batch(batch, signal) : shapeOf(answer, shapes.batch, path);
  }

  /** Which of these files (SHA-256, hex) headquarters lacks. */
  async missing(sha256: readonly string[], signal?: AbortSignal): Promise<string[]> {
    const ask = { method: 'POST', path: `${A}/site/media/missing`, json: { sha256 }, signal } as const;
    return (await this.#json(ask, shapes.missing)).missing;
  }

  /** Any `site` call whose answer is JSON of this shape. */
  async json<T extends TSchema>(ask: HqAsk, schema: T): Promise<Static<T>> {
    return shapeOf(await this.ask(ask), Compile(schema) as Shape<Static<T>>, ask.path);
  }

  /** Any `site` call, its answer whole and unread. Refusals other than of the token are the caller's. */
  async ask(ask: HqAsk): Promise<HqAnswer> {
    const send = async () => this.http.request(await this.#withToken(ask));
    const answer = await send();
    if (answer.status !== 401) return answer;
    this.#token = null;
    return send();
  }

  /** A file as it comes, from byte `from` (206), or from its beginning (200) where headquarters begins anew. */
  async download(path: string, from = 0, signal?: AbortSignal): Promise<HqDownload> {
    const ask: HqAsk = {
      method: 'GET',
      path,
      headers: { accept: '*/*', ...(from > 0 ? { range: `bytes=${from}-` } : {}) },
      signal,
    };
    let found = await this.http.download(await this.#withToken(ask));
    if (found.status === 401) {
      this.#token = null;
      await drop(found);
      found = await this.http.download(await this.#withToken(ask));
    }
    if (found.status === 200 || found.status === 206 || found.status === 416) return found;
    await drop(found);
    throw refusalOf({ status: found.status, body: Buffer.alloc(0) }, path);
  }

  /** `authorization` of a call that goes another way (tus). */
  async authorization(signal?: AbortSignal): Promise<string> {
    return `Bearer ${await this.#freshToken(signal)}`;
  }

  async #json<T>(ask: HqAsk, shape: Shape<T>): Promise<T> {
    return shapeOf(await this.ask(ask), shape, ask.path);
  }

  async #withToken(ask: HqAsk): Promise<HqRequest> {
    const { json, ...rest } = ask;
    const request = json === undefined ? rest : { ...rest, ...jsonRequest(ask.method, ask.path, json) };
    const authorization = await this.authorization(ask.signal);
    return { ...request, headers: { ...request.headers, ...ask.headers, authorization } };
  }

  async #freshToken(signal?: AbortSignal): Promise<string> {
    const { site, hq, key, elapsed } = this.#parties;
    if (this.#token && elapsed() < this.#token.until) return this.#token.text;
    const challenge = jsonRequest('POST', `${A}/challenges`, { site, key: key.publicKey });
    const { nonce } = shapeOf(
      await this.http.request({ ...challenge, signal }),
      shapes.challenge,
      challenge.path,
    );
    const claim: TokenClaim = { v: 1, hq, site, key: key.publicKey, nonce };
    const ask = jsonRequest('POST', `${A}/tokens`, signed(claim, HQ_TOKEN_PURPOSE, key));
    const asked = elapsed();
    const { token, seconds } = shapeOf(await this.http.request({ ...ask, signal }), shapes.token, ask.path);
    // A token with a line feed would be a header of its own.
    if (!/^[\x21-\x7e]+$/.test(token)) throw new BoxError('sync/lying', { path: ask.path, problem: 'token' });
    this.#token = { text: token, until: asked + seconds * 1_000 * RENEW_AT };
    return token;
  }
}

function signed(
  document: EnrolmentClaim | TokenClaim,
  purpose: typeof HQ_ENROL_PURPOSE | typeof HQ_TOKEN_PURPOSE,
  key: BoxKey,
): SignedDocument {
  const text = canonicalize(document) ?? '';
  return { text, signature: sign(key, purpose, Buffer.from(text)) };
}

function jsonRequest(method: HqRequest['method'], path: string, value: unknown): HqRequest {
  return {
    method,
    path,
    headers: { 'content-type': 'application/json' },
    body: Buffer.from(JSON.stringify(value)),
  };
}

function shapeOf<T>(answer: HqAnswer, shape: Shape<T>, path: string): T {
  if (answer.status < 200 || answer.status > 299) throw refusalOf(answer, path);
  let value: unknown;
  try {
    value = JSON.parse(answer.body.toString('utf8'));
  } catch (error) {
    throw new BoxError('sync/lying', { path, problem: 'no JSON' }, error);
  }
  if (!shape.Check(value)) throw new BoxError('sync/lying', { path, problem: 'not in its form' });
  return value;
}

/** What a refusal by headquarters is called here. */
function refusalOf({ status, body }: Pick<HqAnswer, 'status' | 'body'>, path: string): BoxError {
  const refused = codeOf({ body });
  const code: ErrorCode =
    status >= 500 || status === 429 || status === 413
      ? 'sync/full'
      : status >= 400
        ? 'sync/refused'
        : // A redirect, a page of a hotel's network: nothing of headquarters.
          'sync/lying';
  return new BoxError(code, { path, status, ...(refused === '' ? {} : { refused }) });
}

/** The code in a refusal's body, if it is one: it is shown to people, so it must look like one. */
function codeOf({ body }: Pick<HqAnswer, 'body'>): string {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    const code = typeof value === 'object' && value !== null && 'code' in value ? value.code : '';
    return typeof code === 'string' && /^[a-z-]+\/[a-z0-9-]+$/.test(code) && code.length <= 64 ? code : '';
  } catch {
    return '';
  }
}

async function drop({ body }: HqDownload): Promise<void> {
  for await (const _chunk of body) break;
}
