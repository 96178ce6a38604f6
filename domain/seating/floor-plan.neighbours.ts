/**
 * Who sits next to whom. Two seats are neighbours when their cells touch: an aisle, a missing place or any other
 * cell between two seats parts them, be it one cell wide or more, and so does it between front and back. Side,
 * front and back are where one can read another's screen and count as strong; over the corner is weak.
 */
import { SeatingError } from './faults.ts';
import { type NumberedSeat, numberSeats } from './floor-plan.numbering.ts';
import { type FloorPlan, orient, type Position } from './floor-plan.ts';

export interface Neighbours {
  left: NumberedSeat | null;
  right: NumberedSeat | null;
  /** Nearer to the lectern. */
  front: NumberedSeat | null;
  behind: NumberedSeat | null;
  diagonal: NumberedSeat[];
}

/** The seats of a plan with the indices of those that touch; broken and spare seats take part. */
export interface Adjacency {
  seats: NumberedSeat[];
  rank: number[];
  file: number[];
  /** Left, right, front, behind of the seat with the same index, those that exist. */
  strong: number[][];
  /** Over the corners. */
  weak: number[][];
}

const STRONG = [
  [0, -1],
  [0, 1],
  [-1, 0],
  [1, 0],
] as const;
const WEAK = [
  [-1, -1],
  [-1, 1],
  [1, -1],
  [1, 1],
] as const;

function at(byPlace: ReadonlyMap<string, number>, rank: number, file: number): number[] {
  const index = byPlace.get(`${rank},${file}`);
  return index === undefined ? [] : [index];
}

/** Throws SeatingError as `numberSeats` does. */
export function adjacency(plan: FloorPlan): Adjacency {
  const seats = numberSeats(plan);
  const places = seats.map((seat) => orient(plan, seat));
  const byPlace = new Map(places.map(({ rank, file }, index) => [`${rank},${file}`, index]));
  const touching = (steps: typeof STRONG | typeof WEAK) =>
    places.map(({ rank, file }) =>
      steps.flatMap(([down, across]) => at(byPlace, rank + down, file + across)),
    );
  return {
    seats,
    rank: places.map(({ rank }) => rank),
    file: places.map(({ file }) => file),
    strong: touching(STRONG),
    weak: touching(WEAK),
  };
}

/**
 * The seats around one seat, as its candidate sees them facing the lectern. Throws `seating/unknown-seat` where
 * the cell is no seat.
 */
export function neighbours(plan: FloorPlan, { row, column }: Position): Neighbours {
  const { seats, rank, file, strong, weak } = adjacency(plan);
  const index = seats.findIndex((seat) => seat.row === row && seat.column === column);
  if (index < 0) throw new SeatingError('seating/unknown-seat', { row, column });
  const found: Neighbours = { left: null, right: null, front: null, behind: null, diagonal: [] };
  for (const other of strong[index]!) {
    if (file[other]! < file[index]!) found.left = seats[other]!;
    else if (file[other]! > file[index]!) found.right = seats[other]!;
    else if (rank[other]! < rank[index]!) found.front = seats[other]!;
    else found.behind = seats[other]!;
  }
  found.diagonal = weak[index]!.map((other) => seats[other]!);
  return found;
}
