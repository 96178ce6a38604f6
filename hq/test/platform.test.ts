import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import t from 'tap';
import { openDatabase } from '#hq/platform/open-database.ts';
import { HQ_ROUTES } from '#protocol/hq.routes.ts';
import { memoryDatabase, SILENT, startTestHq, testFolder } from './harness.ts';
import { noPostgres, startPostgres } from './postgres.testing.ts';

t.test('the first officer, signing in, and what an officer may do', async (t) => {
  const test = await startTestHq(t);
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
});

t.test('keys belong to the database, and to nobody else', async (t) => {
  const database = await memoryDatabase(t);
  const data = testFolder(t);
  const first = await startTestHq(t, { database, data });
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
});

t.test('the embedded database belongs to one process', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'hq-lock-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const first = await openDatabase('', folder, SILENT);
  await t.rejects(openDatabase('', folder, SILENT), { code: 'hq/data-in-use' });
  await first.close();
});

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

t.test('an unknown address is answered in words', async (t) => {
  const test = await startTestHq(t);
  t.equal((await test.inject('/api/v1/nothing')).json().code, 'request/not-found');
  t.ok(HQ_ROUTES.length > 0);
});
