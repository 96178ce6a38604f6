/**
 * What seating works with: people, rooms, wishes, and what comes out. Seating is for one session; who writes
 * another subject is no neighbour that matters, so several sittings may share a room.
 */
import { SeatingError } from './faults.ts';
import { type Adjacency, adjacency } from './floor-plan.neighbours.ts';
import type { FloorPlan } from './floor-plan.ts';

/** Recorded with every seating. Any change that gives other seats for the same input needs a new name. */
export const SEATING_ALGORITHM = 'gongyuan-seating/1';

export const SEATING_MODES = ['order', 'random', 'draw'] as const;
/** order: by ticket. random: by the seed. draw: the room by ticket, the seat drawn on entry (抽机号). */
export type SeatingMode = (typeof SEATING_MODES)[number];

export interface SeatingPerson {
  /** The entry (报考): one person in one subject. */
  entry: string;
  /** '' = not known; people of unknown schools are nobody's school-mates. */
  school: string;
  subject: string;
  /** What order mode sorts by, digits by their value; without it the entry. */
  ticket?: string;
  /** separateRoom: sits in a room of his own, never among the others. */
  accommodation?: { separateRoom?: boolean };
}

export interface SeatingRoom {
  id: string;
  plan: FloorPlan;
  /** At most so many people; without it all usable seats (a separate room: one person). */
  capacity?: number;
  /** Set aside for people with `separateRoom`, and for them only. */
  separate?: boolean;
  /** The subjects of the room's sittings; without it any. */
  subjects?: readonly string[];
}

export interface Wishes {
  /** School-mates of the same subject not side by side nor one behind the other. */
  schools: boolean;
  /** Neighbours of the same subject write different paper versions. */
  versions: boolean;
}

export interface SeatAssignment {
  entry: string;
  subject: string;
  school: string;
  room: string;
  /** The label of the seat. */
  seat: string;
  version: string;
  /** For the candidate's order of items and options: 32 hexadecimal digits, a function of seed and entry. */
  orderSeed: string;
}

/** Draw mode before the draw: the room is known, the seat not yet. */
export type WaitingForDraw = Omit<SeatAssignment, 'seat' | 'version'>;

/**
 * Weights of clashes between neighbours, for all that seeks the better seat. One beside, in front or behind outweighs
 * those over all corners of a seat, or of two seats that are exchanged (8).
 */
export const STRONG_CLASH = 10;
export const WEAK_CLASH = 1;

/** Same school and same subject: whoever writes something else is no help. */
export function areSchoolMates(
  a: Pick<SeatingPerson, 'school' | 'subject'>,
  b: Pick<SeatingPerson, 'school' | 'subject'>,
): boolean {
  return a.school !== '' && a.school === b.school && a.subject === b.subject;
}

/** Plain text for seeds, identifiers and labels: control characters would make sub-seeds ambiguous. */
const CONTROL = /[\u0000-\u001f\u007f]/;

export function isIdentifier(text: unknown): text is string {
  return typeof text === 'string' && text.trim() !== '' && text.length <= 128 && !CONTROL.test(text);
}

/** Throws `seating/bad-seed`. */
export function checkSeed(seed: string): void {
  if (!isIdentifier(seed)) throw new SeatingError('seating/bad-seed');
}

/** Throws `seating/bad-versions`. */
export function checkVersions(versions: readonly string[], subject?: string): void {
  const good =
    Array.isArray(versions) &&
    versions.length > 0 &&
    versions.every((version) => isIdentifier(version) && version.length <= 8) &&
    new Set(versions).size === versions.length;
  if (!good) throw new SeatingError('seating/bad-versions', subject === undefined ? {} : { subject });
}

/** Throws `seating/bad-person`, `seating/duplicate-entry`. */
export function checkPeople(people: readonly SeatingPerson[]): void {
  const seen = new Set<string>();
  for (const { entry, subject, school } of people) {
    if (!isIdentifier(entry) || !isIdentifier(subject) || typeof school !== 'string')
      throw new SeatingError('seating/bad-person', { entry });
    if (seen.has(entry)) throw new SeatingError('seating/duplicate-entry', { entry });
    seen.add(entry);
  }
}

/** A room with its seats worked out. Indices are those of `grid.seats`, in the order of the numbers. */
export interface PreparedRoom {
  id: string;
  separate: boolean;
  grid: Adjacency;
  usable: number[];
  /** People who fit: the smaller of capacity and usable seats. */
  places: number;
  admits(subject: string): boolean;
}

/** Throws `seating/bad-room`, `seating/bad-capacity` and the blocking problems of the plans, each with the room. */
export function prepareRooms(rooms: readonly SeatingRoom[]): PreparedRoom[] {
  const seen = new Set<string>();
  return rooms.map((room): PreparedRoom => {
    const { id, capacity, subjects } = room;
    if (!isIdentifier(id) || seen.has(id)) throw new SeatingError('seating/bad-room', { room: id });
    seen.add(id);
    if (capacity !== undefined && (!Number.isInteger(capacity) || capacity < 0))
      throw new SeatingError('seating/bad-capacity', { room: id });
    const grid = gridOf(id, room.plan);
    const usable = grid.seats.flatMap((seat, index) => (seat.usable ? [index] : []));
    const separate = room.separate === true;
    return {
      id,
      separate,
      grid,
      usable,
      places: Math.min(usable.length, capacity ?? (separate ? 1 : usable.length)),
      admits: (subject) => subjects === undefined || subjects.includes(subject),
    };
  });
}

function gridOf(room: string, plan: FloorPlan): Adjacency {
  try {
    return adjacency(plan);
  } catch (error) {
    if (error instanceof SeatingError) throw new SeatingError(error.code, { ...error.place, room });
    throw error;
  }
}

const RUNS = /\d+|\D+/g;

/**
 * Ticket order: digits compare by their value (T2 before T10), all else by UTF-16 code unit. Locale has no say, for
 * an audit elsewhere must sort alike.
 */
export function compareTickets(a: string, b: string): number {
  const left = a.match(RUNS) ?? [];
  const right = b.match(RUNS) ?? [];
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const [x, y] = [significant(left[i]!), significant(right[i]!)];
    if (x === y) continue;
    const bothDigits = /^\d/.test(left[i]!) && /^\d/.test(right[i]!);
    if (bothDigits && x.length !== y.length) return x.length - y.length;
    return x < y ? -1 : 1;
  }
  if (left.length !== right.length) return left.length - right.length;
  return a < b ? -1 : a > b ? 1 : 0;
}

/** A run of digits without its leading zeros; other text as it is. */
function significant(run: string): string {
  return run.replace(/^0+(?=\d)/, '');
}

/** A sorted copy: by ticket, then by entry. What order the people were given in never matters. */
export function byTicket(people: readonly SeatingPerson[]): SeatingPerson[] {
  return [...people].sort(
    (a, b) => compareTickets(a.ticket ?? a.entry, b.ticket ?? b.entry) || compareTickets(a.entry, b.entry),
  );
}
