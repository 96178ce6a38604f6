/**
 * A box that is none, for the console's own tests: the built console, the calls and the live socket over a made-up
 * site (fake-data.ts), on loopback. Answers have the shapes of the contract; nothing is stored.
 */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { Encrypter, generateIdentity, identityToRecipient } from 'age-encryption';
import { type WebSocket, WebSocketServer } from 'ws';
import { CONSOLE_SOCKET_PATH, type ConsoleMessage, type ConsolePush } from '#protocol/console.ts';
import { ERRORS } from '#protocol/errors.ts';
import { extent } from '#protocol/rights.ts';
import { ROUTES } from '#protocol/routes.ts';
import { callsOf } from './fake-calls.ts';
import { ELAPSED, type FakeState, makeState, type Scenario, WALL } from './fake-data.ts';
import { mapOf } from './fake-map.ts';
import { FakeFile, FakeRefusal } from './fake-request.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const BUILD = path.join(ROOT, 'console/build');
const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
};

export interface FakeBox {
  origin: string;
  state: FakeState;
  /** Every call so far: `POST /api/v1/console/notices`, with its body. */
  calls: { key: string; body: unknown }[];
  /** Sends to all consoles. */
  push(message: ConsolePush): void;
  /** Sends the present state of the seats that the choice names, or of all. */
  pushSeats(choose?: (label: string, room: string) => boolean): void;
  /** The line to the consoles: while it is down, sockets are cut and every call is dropped. */
  line(up: boolean): void;
  close(): Promise<void>;
}

/** A page in the kiosk's place: says what the console gives it. */
const PREVIEW = `<!doctype html><html lang="en"><title>preview</title><body><p id="said">waiting</p>
<script src="/preview-stand-in.js"></script></body></html>`;
const PREVIEW_SCRIPT = `addEventListener('message', ({ data, origin }) => {
  if (origin !== location.origin || data?.t !== 'preview') return;
  document.getElementById('said').textContent = data.paper.title + ' · ' + Object.keys(data.urls).join(' ');
});
parent.postMessage({ t: 'preview-ready' }, location.origin);`;

/** The built console, read once: another build beside the test does not pull the files from under its pages. */
async function builtFiles(): Promise<Map<string, Buffer>> {
  const entries = await readdir(BUILD, { recursive: true, withFileTypes: true }).catch(() => {
    throw new Error('the console is not built: npm run build');
  });
  const files = new Map<string, Buffer>();
  for (const entry of entries.filter((one) => one.isFile())) {
    const file = path.join(entry.parentPath, entry.name);
    files.set(`/${path.relative(BUILD, file)}`, await readFile(file));
  }
  return files;
}

function compile(pattern: string): (pathname: string) => Record<string, string> | null {
  const names = [...pattern.matchAll(/:(\w+)/g)].map(([, name]) => name ?? '');
  const expression = new RegExp(`^${pattern.replace(/:\w+/g, '([^/]+)')}$`);
  return (pathname) => {
    const match = expression.exec(pathname);
    return (
      match &&
      Object.fromEntries(names.map((name, index) => [name, decodeURIComponent(match[index + 1] ?? '')]))
    );
  };
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer); // a request without an encoding yields buffers
  const bytes = Buffer.concat(parts);
  if (request.headers['content-type'] !== 'application/json') return { bytes: bytes.length };
  return bytes.length > 0 ? JSON.parse(bytes.toString('utf8')) : {};
}

async function sealedPaper(): Promise<{ identity: string; files: Map<string, Uint8Array> }> {
  const identity = await generateIdentity();
  const encrypter = new Encrypter();
  encrypter.addRecipient(await identityToRecipient(identity));
  const paper = {
    format: 'gongyuan-paper/1',
    id: 'test',
    title: '语文 A 卷',
    language: 'zh-CN',
    sections: [],
    items: {},
    stimuli: {},
    media: { m1: { id: 'm1', kind: 'image', file: 'f1.age', name: 'map.png', type: 'image/png', bytes: 3 } },
    styles: '',
    fonts: [],
  };
  return {
    identity,
    files: new Map([
      ['f0.age', await encrypter.encrypt(JSON.stringify(paper))],
      ['f1.age', await encrypter.encrypt(new Uint8Array([1, 2, 3]))],
    ]),
  };
}

/** The signed-in role is the cookie itself: `fake=chief`. */
const COOKIE = /(?:^|; )fake=([^;]+)/;

