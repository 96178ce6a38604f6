import t from 'tap';
import type { SeatMap } from '#protocol/socket.ts';
import { turned } from './seat-map.ts';

const map: SeatMap = {
  roomName: '第3考场',
  rows: 2,
  columns: 3,
  front: 'top',
  here: { row: 0, column: 0, label: '01' },
  yours: { row: 1, column: 2, label: '06' },
  cells: 'sassas',
};

t.test('aisles are left out, both places are kept', async (t) => {
  const plan = turned(map);
  t.equal(plan.cells.length, 4);
  t.match(
    plan.cells.find((c) => c.kind === 'yours'),
    { row: 1, column: 2, label: '06' },
  );
});

t.test('the lectern is always at the top', async (t) => {
  const place = (front: SeatMap['front']) => {
    const plan = turned({ ...map, front });
    const yours = plan.cells.find((c) => c.kind === 'yours');
    return [plan.rows, plan.columns, yours?.row, yours?.column];
  };
  t.same(place('top'), [2, 3, 1, 2]);
  t.same(place('bottom'), [2, 3, 0, 0]);
  // The lectern at the left: the first column becomes the first row, the top row ends at the right hand.
  t.same(place('left'), [3, 2, 2, 0]);
  t.same(place('right'), [3, 2, 0, 1]);
});
