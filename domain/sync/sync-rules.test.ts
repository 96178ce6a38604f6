import fc from 'fast-check';
import t from 'tap';
import type { LedgerStanding } from '#protocol/hq.ts';
import { BACK_OFF, backOffMs } from './back-off.ts';
import { contiguous, countIn, lacking, overlap, type Range, uncovered } from './ranges.ts';
import { judgeStandings } from './standing.ts';

const SIZE = 60;
const ranges = fc.array(
  fc.tuple(fc.nat(SIZE + 5), fc.nat(12)).map(([first, more]): Range => ({ first, last: first + more })),
  { maxLength: 8 },
);
const inside = (all: readonly Range[], at: number) =>
  all.some(({ first, last }) => first <= at && at <= last);

t.test('every event is either covered or in a gap, and gaps are named once and in order', async (t) => {
  fc.assert(
    fc.property(ranges, fc.nat(SIZE), (all, size) => {
      const gaps = uncovered(all, size);
      for (let at = 0; at < size; at++) if (inside(all, at) === inside(gaps, at)) return false;
      if (gaps.some(({ first, last }) => first > last || last >= size)) return false;
      if (gaps.some((gap, i) => i > 0 && gap.first <= (gaps[i - 1]?.last ?? -1) + 1)) return false;
      const whole = contiguous(all);
      for (let at = 0; at < whole; at++) if (!inside(all, at)) return false;
      return (
        !inside(all, whole) &&
        countIn(gaps) === [...Array(size).keys()].filter((at) => !inside(all, at)).length
      );
    }),
  );
  t.ok(overlap({ first: 0, last: 3 }, { first: 3, last: 9 }));
  t.notOk(overlap({ first: 0, last: 3 }, { first: 4, last: 9 }));
});

const standing = (size: number, root: string, beyond: Range[] = [], branch = 0): LedgerStanding => ({
  ledger: 'XZ01/bx/1',
  branch,
  size,
  root,
  beyond,
});

t.test('what headquarters lacks: below what it has, and below what it once signed for', async (t) => {
  t.same(lacking(null, 0), [], 'nothing was sent yet');
  t.same(lacking(standing(10, 'r'), 10), []);
  t.same(lacking(standing(10, 'r'), 4), [], 'a receipt of ours that got lost is no gap of theirs');
  t.same(lacking(standing(10, 'r', [{ first: 20, last: 29 }]), 10), [{ first: 10, last: 19 }]);
  t.same(lacking(standing(4, 'r'), 10), [{ first: 4, last: 9 }], 'restored from an old copy');
  t.same(lacking(null, 10), [{ first: 0, last: 9 }], 'lost everything');
});

t.test('the branch that is ours is found, and the others are named', async (t) => {
  const rootAt = (size: number) => (size <= 50 ? `r${size}` : null);
  const judge = (...all: LedgerStanding[]) => judgeStandings(all, 'XZ01/bx/1', rootAt);
  t.same(judge(), { standing: null, agrees: null, foreign: [] });
  t.match(judge(standing(50, 'r50')), { standing: { size: 50 }, agrees: true, foreign: [] });
  t.match(judge(standing(50, 'other')), { standing: { size: 50 }, agrees: false, foreign: [{ size: 50 }] });
  t.match(judge(standing(80, 'r80')), { agrees: false, foreign: [{ size: 80 }] }, 'more than we have');
  t.match(judge(standing(80, 'x'), standing(40, 'r40', [], 1)), {
    standing: { branch: 1, size: 40 },
    agrees: true,
    foreign: [{ branch: 0 }],
  });
  t.same(judgeStandings([standing(9, 'z')], 'another', rootAt), {
    standing: null,
    agrees: null,
    foreign: [],
  });
});

t.test('waits double, are spread, and end at ten minutes', async (t) => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 500 }),
      fc.double({ min: 0, max: 0.999_999, noNaN: true }),
      (n, random) => {
        const ms = backOffMs(n, random);
        return (
          ms >= 1_000 &&
          ms <= BACK_OFF.mostMs &&
          ms <= Math.max(1_000, BACK_OFF.leastMs * 2 ** Math.min(n - 1, 20))
        );
      },
    ),
  );
  t.equal(backOffMs(1, 0.999_999), 4_999);
  t.equal(backOffMs(3, 0.5), 10_000);
  t.equal(backOffMs(400, 0.5), 300_000);
});
