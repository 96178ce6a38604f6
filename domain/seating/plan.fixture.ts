/** Floor plans drawn as text and random ones, for the tests of this folder. */
import fc from 'fast-check';
import type { CellKind, FloorPlan, Front, NumberingScheme } from './floor-plan.ts';

const KINDS: Record<string, CellKind> = { s: 'seat', '|': 'aisle', '.': 'missing', x: 'broken', p: 'spare' };

/** s seat, | aisle, . missing, x broken, p spare; one text a row. */
export function drawn(rows: string[], change: Partial<FloorPlan> = {}): FloorPlan {
  return {
    rows: rows.length,
    columns: rows[0]!.length,
    front: 'top',
    door: null,
    cells: [...rows.join('')].map((sign) => KINDS[sign]!),
    numbering: { scheme: 'row', start: 1, width: 2 },
    ...change,
  };
}

/** Any valid plan up to 7 by 7, mostly seats. */
export const anyPlan: fc.Arbitrary<FloorPlan> = fc
  .record({
    rows: fc.integer({ min: 1, max: 7 }),
    columns: fc.integer({ min: 1, max: 7 }),
    front: fc.constantFrom<Front>('top', 'bottom', 'left', 'right'),
    scheme: fc.constantFrom<NumberingScheme>(
      'row',
      'row-serpentine',
      'column',
      'column-serpentine',
      'from-door',
    ),
    start: fc.integer({ min: 0, max: 120 }),
    width: fc.integer({ min: 1, max: 3 }),
    signs: fc.array(fc.constantFrom(...'ssssss|.xp'), { minLength: 49, maxLength: 49 }),
    wall: fc.constantFrom('top', 'bottom', 'left', 'right'),
    along: fc.nat(),
  })
  .map(({ rows, columns, front, scheme, start, width, signs, wall, along }) => ({
    rows,
    columns,
    front,
    door: {
      row: wall === 'top' ? 0 : wall === 'bottom' ? rows - 1 : along % rows,
      column: wall === 'left' ? 0 : wall === 'right' ? columns - 1 : along % columns,
    },
    cells: signs.slice(0, rows * columns).map((sign) => KINDS[sign]!),
    numbering: { scheme, start, width },
  }));
