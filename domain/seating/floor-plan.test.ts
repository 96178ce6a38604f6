import fc from 'fast-check';
import t from 'tap';
import { Value } from 'typebox/value';
import { Plan } from '#protocol/shapes.schema.ts';
import { SEATING_FAULTS, SeatingError } from './faults.ts';
import { neighbours } from './floor-plan.neighbours.ts';
import { numberSeats, validatePlan } from './floor-plan.numbering.ts';
import { emptyPlan, type FloorPlan, orient, orientedSize } from './floor-plan.ts';
import { anyPlan, drawn } from './plan.fixture.ts';

/** The labels where the seats are in the drawing, two characters a cell. */
function picture(plan: FloorPlan): string[] {
  const grid = Array.from({ length: plan.rows }, () => Array.from({ length: plan.columns }, () => '--'));
  for (const seat of numberSeats(plan)) grid[seat.row]![seat.column] = seat.label;
  return grid.map((row) => row.join(' '));
}
const codes = (plan: FloorPlan) => validatePlan(plan).map(({ code }) => code);
const numbered = (scheme: FloorPlan['numbering']['scheme']) => ({
  numbering: { scheme, start: 1, width: 2 },
});

t.test('every numbering scheme, with an aisle that the serpentine walks past', async (t) => {
  const room = ['ss|ss', 'ss|ss', '|||||', 'ss|.s'];
  t.same(picture(drawn(room)), ['01 02 -- 03 04', '05 06 -- 07 08', '-- -- -- -- --', '09 10 -- -- 11']);
  t.same(picture(drawn(room, numbered('row-serpentine'))), [
    '01 02 -- 03 04',
    '08 07 -- 06 05',
    '-- -- -- -- --',
    '09 10 -- -- 11',
  ]);
  t.same(picture(drawn(room, numbered('column'))), [
    '01 04 -- 07 09',
    '02 05 -- 08 10',
    '-- -- -- -- --',
    '03 06 -- -- 11',
  ]);
  t.same(picture(drawn(room, numbered('column-serpentine'))), [
    '01 06 -- 07 11',
    '02 05 -- 08 10',
    '-- -- -- -- --',
    '03 04 -- -- 09',
  ]);
  t.same(picture(drawn(room, { ...numbered('from-door'), door: { row: 3, column: 4 } })), [
    '09 08 -- 04 03',
    '10 07 -- 05 02',
    '-- -- -- -- --',
    '11 06 -- -- 01',
  ]);
  t.same(
    picture(drawn(room, { ...numbered('from-door'), door: { row: 3, column: 3 } })),
    picture(drawn(room, { ...numbered('from-door'), door: { row: 3, column: 4 } })),
    'the corner counts, not the exact place of the door',
  );
});

t.test('rows begin at the lectern, wherever the drawing has it', async (t) => {
  const room = ['sss', 'sss'];
  t.same(picture(drawn(room, { front: 'top' })), ['01 02 03', '04 05 06']);
  t.same(picture(drawn(room, { front: 'bottom' })), ['06 05 04', '03 02 01']);
  t.same(picture(drawn(room, { front: 'left' })), ['02 04 06', '01 03 05']);
  t.same(picture(drawn(room, { front: 'right' })), ['05 03 01', '06 04 02']);
});

t.test(
  'start, digits, labels of one’s own; broken and spare seats have numbers and are not used',
  async (t) => {
    const plan = drawn(['sxp', 's.s'], {
      numbering: { scheme: 'row', start: 98, width: 3 },
      overrides: { '3': '讲台-1' },
    });
    t.same(
      numberSeats(plan).map(({ label, kind, usable }) => [label, kind, usable]),
      [
        ['098', 'seat', true],
        ['099', 'broken', false],
        ['100', 'spare', false],
        ['讲台-1', 'seat', true],
        ['102', 'seat', true],
      ],
      'the number under a label of one’s own is used up, so that the others keep theirs',
    );
  },
);

t.test('neighbours as the candidate sees them; an aisle parts', async (t) => {
  const plan = drawn(['sss|s', 'sxs|s', '|||||', 'sssss']);
  const labels = (row: number, column: number, of: FloorPlan = plan) => {
    const { left, right, front, behind, diagonal } = neighbours(of, { row, column });
    return [left, right, front, behind]
      .map((seat) => seat?.label ?? '-')
      .concat(diagonal.map((seat) => seat.label));
  };
  t.same(labels(0, 1), ['01', '03', '-', '06', '05', '07']);
  t.same(
    labels(1, 2),
    ['06', '-', '03', '-', '02'],
    'aisle at the right, aisle behind, seat 08 is out of reach',
  );
  t.same(labels(0, 4), ['-', '-', '-', '08']);
  t.same(labels(3, 2), ['10', '12', '-', '-']);
  t.notOk(neighbours(plan, { row: 0, column: 1 }).behind?.usable, 'the broken seat is told as such');
  const turned = drawn(['sss', 'sss', 'sss'], { front: 'left' });
  const around = neighbours(turned, { row: 1, column: 1 });
  t.same(
    [around.front, around.behind, around.left, around.right].map((seat) => [seat?.row, seat?.column]),
    [
      [1, 0],
      [1, 2],
      [2, 1],
      [0, 1],
    ],
  );
  t.throws(() => neighbours(plan, { row: 2, column: 0 }), { code: 'seating/unknown-seat' });
  t.throws(() => neighbours(plan, { row: 9, column: 0 }), { code: 'seating/unknown-seat' });
});

