import fc from 'fast-check';
import t from 'tap';
import { emptyPlan, kindAt } from '#domain/seating/floor-plan.ts';
import { begin, clicked, painted, redo, step, undo } from './editing.ts';

t.test('a click puts the brush’s kind, a second one takes it away', async (t) => {
  const plan = emptyPlan(3, 3);
  const aisle = clicked(plan, 'aisle', 1, 1);
  t.equal(kindAt(aisle, 1, 1), 'aisle');
  t.equal(kindAt(clicked(aisle, 'aisle', 1, 1), 1, 1), 'seat');
  t.equal(kindAt(clicked(aisle, 'seat', 1, 1), 1, 1), 'seat');
  t.equal(kindAt(plan, 1, 1), 'seat', 'the plan before is left alone');
});

t.test('the door goes to the outermost ring only', async (t) => {
  const plan = emptyPlan(3, 3);
  t.same(clicked(plan, 'door', 0, 2).door, { row: 0, column: 2 });
  t.equal(clicked(plan, 'door', 1, 1), plan, 'a click further in changes nothing');
  t.equal(clicked(clicked(plan, 'door', 0, 2), 'door', 0, 2).door, null);
});

t.test('a stroke is one step of undoing', async (t) => {
  let history = begin(emptyPlan(2, 4));
  history = step(history, clicked(history.now, 'aisle', 0, 0));
  history = step(history, painted(history.now, 'aisle', 0, 1), true);
  history = step(history, painted(history.now, 'aisle', 0, 1), true);
  t.equal(history.past.length, 1);
  t.equal(kindAt(undo(history).now, 0, 1), 'seat');
  t.equal(kindAt(redo(undo(history)).now, 0, 1), 'aisle');
});

t.test('undo and redo lead back to where they began', async () => {
  const cell = fc.record({
    row: fc.nat(3),
    column: fc.nat(3),
    brush: fc.constantFrom('aisle', 'spare', 'broken', 'door'),
  });
  fc.assert(
    fc.property(fc.array(cell, { maxLength: 20 }), (clicks) => {
      const first = begin(emptyPlan(4, 4));
      let history = first;
      for (const { row, column, brush } of clicks)
        history = step(history, clicked(history.now, brush as 'aisle', row, column)); // all four are brushes
      const last = history.now;
      while (history.past.length > 0) history = undo(history);
      const began = history.now === first.now;
      while (history.future.length > 0) history = redo(history);
      return began && history.now === last;
    }),
  );
});
