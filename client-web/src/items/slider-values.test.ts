import fc from 'fast-check';
import t from 'tap';
import { marksOf, onScale } from './slider-values.ts';

t.test('values lie on the scale', async (t) => {
  t.equal(onScale(0.30000000000000004, { lower: 0, upper: 1, step: 0.1 }), '0.3');
  t.equal(onScale(99, { lower: 0, upper: 50, step: 1 }), '50');
  t.equal(onScale(-99, { lower: -5, upper: 5, step: 0.5 }), '-5');
  t.equal(onScale(10, { lower: 0, upper: 10, step: 3 }), '9', 'an end off the steps is not reached');
  t.same(marksOf({ lower: 0, upper: 50, step: 1 }), [
    '0',
    '5',
    '10',
    '15',
    '20',
    '25',
    '30',
    '35',
    '40',
    '45',
    '50',
  ]);
  t.same(marksOf({ lower: 0, upper: 1, step: 0.5 }), ['0', '0.5', '1']);
});

t.test('what was stored is found again', async () => {
  fc.assert(
    fc.property(
      fc.integer({ min: -1000, max: 1000 }),
      fc.integer({ min: 1, max: 400 }),
      fc.nat(400),
      (low, n, at) => {
        const scale = { lower: low / 10, upper: (low + n) / 10, step: 0.1 };
        const value = onScale(scale.lower + Math.min(at, n) * 0.1, scale);
        return (
          onScale(Number(value), scale) === value &&
          Number(value) >= scale.lower &&
          Number(value) <= scale.upper
        );
      },
    ),
  );
});
