import fc from 'fast-check';
import t from 'tap';
import {
  cycleCell,
  fillCells,
  insertAisleColumn,
  insertAisleRow,
  insertColumn,
  insertRow,
  removeColumn,
  removeRow,
  resizePlan,
  setCell,
  setDoor,
  setFront,
  setLabel,
  setNumbering,
  toggleCell,
} from './floor-plan.editing.ts';
import { validatePlan } from './floor-plan.numbering.ts';
import { emptyPlan, type FloorPlan, kindAt } from './floor-plan.ts';
import { anyPlan, drawn } from './plan.fixture.ts';

const SIGNS = { seat: 's', aisle: '|', missing: '.', broken: 'x', spare: 'p' };
const picture = (plan: FloorPlan) =>
  Array.from({ length: plan.rows }, (_, row) =>
    Array.from({ length: plan.columns }, (_, column) => SIGNS[kindAt(plan, row, column)!]).join(''),
  );

t.test('cells change by clicks and the plan before stays as it was', async (t) => {
  const plan = emptyPlan(2, 3);
  const changed = setCell(setCell(plan, 0, 1, 'aisle'), 1, 2, 'spare');
  t.same(picture(changed), ['s|s', 'ssp']);
  t.same(picture(plan), ['sss', 'sss']);
  let clicked = plan;
  const seen = [];
  for (let i = 0; i < 5; i++) {
    clicked = cycleCell(clicked, 0, 0);
    seen.push(kindAt(clicked, 0, 0));
  }
  t.same(seen, ['aisle', 'missing', 'broken', 'spare', 'seat']);
  t.same(picture(toggleCell(plan, 1, 1, 'broken')), ['sss', 'sxs']);
  t.same(picture(toggleCell(toggleCell(plan, 1, 1, 'broken'), 1, 1, 'broken')), ['sss', 'sss']);
  t.same(picture(fillCells(plan, { row: 1, column: 2 }, { row: 0, column: 1 }, 'aisle')), ['s||', 's||']);
  t.throws(() => setCell(plan, 2, 0, 'seat'), { code: 'seating/cell-off-plan' });
  t.throws(() => setCell(plan, 0, 0, 'sofa' as 'seat'), { code: 'seating/unknown-cell-kind' });
  t.throws(() => cycleCell(plan, 0, -1), { code: 'seating/cell-off-plan' });
});

t.test('inserting and removing lines moves labels and the door along', async (t) => {
  const plan = drawn(['sx', 'ps'], { door: { row: 1, column: 1 }, overrides: { '1': 'K', '3': 'M' } });
  const wide = insertAisleColumn(plan, 1);
  t.same(picture(wide), ['s|x', 'p|s']);
  t.same(wide.overrides, { '2': 'K', '5': 'M' });
  t.same(wide.door, { row: 1, column: 2 });
  const high = insertAisleRow(wide, 0);
  t.same(picture(high), ['|||', 's|x', 'p|s']);
  t.same(high.overrides, { '5': 'K', '8': 'M' });
  t.same(high.door, { row: 2, column: 2 });
  t.same(removeRow(removeColumn(high, 1), 0), plan, 'and back again');
  const cut = removeColumn(plan, 1);
  t.same(picture(cut), ['s', 'p']);
  t.notOk('overrides' in cut, 'labels go with their seats');
  t.same(picture(insertRow(insertColumn(plan, 2), 2)), ['sxs', 'pss', 'sss']);
});

