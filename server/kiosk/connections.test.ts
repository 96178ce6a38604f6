import t from 'tap';
import type { Connection } from './connection.ts';
import { Connections } from './connections.ts';

t.test('every socket is ticked once a round, a share at a time', async (t) => {
  const connections = new Connections();
  const ticked: number[] = Array.from({ length: 103 }, () => 0);
  for (const i of ticked.keys()) {
    const tick = () => {
      ticked[i] = (ticked[i] ?? 0) + 1;
    };
    // Nothing but `tick` is asked of it here.
    connections.add({ tick, attempt: null } as unknown as Connection);
  }
  let before = 0;
  for (let share = 0; share < 20; share++) {
    connections.tickShare(20);
    const sum = ticked.reduce((total, one) => total + one, 0);
    t.ok(sum - before <= 6, 'no share is much larger than the others');
    before = sum;
  }
  t.ok(ticked.every((one) => one === 1));
});
