/** Story: machines get their seats and candidates theirs; every refusal says what is wrong (docs/flows/enrolment.md, login.md). */
import t from 'tap';
import { Turns } from '#server/platform/turns.ts';
import { DoorDraws } from '#server/seating/door-draw.ts';
import { startBox, type TestBox, TestTime } from '#server/test/box.testing.ts';
import { Device, KioskClient } from '#server/test/kiosk-client.testing.ts';
import { makeSite, type TestSite } from '#server/test/site.testing.ts';

const BY = { staff: 'st_0000000000000000' };

async function seated(box: TestBox, site: TestSite, i: number, address?: string): Promise<KioskClient> {
  const client = await KioskClient.connect(box.origin, new Device(), address ? { address } : {});
  const greeted = client.next('welcome');
  await box.candidates.machines.seat(
    client.nonce.slice(0, 12),
    site.room,
    site.candidates[i]?.seat ?? '',
    BY,
  );
  await greeted;
  return client;
}

const code = (answer: { t: string; code?: string }) => (answer.t === 'error' ? answer.code : answer.t);

t.test('walking the room: each key press takes the next seat', async (t) => {
  const box = await startBox(t, t.testdir(), new TestTime());
  const site = await makeSite(box.deps, { candidates: 3 });
  const first = await KioskClient.connect(box.origin, new Device());
  t.equal(first.last('welcome').machine, null);
  t.equal(code(await first.ask({ t: 'press' })), 'machine/no-walk');
  t.equal(code(await first.ask({ t: 'login', number: site.candidates[0]?.ticket ?? '' })), 'machine/unknown');
  const walk = first.next('walk');
  await box.candidates.machines.startWalk(site.room, undefined, BY);
  t.equal((await walk).room, '考场 01');
  const second = await KioskClient.connect(box.origin, new Device());
  t.equal(second.last('welcome').walk, '考场 01');
  const pressed = await Promise.all([first.ask({ t: 'press' }), second.ask({ t: 'press' })]);
  const labels = pressed.map((answer) => (answer.t === 'ok' ? answer.seat?.label : answer.code));
  t.same(
    new Set(labels),
    new Set([site.candidates[0]?.seat, site.candidates[1]?.seat]),
    'two presses at once get two seats',
  );
  t.equal(code(await first.ask({ t: 'press' })), 'machine/enrolled-already');
  await box.candidates.machines.endWalk(BY);
  await first.close();
  const again = await KioskClient.connect(box.origin, first.device);
  t.equal(again.last('welcome').machine?.seat?.label, labels[0], 'the key is known again');
});

t.test('a seat drawn at the door is the one to sign in at', async (t) => {
  const box = await startBox(t, t.testdir(), new TestTime());
  const site = await makeSite(box.deps, { candidates: 4, open: false });
  const { session, room } = site;
  await box.deps.ledger.append([
    {
      kind: 'SEATING_DRAWN',
      body: { session, mode: 'draw', algorithm: 'gongyuan-seating/1', seed: 's', assignments: [], unmet: [] },
      by: BY,
    },
  ]);
  await box.candidates.run.openEntry(session, BY);
  const machines = [];
  for (const i of [0, 1, 2, 3])
    machines.push({ seat: site.candidates[i]?.seat, client: await seated(box, site, i) });
  const [first] = site.candidates as [TestSite['candidates'][0]];
  const [any] = machines as [(typeof machines)[0]];
  t.equal(code(await any.client.ask({ t: 'login', number: first.ticket })), 'login/no-seat');
  const { seat } = await new DoorDraws(box.deps, new Turns()).draw(session, first.ticket, room, BY);
  const elsewhere = machines.find((one) => one.seat !== seat);
  const there = machines.find((one) => one.seat === seat);
  t.match(await elsewhere?.client.ask({ t: 'login', number: first.ticket }), {
    code: 'login/wrong-seat',
    map: { yours: { label: seat } },
  });
  t.ok(await there?.client.enter(first.ticket));
});

t.test('sign-in: each refusal has its own code', async (t) => {
  const time = new TestTime();
  const box = await startBox(t, t.testdir(), time);
  const site = await makeSite(box.deps, { candidates: 4, open: false });
  const client = await seated(box, site, 0);
  const [own, other] = site.candidates as [TestSite['candidates'][0], TestSite['candidates'][0]];
  t.equal(code(await client.ask({ t: 'login', number: own.ticket })), 'login/not-open');
  await box.candidates.run.openEntry(site.session, BY);
  t.equal(code(await client.ask({ t: 'login', number: '999' })), 'login/not-found');
  const wrong = await client.ask({ t: 'login', number: other.ticket });
  t.match(wrong, {
    code: 'login/wrong-seat',
    map: { here: { label: own.seat }, yours: { label: other.seat } },
  });
  t.equal(
    code(await client.ask({ t: 'login', number: ` ${own.idNumber.toLowerCase()} ` })),
    'ok',
    'the ID number serves too',
  );
  t.equal(code(await client.ask({ t: 'pledge', sha256: '0'.repeat(64) })), 'attempt/wrong-step');
  await client.ask({ t: 'confirm' });
  t.equal(code(await client.ask({ t: 'pledge', sha256: '0'.repeat(64) })), 'pledge/changed');
  t.equal(code(await client.ask({ t: 'back' })), 'ok', 'going back is possible until the pledge');
  t.ok(await client.enter(own.ticket));
  t.equal(code(await client.ask({ t: 'back' })), 'attempt/wrong-step');
  await box.candidates.run.start(site.session, {}, BY);
  time.pass(16 * 60_000);
  const late = await seated(box, site, 1);
  t.equal(code(await late.ask({ t: 'login', number: other.ticket })), 'login/entry-closed');
  t.equal(code(await client.ask({ t: 'login', number: own.ticket })), 'ok', 'who is in stays in');
  for (let i = 0; i < 10; i++) await late.ask({ t: 'login', number: '000' });
  t.equal(code(await late.ask({ t: 'login', number: '000' })), 'login/too-many');
});