t.test('a door stays in its wall when the wall moves', async (t) => {
  const plan = drawn(['sss', 'sss', 'sss']);
  const left = setDoor(plan, { row: 1, column: 0 });
  t.same(insertAisleColumn(left, 0).door, { row: 1, column: 0 });
  const right = setDoor(plan, { row: 1, column: 2 });
  t.same(insertAisleColumn(right, 3).door, { row: 1, column: 3 });
  t.same(removeColumn(right, 2).door, { row: 1, column: 1 });
  t.same(resizePlan(right, 3, 6).door, { row: 1, column: 5 });
  const below = setDoor(plan, { row: 2, column: 1 });
  t.same(insertAisleRow(below, 3).door, { row: 3, column: 1 });
  t.same(resizePlan(below, 2, 3).door, { row: 1, column: 1 });
  const above = setDoor(plan, { row: 0, column: 1 });
  t.same(insertAisleRow(above, 0).door, { row: 0, column: 1 });
  t.equal(setDoor(above, null).door, null);
  t.throws(() => setDoor(plan, { row: 1, column: 1 }), { code: 'seating/bad-door' });
});

t.test('labels, front, numbering, size', async (t) => {
  const plan = drawn(['s|', 'ss']);
  const labelled = setLabel(plan, 1, 1, 'A-1');
  t.same(labelled.overrides, { '3': 'A-1' });
  t.notOk('overrides' in setLabel(labelled, 1, 1, null));
  t.notOk('overrides' in setCell(labelled, 1, 1, 'missing'), 'a seat taken away takes its label along');
  t.same(setCell(labelled, 1, 1, 'broken').overrides, { '3': 'A-1' });
  t.throws(() => setLabel(plan, 0, 1, 'A'), { code: 'seating/override-off-seat' });
  t.throws(() => setLabel(plan, 0, 0, 'a b'), { code: 'seating/bad-label' });
  t.throws(() => setLabel(plan, 7, 0, 'A'), { code: 'seating/cell-off-plan' });
  t.equal(setFront(plan, 'left').front, 'left');
  t.same(setNumbering(plan, { start: 31 }).numbering, { scheme: 'row', start: 31, width: 2 });
  t.same(picture(resizePlan(plan, 3, 3)), ['s|s', 'sss', 'sss']);
  t.same(picture(resizePlan(plan, 1, 1)), ['s']);
  for (const size of [0, 61, 1.5])
    t.throws(() => resizePlan(plan, size, 2), { code: 'seating/bad-size' }, `${size}`);
  t.throws(() => insertColumn(emptyPlan(1, 60), 0), { code: 'seating/bad-size' });
  t.throws(() => insertRow(plan, 3), { code: 'seating/cell-off-plan' });
  t.throws(() => removeRow(plan, 2), { code: 'seating/cell-off-plan' });
  t.throws(() => removeRow(emptyPlan(1, 4), 0), { code: 'seating/last-line' });
});

t.test('any editing of a valid plan leaves a valid plan', async () => {
  const step = fc.record({ act: fc.nat(8), a: fc.nat(), b: fc.nat() });
  fc.assert(
    fc.property(anyPlan, fc.array(step, { maxLength: 12 }), (start, steps) => {
      let plan = start;
      for (const { act, a, b } of steps) {
        const row = a % plan.rows;
        const column = b % plan.columns;
        if (act === 0) plan = cycleCell(plan, row, column);
        else if (act === 1) plan = insertAisleColumn(plan, b % (plan.columns + 1));
        else if (act === 2) plan = insertAisleRow(plan, a % (plan.rows + 1));
        else if (act === 3 && plan.columns > 1) plan = removeColumn(plan, column);
        else if (act === 4 && plan.rows > 1) plan = removeRow(plan, row);
        else if (act === 5) plan = resizePlan(plan, (a % 9) + 1, (b % 9) + 1);
        else if (act === 6) plan = insertRow(plan, row, 'spare');
        else if (act === 7) plan = toggleCell(plan, row, column, 'broken');
        else if (act === 8 && kindAt(plan, row, column) === 'seat')
          plan = setLabel(plan, row, column, `Z${a % 99}-${b % 99}`);
      }
      const left = validatePlan(plan).map(({ code }) => code);
      return left.every((code) => code === 'seating/no-usable-seat' || code === 'seating/duplicate-label');
    }),
  );
});
