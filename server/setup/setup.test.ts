import t from 'tap';
import { build } from '#server/test/harness.ts';

const ADMIN = { login: 'admin', name: '管理员', password: 'correct horse battery' };
const SITE = { site: 'BJ-001', name: '第一考点', timeZone: 'Asia/Shanghai', contact: '010-1234' };

t.test('a box is set up once, with the code that it shows, and its administrator signs in', async (t) => {
  const box = await build(t);
  t.same((await box.call('GET /api/v1/setup')).answer, { needed: true });
  let told = '';
  box.services.setup.onSetUp = (site) => {
    told = site;
  };
  const { code } = box.services.setup;
  t.match(code, /^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$/);

  // Typed as people type: small letters, no hyphen, O for 0.
  const typed = code.toLowerCase().replace('-', ' ').replace(/0/g, 'o');
  const done = await box.call('POST /api/v1/setup', { body: { code: typed, ...SITE, admin: ADMIN } });
  t.equal(done.status, 200);
  t.equal(done.answer, null);
  t.equal(told, 'BJ-001');
  t.same((await box.call('GET /api/v1/setup')).answer, { needed: false });

  const signIn = await box.call('POST /api/v1/console/sign-in', {
    body: { login: 'admin', password: ADMIN.password },
  });
  t.match(signIn.answer, { role: 'administrator', siteName: '第一考点', demo: false });
  const again = await box.call('POST /api/v1/setup', { body: { code, ...SITE, admin: ADMIN } });
  t.equal(again.code, 'setup/done');

  const kinds = box.statements
    .all<{ kind: string }>('SELECT kind FROM ledger_event ORDER BY seq')
    .map(({ kind }) => kind);
  t.same(kinds.slice(1, 4), ['SITE_SET_UP', 'STAFF_SAVED', 'STAFF_PASSWORD_SET']);
  const stored = JSON.stringify(box.statements.all('SELECT bytes FROM ledger_event')) + box.logs.join('');
  t.notOk(stored.includes(ADMIN.password), 'the password is nowhere');
});

t.test('a wrong code is refused, and after five only time helps', async (t) => {
  const box = await build(t);
  const attempt = (code: string) => box.call('POST /api/v1/setup', { body: { code, ...SITE, admin: ADMIN } });
  for (let i = 0; i < 5; i++) t.equal((await attempt('AAAA-AAAA')).code, 'setup/code');
  const blocked = await attempt(box.services.setup.code);
  t.equal(blocked.code, 'request/too-many');
  t.ok(Number(blocked.detail['seconds']) > 0);
  box.time.pass(5 * 60_000 + 1);
  t.equal((await attempt(box.services.setup.code)).status, 200);
});

t.test('bad input is named and nothing is kept', async (t) => {
  const box = await build(t);
  const { code } = box.services.setup;
  const attempt = (more: object) =>
    box.call('POST /api/v1/setup', { body: { code, ...SITE, admin: ADMIN, ...more } });
  t.equal((await attempt({ admin: { ...ADMIN, password: 'short' } })).code, 'staff/weak-password');
  t.equal((await attempt({ admin: { ...ADMIN, password: 'admin-admin-1' } })).code, 'staff/weak-password');
  t.equal((await attempt({ timeZone: 'Asia/Nowhere' })).code, 'setup/time-zone');
  t.equal((await attempt({ timeZone: '+08:00' })).code, 'setup/time-zone');
  t.equal((await attempt({ site: 'a b' })).code, 'request/invalid');
  const unknown = await attempt({ demo: true });
  t.equal(unknown.code, 'request/invalid', 'unknown fields are refused');
  t.same((await box.call('GET /api/v1/setup')).answer, { needed: true });
  t.equal(box.statements.all('SELECT 1 FROM staff').length, 0);
});

t.test('two at once: one site', async (t) => {
  const box = await build(t);
  const body = { code: box.services.setup.code, ...SITE, admin: ADMIN };
  const both = await Promise.all([1, 2].map(() => box.call('POST /api/v1/setup', { body })));
  t.same(both.map(({ status }) => status).sort(), [200, 409]);
  t.equal(box.statements.all('SELECT 1 FROM staff').length, 1);
});
