import fc from 'fast-check';
import t from 'tap';
import { VirtualTime } from '../../test/virtual-time.ts';
import { Clock } from './clock.ts';

function setUp() {
  const time = new VirtualTime();
  const pc = { wall: 1_600_000_000_000 };
  return { time, pc, clock: new Clock(time, () => pc.wall) };
}

t.test('before the box has spoken there is no box time, only the PC’s wall for labels', async (t) => {
  const { clock, pc } = setUp();
  t.equal(clock.elapsed(), null);
  t.equal(clock.wall(), pc.wall);
  t.equal(clock.proved, false);
  t.equal(clock.anchor(), null);
});

t.test('the shortest round trip counts, and time goes on by the clock that never jumps', async (t) => {
  const { clock, time, pc } = setUp();
  clock.connected({ elapsed: 5_000, wall: 1 });
  const sent = time.now();
  await time.pass(800);
  // The box answered late in an asymmetric trip: off by up to 400 ms.
  clock.answered(sent, { elapsed: 5_000, wall: 100 });
  const again = time.now();
  await time.pass(20);
  clock.answered(again, { elapsed: 5_810, wall: 910 });
  t.equal(clock.elapsed(), 5_820);
  pc.wall += 3_600_000;
  await time.pass(60_000);
  t.equal(clock.elapsed(), 65_820, 'somebody set the PC’s clock: nothing happens');
  t.equal(clock.wall(), 60_920);
});

t.test('a step of the box’s clock is followed at once, jitter is not', async (t) => {
  const { clock, time } = setUp();
  clock.connected({ elapsed: 0, wall: 0 });
  const first = time.now();
  await time.pass(10);
  clock.answered(first, { elapsed: 1_005, wall: 0 });
  t.equal(clock.elapsed(), 1_010);
  const slow = time.now();
  await time.pass(300);
  clock.answered(slow, { elapsed: 1_290, wall: 0 });
  t.equal(clock.elapsed(), 1_310, 'a slower trip changes nothing');
  const stepped = time.now();
  await time.pass(20);
  clock.answered(stepped, { elapsed: 61_320, wall: 0 });
  t.equal(clock.elapsed(), 61_330);
});

t.test('a reload while the box is away goes on from the anchor, not proved', async (t) => {
  const before = setUp();
  before.clock.connected({ elapsed: 10_000, wall: 777_000 });
  const anchor = before.clock.anchor();
  t.ok(anchor);
  const { clock, pc, time } = setUp();
  if (!anchor) return;
  pc.wall = anchor.pcWall + 4_000;
  clock.remember(anchor);
  t.equal(clock.elapsed(), 14_000);
  t.equal(clock.wall(), 781_000);
  t.equal(clock.proved, false);
  clock.connected({ elapsed: 15_000, wall: 782_000 });
  t.equal(clock.elapsed(), 15_000);
  t.equal(clock.proved, true);
  clock.remember(anchor);
  t.equal(clock.elapsed(), 15_000, 'what the box said is not overwritten');
  await time.pass(1);
});

t.test('a PC whose clock fell back counts as standing still', async (t) => {
  const { clock, pc } = setUp();
  pc.wall = 1_000;
  clock.remember({ elapsed: 10_000, boxWall: 5, pcWall: 1_600_000_000_000 });
  t.equal(clock.elapsed(), 10_000);
});

t.test('after any round trips the error is at most half of the shortest one', async (t) => {
  const trips = fc.array(fc.record({ up: fc.nat(2_000), down: fc.nat(2_000), gap: fc.nat(6_000) }), {
    minLength: 1,
    maxLength: 15,
  });
  await fc.assert(
    fc.asyncProperty(trips, async (list) => {
      const { clock, time } = setUp();
      const truth = () => time.now() + 123_456;
      clock.connected({ elapsed: truth(), wall: 0 });
      let least = Number.POSITIVE_INFINITY;
      for (const { up, down, gap } of list) {
        const sent = time.now();
        await time.pass(up);
        const elapsed = truth();
        await time.pass(down);
        clock.answered(sent, { elapsed, wall: 0 });
        least = Math.min(least, up + down);
        await time.pass(gap);
      }
      const error = Math.abs((clock.elapsed() ?? 0) - truth());
      if (error > least / 2 + 1) throw new Error(`${error} ms off, shortest trip ${least} ms`);
    }),
    { numRuns: 50, examples: [[[{ up: 5, down: 1_995, gap: 0 }]]] },
  );
  t.pass();
});
