/**
 * A box for tests: real database, real writer, real routes, in `t.testdir()`; only time is ours. Requests go in by
 * `inject`, typed by the contract's table of calls. Closed by itself when the test ends.
 */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import type { Test } from 'tap';
import type { ConsoleCalls } from '#protocol/console.calls.ts';
import type { ErrorBody } from '#protocol/errors.ts';
import type { RoleName } from '#protocol/rights.ts';
import { examsRoutes } from '#server/exams/exams.routes.ts';
import { ExamsService } from '#server/exams/exams.service.ts';
import { SessionsService } from '#server/exams/sessions.service.ts';
import { logRoutes } from '#server/log/log.routes.ts';
import { LogService } from '#server/log/log.service.ts';
import { openBox } from '#server/open-box.ts';
import { papersRoutes } from '#server/papers/papers.routes.ts';
import { type PaperOptions, PapersService } from '#server/papers/papers.service.ts';
import { SealedPapers } from '#server/papers/sealed-papers.ts';
import type { TimeSource } from '#server/platform/box-clock.ts';
import { type Config, readConfig } from '#server/platform/config.ts';
import type { Deps } from '#server/platform/deps.ts';
import { buildHttp } from '#server/platform/http.ts';
import { newId } from '#server/platform/ids.ts';
import { Statements } from '#server/platform/statements.ts';
import { Turns } from '#server/platform/turns.ts';
import { roomsRoutes } from '#server/rooms/rooms.routes.ts';
import { RoomsService } from '#server/rooms/rooms.service.ts';
import { rosterRoutes } from '#server/roster/roster.routes.ts';
import { RosterService } from '#server/roster/roster.service.ts';
import { DoorDraws } from '#server/seating/door-draw.ts';
import { seatingRoutes } from '#server/seating/seating.routes.ts';
import { SeatingService } from '#server/seating/seating.service.ts';
import { setupRoutes } from '#server/setup/setup.routes.ts';
import { SetupService } from '#server/setup/setup.service.ts';
import { authRoutes, guardRoutes } from '#server/staff/auth.routes.ts';
import { AuthService, COOKIE, hashToken } from '#server/staff/auth.service.ts';
import { staffRoutes } from '#server/staff/staff.routes.ts';
import { StaffService } from '#server/staff/staff.service.ts';

/** Clocks that stand until they are told to go on. */
export class FakeTime implements TimeSource {
  #boot = 'boot-1';
  #monoMs = 1_000_000;
  #wallMs = Date.UTC(2026, 10, 21, 1, 0, 0);

  boot(): string {
    return this.#boot;
  }

  monoMs(): number {
    return this.#monoMs;
  }

  wallMs(): number {
    return this.#wallMs;
  }

  pass(ms: number): void {
    this.#monoMs += ms;
    this.#wallMs += ms;
  }

  /** The machine was off for so long. */
  reboot(ms: number): void {
    this.#boot = `boot-${this.#wallMs}`;
    this.#monoMs = 10_000;
    this.#wallMs += ms;
  }
}

type Key = keyof ConsoleCalls;

export interface CallOptions<K extends Key> {
  /** Signed in as the harness's person of this role, or by this cookie; absent: nobody. */
  as?: RoleName | { cookie: string } | undefined;
  /** Values of the path's parameters. */
  params?: Record<string, string>;
  query?: ConsoleCalls[K] extends { query: infer Q } ? Q : never;
  body?: ConsoleCalls[K] extends { body: 'bytes' }
    ? Buffer
    : ConsoleCalls[K] extends { body: infer B }
      ? B
      : never;
}

export interface CallResult<T> {
  status: number;
  /** The answer of a call that went well; reading it of one that did not throws, with the refusal in the message. */
  readonly answer: T;
  /** Code of a refusal, else ''. */
  code: string;
  detail: Record<string, unknown>;
}

export interface TestBox {
  app: FastifyInstance;
  deps: Deps;
  time: FakeTime;
  services: ReturnType<typeof wire>;
  statements: Statements;
  /** Every line that was logged. */
  logs: string[];
  call<K extends Key>(key: K, options?: CallOptions<K>): Promise<CallResult<ConsoleCalls[K]['answer']>>;
  /** A person who is signed in, without a password's cost. */
  signIn(role: RoleName, rooms?: string[]): Promise<{ staff: string; cookie: string }>;
}

export interface HarnessOptions {
  papers?: PaperOptions;
  /** Further routes; called before the application is ready. */
  routes?: (app: FastifyInstance, deps: Deps, services: ReturnType<typeof wire>) => void | Promise<void>;
  config?: Partial<Config>;
}

