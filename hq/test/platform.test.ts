import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Validator } from '@seriousme/openapi-schema-validator';
import { sql } from 'drizzle-orm';
import t, { type Test } from 'tap';
import type { Database } from '#hq/platform/database.ts';
import { openDatabase } from '#hq/platform/open-database.ts';
import { HQ_ROUTES } from '#protocol/hq.routes.ts';
import { memoryDatabase, SILENT, startTestHq, type TestHq, testFolder } from './harness.ts';
import { noPostgres, startPostgres } from './postgres.testing.ts';

t.test('one headquarters', async (t) => {
  const database = await memoryDatabase(t);
  const data = testFolder(t);
  const hq = await startTestHq(t, { database, data });
  await t.test('the first officer, signing in, and what an officer may do', (t) => officers(t, hq));
  await t.test('keys belong to the database, and to nobody else', (t) => keys(t, hq, database));
  await t.test('the routes are those of the contract, and described', (t) => routes(t, hq));
});

async function officers(t: Test, test: TestHq): Promise<void> {
  const { hq } = test;
  const post = (url: string, payload: object, cookie = '') =>
    test.inject({
      method: 'POST',
      url: `/api/v1/officer/${url}`,
      payload,
      headers: cookie ? { cookie } : {},
    });
  const code = (await hq.services.officers.setupCode()) ?? '';
  const first = { login: 'Director', name: '王芳', password: 'correct horse battery' };
  t.same((await test.inject('/api/v1/officer/setup')).json(), { needed: true, name: '总部 Headquarters' });
  t.equal((await post('setup', { ...first, code: 'AAAA-AAAA' })).json().code, 'hq/setup-code');
  t.equal((await post('setup', { ...first, code, extra: 1 })).json().code, 'request/invalid');
  t.equal((await post('setup', { ...first, code, password: 'short' })).json().code, 'staff/weak-password');
  const typed = code.toLowerCase().replace('-', ' ');
  t.equal((await post('setup', { ...first, code: typed })).statusCode, 200, 'as typed by a person');
  t.equal(await hq.services.officers.setupCode(), null);
  t.equal((await post('setup', { ...first, code })).json().code, 'hq/setup-done');

  t.equal((await post('sign-in', { login: 'director', password: 'wrong' })).json().code, 'auth/failed');
  const signedIn = await post('sign-in', { login: 'director', password: first.password });
  t.match(signedIn.json(), { name: '王芳', role: 'director' });
  const [set] = signedIn.cookies;
  t.match(set, { httpOnly: true, sameSite: 'Strict', path: '/' });
  const cookie = `${set?.name}=${set?.value}`;
  t.match((await test.inject({ url: '/api/v1/officer/me', headers: { cookie } })).json(), {
    login: 'Director',
  });
  const evil = { cookie, origin: 'https://evil.example' };
  const abroad = await test.inject({ method: 'POST', url: '/api/v1/officer/sign-out', headers: evil });
  t.equal(abroad.json().code, 'auth/origin', 'another page cannot act in the officer’s name');

  const auditor = await test.officer('auditor');
  t.equal(await auditor.refused('GET /api/v1/officer/officers'), 'auth/forbidden');
  const director = await test.officer('director');
  const added = await director.call(
    'POST /api/v1/officer/officers',
    {},
    {
      body: { login: 'second', name: '李', role: 'director', password: 'another long secret' },
    },
  );
  t.match(added, { login: 'second', active: true });
  t.equal(
    await director.refused(
      'POST /api/v1/officer/officers',
      {},
      {
        body: { login: 'SECOND', name: '李', role: 'auditor', password: 'another long secret' },
      },
    ),
    'staff/login-taken',
  );
  const mine = await director.call('GET /api/v1/officer/officers');
  for (const { officer, role } of mine.filter(({ officer }) => officer !== director.id))
    if (role === 'director')
      await director.call(
        'PUT /api/v1/officer/officers/:officer',
        { officer },
        {
          body: { name: 'x', role, active: false },
        },
      );
  t.equal(
    await director.refused(
      'PUT /api/v1/officer/officers/:officer',
      { officer: director.id },
      {
        body: { name: 'x', role: 'operator', active: true },
      },
    ),
    'hq/last-director',
  );
  t.equal(
    (await test.inject({ url: '/api/v1/officer/me', headers: { cookie } })).json().code,
    'auth/required',
  );
  test.time.now += 15 * 3_600_000;
  t.equal(await director.refused('GET /api/v1/officer/me'), 'auth/required', 'a sign-in ends');
}

async function keys(t: Test, first: TestHq, database: Database): Promise<void> {
  const { data } = first;
  for (const file of ['hq-key.pem', 'hq-age.txt', 'hq-secret.bin'])
    t.equal(statSync(join(data, 'keys', file)).mode & 0o777, 0o600, file);
  const again = await startTestHq(t, { database, data });
  t.equal(
    again.hq.deps.keys.key.publicKey,
    first.hq.deps.keys.key.publicKey,
    'replicas are one headquarters',
  );
  t.equal(await again.hq.services.officers.setupCode(), await first.hq.services.officers.setupCode());
  await t.rejects(startTestHq(t, { database, data: testFolder(t) }), { code: 'hq/other-keys' });
  const dump = JSON.stringify(await database.orm.query.setting.findMany());
  t.notMatch(dump, readFileSync(join(data, 'keys/hq-age.txt'), 'utf8').trim(), 'secrets stay in the folder');
}

t.test(
  'PostgreSQL: replicas that start at once, and a database that is not ours',
  { skip: noPostgres() },
  async (t) => {
    const postgres = await startPostgres();
    if (!postgres) throw new Error('PostgreSQL did not start');
    t.teardown(() => postgres.stop());
    const all = await Promise.all([1, 2, 3].map(() => openDatabase(postgres.url, null, SILENT)));
    t.equal(all.length, 3, 'none of them tripped over another');
    const [one] = all;
    await one?.rows(sql`UPDATE migration SET hash = 'other'`);
    await t.rejects(openDatabase(postgres.url, null, SILENT), { code: 'hq/database-diverged' });
    await Promise.all(all.map((database) => database.close()));
  },
);

async function routes(t: Test, hq: TestHq): Promise<void> {
  t.equal((await hq.inject('/api/v1/nothing')).json().code, 'request/not-found');
  const text = (await hq.inject('/api/v1/openapi.json')).json();
  const validator = new Validator();
  const { valid, errors } = await validator.validate(text);
  t.ok(valid, JSON.stringify(errors)?.slice(0, 1_000));
  const described = Object.entries(
    text.paths as Record<string, Record<string, { summary?: string; security: unknown }>>,
  ).flatMap(([path, methods]) => Object.entries(methods).map(([method, of]) => ({ path, method, ...of })));
  const name = (method: string, path: string) =>
    `${method.toUpperCase()} ${path.replace(/\{([a-z]+)\}/g, ':$1')}`;
  t.same(
    described.map(({ method, path }) => name(method, path)).sort(),
    HQ_ROUTES.map(({ method, path }) => `${method} ${path}`).sort(),
    'exactly these',
  );
  t.same(
    described.filter(({ summary }) => !summary).map(({ path }) => path),
    [],
    'each with a sentence',
  );

  for (const { method, path, right } of HQ_ROUTES) {
    const url = path.replace(/:[a-z]+/g, 'x');
    if (right === 'public') continue;
    const response = await hq.inject({ method: method as 'GET', url });
    t.equal(response.statusCode, 401, `${method} ${path} wants a key`);
  }
}
