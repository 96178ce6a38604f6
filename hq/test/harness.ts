/**
 * A headquarters for tests: on an embedded database in memory (or the one given), with a clock that tests set. Every
 * JSON answer is compared with the schema that is published for it.
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { InjectOptions, LightMyRequestResponse } from 'fastify';
import pino from 'pino';
import type { Test } from 'tap';
import type { TSchema } from 'typebox';
import { Compile, type Validator } from 'typebox/compile';
import { officer as officerTable } from '#db/hq/schema.ts';
import { buildHq, type Hq } from '#hq/app.ts';
import { type HqConfig, readHqConfig } from '#hq/platform/config.ts';
import type { Database } from '#hq/platform/database.ts';
import type { HqTime } from '#hq/platform/deps.ts';
import { openDatabase } from '#hq/platform/open-database.ts';
import { newId } from '#node/ids/new-id.ts';
import type { OfficerCallKey, OfficerCalls } from '#protocol/hq.calls.ts';
import type { OfficerRole } from '#protocol/hq.routes.ts';

export const SILENT = pino({ level: 'silent' });
export const START = 1_800_000_000_000;

/** A clock that stands until a test moves it. */
export class TestTime implements HqTime {
  now = START;
  wall(): number {
    return this.now;
  }
}

export interface HarnessOptions {
  /** Shared by replicas; otherwise one of its own in memory. */
  database?: Database;
  /** Data folder, shared by replicas. */
  data?: string;
  time?: TestTime;
  config?: Partial<HqConfig>;
}

export function testFolder(t: Test): string {
  const folder = mkdtempSync(join(tmpdir(), 'hq-test-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export async function memoryDatabase(t: Test): Promise<Database> {
  const database = await openDatabase('', null, SILENT);
  t.teardown(() => database.close());
  return database;
}

export async function startTestHq(t: Test, options: HarnessOptions = {}): Promise<TestHq> {
  const data = options.data ?? testFolder(t);
  const database = options.database ?? (await memoryDatabase(t));
  const time = options.time ?? new TestTime();
  const config = {
    ...readHqConfig(['--data', data, '--port', '0', '--log', 'silent'], {}),
    ...options.config,
  };
  const hq = await buildHq({ config, log: SILENT, time, database });
  let stopped = false;
  const stop = async () => {
    if (stopped) return;
    stopped = true;
    await hq.stop();
  };
  t.teardown(stop);
  return new TestHq(hq, time, data, stop);
}

export class TestHq {
  readonly hq: Hq;
  readonly time: TestTime;
  readonly data: string;
  /** Once is enough; the end of the test does it too. */
  readonly stop: () => Promise<void>;

  constructor(hq: Hq, time: TestTime, data: string, stop: () => Promise<void>) {
    this.hq = hq;
    this.time = time;
    this.data = data;
    this.stop = stop;
    checkAnswers(hq);
  }

  inject(options: InjectOptions | string): Promise<LightMyRequestResponse> {
    return this.hq.http.inject(options);
  }

  /** An officer who is signed in; made where there is none of this role. */
  async officer(role: OfficerRole = 'director'): Promise<TestOfficer> {
    const row = {
      officer: newId('officer'),
      login: `${role}-${newId('officer').slice(3, 9)}`,
      name: `测试 ${role}`,
      role,
      hash: '',
      active: true,
    };
    await this.hq.deps.db.orm.insert(officerTable).values(row);
    const { token } = await this.hq.services.officers.open(row);
    return new TestOfficer(this, row.officer, `gongyuan-hq=${token}`);
  }
}

type Sent<K extends OfficerCallKey> = (OfficerCalls[K] extends { query: infer Q } ? { query?: Q } : unknown) &
  (OfficerCalls[K] extends { body: infer B } ? { body: B extends 'bytes' ? Uint8Array : B } : unknown);
type Answer<K extends OfficerCallKey> = OfficerCalls[K] extends { answer: infer A } ? A : unknown;

export class TestOfficer {
  readonly id: string;
  readonly cookie: string;
  readonly #hq: TestHq;

  constructor(hq: TestHq, id: string, cookie: string) {
    this.#hq = hq;
    this.id = id;
    this.cookie = cookie;
  }

  /** The answer as it came; `params` fill the path. */
  async raw(
    key: OfficerCallKey,
    params: Record<string, string> = {},
    sent: { query?: object; body?: unknown } = {},
    headers: Record<string, string> = {},
  ): Promise<LightMyRequestResponse> {
    const [method = '', path = ''] = key.split(' ');
    const url = path.replace(/:([a-z]+)/g, (_, name: string) => encodeURIComponent(params[name] ?? ''));
    const { body, query } = sent;
    const bytes = body instanceof Uint8Array;
    return this.#hq.inject({
      method: method as 'GET',
      url,
      query: Object.fromEntries(Object.entries(query ?? {}).map(([name, value]) => [name, String(value)])),
      headers: {
        cookie: this.cookie,
        ...(body === undefined
          ? {}
          : { 'content-type': bytes ? 'application/octet-stream' : 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { payload: bytes ? Buffer.from(body) : JSON.stringify(body) }),
    });
  }

  /** The answer of a call that must succeed. */
  async call<K extends OfficerCallKey>(
    key: K,
    params: Record<string, string> = {},
    sent?: Sent<K>,
  ): Promise<Answer<K>> {
    const response = await this.raw(key, params, (sent ?? {}) as { query?: object; body?: unknown });
    if (response.statusCode !== 200) throw new Error(`${key}: ${response.statusCode} ${response.body}`);
    return response.json() as Answer<K>; // compared with its schema on the way out
  }

  /** The code of a call that must be refused. */
  async refused<K extends OfficerCallKey>(
    key: K,
    params: Record<string, string> = {},
    sent?: Sent<K>,
  ): Promise<string> {
    const response = await this.raw(key, params, (sent ?? {}) as { query?: object; body?: unknown });
    if (response.statusCode < 400) throw new Error(`${key}: answered ${response.statusCode}`);
    return (response.json() as { code: string }).code;
  }
}

/** What does not have its published shape fails the call. */
function checkAnswers({ http }: Hq): void {
  const compiled = new Map<object, Validator>();
  http.addHook('preSerialization', async (request, reply, payload) => {
    const responses = request.routeOptions.schema?.response as Record<string, TSchema> | undefined;
    const schema = responses?.[reply.statusCode] ?? responses?.[`${Math.floor(reply.statusCode / 100)}xx`];
    if (!schema || 'content' in schema) return payload;
    const validator = compiled.get(schema) ?? Compile(schema);
    compiled.set(schema, validator);
    const value: unknown = JSON.parse(JSON.stringify(payload));
    if (!validator.Check(value)) {
      const [first] = validator.Errors(value);
      throw new Error(
        `answer of ${request.url} is not as published: ${first?.instancePath} ${first?.message}`,
      );
    }
    return payload;
  });
}
