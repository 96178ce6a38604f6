/**
 * The seat drawn at the door (抽机号).
 *
 * A draw depends on the seed, the room, the entry, and who sits or what is taken at that moment, and on nothing
 * else. The ledger keeps the arrivals in order, so `replayDraws` repeats a whole morning and an audit compares.
 * The draw of one candidate can't be repeated by him for a better seat: the seed of his draw is his entry.
 *
 * Among the free seats those with the fewest unmet wishes are found (school-mates; equal versions; corners count
 * least), and one of them is drawn, each equally likely. The version is the one that the pattern of the room gives
 * the seat, so that a checkerboard grows whatever the order of arrival; only where somebody beside it already has
 * that version is another taken.
 */
import { pick, seeded, subSeed } from '#domain/random/seeded.ts';
import { orderSeedOf } from './assign.ts';
import { SeatingError } from './faults.ts';
import { type Adjacency, adjacency } from './floor-plan.neighbours.ts';
import type { FloorPlan } from './floor-plan.ts';
import {
  areSchoolMates,
  checkPeople,
  checkSeed,
  checkVersions,
  isIdentifier,
  SEATING_ALGORITHM,
  type SeatAssignment,
  type SeatingPerson,
  STRONG_CLASH,
  WEAK_CLASH,
  type Wishes,
} from './seating.ts';
import { patternOffset, versionPattern } from './seating.versions.ts';

/** Somebody who sits in the room already; of other subjects too. */
export type SeatedPerson = Pick<SeatAssignment, 'entry' | 'subject' | 'school' | 'seat' | 'version'>;

export interface DrawInput {
  seed: string;
  room: string;
  plan: FloorPlan;
  person: SeatingPerson;
  /** Labels that can't be drawn, besides the seats of `seatedNeighbours`: held back, machine down. */
  taken: readonly string[];
  /** Everybody seated in the room so far; the order is of no matter. */
  seatedNeighbours: readonly SeatedPerson[];
  /** The versions of the person's paper. */
  versions: readonly string[];
  keepApart: Wishes;
  /** At most so many people in the room; without it all usable seats. */
  capacity?: number;
}

export interface DrawResult extends SeatAssignment {
  /** 1 for the first who drew in this room: people seated before, plus one. */
  drawNumber: number;
  /** Seats that could be drawn, and among how many equally good ones the draw was. */
  freeSeats: number;
  equalSeats: number;
  algorithm: typeof SEATING_ALGORITHM;
}

interface Option {
  seat: number;
  version: number;
  cost: number;
}

/**
 * Throws SeatingError: `seating/no-free-seat`, `seating/drawn-already`, `seating/unknown-seat` for a label that the
 * plan doesn't have, and those of bad input.
 */
export function drawSeat(input: DrawInput): DrawResult {
  const { seed, room, plan, person, versions } = input;
  checkSeed(seed);
  checkVersions(versions, person.subject);
  checkPeople([person]);
  if (!isIdentifier(room)) throw new SeatingError('seating/bad-room', { room });
  if (input.capacity !== undefined && (!Number.isInteger(input.capacity) || input.capacity < 0))
    throw new SeatingError('seating/bad-capacity', { room });

  const grid = adjacency(plan);
  const bySeat = seatedBySeat(grid, input);
  const taken = new Set(input.taken.map((label) => seatIndex(grid, label, room)));
  const free = grid.seats.flatMap((seat, index) =>
    seat.usable && !bySeat[index] && !taken.has(index) ? [index] : [],
  );
  const seatedCount = input.seatedNeighbours.length;
  if (free.length === 0 || (input.capacity !== undefined && seatedCount >= input.capacity))
    throw new SeatingError('seating/no-free-seat', { room, entry: person.entry });

  const offset = patternOffset(seed, room, person.subject, versions.length);
  const pattern = versionPattern(grid, versions.length, offset);
  const options = free.map((seat) => weigh(seat, pattern[seat]!, grid, bySeat, input));
  const least = Math.min(...options.map(({ cost }) => cost));
  const best = options.filter(({ cost }) => cost === least);
  const { seat, version } = pick(best, seeded(subSeed(seed, 'draw', room, person.entry)));
  return {
    entry: person.entry,
    subject: person.subject,
    school: person.school,
    room,
    seat: grid.seats[seat]!.label,
    version: versions[version]!,
    orderSeed: orderSeedOf(seed, person.entry),
    drawNumber: seatedCount + 1,
    freeSeats: free.length,
    equalSeats: best.length,
    algorithm: SEATING_ALGORITHM,
  };
}

function seatIndex(grid: Adjacency, label: string, room: string): number {
  const index = grid.seats.findIndex((seat) => seat.label === label);
  if (index < 0) throw new SeatingError('seating/unknown-seat', { room, label });
  return index;
}

function seatedBySeat(
  grid: Adjacency,
  { seatedNeighbours, person, room }: DrawInput,
): (SeatedPerson | null)[] {
  const bySeat: (SeatedPerson | null)[] = grid.seats.map(() => null);
  for (const seated of seatedNeighbours) {
    if (seated.entry === person.entry)
      throw new SeatingError('seating/drawn-already', { room, entry: person.entry, label: seated.seat });
    bySeat[seatIndex(grid, seated.seat, room)] = seated;
  }
  return bySeat;
}

function weigh(
  seat: number,
  planned: number,
  grid: Adjacency,
  bySeat: readonly (SeatedPerson | null)[],
  { person, versions, keepApart }: DrawInput,
): Option {
  const sameSubject = (others: readonly number[]) =>
    others.flatMap((other) => (bySeat[other]?.subject === person.subject ? [bySeat[other]] : []));
  const strong = sameSubject(grid.strong[seat]!);
  const weak = sameSubject(grid.weak[seat]!);

  let cost = 0;
  if (keepApart.schools)
    cost +=
      STRONG_CLASH * strong.filter((other) => areSchoolMates(person, other)).length +
      WEAK_CLASH * weak.filter((other) => areSchoolMates(person, other)).length;
  if (!keepApart.versions) return { seat, version: planned, cost };

  const clashes = (others: readonly SeatedPerson[], version: number) =>
    others.filter((other) => other.version === versions[version]).length;
  let version = planned;
  if (clashes(strong, planned) > 0)
    for (let other = 0; other < versions.length; other++)
      if (clashes(strong, other) < clashes(strong, version)) version = other;
  cost += STRONG_CLASH * clashes(strong, version) + WEAK_CLASH * clashes(weak, version);
  return { seat, version, cost };
}

/** Repeats the draws of a room in the order of arrival, as `drawSeat` made them one by one. */
export function replayDraws(
  input: Omit<DrawInput, 'person' | 'seatedNeighbours' | 'versions'> & {
    arrivals: readonly SeatingPerson[];
    versionsOf: (subject: string) => readonly string[];
    /** Who had a seat before the first draw. */
    seatedBefore?: readonly SeatedPerson[];
  },
): DrawResult[] {
  const { arrivals, versionsOf, seatedBefore = [], ...fixed } = input;
  const drawn: DrawResult[] = [];
  for (const person of arrivals)
    drawn.push(
      drawSeat({
        ...fixed,
        person,
        versions: versionsOf(person.subject),
        seatedNeighbours: [...seatedBefore, ...drawn],
      }),
    );
  return drawn;
}
