/** How a box is reached over HTTPS: trust, origin, source address. On loopback its authority is fetched from the box itself. */
import { lookup } from 'node:dns/promises';
import { readFile } from 'node:fs/promises';
import { Agent, request } from 'node:https';
import { createSecureContext, type SecureContext } from 'node:tls';
import type { BoxInfo } from '#protocol/console.ts';
import type { ErrorBody } from '#protocol/errors.ts';

export interface HttpAnswer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: Buffer;
}

export interface HttpAsk {
  method?: string;
  path: string;
  headers?: Record<string, string>;
  body?: string | Uint8Array;
  /** Source address. */
  address?: string | undefined;
  agent?: Agent;
  /** Gets the body's chunks as they come; then the answer's body is empty. */
  onChunk?: (chunk: Buffer) => void;
}

/** An answer of the box that is not a success; `code` is of the catalogue. */
export class BoxAnswer extends Error {
  readonly code: string;
  readonly detail: Record<string, unknown> | undefined;
  constructor(code: string, detail?: Record<string, unknown>) {
    super(detail ? `${code} ${JSON.stringify(detail)}` : code);
    this.code = code;
    this.detail = detail;
  }
}

const TIMEOUT_MS = 30_000;

export class BoxAccess {
  readonly url: URL;
  readonly loopback: boolean;
  readonly secureContext: SecureContext;
  readonly info: BoxInfo;

  private constructor(of: Pick<BoxAccess, 'url' | 'loopback' | 'secureContext' | 'info'>) {
    this.url = of.url;
    this.loopback = of.loopback;
    this.secureContext = of.secureContext;
    this.info = of.info;
  }

  /** `ca` is a PEM file. Without it the authority is taken from the box if that is on loopback, else the system decides. */
  static async open(address: string, ca?: string): Promise<BoxAccess> {
    const url = new URL(address);
    if (url.protocol !== 'https:') throw new Error(`${address}: the address begins with https://`);
    const loopback = await isLoopback(url.hostname);
    const plain = { url, loopback };
    const pem = ca ? await readFile(ca) : loopback ? await authorityOf(url) : null;
    const secureContext = createSecureContext(pem ? { ca: pem } : {});
    const { body } = await send({ ...plain, secureContext }, { path: '/api/v1/box' });
    const info = JSON.parse(body.toString()) as BoxInfo;
    if (info.product !== 'gongyuan') throw new Error(`${address} is not a Gongyuan box`);
    return new BoxAccess({ ...plain, secureContext, info });
  }

  /** The origin that candidates' machines have: the box's own, whatever address it was reached under. */
  get origin(): string {
    return this.info.origin;
  }

  /** Options of a TLS connection, for sockets. */
  connection(address?: string): ConnectionOptions {
    return connectionOf(this, address);
  }

  agent(address?: string, sockets = 1): Agent {
    return new Agent({ keepAlive: true, maxSockets: sockets, ...this.connection(address) });
  }

  /** Throws `BoxAnswer` for an error of the box, other errors for the network's. */
  async fetch(ask: HttpAsk): Promise<HttpAnswer> {
    return send(this, ask);
  }
}

interface ConnectionOptions {
  secureContext: SecureContext;
  family?: 4;
  localAddress?: string;
  rejectUnauthorized?: boolean;
}

function connectionOf(
  { loopback, secureContext }: { loopback: boolean; secureContext: SecureContext },
  address?: string,
): ConnectionOptions {
  return {
    secureContext,
    ...(loopback ? { family: 4 as const } : {}),
    ...(loopback && address ? { localAddress: address } : {}),
  };
}

async function send(
  to: { url: URL; loopback: boolean; secureContext: SecureContext },
  ask: HttpAsk & { rejectUnauthorized?: boolean },
): Promise<HttpAnswer> {
  const {
    method = 'GET',
    path,
    headers = {},
    body,
    address,
    agent,
    onChunk,
    rejectUnauthorized = true,
  } = ask;
  const answer = await new Promise<HttpAnswer>((resolve, reject) => {
    const sent = request(
      new URL(path, to.url),
      {
        method,
        headers: { ...headers, ...(body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }) },
        timeout: TIMEOUT_MS,
        rejectUnauthorized,
        ...connectionOf(to, address),
        ...(agent ? { agent } : { agent: false }),
      },
      (response) => {
        const chunks: Buffer[] = [];
        const whole = response.statusCode !== 200 || !onChunk;
        response.on('data', (chunk: Buffer) => (whole ? chunks.push(chunk) : onChunk(chunk)));
        response.on('error', reject);
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(chunks),
          }),
        );
      },
    );
    sent.on('timeout', () => sent.destroy(new Error(`${method} ${path}: no answer in ${TIMEOUT_MS} ms`)));
    sent.on('error', reject);
    sent.end(body);
  });
  if (answer.status < 400) return answer;
  throw errorOf(answer, `${method} ${path}`);
}

function errorOf(answer: HttpAnswer, what: string): Error {
  try {
    const { code, detail } = JSON.parse(answer.body.toString()) as Partial<ErrorBody>;
    if (typeof code === 'string') return new BoxAnswer(code, detail);
  } catch {
    // Not ours: a proxy's page, or nothing.
  }
  return new Error(`${what}: status ${answer.status}`);
}

/** Trust on first use is for this computer alone: nobody stands between a process and loopback. */
async function authorityOf(url: URL): Promise<Buffer> {
  const to = { url, loopback: true, secureContext: createSecureContext() };
  return (await send(to, { path: '/ca.crt', rejectUnauthorized: false })).body;
}

async function isLoopback(host: string): Promise<boolean> {
  const name = host.replace(/^\[|\]$/g, '');
  try {
    const { address } = await lookup(name, { family: name === '::1' ? 6 : 4 });
    return address.startsWith('127.');
  } catch {
    return false;
  }
}
