/** Story: time left is right whatever happens to clocks, boxes and lines (docs/flows/start.md, power-cut.md). */
import t from 'tap';
import { startBox, type TestBox, TestTime } from '#server/test/box.testing.ts';
import { Chain, Device, KioskClient } from '#server/test/kiosk-client.testing.ts';
import { makeSite, type TestSite } from '#server/test/site.testing.ts';

const BY = { staff: 'st_0000000000000000' };
const HOUR = 3_600_000;

async function writing(
  box: TestBox,
  site: TestSite,
  i = 0,
): Promise<{ client: KioskClient; attempt: string }> {
  const client = await KioskClient.connect(box.origin, new Device());
  const greeted = client.next('welcome');
  await box.candidates.machines.seat(
    client.nonce.slice(0, 12),
    site.room,
    site.candidates[i]?.seat ?? '',
    BY,
  );
  await greeted;
  const attempt = await client.enter(site.candidates[i]?.ticket ?? '');
  return { client, attempt };
}

/** Minutes left, as the machine is told. */
function left(box: TestBox, attempt: string): number {
  const facts = box.candidates.attempts.fresh(attempt);
  return Math.round((facts?.deadline.leftMs ?? 0) / 60_000);
}

t.test('start: never before the planned time, one room of a paper only with a reason', async (t) => {
  const time = new TestTime();
  const box = await startBox(t, t.testdir(), time);
  const site = await makeSite(box.deps, { plannedStart: time.wallMs() + 600_000 });
  await t.rejects(box.candidates.run.start(site.session, {}, BY), { code: 'start/too-early' });
  await box.candidates.run.delay(site.sitting, time.wallMs() + 60_000, '广播故障', BY);
  time.pass(61_000);
  t.equal(await box.candidates.run.start(site.session, {}, BY), 1);
  await t.rejects(box.candidates.run.start(site.session, {}, BY), { code: 'start/started' });
});

t.test('credits and pauses move the end; time-up closes and handing in still works', async (t) => {
  const time = new TestTime();
  const box = await startBox(t, t.testdir(), time);
  const site = await makeSite(box.deps);
  const { client, attempt } = await writing(box, site);
  await box.candidates.run.start(site.session, {}, BY);
  time.pass(HOUR / 2);
  t.equal(left(box, attempt), 30);
  await box.candidates.run.credit({ attempt }, 600_000, '换机', BY);
  await box.candidates.run.credit({ sitting: site.sitting }, 300_000, '停电', BY);
  t.equal(left(box, attempt), 45);
  const paused = client.next('release', (message) => message.attempt?.pausedAt != null);
  await box.candidates.run.pause(site.sitting, '火警', BY);
  await paused;
  time.pass(20 * 60_000);
  t.equal(left(box, attempt), 45, 'time stands still in a pause');
  await box.candidates.run.resume(site.sitting, '', BY);
  t.equal(left(box, attempt), 45);

  const chain = new Chain(attempt, 1, client.device.key);
  chain.add('Q2', { t: 'set', resp: 'R', v: '及时' }, 1);
  time.pass(45 * 60_000 + 11_000);
  await box.candidates.run.tick();
  t.equal(box.candidates.attempts.fresh(attempt)?.status, 'ended');
  const late = client.next('refused');
  client.raw(chain.frame());
  t.equal((await late).code, 'revision/late', 'what arrives after the end is kept apart');
  t.match(box.deps.db.prepare('SELECT lane FROM quarantine').get(), { lane: 'in-time' });
  const { rev, hash } = chain.head;
  const answer = await client.ask({ ...chain.submission(client.device, 'A'.repeat(43)) });
  t.equal(answer.t, 'ok', 'handing in cannot fail');
  t.match(answer.t === 'ok' ? answer.receipt?.receipt : null, {
    answered: 0,
    streams: [{ epoch: 1, rev, hash }],
  });
});

t.test('a restart of the process: the clock counts on', async (t) => {
  const time = new TestTime();
  const folder = t.testdir();
  const box = await startBox(t, folder, time);
  const site = await makeSite(box.deps);
  const { attempt } = await writing(box, site);
  await box.candidates.run.start(site.session, {}, BY);
  time.pass(10 * 60_000);
  await box.stop();
  time.pass(5 * 60_000);
  time.skew = -10 * 365 * 24 * HOUR;
  const again = await startBox(t, folder, time);
  t.equal(left(again, attempt), 45, 'wall clock ten years back: the monotonic clock decides');
});

t.test(
  'a power cut: running sittings stand still until machines or the chief confirm the time',
  async (t) => {
    const time = new TestTime();
    const folder = t.testdir();
    const box = await startBox(t, folder, time);
    const site = await makeSite(box.deps);
    const { client, attempt } = await writing(box, site);
    await box.candidates.run.start(site.session, {}, BY);
    time.pass(10 * 60_000);
    await box.stop();
    time.bootId = 'boot-2';
    time.mono = 5_000;
    time.skew = 1_000_000 + 10 * 60_000 + 15 * 60_000;
    const again = await startBox(t, folder, time);
    t.equal(left(again, attempt), 50, 'stands still at the last anchor');
    t.ok(again.candidates.witness.unconfirmed);
    await again.candidates.run.confirmClock(BY);
    t.equal(again.candidates.witness.unconfirmed, null);
    t.equal(left(again, attempt), 50, 'confirmed by the chief: the gap is credited');
    const back = await KioskClient.connect(again.origin, client.device);
    t.equal(back.last('welcome').attempt?.status, 'writing');
  },
);

t.test('a power cut that the machines witnessed: their clocks went on, so the time counts', async (t) => {
  const time = new TestTime();
  const folder = t.testdir();
  const box = await startBox(t, folder, time);
  const site = await makeSite(box.deps);
  const { attempt } = await writing(box, site);
  await box.candidates.run.start(site.session, {}, BY);
  time.pass(10 * 60_000);
  const before = box.deps.clock.elapsed();
  await box.stop();
  time.bootId = 'boot-2';
  time.mono = 5_000;
  time.skew = -5 * 365 * 24 * HOUR;
  const again = await startBox(t, folder, time);
  t.equal(left(again, attempt), 50);
  const now = again.deps.clock.elapsed();
  for (let i = 0; i < 3; i++) await again.candidates.witness.heard(`key ${i}`, before + 15 * 60_000, now);
  t.equal(again.candidates.witness.unconfirmed, null);
  t.equal(left(again, attempt), 35, 'fifteen minutes have passed on three machines');
});
