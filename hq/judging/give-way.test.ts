/** Judging gives way to batches, and to nobody when somebody waits for it. */
import t from 'tap';
import { GiveWay, restMs } from './give-way.ts';

t.test('a tenth of the time while batches come in, all of it when none do', async (t) => {
  t.equal(restMs(50, 100), 450);
  t.equal(restMs(0, 0), 0);
  t.equal(restMs(10_000, 1_999), 2_000, 'never long');
  t.equal(restMs(50, 2_000), 0);
  t.equal(restMs(50, Number.POSITIVE_INFINITY), 0, 'none ever came');
});

t.test('whoever waits ends the rest', { timeout: 20_000 }, async (t) => {
  const way = new GiveWay();
  way.came();
  const long = performance.now() - 1_000_000;
  const order: string[] = [];
  const resting = way.after(long).then(() => order.push('rested'));
  await way.hurry(async () => {
    await resting;
    way.came();
    await way.after(long);
    order.push('done');
  });
  t.same(order, ['rested', 'done']);
});