export async function startFakeBox(scenario: Scenario): Promise<FakeBox> {
  const state = makeState(scenario);
  const handlers = callsOf(state);
  const routes = ROUTES.map((route) => ({
    ...route,
    match: compile(route.path),
    key: `${route.method} ${route.path}`,
  }));
  const files = await builtFiles();
  const html = files.get('/index.html')?.toString('utf8') ?? '';
  // What the real box does at its start: inline scripts are permitted by hash, nothing else.
  const hashes = [...html.matchAll(/<script>([\s\S]*?)<\/script>/g)].map(
    ([, text]) =>
      `'sha256-${createHash('sha256')
        .update(text ?? '')
        .digest('base64')}'`,
  );
  const policy = `default-src 'none'; script-src 'self' ${hashes.join(' ')}; style-src 'self'; img-src 'self' blob:; font-src 'self'; connect-src 'self'; frame-src 'self'; object-src 'self'; base-uri 'none'; frame-ancestors 'self'`;
  const sealed = await sealedPaper();
  const fonts = path.join(ROOT, 'node_modules/@embedpdf/fonts-sc/fonts');
  const sockets = new Map<WebSocket, { session: string | null; rooms: readonly string[] | null }>();
  const calls: FakeBox['calls'] = [];
  let up = true;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://box.test');
    const send = (status: number, type: string, body: string | Uint8Array) => {
      response.writeHead(status, { 'content-type': type, 'content-security-policy': policy });
      response.end(body);
    };
    if (!up) {
      request.socket.destroy();
      return;
    }
    if (url.pathname === '/preview.html') return send(200, 'text/html', PREVIEW);
    if (url.pathname === '/preview-stand-in.js') return send(200, 'text/javascript', PREVIEW_SCRIPT);
    const sealedFile = /^\/sealed\/[^/]+\/(f\d+\.age)$/.exec(url.pathname);
    if (sealedFile) return send(200, 'application/octet-stream', sealed.files.get(sealedFile[1] ?? '') ?? '');
    if (url.pathname === '/fonts/ui.css')
      return send(
        200,
        'text/css',
        [400, 700]
          .map(
            (weight) =>
              `@font-face{font-family:"Gongyuan UI";font-weight:${weight};src:url("/fonts/ui-${weight}.otf")}`,
          )
          .join(''),
      );
    const font = /^\/fonts\/ui-(400|700)\.otf$/.exec(url.pathname);
    if (font)
      return send(
        200,
        'font/otf',
        await readFile(path.join(fonts, `NotoSansHans-${font[1] === '700' ? 'Bold' : 'Regular'}.otf`)),
      );
    if (url.pathname.startsWith('/console')) {
      const file = url.pathname.slice('/console'.length);
      const type = TYPES[path.extname(file)];
      if (!type) return send(200, 'text/html; charset=utf-8', html);
      const bytes = files.get(file);
      return bytes ? send(200, type, bytes) : send(404, 'text/plain', 'not found');
    }
    const route = routes.find(({ method, match }) => method === request.method && match(url.pathname));
    const handler = route && handlers[route.key];
    try {
      if (url.pathname === '/api/v1/health') return send(200, 'application/json', '{}');
      const isUpload = url.pathname.startsWith('/api/v1/console/uploads');
      if (!route || !(handler || isUpload)) throw new FakeRefusal('request/not-found');
      const login = COOKIE.exec(request.headers.cookie ?? '')?.[1];
      const staff = state.staff.find((one) => one.login === login) ?? null;
      if (route.right !== 'public') {
        if (!staff) throw new FakeRefusal('auth/required');
        if (route.right !== 'staff' && route.right !== 'token' && extent(staff.role, route.right) === 'none')
          throw new FakeRefusal('auth/forbidden', { right: route.right });
      }
      if (await state.evidence.uploads.answer(request, response)) return;
      const body = await bodyOf(request);
      calls.push({ key: route.key, body });
      const params = route.match(url.pathname) ?? {};
      const value = await handler?.({ params, query: url.searchParams, body, staff, sealed });
      if (value instanceof FakeFile) return send(200, value.type, value.bytes);
      if (route.key === 'POST /api/v1/console/sign-in')
        response.setHeader('set-cookie', `fake=${(body as { login: string }).login}; Path=/; HttpOnly`); // the handler has just found it
      if (route.key === 'POST /api/v1/console/sign-out')
        response.setHeader('set-cookie', 'fake=; Path=/; Max-Age=0');
      send(200, 'application/json', JSON.stringify(value ?? {}));
      if (request.method !== 'GET') announce();
    } catch (thrown) {
      if (!(thrown instanceof FakeRefusal)) throw thrown;
      const { status, ...words } = ERRORS[thrown.code];
      send(
        status,
        'application/json',
        JSON.stringify({ code: thrown.code, ...words, detail: thrown.detail }),
      );
    }
  }

  /** After a change: machines and maps to whoever watches. */
  function announce(): void {
    for (const [socket, { session, rooms }] of sockets) {
      const say = (message: ConsolePush) => socket.send(JSON.stringify(message));
      say({
        t: 'machines',
        machines: { machines: state.machines, pending: state.pending, walk: state.walk },
      });
      const watched = state.sessions.find(({ row }) => row.session === session);
      if (watched) say({ t: 'map', map: mapOf(state, watched, rooms) });
    }
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      console.error(error);
      response.writeHead(500).end();
    });
  });
  const live = new WebSocketServer({ noServer: true });
  server.on('upgrade', (request, socket, head) => {
    const login = COOKIE.exec(request.headers.cookie ?? '')?.[1];
    const staff = state.staff.find((one) => one.login === login);
    if (!up || request.url !== CONSOLE_SOCKET_PATH || !staff) {
      socket.destroy();
      return;
    }
    live.handleUpgrade(request, socket, head, (client) => {
      const watch = {
        session: null as string | null,
        rooms: staff.role === 'invigilator' ? staff.rooms : null,
      };
      sockets.set(client, watch);
      client.on('close', () => sockets.delete(client));
      client.on('message', (data) => {
        const message = JSON.parse(String(data)) as ConsoleMessage; // sent by the console under test
        watch.session = message.session;
        announce();
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // a TCP server has one

  return {
    origin: `http://127.0.0.1:${port}`,
    state,
    calls,
    push(message) {
      for (const socket of sockets.keys()) socket.send(JSON.stringify(message));
    },
    pushSeats(choose = () => true) {
      for (const [socket, { session, rooms }] of sockets) {
        const watched = state.sessions.find(({ row }) => row.session === session);
        if (!watched) continue;
        const seats = mapOf(state, watched, rooms)
          .rooms.flatMap((room) => room.seats)
          .filter(({ label, room }) => choose(label, room));
        const message: ConsolePush = { t: 'seats', seats, elapsed: ELAPSED, wall: WALL };
        socket.send(JSON.stringify(message));
      }
    },
    line(now) {
      up = now;
      if (!now) for (const socket of sockets.keys()) socket.terminate();
    },
    async close() {
      for (const socket of sockets.keys()) socket.terminate();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
