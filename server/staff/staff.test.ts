import t from 'tap';
import type { ConsoleCalls } from '#protocol/console.calls.ts';
import { newId } from '#server/platform/ids.ts';
import { build } from '#server/test/harness.ts';

const PASSWORD = 'seven wise herons';

type Body = ConsoleCalls['POST /api/v1/console/staff']['body'];
type Change = ConsoleCalls['PUT /api/v1/console/staff/:staff']['body'];

t.test('staff are added, change, sign in and are signed out by a new password', async (t) => {
  const box = await build(t);
  const as = 'administrator';
  const { room } = (
    await box.call('POST /api/v1/console/rooms', { as, body: { name: '考场 01', plan: plan() } })
  ).answer;
  const body = {
    login: 'zhang.wei',
    name: '张伟',
    role: 'invigilator',
    rooms: [room],
    password: PASSWORD,
  } satisfies Body;
  const added = (await box.call('POST /api/v1/console/staff', { as, body })).answer;
  t.match(added, { login: 'zhang.wei', role: 'invigilator', rooms: [room], active: true, lastSignIn: null });
  t.notOk(JSON.stringify(added).includes('argon2'), 'no secret in the answer');

  const cookie = await signedIn(box, 'zhang.wei', PASSWORD);
  t.equal((await box.call('GET /api/v1/console/me', { as: { cookie } })).answer.login, 'zhang.wei');
  const params = { staff: added.staff };
  const change = { name: '张伟', role: 'invigilator', rooms: [room], active: true } satisfies Change;
  await box.call('PUT /api/v1/console/staff/:staff', { as, params, body: { ...change, name: '章伟' } });
  t.equal(
    (await box.call('GET /api/v1/console/me', { as: { cookie } })).answer.name,
    '章伟',
    'a new name signs nobody out',
  );

  await box.call('PUT /api/v1/console/staff/:staff', {
    as,
    params,
    body: { ...change, password: 'another seven herons' },
  });
  t.equal((await box.call('GET /api/v1/console/me', { as: { cookie } })).code, 'auth/required');
  t.equal((await signIn(box, 'zhang.wei', PASSWORD)).code, 'auth/failed');
  const again = await signedIn(box, 'zhang.wei', 'another seven herons');

  await box.call('PUT /api/v1/console/staff/:staff', { as, params, body: { ...change, active: false } });
  t.equal((await box.call('GET /api/v1/console/me', { as: { cookie: again } })).code, 'auth/required');
  t.equal((await signIn(box, 'zhang.wei', 'another seven herons')).code, 'auth/failed');

  const outs = box.statements.all<{ bytes: string }>(
    "SELECT bytes FROM ledger_event WHERE kind = 'STAFF_SIGNED_OUT'",
  );
  t.same(
    outs.map(({ bytes }) => (JSON.parse(bytes) as { body: { reason: string } }).body.reason),
    ['password set', 'put out of use'],
  );
  t.notOk(box.logs.join('').includes(PASSWORD));
});

t.test('what may not be is refused', async (t) => {
  const box = await build(t);
  const as = 'administrator';
  const add = (more: object) =>
    box.call('POST /api/v1/console/staff', {
      as,
      body: { login: 'li.na', name: '李娜', role: 'chief', rooms: [], password: PASSWORD, ...more },
    });
  t.equal((await add({ password: 'li.na.2026' })).code, 'staff/weak-password');
  t.equal((await add({ rooms: [newId('room')] })).code, 'thing/not-found');
  t.equal((await add({ rooms: ['rm_x'] })).code, 'request/invalid');
  t.equal((await add({ role: 'king' })).code, 'request/invalid');
  t.equal((await add({ isRoot: true })).code, 'request/invalid');
  t.equal((await add({})).status, 200);
  for (const login of ['li.na', 'LI.NA', 'ｌi.na'])
    t.equal((await add({ login })).code, 'staff/login-taken', login);
  const missing = await box.call('PUT /api/v1/console/staff/:staff', {
    as,
    params: { staff: newId('staff') },
    body: { name: 'x', role: 'chief', rooms: [], active: true },
  });
  t.equal(missing.code, 'thing/not-found');
});

t.test('the last administrator stays, also when two go at once', async (t) => {
  const box = await build(t);
  const first = await box.signIn('administrator');
  const second = await box.signIn('administrator');
  const put = (staff: string, change: object) =>
    box.call('PUT /api/v1/console/staff/:staff', {
      as: { cookie: first.cookie },
      params: { staff },
      body: { name: 'x', role: 'administrator', rooms: [], active: true, ...change },
    });
  const both = await Promise.all([
    put(first.staff, { active: false }),
    put(second.staff, { role: 'auditor' }),
  ]);
  t.same(both.map(({ status, code }) => `${status} ${code}`).sort(), [
    '200 ',
    '409 staff/last-administrator',
  ]);
  const left = box.statements.all("SELECT 1 FROM staff WHERE role = 'administrator' AND active = 1");
  t.equal(left.length, 1);
});

function plan() {
  return {
    rows: 1,
    columns: 2,
    front: 'top',
    door: null,
    cells: ['seat', 'seat'],
    numbering: { scheme: 'row', start: 1, width: 2 },
  } satisfies import('#protocol/console.ts').FloorPlan;
}

type Box = Awaited<ReturnType<typeof build>>;

function signIn(box: Box, login: string, password: string) {
  return box.call('POST /api/v1/console/sign-in', { body: { login, password } });
}

async function signedIn(box: Box, login: string, password: string): Promise<string> {
  const response = await box.app.inject({
    method: 'POST',
    url: '/api/v1/console/sign-in',
    payload: { login, password },
  });
  return response.cookies[0]?.value ?? '';
}
