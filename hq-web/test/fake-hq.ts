/**
 * A headquarters that is none, for the pages' own tests: the built pages and the officers' calls over a made-up house
 * (fake-data.ts), on loopback. What the pages send and what they are answered is held against the contract's schemas.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type { TSchema } from 'typebox';
import { Check, Convert } from 'typebox/value';
import { contentSecurityPolicy, inlineScriptHashes, readWebFiles } from '#node/web/web-files.ts';
import { ERRORS, type ErrorCode } from '#protocol/errors.ts';
import { OFFICER_CALLS, type OfficerCallKey } from '#protocol/hq.calls.ts';
import { type FakeRequest, handlersOf } from './fake-answers.ts';
import type { FakeState } from './fake-data.ts';
import { FakeFile, FakeRefusal } from './fake-refusal.ts';

const DIST = path.resolve(import.meta.dirname, '../dist');

export interface FakeHq {
  origin: string;
  /** What it knows; tests put another in its place. */
  state: FakeState;
  /** Every call so far, with its query and body. */
  calls: { key: string; query: Record<string, string>; body: unknown }[];
  /** What the pages sent, or were answered, against the contract. */
  wrong: string[];
  /** While it is false every call is dropped. */
  line: boolean;
  close(): Promise<void>;
}

interface CallSchemas {
  query?: TSchema;
  body?: TSchema | 'bytes';
  answer?: TSchema;
}

const PATTERNS = Object.keys(OFFICER_CALLS).map((key) => {
  const [method = '', pattern = ''] = key.split(' ');
  const names = [...pattern.matchAll(/:(\w+)/g)].map(([, name]) => name ?? '');
  return {
    key: key as OfficerCallKey,
    method,
    names,
    test: new RegExp(`^${pattern.replace(/:\w+/g, '([^/]+)')}$`),
  };
});

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  const bytes = Buffer.concat(parts);
  if (request.headers['content-type'] === 'application/octet-stream') return 'bytes';
  return bytes.length > 0 ? JSON.parse(bytes.toString('utf8')) : undefined;
}

export async function startFakeHq(state: FakeState): Promise<FakeHq> {
  const files = readWebFiles(DIST, '');
  if (files.size === 0) throw new Error('the pages are not built: npm run build');
  const policy = contentSecurityPolicy(inlineScriptHashes(files));

  const server = createServer((request, response) => {
    response.setHeader('content-security-policy', policy);
    const url = new URL(request.url ?? '/', 'http://fake');
    if (url.pathname.startsWith('/api/')) return void answer(request, response, url);
    const file = files.get(url.pathname === '/' ? '/index.html' : url.pathname);
    response.writeHead(file ? 200 : 404, { 'content-type': file?.type ?? 'text/plain' });
    response.end(file?.bytes);
  });

  const hq: FakeHq = {
    origin: '',
    state,
    calls: [],
    wrong: [],
    line: true,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };

  function refuse(response: ServerResponse, code: ErrorCode): void {
    const { status, ...words } = ERRORS[code];
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ code, ...words }));
  }

  async function answer(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    if (!hq.line) return void request.socket.destroy();
    const route = PATTERNS.find(({ method, test }) => method === request.method && test.test(url.pathname));
    if (!route) {
      hq.wrong.push(`no such call: ${request.method} ${url.pathname}`);
      return refuse(response, 'request/not-found');
    }
    const { query, body, answer: answered } = OFFICER_CALLS[route.key] as CallSchemas;
    const values = route.test.exec(url.pathname)?.slice(1).map(decodeURIComponent) ?? [];
    const params = Object.fromEntries(route.names.map((name, index) => [name, values[index] ?? '']));
    const asked = Convert(query ?? {}, Object.fromEntries(url.searchParams));
    const sent = await bodyOf(request);
    hq.calls.push({ key: route.key, query: Object.fromEntries(url.searchParams), body: sent });
    if (query && !Check(query, asked)) hq.wrong.push(`query of ${route.key}: ${url.search}`);
    if (body === 'bytes' ? sent !== 'bytes' : body ? !Check(body, sent) : sent !== undefined)
      hq.wrong.push(`body of ${route.key}: ${JSON.stringify(sent)}`);
    try {
      const open = /\/(setup|sign-in|me)$/.test(url.pathname);
      if (!hq.state.me && !open) throw new FakeRefusal('auth/required');
      // One handler for each call; that this request is of its kind is what `wrong` has just been told.
      const handle = handlersOf(hq.state)[route.key] as (request: FakeRequest<OfficerCallKey>) => unknown;
      const value = handle({ params, query: asked, body: sent } as unknown as FakeRequest<OfficerCallKey>);
      if (value instanceof FakeFile) {
        response.writeHead(200, { 'content-type': value.type });
        return void response.end(value.text);
      }
      if (answered && !Check(answered, value)) hq.wrong.push(`answer of ${route.key}`);
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(value));
    } catch (thrown) {
      if (!(thrown instanceof FakeRefusal)) throw thrown;
      refuse(response, thrown.code);
    }
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  hq.origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return hq;
}
