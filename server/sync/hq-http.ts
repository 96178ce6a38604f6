/**
 * HTTP to headquarters with a limit on everything: time to connect, time without a byte, time of the whole, size of the
 * answer. No redirect is followed. Whatever goes wrong becomes a coded fault; nothing that headquarters answers can do
 * more than make one try fail.
 */
import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import type { Readable } from 'node:stream';
import type { ErrorCode } from '#protocol/errors.ts';
import { BoxError } from '#server/platform/box-error.ts';

export interface HqLimits {
  /** Name, TCP and TLS. */
  connectMs: number;
  /** Without a byte either way. */
  idleMs: number;
  /** A request with its answer; downloads have only the idle limit. */
  wholeMs: number;
  /** Bytes of an answer that is read whole. */
  answerBytes: number;
}

export const HQ_LIMITS: HqLimits = {
  connectMs: 15_000,
  idleMs: 30_000,
  wholeMs: 180_000,
  answerBytes: 2 * 1024 * 1024,
};

export interface HqRequest {
  method: 'GET' | 'POST' | 'PATCH' | 'HEAD';
  /** Below the base address, e.g. `/api/v1/hq`. */
  path: string;
  headers?: Record<string, string>;
  body?: Uint8Array;
  signal?: AbortSignal | undefined;
}

export interface HqAnswer {
  status: number;
  headers: http.IncomingHttpHeaders;
  body: Buffer;
}

export interface HqDownload {
  status: number;
  headers: http.IncomingHttpHeaders;
  /** Errors in it are coded as those of a request. */
  body: AsyncIterable<Buffer>;
}

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * The address as it is kept: without a slash at the end. https, or http to this computer; no name and password, no query.
 * Throws `sync/address`.
 */
export function hqAddress(text: string): string {
  const url = URL.canParse(text.trim()) ? new URL(text.trim()) : null;
  const fits =
    url !== null &&
    (url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK.has(url.hostname))) &&
    url.username === '' &&
    url.password === '' &&
    url.search === '' &&
    url.hash === '';
  if (!url || !fits) throw new BoxError('sync/address', { url: text.slice(0, 200) });
  return url.href.replace(/\/+$/, '');
}

export class HqHttp {
  readonly url: string;
  readonly limits: HqLimits;
  /** For whoever speaks to the same host by other means. */
  readonly agent: http.Agent;
  readonly #ca: string;

  /**
   * @param url as `hqAddress` gave it
   * @param ca PEM of the only authority that is trusted; empty: those that the system trusts
   */
  constructor(url: string, ca: string, limits: HqLimits = HQ_LIMITS) {
    this.url = url;
    this.limits = limits;
    this.#ca = ca;
    this.agent = url.startsWith('https:')
      ? new https.Agent({ keepAlive: true, maxSockets: 4, ...(ca === '' ? {} : { ca }) })
      : new http.Agent({ keepAlive: true, maxSockets: 4 });
  }

  /** What to ask for at an address that headquarters named. Throws `sync/lying` where it is not below its own. */
  pathOf(address: string): string {
    const href = URL.canParse(address) ? new URL(address).href : '';
    if (!href.startsWith(`${this.url}/`)) throw new BoxError('sync/lying', { problem: 'address of another' });
    return href.slice(this.url.length);
  }

  /** Asks and reads the whole answer. Throws `sync/*` faults. */
  async request(ask: HqRequest): Promise<HqAnswer> {
    const whole = AbortSignal.timeout(this.limits.wholeMs);
    const signal = ask.signal ? AbortSignal.any([ask.signal, whole]) : whole;
    const { answer, body } = await this.#open(ask, signal);
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of body) {
      bytes += chunk.length;
      if (bytes > this.limits.answerBytes) {
        answer.destroy();
        throw new BoxError('sync/lying', { path: ask.path, problem: 'the answer is too large' });
      }
      chunks.push(chunk);
    }
    return { status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(chunks) };
  }

  /** Asks and hands the answer on as it comes. The caller reads it to its end or breaks off. */
  async download(ask: HqRequest): Promise<HqDownload> {
    const { answer, body } = await this.#open(ask, ask.signal);
    return { status: answer.statusCode ?? 0, headers: answer.headers, body };
  }

  /** Ends connections that are kept open. */
  close(): void {
    this.agent.destroy();
  }

  #open(
    ask: HqRequest,
    signal: AbortSignal | undefined,
  ): Promise<{ answer: IncomingMessage; body: AsyncIterable<Buffer> }> {
    const { connectMs, idleMs } = this.limits;
    // Whatever the connection says of its end: if it was we who ended it, that is why.
    const fault = (error: unknown) => faultOf(signal?.aborted ? signal.reason : error, ask);
    return new Promise((resolve, reject) => {
      const options: https.RequestOptions = {
        method: ask.method,
        agent: this.agent,
        headers: {
          accept: 'application/json',
          ...ask.headers,
          ...(ask.body ? { 'content-length': String(ask.body.byteLength) } : {}),
        },
        ...(this.#ca === '' ? {} : { ca: this.#ca }),
        ...(signal ? { signal } : {}),
      };
      const client = this.url.startsWith('https:') ? https : http;
      let request: http.ClientRequest;
      try {
        request = client.request(`${this.url}${ask.path}`, options);
      } catch (error) {
        // An authority that is no PEM, a header out of form.
        reject(fault(error));
        return;
      }
      const slow = (problem: string) =>
        request.destroy(new BoxError('sync/slow', { path: ask.path, problem }));
      const connecting = setTimeout(() => slow('no connection'), connectMs);
      request.on('socket', (socket) => {
        const ready = () => clearTimeout(connecting);
        if (!socket.connecting) ready();
        else socket.once(this.url.startsWith('https:') ? 'secureConnect' : 'connect', ready);
      });
      request.setTimeout(idleMs, () => slow('nothing was heard'));
      request.on('error', (error) => {
        clearTimeout(connecting);
        reject(fault(error));
      });
      request.on('close', () => clearTimeout(connecting));
      request.on('response', (answer) => {
        resolve({ answer, body: bodyOf(answer, fault) });
      });
      request.end(ask.body);
    });
  }
}

async function* bodyOf(answer: Readable, fault: (error: unknown) => unknown): AsyncIterable<Buffer> {
  try {
    for await (const chunk of answer) yield chunk as Buffer; // no encoding is set: chunks are buffers
  } catch (error) {
    throw fault(error);
  }
}

/** OpenSSL's and Node's words for a certificate that is not to be trusted. */
const CERTIFICATE =
  /^(CERT_|ERR_TLS|ERR_SSL|ERR_OSSL|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|HOSTNAME_MISMATCH|INVALID_CA|PATH_LENGTH|EPROTO)/;

/** What a failed request is called. */
export function faultOf(error: unknown, { path }: { path: string }): BoxError {
  if (error instanceof BoxError) return error;
  const cause = error instanceof Error ? error : new Error(String(error));
  const code = 'code' in cause ? String(cause.code) : '';
  if (cause.name === 'TimeoutError' || code === 'ETIMEDOUT')
    return new BoxError('sync/slow', { path, problem: 'took too long' }, error);
  if (cause.name === 'AbortError') return new BoxError('sync/interrupted', { path }, error);
  const name: ErrorCode = CERTIFICATE.test(code)
    ? 'sync/certificate'
    : code.startsWith('HPE_')
      ? 'sync/lying'
      : 'sync/unreachable';
  return new BoxError(name, { path, problem: code || cause.message.slice(0, 200) }, error);
}
