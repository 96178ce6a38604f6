import t from 'tap';
import { drawn } from '#domain/seating/plan.fixture.ts';
import { newId } from '#server/platform/ids.ts';
import { build } from '#server/test/harness.ts';

t.test('rooms are drawn, changed and removed', async (t) => {
  const box = await build(t);
  const as = 'administrator';
  const plan = drawn(['ss|sx', 'sp|ss']);
  const add = await box.call('POST /api/v1/console/rooms', { as, body: { name: '考场 01', plan } });
  t.match(add.answer, { name: '考场 01', seats: 6, spares: 1, machines: 0, plan });
  const { room } = add.answer;
  const params = { room };

  const again = await box.call('POST /api/v1/console/rooms', { as, body: { name: '考场 01', plan } });
  t.equal(again.code, 'room/name-taken');
  const bad = await box.call('POST /api/v1/console/rooms', {
    as,
    body: { name: '考场 02', plan: { ...plan, cells: plan.cells.slice(1) } },
  });
  t.equal(bad.code, 'room/invalid');
  t.match(bad.detail, { problems: [{ code: 'seating/bad-cells', zh: /格子/, doEn: /draw it anew/ }] });
  const alien = { ...plan, overrides: { '0': '一号', '1': '一号' } };
  const twice = await box.call('POST /api/v1/console/rooms', { as, body: { name: '考场 02', plan: alien } });
  t.match(twice.detail, { problems: [{ code: 'seating/duplicate-label', label: '一号' }] });

  const machine = newId('machine');
  await box.deps.ledger.append([
    {
      kind: 'MACHINE_ENROLLED',
      body: {
        machine,
        key: 'B'.repeat(87),
        room,
        seat: '08',
        address: '10.0.0.8',
        agent: '',
        walk: null,
        replaces: null,
      },
    },
  ]);
  const smaller = drawn(['ss|s']);
  const lost = await box.call('PUT /api/v1/console/rooms/:room', {
    as,
    params,
    body: { name: '考场 01', plan: smaller },
  });
  t.equal(lost.code, 'thing/in-use');
  t.same(lost.detail, { seats: ['08'] });
  const renamed = await box.call('PUT /api/v1/console/rooms/:room', {
    as,
    params,
    body: { name: '一号考场', plan },
  });
  t.match(renamed.answer, { room, name: '一号考场', machines: 1 });

  const held = await box.call('DELETE /api/v1/console/rooms/:room', { as, params });
  t.equal(held.code, 'thing/in-use');
  t.match(held.detail, { machines: 1, sittings: 0 });
  await box.deps.ledger.append([{ kind: 'MACHINE_RETIRED', body: { machine, reason: 'x' } }]);
  const { staff } = await box.signIn('invigilator', [room]);
  t.match((await box.call('DELETE /api/v1/console/rooms/:room', { as, params })).detail, {
    machines: 0,
    staff: 1,
  });
  await box.call('PUT /api/v1/console/staff/:staff', {
    as,
    params: { staff },
    body: { name: 'x', role: 'invigilator', rooms: [], active: true },
  });
  t.equal((await box.call('DELETE /api/v1/console/rooms/:room', { as, params })).status, 200);
  t.same((await box.call('GET /api/v1/console/rooms', { as })).answer, []);
  t.equal((await box.call('DELETE /api/v1/console/rooms/:room', { as, params })).code, 'thing/not-found');
});

t.test('an invigilator sees his own rooms', async (t) => {
  const box = await build(t);
  const add = async (name: string) =>
    (
      await box.call('POST /api/v1/console/rooms', {
        as: 'administrator',
        body: { name, plan: drawn(['ss']) },
      })
    ).answer.room;
  const [one] = [await add('A'), await add('B')];
  const { cookie } = await box.signIn('invigilator', [one as string]);
  const seen = await box.call('GET /api/v1/console/rooms', { as: { cookie } });
  t.same(
    seen.answer.map(({ name }) => name),
    ['A'],
  );
  t.equal((await box.call('GET /api/v1/console/rooms', { as: 'auditor' })).answer.length, 2);
});