t.test('an address that changed waits for one tap; a wiped machine is confirmed as the same', async (t) => {
  const box = await startBox(t, t.testdir(), new TestTime());
  const site = await makeSite(box.deps);
  const client = await seated(box, site, 0, '127.0.0.2');
  const attempt = await client.enter(site.candidates[0]?.ticket ?? '');
  await client.close();
  const moved = await KioskClient.connect(box.origin, client.device, { address: '127.0.0.3' });
  t.equal((await moved.next('error').catch(() => moved.last('error'))).code, 'machine/address-changed');
  t.equal(moved.last('welcome').attempt, null, 'nothing of the attempt before the approval');
  const greeted = moved.next('welcome');
  await box.candidates.machines.approveAddress(moved.last('welcome').machine?.id ?? '', BY);
  t.equal((await greeted).attempt?.attempt, attempt);
  const machine = moved.last('welcome').machine?.id ?? '';
  await moved.close();

  const wiped = await KioskClient.connect(box.origin, new Device(), { address: '127.0.0.3' });
  t.equal(wiped.last('welcome').machine, null);
  const known = wiped.next('welcome');
  await box.candidates.machines.samePc(wiped.nonce.slice(0, 12), machine, BY);
  t.equal((await known).machine?.seat?.label, site.candidates[0]?.seat);
  const login = await wiped.ask({ t: 'login', number: site.candidates[0]?.ticket ?? '' });
  t.match(login, { t: 'ok', attempt: { attempt, epoch: 2 } }, 'same attempt, new key, new epoch');
  const old = await KioskClient.connect(box.origin, client.device, { address: '127.0.0.3' });
  t.equal(old.last('welcome').machine, null, 'the old key is nobody');
});

t.test('two machines on one address: refused where the policy says so', async (t) => {
  const box = await startBox(t, t.testdir(), new TestTime());
  const site = await makeSite(box.deps, { policy: { sharedAddress: 'refuse' } });
  const first = await seated(box, site, 0, '127.0.0.7');
  t.ok(await first.enter(site.candidates[0]?.ticket ?? ''));
  const second = await seated(box, site, 1, '127.0.0.7');
  t.equal(
    code(await second.ask({ t: 'login', number: site.candidates[1]?.ticket ?? '' })),
    'machine/address-shared',
  );
});

t.test('forged greetings and bad frames', async (t) => {
  const box = await startBox(t, t.testdir(), new TestTime());
  await makeSite(box.deps);
  const silent = await KioskClient.connect(box.origin, new Device(), { hello: false });
  const first = silent.next('error');
  silent.raw('{"t":"login","id":1,"number":"1"}');
  t.equal((await first).code, 'socket/hello-first');
  for (const [frame, expected] of [
    ['not json', 'frame/not-json'],
    ['[]', 'frame/unknown-type'],
    ['{"t":"constructor"}', 'frame/unknown-type'],
    ['{"t":"hello"}', 'frame/invalid'],
    ['{"t":"rev","e":[]}', 'socket/hello-first'],
  ] as const) {
    const error = silent.next('error');
    silent.raw(frame);
    t.equal((await error).code, expected, frame);
  }
  const { box: id, boxEpoch, nonce, origin } = silent.last('challenge');
  const device = new Device();
  const forged = silent.next('error');
  silent.send({
    t: 'hello',
    v: 1,
    key: device.key,
    sig: new Device().sign(`${id}${boxEpoch}${nonce}`),
    client: 'x',
    agent: '',
    origin,
  });
  t.equal((await forged).code, 'socket/bad-signature');
  const big = await KioskClient.connect(box.origin, new Device());
  big.raw(`{"t":"login","id":1,"number":"${'1'.repeat(70_000)}"}`);
  await new Promise((resolve) => setTimeout(resolve, 300));
  t.equal(big.closed, 1009, 'a frame above 64 KiB closes the socket');
  const unknown = await KioskClient.connect(box.origin, new Device());
  t.match(
    await unknown.ask({ t: 'login', number: '1', extra: true }),
    { code: 'frame/invalid' },
    'unknown fields are refused',
  );
});
