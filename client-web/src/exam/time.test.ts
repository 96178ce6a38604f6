import t from 'tap';
import { crossed, toneOf } from './time.ts';

t.test('time is short from ten minutes and shortest from one', async (t) => {
  t.equal(toneOf(null), 'calm');
  t.equal(toneOf(600_001), 'calm');
  t.equal(toneOf(600_000), 'care');
  t.equal(toneOf(60_000), 'trouble');
  t.equal(toneOf(0), 'trouble');
});

t.test('a threshold is said once, and not when time is credited', async (t) => {
  t.equal(crossed(600_500, 599_500), 'care');
  t.equal(crossed(599_500, 598_500), null);
  t.equal(crossed(700_000, 30_000), 'trouble', 'a screen that slept says the nearest');
  t.equal(crossed(590_000, 890_000), null);
  t.equal(crossed(null, 500_000), null);
});
