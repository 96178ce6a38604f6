import fc from 'fast-check';
import t from 'tap';
import { AGREE_MS, GAP_MOST_MS, resume, WITNESSES, witnessed } from './box-time.ts';

const last = { boot: 'a', monoMs: 5_000, wallMs: 1_800_000_000_000, elapsedMs: 90_000 };
const YEAR = 365 * 24 * 3_600_000;

t.test('a new box starts at nought', async (t) => {
  t.same(resume(null, { boot: 'a', monoMs: 77, wallMs: 1 }), {
    elapsedMs: 0,
    gapMs: 0,
    how: 'first',
    confirmed: true,
  });
});

t.test('in the same boot the monotonic clock counts, whatever the wall says', async (t) => {
  for (const wallMs of [last.wallMs - 20 * YEAR, last.wallMs, last.wallMs + 20 * YEAR])
    t.same(resume(last, { boot: 'a', monoMs: 8_000, wallMs }), {
      elapsedMs: 93_000,
      gapMs: 3_000,
      how: 'same-boot',
      confirmed: true,
    });
});

t.test('over a boot the wall clock proposes, and it must be confirmed', async (t) => {
  const at = (wallMs: number) => resume(last, { boot: 'b', monoMs: 20, wallMs });
  t.same(at(last.wallMs + 60_000), { elapsedMs: 150_000, gapMs: 60_000, how: 'wall', confirmed: false });
  t.match(at(last.wallMs + GAP_MOST_MS), { gapMs: GAP_MOST_MS });
  t.match(at(last.wallMs + GAP_MOST_MS + 1), { gapMs: 0, elapsedMs: 90_000 }, 'a day is believed, no more');
  t.match(at(last.wallMs - 1), { gapMs: 0, elapsedMs: 90_000 }, 'a clock that went back is not');
  t.match(at(0), { gapMs: 0, confirmed: false }, 'a dead battery');
  const back = resume(last, { boot: 'a', monoMs: 10, wallMs: last.wallMs });
  t.match(back, { how: 'wall', confirmed: false }, 'the same boot with less on its clock is another boot');
});

t.test('box time never goes back', async () => {
  fc.assert(
    fc.property(fc.boolean(), fc.nat(), fc.integer(), (same, monoMs, drift) => {
      const { elapsedMs, gapMs } = resume(last, {
        boot: same ? 'a' : 'b',
        monoMs,
        wallMs: last.wallMs + drift,
      });
      return elapsedMs >= last.elapsedMs && gapMs >= 0 && elapsedMs === last.elapsedMs + gapMs;
    }),
  );
});

t.test('enough machines that agree confirm the gap', async (t) => {
  const say = (...offsets: number[]) =>
    witnessed(offsets.map((o) => ({ saysMs: 1_000_000 + o, boxMs: 1_000_000 })));
  t.equal(say(), null);
  t.equal(say(40_000, 40_100), null, 'two are too few');
  t.equal(say(40_000, 40_100, 39_900), 40_000);
  t.equal(say(40_000, 40_100, 39_900, 0, -5_000), 39_900, 'three of five');
  t.equal(say(40_000, 40_100, 39_900, 0, -5_000, 90_000), null, 'three of six are no majority');
  t.equal(say(0, AGREE_MS, AGREE_MS * 2), AGREE_MS, 'within the tolerance');
  t.equal(say(0, AGREE_MS + 1, AGREE_MS * 2 + 2), null);
});

t.test('a few machines with wrong clocks cannot move it', async () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: -AGREE_MS / 2, max: AGREE_MS / 2 }), {
        minLength: WITNESSES,
        maxLength: 20,
      }),
      fc.array(fc.integer({ min: -1e9, max: 1e9 }), { maxLength: 20 }),
      fc.integer({ min: 0, max: 1e7 }),
      (honest, wrong, gap) => {
        fc.pre(wrong.length < honest.length);
        const reports = [...honest.map((o) => gap + o), ...wrong].map((o) => ({ saysMs: o, boxMs: 0 }));
        const told = witnessed(reports);
        return told === null || Math.abs(told - gap) <= AGREE_MS / 2;
      },
    ),
    { numRuns: 2_000 },
  );
});
