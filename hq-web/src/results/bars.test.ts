import t from 'tap';
import { barsOf, PICTURE } from './bars.ts';

t.test('the fullest tenth fills the picture, an empty one nothing', async (t) => {
  const bars = barsOf([0, 0, 1, 2, 0, 0, 4, 0, 0, 1]);
  t.equal(bars[6]?.height, PICTURE.height);
  t.equal(bars[3]?.height, PICTURE.height / 2);
  t.equal(bars[0]?.height, 0);
  t.same([bars[9]?.from, bars[9]?.to], [90, 100]);
  t.ok(bars.every(({ x, width }) => x >= 0 && x + width <= PICTURE.width));
});

t.test('nobody scored: no bar, and no division by nothing', async (t) => {
  t.ok(barsOf(Array<number>(10).fill(0)).every(({ height, y }) => height === 0 && y === PICTURE.height));
});
