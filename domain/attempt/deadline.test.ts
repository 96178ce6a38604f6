import fc from 'fast-check';
import t from 'tap';
import { deadline, GRACE_MS, laneOf, type SittingTime } from './deadline.ts';

const MIN = 60_000;
const sitting = (more: Partial<SittingTime> = {}): SittingTime => ({
  durationMs: 120 * MIN,
  startedAt: 1_000,
  pauses: [],
  endedAt: null,
  ...more,
});
const none = { creditMs: 0, accommodationMs: 0 };

t.test('base, accommodation, credits and pauses add up', async (t) => {
  t.same(deadline(sitting({ startedAt: null }), { creditMs: MIN, accommodationMs: 2 * MIN }, 99), {
    endsAt: null,
    pausedAt: null,
    leftMs: 123 * MIN,
    pausedMs: 0,
  });
  t.match(deadline(sitting(), none, 1_000), { endsAt: 1_000 + 120 * MIN, leftMs: 120 * MIN });
  const late = deadline(
    sitting({ pauses: [{ from: 2_000, to: 2_000 + 5 * MIN }] }),
    { creditMs: 3 * MIN, accommodationMs: 30 * MIN },
    1_000 + 10 * MIN,
  );
  t.match(late, { endsAt: 1_000 + 158 * MIN, pausedMs: 5 * MIN, leftMs: 148 * MIN, pausedAt: null });
});

t.test('while paused the time left stands still, and goes on where it stood', async (t) => {
  const from = 1_000 + 20 * MIN;
  const at = (now: number) => deadline(sitting({ pauses: [{ from, to: null }] }), none, now);
  t.match(at(from), { pausedAt: from, leftMs: 100 * MIN });
  t.match(at(from + 77 * MIN), { pausedAt: from, leftMs: 100 * MIN, pausedMs: 77 * MIN });
  const after = deadline(sitting({ pauses: [{ from, to: from + 77 * MIN }] }), none, from + 77 * MIN);
  t.match(after, { pausedAt: null, leftMs: 100 * MIN });
});

t.test('a pause that began before the start counts from the start', async (t) => {
  const early = sitting({ pauses: [{ from: 0, to: 1_000 + MIN }] });
  t.match(deadline(early, none, 1_000 + MIN), { pausedMs: MIN, leftMs: 120 * MIN });
  t.match(deadline(sitting({ pauses: [{ from: 0, to: 500 }] }), none, 1_000), { pausedMs: 0 });
});

t.test('pauses that overlap give their time back once', async (t) => {
  const at = (pauses: { from: number; to: number | null }[], now: number) =>
    deadline(sitting({ pauses }), none, now);
  const twice = [
    { from: 1_000, to: 1_000 + 10 * MIN },
    { from: 1_000 + 4 * MIN, to: 1_000 + 12 * MIN },
  ];
  t.match(at(twice, 1_000 + 20 * MIN), { pausedMs: 12 * MIN, leftMs: 112 * MIN, pausedAt: null });
  const inside = [
    { from: 1_000, to: null },
    { from: 1_000 + 4 * MIN, to: 1_000 + 12 * MIN },
    { from: 1_000 + 5 * MIN, to: null },
  ];
  t.match(at(inside, 1_000 + 20 * MIN), { pausedMs: 20 * MIN, leftMs: 120 * MIN, pausedAt: 1_000 });
});

t.test('an ended sitting ends, whatever was credited', async (t) => {
  t.match(deadline(sitting({ endedAt: 5_000 }), { creditMs: 9 * MIN, accommodationMs: 0 }, 4_000), {
    endsAt: 5_000,
    leftMs: 1_000,
  });
  t.match(deadline(sitting({ endedAt: 1_000 + 500 * MIN }), none, 2_000), { endsAt: 1_000 + 120 * MIN });
});

t.test('time left never grows by itself and never falls faster than time goes', async () => {
  const pauses = fc.array(fc.nat(10 * MIN), { minLength: 0, maxLength: 8 }).map((steps) => {
    let at = 1_000;
    const edges = steps.map((step) => {
      at += step;
      return at;
    });
    return Array.from({ length: Math.ceil(edges.length / 2) }, (_, i) => ({
      from: edges[i * 2] ?? 0,
      to: edges[i * 2 + 1] ?? null,
    }));
  });
  fc.assert(
    fc.property(
      pauses,
      fc.nat(200 * MIN),
      fc.nat(30 * MIN),
      fc.nat(20 * MIN),
      (list, from, step, creditMs) => {
        // What is known at a moment: pauses that have begun by then.
        const at = (now: number) => {
          const known = list
            .filter((pause) => pause.from <= now)
            .map((pause) => ({
              from: pause.from,
              to: pause.to !== null && pause.to <= now ? pause.to : null,
            }));
          return deadline(sitting({ pauses: known }), { creditMs, accommodationMs: 0 }, now);
        };
        const now = 1_000 + from;
        const before = at(now).leftMs;
        const after = at(now + step).leftMs;
        return after <= before && before - after <= step;
      },
    ),
    { numRuns: 2_000 },
  );
});

t.test('credit of a minute is a minute, for whoever has time left', async () => {
  fc.assert(
    fc.property(fc.nat(110 * MIN), fc.nat(60 * MIN), (now, ms) => {
      const before = deadline(sitting(), none, 1_000 + now).leftMs;
      return deadline(sitting(), { creditMs: ms, accommodationMs: 0 }, 1_000 + now).leftMs === before + ms;
    }),
  );
});

t.test('what arrives after the end goes into its lane', async (t) => {
  const of = { endsAt: 100_000, at: 99_000, proved: true };
  t.equal(laneOf({ ...of, now: 100_000 }), null);
  t.equal(laneOf({ ...of, now: 100_000 + GRACE_MS }), null, 'the way over the network is allowed for');
  t.equal(laneOf({ ...of, now: 100_001 + GRACE_MS }), 'in-time');
  t.equal(laneOf({ ...of, at: 100_000, now: 200_000 }), 'in-time');
  t.equal(laneOf({ ...of, at: 100_001, now: 200_000 }), 'late');
  t.equal(laneOf({ ...of, at: 1, now: 200_000, proved: false }), 'unproved');
});