t.test('any plan: each seat once, labels differ, neighbours are mutual, turning keeps all', async () => {
  fc.assert(
    fc.property(anyPlan, (plan) => {
      const seats = numberSeats(plan);
      const wanted = plan.cells.filter(
        (kind) => kind === 'seat' || kind === 'broken' || kind === 'spare',
      ).length;
      const { ranks, files } = orientedSize(plan);
      if (seats.length !== wanted || new Set(seats.map(({ label }) => label)).size !== wanted) return false;
      if (new Set(seats.map(({ row, column }) => `${row},${column}`)).size !== wanted) return false;
      return seats.every((seat) => {
        const place = orient(plan, seat);
        const around = neighbours(plan, seat);
        const back = (other: typeof around.left, side: 'left' | 'right' | 'front' | 'behind') =>
          other === null || neighbours(plan, other)[side]?.label === seat.label;
        return (
          place.rank >= 0 &&
          place.rank < ranks &&
          place.file >= 0 &&
          place.file < files &&
          back(around.left, 'right') &&
          back(around.right, 'left') &&
          back(around.front, 'behind') &&
          back(around.behind, 'front') &&
          around.diagonal.every((other) =>
            neighbours(plan, other).diagonal.some(({ label }) => label === seat.label),
          )
        );
      });
    }),
    { numRuns: 60 },
  );
});

t.test('plans that pass here pass the contract', async (t) => {
  fc.assert(fc.property(anyPlan, (plan) => Value.Check(Plan, plan)));
  const widest = { ...emptyPlan(60, 60), numbering: { scheme: 'column' as const, start: 9999, width: 6 } };
  const plan = { ...widest, overrides: { '3599': '甲'.repeat(16) } };
  t.same(codes(plan), []);
  t.ok(Value.Check(Plan, plan));
});

t.test('serpentine: the next number is never further than the next line', async () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 8 }), (rows, columns) => {
      for (const scheme of ['row-serpentine', 'column-serpentine', 'from-door'] as const) {
        const plan = { ...emptyPlan(rows, columns), ...numbered(scheme), door: { row: rows - 1, column: 0 } };
        const seats = numberSeats(plan);
        const steps = seats.slice(1).map((seat, i) => {
          const before = seats[i]!;
          return Math.abs(seat.row - before.row) + Math.abs(seat.column - before.column);
        });
        if (steps.some((step) => step !== 1)) return false;
      }
      return true;
    }),
  );
});

t.test('what is wrong with a plan is said by code', async (t) => {
  const good = drawn(['ss', 'ss']);
  t.same(codes(good), []);
  for (const [rows, columns] of [
    [0, 2],
    [61, 2],
    [2, 61],
    [1.5, 2],
    [Number.NaN, 2],
  ])
    t.same(codes({ ...good, rows: rows!, columns: columns! }), ['seating/bad-size']);
  t.same(codes(emptyPlan(60, 60)), []);
  t.same(codes({ ...good, cells: good.cells.slice(1) }), ['seating/bad-cells']);
  const foreign = structuredClone(good);
  Object.assign(foreign.cells, { 3: 'sofa' });
  t.same(validatePlan(foreign), [{ code: 'seating/unknown-cell-kind', row: 1, column: 1 }]);
  t.same(codes(Object.assign(structuredClone(good), { front: 'up' })), ['seating/unknown-front']);
  t.same(codes(drawn(['sss', 'sss', 'sss'], { door: { row: 1, column: 1 } })), ['seating/bad-door']);
  t.same(codes({ ...good, door: { row: -1, column: 0 } }), ['seating/bad-door']);
  t.same(codes({ ...good, ...numbered('from-door') }), ['seating/door-needed']);
  const scheme = Object.assign(structuredClone(good), {
    numbering: { scheme: 'spiral', start: 1, width: 2 },
  });
  t.same(codes(scheme), ['seating/unknown-scheme']);
  for (const change of [{ start: -1 }, { start: 1.5 }, { start: 10_000 }, { width: 0 }, { width: 7 }])
    t.same(codes({ ...good, numbering: { ...good.numbering, ...change } }), ['seating/bad-numbering']);
  t.same(codes({ ...drawn(['s|']), overrides: { '1': 'A' } }), ['seating/override-off-seat']);
  t.same(codes({ ...good, overrides: { '4': 'A' } }), ['seating/override-off-seat']);
  t.same(codes({ ...good, overrides: { '01': 'A' } }), ['seating/override-off-seat']);
  t.same(codes({ ...good, overrides: { '1': 'A B' } }), ['seating/bad-label']);
  t.same(codes({ ...good, overrides: { '1': '04' } }), ['seating/duplicate-label']);
  t.same(codes(drawn(['x|'])), ['seating/no-usable-seat'], 'a warning only');
  t.equal(numberSeats(drawn(['x|'])).length, 1);
  t.throws(() => numberSeats({ ...good, overrides: { '1': '04' } }), {
    name: 'SeatingError',
    code: 'seating/duplicate-label',
    place: { row: 1, column: 1, label: '04' },
  });
});

t.test('every fault has words and a remedy in both languages', async (t) => {
  for (const [code, fault] of Object.entries(SEATING_FAULTS)) {
    t.match(code, /^seating\/[a-z-]+$/);
    for (const text of [fault.zh, fault.doZh]) t.match(text, /\p{Script=Han}/u, `${code} zh`);
    for (const text of [fault.en, fault.doEn]) t.match(text, /^[A-Z][\x20-\x7e]+$/, `${code} en`);
  }
  t.match(new SeatingError('seating/bad-seed').message, /^seating\/bad-seed: The seed/);
});
