import fc from 'fast-check';
import t from 'tap';
import { fromState, hexSeed, pick, type Rng, seeded, shuffle, subSeed, utf8Bytes } from './seeded.ts';

const take = (rng: Rng, count: number) => Array.from({ length: count }, () => rng.next());

/** Made with a separate implementation in Python, written from the comment in seeded.ts alone. Never change them. */
const VECTORS: [seed: string, first: number[]][] = [
  ['', [1342561781, 2899245005, 2875619541, 2202084488, 1749603393]],
  ['gongyuan', [3122744272, 3473085862, 710596261, 2492729050, 390953964]],
  ['2026春·考点0371·第1场', [3159461442, 1011412870, 3727687986, 3794120820, 31973950]],
  ['𠮷田', [4034420631, 70638044, 2490498708, 1969602694, 1454061408]],
  ['a'.repeat(200), [2593392227, 506387001, 2780889747, 2481443989, 716006716]],
  [subSeed('seed', 'order', 'E001'), [3953041365, 1368681359, 2760692082, 2595442601, 4179528288]],
];

t.test('the numbers of a seed are fixed for ever', async (t) => {
  for (const [seed, first] of VECTORS)
    t.same(take(seeded(seed), 5), first, JSON.stringify(seed.slice(0, 20)));
  // the reference program of xoshiro128** 1.1, compiled in C, with the state 1, 2, 3, 4
  t.same(take(fromState([1, 2, 3, 4]), 6), [11520, 0, 5927040, 70819200, 2031721883, 1637235492]);
  t.ok(
    take(fromState([0, 0, 0, 0]), 50).some((x) => x > 0),
    'the state of zeros, which would stay for ever, is avoided',
  );
});

t.test('below, shuffle, pick and hexSeed are fixed too', async (t) => {
  const die = seeded('gongyuan');
  const thrown = Array.from({ length: 20 }, () => die.below(6));
  t.same(thrown, [4, 4, 1, 4, 0, 2, 4, 2, 2, 3, 0, 3, 2, 1, 0, 1, 5, 5, 2, 2]);
  const wide = seeded('gongyuan');
  t.same(
    Array.from({ length: 6 }, () => wide.below(3_000_000_000)),
    [710596261, 2492729050, 390953964, 1673775956, 2175239578, 1867502528],
    'numbers past the limit are thrown away, not folded over',
  );
  const order = shuffle(
    Array.from({ length: 30 }, (_, i) => i + 1),
    seeded('gongyuan'),
  );
  t.same(
    order,
    [
      1, 2, 4, 19, 28, 9, 30, 8, 6, 18, 24, 16, 17, 12, 20, 22, 3, 15, 21, 27, 10, 13, 29, 11, 7, 25, 5, 26,
      14, 23,
    ],
  );
  t.equal(pick(['甲', '乙', '丙', '丁', '戊', '己'], seeded('gongyuan')), '戊');
  t.equal(hexSeed('gongyuan'), 'ba214bd0cf0315a62a5ad6a5949406da');
  t.equal(hexSeed('gongyuan', 1), 'ba214bd0');
});

t.test('UTF-8 as TextEncoder makes it, unpaired surrogates included', async (t) => {
  const encoder = new TextEncoder();
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 40 }), fc.boolean(), (text, broken) => {
      const sample = broken ? `${text}\ud842` : text;
      t.same(utf8Bytes(sample), [...encoder.encode(sample)]);
    }),
  );
  t.same(utf8Bytes('\udfb7\ud842a'), [...encoder.encode('\udfb7\ud842a')]);
});

t.test('a shuffle loses nothing, changes nothing and is fair', async (t) => {
  fc.assert(
    fc.property(fc.array(fc.integer()), fc.string(), (array, seed) => {
      const before = [...array];
      const after = shuffle(array, seeded(seed));
      t.same(array, before);
      t.same(
        [...after].sort((a, b) => a - b),
        before.sort((a, b) => a - b),
      );
    }),
  );
  // 6 orders of 3, 12,000 neighbouring seeds: 2,000 each expected; chi-square with 5 degrees, 0.1 % bound 20.5
  const counts = new Map<string, number>();
  for (let i = 0; i < 12_000; i++) {
    const order = shuffle(['a', 'b', 'c'], seeded(subSeed('fair', String(i)))).join('');
    counts.set(order, (counts.get(order) ?? 0) + 1);
  }
  t.equal(counts.size, 6);
  let chi = 0;
  for (const count of counts.values()) chi += (count - 2000) ** 2 / 2000;
  t.ok(chi < 20.5, `chi-square ${chi}`);
});

t.test('below stays below and refuses what it cannot do', async (t) => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 0x1_0000_0000 }), fc.string(), (n, seed) => {
      const x = seeded(seed).below(n);
      return Number.isInteger(x) && x >= 0 && x < n;
    }),
  );
  for (const n of [0, -1, 1.5, Number.NaN, 0x1_0000_0001]) t.throws(() => seeded('x').below(n), RangeError);
  t.throws(() => pick([], seeded('x')), RangeError);
});

t.test('sub-seeds of different purposes never meet', async (t) => {
  t.not(subSeed('a', 'b', 'c'), subSeed('a', 'bc'));
  t.throws(() => subSeed('a', 'b\u001fc'), RangeError);
  const seeds = new Set(Array.from({ length: 5000 }, (_, i) => hexSeed(subSeed('order', `E${i}`))));
  t.equal(seeds.size, 5000);
});
