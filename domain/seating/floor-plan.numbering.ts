/**
 * Numbers for the seats of a floor plan. All schemes walk the room as seen with the lectern at the top:
 *
 *   row                ranks from the lectern backwards, each from the candidate's left to his right
 *   row-serpentine     the same, every other rank from right to left
 *   column             files from left to right, each from the lectern backwards
 *   column-serpentine  the same, every other file from the back to the front
 *   from-door          begins in the corner nearest to the door and goes up and down the files, serpentine, as
 *                      somebody would who came in and walked past every seat
 *
 * A rank or file without any seat (an aisle) is walked past without turning round, so that the serpentine stays one.
 */
import { SEATING_FAULTS, SeatingError } from './faults.ts';
import {
  type CellKind,
  cellKey,
  type FloorPlan,
  isNumbered,
  orient,
  orientedSize,
  type PlanProblem,
  type Position,
  shapeProblems,
} from './floor-plan.ts';

export interface NumberedSeat extends Position {
  label: string;
  kind: Extract<CellKind, 'seat' | 'broken' | 'spare'>;
  /** Given out by the seating: true for `seat`, false for broken and spare ones. */
  usable: boolean;
}

interface Spot extends Position {
  rank: number;
  file: number;
  kind: NumberedSeat['kind'];
}

function spotsOf(plan: FloorPlan): Spot[] {
  return plan.cells.flatMap((cell, index): Spot[] => {
    if (!isNumbered(cell)) return [];
    const row = Math.floor(index / plan.columns);
    const column = index % plan.columns;
    // isNumbered has just excluded the other kinds, which TypeScript cannot see through a boolean
    return [{ row, column, kind: cell as Spot['kind'], ...orient(plan, { row, column }) }];
  });
}

/** Groups by line (rank or file) in walking order and turns every other one round where the scheme says so. */
function walk(
  spots: Spot[],
  line: (spot: Spot) => number,
  along: (spot: Spot) => number,
  serpentine: boolean,
): Spot[] {
  const lines = new Map<number, Spot[]>();
  for (const spot of spots) {
    const members = lines.get(line(spot));
    if (members) members.push(spot);
    else lines.set(line(spot), [spot]);
  }
  return [...lines]
    .sort(([a], [b]) => a - b)
    .flatMap(([, members], index) => {
      const ordered = members.sort((a, b) => along(a) - along(b));
      return serpentine && index % 2 === 1 ? ordered.reverse() : ordered;
    });
}

function inNumberingOrder(plan: FloorPlan): Spot[] {
  const spots = spotsOf(plan);
  const rank = (spot: Spot) => spot.rank;
  const file = (spot: Spot) => spot.file;
  switch (plan.numbering.scheme) {
    case 'row':
      return walk(spots, rank, file, false);
    case 'row-serpentine':
      return walk(spots, rank, file, true);
    case 'column':
      return walk(spots, file, rank, false);
    case 'column-serpentine':
      return walk(spots, file, rank, true);
    case 'from-door': {
      if (!plan.door) throw new SeatingError('seating/door-needed');
      const door = orient(plan, plan.door);
      const { ranks, files } = orientedSize(plan);
      // exactly in the middle counts as front and left, so that the corner is always decided
      const fromBack = door.rank * 2 > ranks - 1;
      const fromRight = door.file * 2 > files - 1;
      return walk(
        spots,
        (spot) => (fromRight ? -spot.file : spot.file),
        (spot) => (fromBack ? -spot.rank : spot.rank),
        true,
      );
    }
  }
}

function label(plan: FloorPlan): NumberedSeat[] {
  const { start, width } = plan.numbering;
  return inNumberingOrder(plan).map(({ row, column, kind }, index) => ({
    label: plan.overrides?.[cellKey(plan, row, column)] ?? String(start + index).padStart(width, '0'),
    row,
    column,
    kind,
    usable: kind === 'seat',
  }));
}

/** Everything wrong with a plan, best read together with SEATING_FAULTS; empty means ready for use. */
export function validatePlan(plan: FloorPlan): PlanProblem[] {
  const problems = shapeProblems(plan);
  if (problems.some(({ code }) => SEATING_FAULTS[code].severity === 'error')) return problems;
  const seen = new Set<string>();
  for (const seat of label(plan)) {
    if (seen.has(seat.label))
      problems.push({
        code: 'seating/duplicate-label',
        row: seat.row,
        column: seat.column,
        label: seat.label,
      });
    seen.add(seat.label);
  }
  return problems;
}

/**
 * All seats in the order of their numbers, broken and spare ones among them. Throws SeatingError with the first
 * blocking problem of the plan.
 */
export function numberSeats(plan: FloorPlan): NumberedSeat[] {
  const blocking = validatePlan(plan).find(({ code }) => SEATING_FAULTS[code].severity === 'error');
  if (blocking) {
    const { code, ...place } = blocking;
    throw new SeatingError(code, place);
  }
  return label(plan);
}