export async function build(t: Test, options: HarnessOptions = {}): Promise<TestBox> {
  const logs: string[] = [];
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      logs.push(chunk.toString('utf8'));
      done();
    },
  });
  const log = pino({ level: 'debug' }, sink);
  const time = new FakeTime();
  const config = {
    ...readConfig(['--data', folderOf(t), '--name', 'gongyuan.test'], {}),
    ...options.config,
  };
  const box = await openBox(config, 'https://gongyuan.test', time, log);
  const { deps } = box;
  const app = await buildHttp({
    log,
    // Requests come in by `inject`: no handshake ever asks for a certificate.
    tls: { key: '', cert: '' },
    contentSecurityPolicy: "default-src 'none'",
    hosts: () => new Set(['gongyuan.test']),
  });
  const services = wire(app, deps, options.papers ?? {});
  await options.routes?.(app, deps, services);
  await app.ready();
  t.teardown(async () => {
    await app.close();
    await box.close('test ended');
  });

  const cookies = new Map<RoleName, string>();
  const signIn: TestBox['signIn'] = async (role, rooms = []) => {
    const staff = newId('staff');
    const token = randomBytes(16).toString('base64url');
    const login = `${role}-${staff.slice(3, 9)}`;
    await deps.ledger.append(
      [{ kind: 'STAFF_SAVED', body: { staff, login, name: `${role} 某`, role, rooms, active: true } }],
      {
        local: [
          { t: 'staff-secret', staff, hash: 'none' },
          {
            t: 'sign-in',
            tokenHash: hashToken(token),
            staff,
            expires: time.wallMs() + 24 * 3_600_000,
            address: '127.0.0.1',
            agent: 'test',
          },
        ],
      },
    );
    return { staff, cookie: token };
  };
  const cookieOf = async (role: RoleName): Promise<string> => {
    const known = cookies.get(role);
    if (known !== undefined) return known;
    const { cookie } = await signIn(role);
    cookies.set(role, cookie);
    return cookie;
  };

  return {
    app,
    deps,
    time,
    services,
    statements: new Statements(deps.db),
    logs,
    signIn,
    async call(key, { as, params = {}, query, body } = {}) {
      const [method = '', path = ''] = key.split(' ');
      const url = path.replace(/:(\w+)/g, (_whole, name: string) => encodeURIComponent(params[name] ?? ''));
      const cookie = typeof as === 'string' ? await cookieOf(as) : as?.cookie;
      const response = await app.inject({
        method: method as 'GET', // the contract's methods are all inject's
        url,
        query: Object.fromEntries(
          Object.entries((query as Record<string, unknown> | undefined) ?? {}).map(([k, v]) => [
            k,
            String(v),
          ]),
        ),
        cookies: cookie === undefined ? {} : { [COOKIE]: cookie },
        ...(body === undefined
          ? {}
          : Buffer.isBuffer(body)
            ? // The box wipes what it is sent: a copy, for the test may send it again.
              { payload: Buffer.from(body), headers: { 'content-type': 'application/octet-stream' } }
            : { payload: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
      });
      return resultOf(response.statusCode, response.payload);
    },
  };
}

/** A folder of its own for each box of a test: `t.testdir` would empty the one before. */
function folderOf(t: Test): string {
  return mkdtempSync(join(existsSync(t.testdirName) ? t.testdirName : t.testdir({}), 'box-'));
}

function resultOf<T>(status: number, payload: string): CallResult<T> {
  const value: unknown = payload === '' ? null : JSON.parse(payload);
  const refusal = status >= 400 ? (value as ErrorBody) : null;
  return {
    status,
    code: refusal?.code ?? '',
    detail: refusal?.detail ?? {},
    get answer(): T {
      if (refusal) throw new Error(`refused: ${payload.slice(0, 1_000)}`);
      return value as T;
    },
  };
}

/** The routes of preparation, wired as app.ts does. */
function wire(app: FastifyInstance, deps: Deps, papersOptions: PaperOptions) {
  const turns = new Turns();
  const auth = new AuthService(deps);
  const setup = new SetupService(deps, turns);
  const staff = new StaffService(deps, turns);
  const exams = new ExamsService(deps);
  const rooms = new RoomsService(deps, turns);
  const sealed = new SealedPapers(deps);
  const papers = new PapersService(deps, sealed, turns, papersOptions);
  const sessions = new SessionsService(deps, { turns, exams, rooms, papers });
  const roster = new RosterService(deps, turns);
  const seating = new SeatingService(deps, turns);
  const log = new LogService(deps);
  guardRoutes(app, auth);
  setupRoutes(app, deps, setup);
  authRoutes(app, deps, auth);
  staffRoutes(app, deps, staff);
  examsRoutes(app, deps, exams, sessions);
  rosterRoutes(app, deps, roster);
  papersRoutes(app, deps, papers, sealed);
  roomsRoutes(app, deps, rooms);
  seatingRoutes(app, deps, { seating, door: new DoorDraws(deps, turns) });
  logRoutes(app, deps, log);
  return { turns, auth, setup, staff, exams, rooms, sealed, papers, sessions, roster, seating, log };
}
