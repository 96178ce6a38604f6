/** The one way to call the box. Paths, bodies and answers are the contract's (protocol/console.calls.ts). */
import type { ConsoleCalls } from '#protocol/console.calls.ts';
import { Failure, failureOf } from './failure.ts';

type Key = keyof ConsoleCalls;
type Entry<K extends Key> = ConsoleCalls[K];
type Answer<K extends Key> = Entry<K>['answer'];
type PathParameters<P extends string> = P extends `${string}:${infer Name}/${infer Rest}`
  ? { [N in Name]: string } & PathParameters<`/${Rest}`>
  : P extends `${string}:${infer Name}`
    ? { [N in Name]: string }
    : unknown;
type Body<K extends Key> =
  Entry<K> extends { body: 'bytes' }
    ? { body: Blob }
    : Entry<K> extends { body: infer B }
      ? { body: B }
      : unknown;
type Query<K extends Key> = Entry<K> extends { query: infer Q } ? { query: Q } : unknown;

interface Extras {
  signal?: AbortSignal;
  /** How long to wait for the answer, in milliseconds; for work that takes the box longer than a look. */
  patienceMs?: number;
  /** Bytes sent so far, of all: uploads only. */
  onProgress?: (sent: number, of: number) => void;
}
export type CallOptions<K extends Key> = PathParameters<K> & Body<K> & Query<K> & Extras;

/** A call that has answered nothing after this long is given up: the box is not there, or far too busy. */
const PATIENCE_MS = 30_000;
/** Importing a paper compiles it on the box before the answer comes. */
const UPLOAD_PATIENCE_MS = 10 * 60_000;

type SignedOut = (code: string) => void;
let signedOut: SignedOut = () => {};
/** Called whenever the box says that nobody is signed in (401), whatever the call was, sign-in apart. */
export function onSignedOut(listener: SignedOut): void {
  signedOut = listener;
}

/** Path with its parameters filled in and its query; parameters are escaped. */
export function addressOf(path: string, given: Record<string, unknown>): string {
  const filled = path.replace(/:(\w+)/g, (_whole, name: string) => encodeURIComponent(String(given[name])));
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries((given['query'] as Record<string, unknown> | undefined) ?? {}))
    if (value !== undefined && value !== null && value !== '') query.set(name, String(value));
  const text = query.toString();
  return text ? `${filled}?${text}` : filled;
}

/**
 * Throws `Failure`: the box's own code, `console/offline` where it can't be reached, `console/answer` where something
 * else answers. An abort by the caller throws the signal's reason.
 */
export async function call<K extends Key>(key: K, options: CallOptions<K>): Promise<Answer<K>> {
  const given = options as Record<string, unknown> & Extras; // the parts of CallOptions that this key doesn't have are absent
  const [method = 'GET', path = ''] = key.split(' ');
  const url = addressOf(path, given);
  const body = given['body'];
  const { status, text } =
    body instanceof Blob ? await upload(method, url, body, given) : await plain(method, url, body, given);

  let value: unknown = null;
  if (text !== '')
    try {
      value = JSON.parse(text);
    } catch {
      throw new Failure('console/answer', status);
    }
  if (status >= 200 && status < 300) return value as Answer<K>; // the contract's; the box checks what it answers
  const failure = failureOf(status, value);
  if (status === 401 && failure.code !== 'auth/failed') signedOut(failure.code);
  throw failure;
}

interface RawAnswer {
  status: number;
  text: string;
}

async function plain(
  method: string,
  url: string,
  body: unknown,
  { signal, patienceMs = PATIENCE_MS }: Extras,
): Promise<RawAnswer> {
  const patience = AbortSignal.timeout(patienceMs);
  try {
    const response = await fetch(url, {
      method,
      credentials: 'same-origin',
      cache: 'no-store',
      headers: body === undefined ? {} : { 'content-type': 'application/json' },
      body: body === undefined ? null : JSON.stringify(body),
      signal: signal ? AbortSignal.any([signal, patience]) : patience,
    });
    return { status: response.status, text: await response.text() };
  } catch (thrown) {
    if (signal?.aborted) throw thrown;
    throw new Failure('console/offline', 503);
  }
}

/** XMLHttpRequest, for fetch does not tell how much of an upload is on its way. */
function upload(method: string, url: string, body: Blob, extras: Extras): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(method, url);
    request.timeout = UPLOAD_PATIENCE_MS;
    request.setRequestHeader('content-type', 'application/octet-stream');
    request.upload.onprogress = (event) => extras.onProgress?.(event.loaded, event.total || body.size);
    request.onload = () => resolve({ status: request.status, text: request.responseText });
    request.onerror = () => reject(new Failure('console/offline', 503));
    request.ontimeout = () => reject(new Failure('console/offline', 503));
    request.onabort = () => reject(extras.signal?.reason ?? new Failure('console/offline', 503));
    extras.signal?.addEventListener('abort', () => request.abort(), { once: true });
    request.send(body);
  });
}
