/** The one way to call headquarters. Paths, bodies and answers are the contract's (protocol/hq.calls.ts). */
import type { OfficerCallKey, OfficerCalls } from '#protocol/hq.calls.ts';
import { failureOf, ownFailure } from './failure.ts';

export type Answer<K extends OfficerCallKey> = OfficerCalls[K] extends { answer: infer A } ? A : never;
export type BodyOf<K extends OfficerCallKey> = OfficerCalls[K] extends { body: infer B } ? B : never;
type PathParameters<P extends string> = P extends `${string}:${infer Name}/${infer Rest}`
  ? { [N in Name]: string } & PathParameters<`/${Rest}`>
  : P extends `${string}:${infer Name}`
    ? { [N in Name]: string }
    : unknown;
type Body<K extends OfficerCallKey> = OfficerCalls[K] extends { body: 'bytes' }
  ? { body: Blob }
  : OfficerCalls[K] extends { body: infer B }
    ? { body: B }
    : unknown;
type Query<K extends OfficerCallKey> = OfficerCalls[K] extends { query: infer Q } ? { query: Q } : unknown;

interface Extras {
  signal?: AbortSignal;
  /** Bytes sent so far: uploads only. */
  onProgress?: (sent: number) => void;
}
export type CallOptions<K extends OfficerCallKey> = PathParameters<K> & Body<K> & Query<K> & Extras;

/** A call that has answered nothing after this long is given up. */
const PATIENCE_MS = 30_000;
/** A roster, a paper or a courier's file is worked through, and thousands of packages are sealed, before the answer comes. */
const WORK_PATIENCE_MS = 10 * 60_000;

let signedOut = () => {};
/** Called whenever headquarters says that nobody is signed in (401), sign-in apart. */
export function onSignedOut(listener: () => void): void {
  signedOut = listener;
}

/** Path with its parameters filled in and its query; parameters are escaped, empty ones left out. */
export function addressOf(path: string, given: Record<string, unknown>): string {
  const filled = path.replace(/:(\w+)/g, (_whole, name: string) => encodeURIComponent(String(given[name])));
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries((given['query'] as Record<string, unknown> | undefined) ?? {}))
    if (value !== undefined && value !== null && value !== '') query.set(name, String(value));
  const text = query.toString();
  return text ? `${filled}?${text}` : filled;
}

/** Address of a download, for a link. */
export function fileAddress<K extends OfficerCallKey>(key: K, options: PathParameters<K> & Query<K>): string {
  return addressOf(key.split(' ')[1] ?? '', options as Record<string, unknown>); // the parts that this key has
}

/**
 * Throws `Failure`: headquarters' own code, `hq/offline` where it can't be reached, `hq/answer` where something else
 * answers. An abort by the caller throws the signal's reason.
 */
export async function call<K extends OfficerCallKey>(key: K, options: CallOptions<K>): Promise<Answer<K>> {
  const text = await (await send(key, options)).text();
  try {
    return (text === '' ? null : JSON.parse(text)) as Answer<K>; // the contract's; headquarters checks what it answers
  } catch {
    throw ownFailure('hq/answer');
  }
}

/** A download that is asked for with a body; links take the others. */
export async function callForFile<K extends OfficerCallKey>(key: K, options: CallOptions<K>): Promise<Blob> {
  return (await send(key, options)).blob();
}

async function send<K extends OfficerCallKey>(key: K, options: CallOptions<K>): Promise<Response> {
  const given = options as Record<string, unknown> & Extras; // the parts of CallOptions that this key doesn't have are absent
  const [method = 'GET', path = ''] = key.split(' ');
  const url = addressOf(path, given);
  const body = given['body'];
  const response =
    body instanceof Blob
      ? await upload(method, url, body, given)
      : await plain(method, url, body, given.signal);
  if (response.ok) return response;
  const failure = failureOf(response.status, await response.json().catch(() => null));
  if (response.status === 401 && !key.endsWith('/sign-in')) signedOut();
  throw failure;
}

async function plain(
  method: string,
  url: string,
  body: unknown,
  signal: AbortSignal | undefined,
): Promise<Response> {
  const patience = AbortSignal.timeout(method === 'GET' ? PATIENCE_MS : WORK_PATIENCE_MS);
  try {
    return await fetch(url, {
      method,
      credentials: 'same-origin',
      cache: 'no-store',
      headers: body === undefined ? {} : { 'content-type': 'application/json' },
      body: body === undefined ? null : JSON.stringify(body),
      signal: signal ? AbortSignal.any([signal, patience]) : patience,
    });
  } catch (thrown) {
    if (signal?.aborted) throw thrown;
    throw ownFailure('hq/offline');
  }
}

/** XMLHttpRequest, for fetch does not tell how much of an upload is on its way. */
function upload(method: string, url: string, body: Blob, extras: Extras): Promise<Response> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const lost = () => reject(ownFailure('hq/offline'));
    request.open(method, url);
    request.timeout = WORK_PATIENCE_MS;
    request.setRequestHeader('content-type', 'application/octet-stream');
    request.upload.onprogress = (event) => extras.onProgress?.(event.loaded);
    request.onload = () => resolve(new Response(request.responseText, { status: request.status }));
    request.onerror = lost;
    request.ontimeout = lost;
    request.onabort = lost;
    request.send(body);
  });
}
