/**
 * A site for stories: the whole box with its own routes and sockets, staff who are signed in, and what a site does
 * between a package and a running exam.
 */
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:net';
import pino from 'pino';
import type { Test } from 'tap';
import { newId } from '#node/ids/new-id.ts';
import type { ConsoleCalls } from '#protocol/console.calls.ts';
import type { RoleName } from '#protocol/rights.ts';
import { type App, buildApp } from '#server/app.ts';
import type { TimeSource } from '#server/platform/box-clock.ts';
import { readConfig } from '#server/platform/config.ts';
import { hashToken } from '#server/staff/auth.service.ts';

type Key = keyof ConsoleCalls;
type Sent<K extends Key> = ConsoleCalls[K] extends { body: infer B }
  ? B extends 'bytes'
    ? Buffer
    : B
  : undefined;

export interface Person {
  staff: string;
  cookie: string;
}

export class StorySite {
  readonly app: App;
  readonly origin: string;
  readonly #time: TimeSource;

  constructor(app: App, origin: string, time: TimeSource) {
    this.app = app;
    this.origin = origin;
    this.#time = time;
  }

  /** A member of staff who is signed in. */
  async person(role: RoleName, name: string): Promise<Person> {
    const staff = newId('staff');
    const token = randomBytes(16).toString('base64url');
    await this.app.deps.ledger.append(
      [
        {
          kind: 'STAFF_SAVED',
          body: { staff, login: `${role}-${staff.slice(3, 9)}`, name, role, rooms: [], active: true },
        },
      ],
      {
        local: [
          { t: 'staff-secret', staff, hash: 'none' },
          {
            t: 'sign-in',
            tokenHash: hashToken(token),
            staff,
            expires: this.#time.wallMs() + 90 * 24 * 3_600_000,
            address: '127.0.0.1',
            agent: 'test',
          },
        ],
      },
    );
    return { staff, cookie: `__Host-gongyuan=${token}` };
  }

  /** The answer as it came. */
  async raw<K extends Key>(
    as: Person,
    key: K,
    params: Record<string, string> = {},
    body?: Sent<K>,
  ): Promise<{ status: number; payload: Buffer }> {
    const [method = '', path = ''] = key.split(' ');
    const bytes = Buffer.isBuffer(body);
    const response = await this.app.http.inject({
      method: method as 'GET', // the contract's methods are all inject's
      url: path.replace(/:(\w+)/g, (_whole, name: string) => encodeURIComponent(params[name] ?? '')),
      headers: {
        cookie: as.cookie,
        ...(body === undefined
          ? {}
          : { 'content-type': bytes ? 'application/octet-stream' : 'application/json' }),
      },
      ...(body === undefined ? {} : { payload: bytes ? Buffer.from(body) : JSON.stringify(body) }),
    });
    return { status: response.statusCode, payload: response.rawPayload };
  }

  /** The answer of a call that must succeed. */
  async call<K extends Key>(
    as: Person,
    key: K,
    params: Record<string, string> = {},
    body?: Sent<K>,
  ): Promise<ConsoleCalls[K]['answer']> {
    const { status, payload } = await this.raw(as, key, params, body);
    if (status >= 300) throw new Error(`${key}: ${status} ${payload.toString().slice(0, 1_000)}`);
    return (payload.length === 0 ? null : JSON.parse(payload.toString())) as ConsoleCalls[K]['answer'];
  }

  /** The code of a call that must be refused. */
  async refused<K extends Key>(
    as: Person,
    key: K,
    params: Record<string, string> = {},
    body?: Sent<K>,
  ): Promise<string> {
    const { status, payload } = await this.raw(as, key, params, body);
    if (status < 400) throw new Error(`${key}: answered ${status}`);
    return (JSON.parse(payload.toString()) as { code: string }).code;
  }
}

export async function openSite(t: Test, folder: string, time: TimeSource): Promise<StorySite> {
  const port = await freePort();
  const config = {
    ...readConfig(['--data', folder, '--name', 'localhost', '--host', '127.0.0.1', '--log', 'silent'], {}),
    port,
  };
  const app = await buildApp({ config, log: pino({ level: 'silent' }), time });
  t.teardown(() => app.stop('test'));
  await app.services.setup.setUp({
    site: 'XZ01',
    name: '拉萨第一考点',
    timeZone: 'Asia/Shanghai',
    contact: '0891-000',
    demo: false,
    admin: { login: 'administrator', name: '管理员', password: 'correct horse battery' },
  });
  await app.listen();
  return new StorySite(app, `https://localhost:${port}`, time);
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
