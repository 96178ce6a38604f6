/** The whole box: its routes are exactly the contract's, every role gets what the table of rights says, and starts that must fail say why. */
import { mkdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import pino from 'pino';
import t, { type Test } from 'tap';
import { extent, type Right, ROLES, type RoleName } from '#protocol/rights.ts';
import { ROUTES } from '#protocol/routes.ts';
import { type App, buildApp } from './app.ts';
import type { Config } from './platform/config.ts';

const log = pino({ level: 'silent' });

function config(data: string, more: Partial<Config> = {}): Config {
  return {
    data,
    port: 0,
    host: '127.0.0.1',
    name: 'localhost',
    names: [],
    sync: 'off',
    retention: 180,
    log: 'silent',
    ...more,
  };
}

async function start(t: Test, data = t.testdir()): Promise<App> {
  const app = await buildApp({ config: config(data), log });
  t.teardown(() => app.stop('test'));
  return app;
}

const PASSWORD = 'correct horse battery';

async function signIn(app: App, login: string): Promise<string> {
  const answer = await app.http.inject({
    method: 'POST',
    url: '/api/v1/console/sign-in',
    payload: { login, password: PASSWORD },
  });
  const [cookie] = answer.cookies;
  return cookie ? `${cookie.name}=${cookie.value}` : '';
}

t.test('the box serves the routes of the contract and no others', async (t) => {
  const app = await start(t);
  for (const { method, path } of ROUTES) t.ok(app.http.hasRoute({ method, url: path }), `${method} ${path}`);
  const printed = app.http.printRoutes({ commonPrefix: false });
  const served = [...printed.matchAll(/\(([A-Z, ]+)\)/g)]
    .flatMap(([, methods = '']) => methods.split(', '))
    .filter((method) => method !== 'HEAD' && method !== 'OPTIONS');
  const listed = ROUTES.filter(({ method }) => method !== 'HEAD');
  t.equal(served.length, listed.length + 1, 'and the pages');
});

t.test('rights: every role on every route', async (t) => {
  const app = await start(t);
  const { setup, staff } = app.services;
  const admin = await setup.setUp({
    site: 'T1',
    name: 'Test',
    timeZone: 'Asia/Shanghai',
    contact: '',
    demo: false,
    admin: { login: 'administrator', name: 'a', password: PASSWORD },
  });
  for (const role of ROLES)
    if (role !== 'administrator')
      await staff.add({ login: role, name: role, role, rooms: [], password: PASSWORD }, { staff: admin });
  const cookies = new Map<RoleName, string>();
  for (const role of ROLES) cookies.set(role, await signIn(app, role));

  for (const { method, path, right } of ROUTES) {
    if (path.endsWith('/socket') || path.endsWith('/sign-out')) continue;
    const url = path.replace(/:(\w+)/g, (_, name: string) => `${name.slice(0, 2)}_0000000000000000`);
    const anonymous = await app.http.inject({ method, url });
    if (right === 'public' || right === 'token')
      t.not(anonymous.statusCode, 401, `anybody may ${method} ${path}`);
    else if (method === 'HEAD')
      t.equal(anonymous.statusCode, 401, `nobody without a sign-in may HEAD ${path}`);
    else
      t.match(anonymous.json(), { code: 'auth/required' }, `nobody without a sign-in may ${method} ${path}`);
    if (right === 'public' || right === 'token' || right === 'staff') continue;
    for (const role of ROLES) {
      const answer = await app.http.inject({ method, url, headers: { cookie: cookies.get(role) ?? '' } });
      const forbidden =
        answer.statusCode === 403 && answer.json<{ code: string }>().code === 'auth/forbidden';
      const may = extent(role, right as Right) !== 'none';
      t.equal(forbidden, !may, `${role} ${may ? 'may' : 'may not'} ${method} ${path}`);
    }
  }
});

t.test('a page of another origin cannot act in a signed-in person’s name', async (t) => {
  const app = await start(t);
  const answer = await app.http.inject({
    method: 'POST',
    url: '/api/v1/console/sign-in',
    headers: { origin: 'https://evil.example' },
    payload: { login: 'a', password: 'b' },
  });
  t.match(answer.json(), { code: 'auth/origin' });
});

t.test('an empty data folder asks for set-up with the code that the start shows', async (t) => {
  const app = await start(t);
  t.same((await app.http.inject('/api/v1/setup')).json(), { needed: true });
  const body = {
    site: 'S1',
    name: '第一考点',
    timeZone: 'Asia/Shanghai',
    contact: '',
    admin: { login: 'root', name: '管理员', password: PASSWORD },
  };
  const wrong = await app.http.inject({
    method: 'POST',
    url: '/api/v1/setup',
    payload: { ...body, code: 'AAAA-AAAA' },
  });
  t.match(wrong.json(), { code: 'setup/code' });
  const right = await app.http.inject({
    method: 'POST',
    url: '/api/v1/setup',
    payload: { ...body, code: app.services.setup.code },
  });
  t.equal(right.statusCode, 200);
  t.ok(await signIn(app, 'root'));
  const again = await app.http.inject({
    method: 'POST',
    url: '/api/v1/setup',
    payload: { ...body, code: app.services.setup.code },
  });
  t.match(again.json(), { code: 'setup/done' });
});

t.test('starts that must fail say why, and leave the data alone', async (t) => {
  const data = t.testdir();
  const first = await buildApp({ config: config(data), log });
  await t.rejects(buildApp({ config: config(data), log }), { code: 'box/data-in-use' });
  await first.stop('test');

  const holder = createServer();
  await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve));
  const address = holder.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const blocked = await buildApp({ config: config(data, { port }), log });
  await t.rejects(blocked.listen(), { code: 'box/port-in-use' });
  await blocked.stop('test');
  await new Promise((resolve) => holder.close(resolve));

  const db = new Database(join(data, 'site.db'));
  db.prepare("INSERT INTO __drizzle_migrations (hash, created_at) VALUES ('later', 9e12)").run();
  db.close();
  await t.rejects(buildApp({ config: config(data), log }), { code: 'box/data-newer' });

  const file = join(t.testdir({ taken: 'a file' }), 'taken');
  await t.rejects(buildApp({ config: config(file), log }), { code: 'box/data-unwritable' });
  mkdirSync(join(data, 'again'));
  const fresh = await buildApp({ config: config(join(data, 'again')), log });
  t.pass('another folder serves');
  await fresh.stop('test');
});
