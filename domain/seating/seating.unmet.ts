/** Wishes that a seating leaves unmet: counted honestly, shown to the person who decides. */

import { SeatingError } from './faults.ts';
import { numberSeats } from './floor-plan.numbering.ts';
import type { FloorPlan } from './floor-plan.ts';
import { orient } from './floor-plan.ts';
import { needsSeparateRoom } from './seating.rooms.ts';
import {
  areSchoolMates,
  compareTickets,
  type SeatAssignment,
  type SeatingPerson,
  type Wishes,
} from './seating.ts';

/** In the order in which a screen shows them. */
export const UNMET_KINDS = [
  'no-seat',
  'no-separate-room',
  'same-version-neighbours',
  'school-mates-adjacent',
  'same-version-diagonal',
  'school-mates-diagonal',
] as const;
export type UnmetKind = (typeof UNMET_KINDS)[number];

export interface UnmetPair {
  room: string;
  /** Two entries; the one with the smaller seat number first. */
  entries: [string, string];
  seats: [string, string];
  relation: 'side' | 'front-back' | 'diagonal';
}

export interface Unmet {
  kind: UnmetKind;
  /** A weaker wish: over a corner. With two versions in a full room it can't be met at all. */
  weak: boolean;
  /** Number of pairs, or of people without a seat. */
  count: number;
  pairs: UnmetPair[];
  /** People without a seat (no-seat, no-separate-room); empty for the other kinds. */
  entries: string[];
}

/** Gathers findings and gives them back in a fixed order, only the kinds that occurred. */
export class UnmetLedger {
  readonly #pairs = new Map<UnmetKind, UnmetPair[]>();
  readonly #entries = new Map<UnmetKind, string[]>();

  pair(kind: UnmetKind, pair: UnmetPair): void {
    const known = this.#pairs.get(kind);
    if (known) known.push(pair);
    else this.#pairs.set(kind, [pair]);
  }

  people(kind: UnmetKind, people: readonly SeatingPerson[]): void {
    if (people.length > 0) this.#entries.set(kind, people.map(({ entry }) => entry).sort(compareTickets));
  }

  list(): Unmet[] {
    return UNMET_KINDS.flatMap((kind): Unmet[] => {
      const pairs = this.#pairs.get(kind) ?? [];
      const entries = this.#entries.get(kind) ?? [];
      const count = pairs.length + entries.length;
      return count === 0 ? [] : [{ kind, weak: kind.endsWith('-diagonal'), count, pairs, entries }];
    });
  }
}

type Seated = Pick<SeatAssignment, 'entry' | 'subject' | 'school' | 'room' | 'seat' | 'version'>;

/** What two neighbours of this relation have against each other. */
export function unmetBetween(
  a: Pick<Seated, 'subject' | 'school' | 'version'>,
  b: Pick<Seated, 'subject' | 'school' | 'version'>,
  relation: UnmetPair['relation'],
  wishes: Wishes,
): UnmetKind[] {
  if (a.subject !== b.subject) return [];
  const diagonal = relation === 'diagonal';
  const kinds: UnmetKind[] = [];
  if (wishes.versions && a.version === b.version)
    kinds.push(diagonal ? 'same-version-diagonal' : 'same-version-neighbours');
  if (wishes.schools && areSchoolMates(a, b))
    kinds.push(diagonal ? 'school-mates-diagonal' : 'school-mates-adjacent');
  return kinds;
}

/**
 * Counts anew from nothing but seats and plans: for an audit, after people were moved by hand, or during a draw.
 * It measures the distance of every two people in a room and shares no bookkeeping with the seating itself.
 *
 * `people`, where given, are all who should have a seat; those without one are counted too. Throws
 * `seating/bad-room` and `seating/unknown-seat` for a room or seat that the plans don't have.
 */
export function countUnmet(
  assignments: readonly Seated[],
  rooms: readonly { id: string; plan: FloorPlan }[],
  options: { keepApart?: Wishes; people?: readonly SeatingPerson[] } = {},
): Unmet[] {
  const wishes = options.keepApart ?? { schools: true, versions: true };
  const ledger = new UnmetLedger();
  const plans = new Map(rooms.map(({ id, plan }) => [id, plan]));
  for (const { room, entry } of assignments)
    if (!plans.has(room)) throw new SeatingError('seating/bad-room', { room, entry });

  for (const [room, plan] of plans) {
    const numbered = numberSeats(plan);
    const places = new Map(numbered.map((seat, order) => [seat.label, { order, ...orient(plan, seat) }]));
    const here = assignments
      .filter((assignment) => assignment.room === room)
      .map((assignment) => {
        const place = places.get(assignment.seat);
        if (!place) throw new SeatingError('seating/unknown-seat', { room, label: assignment.seat });
        return { assignment, place };
      })
      .sort((a, b) => a.place.order - b.place.order);
    here.forEach((one, index) => {
      for (const other of here.slice(index + 1)) {
        const down = Math.abs(one.place.rank - other.place.rank);
        const across = Math.abs(one.place.file - other.place.file);
        if (Math.max(down, across) !== 1) continue;
        const relation = down === 0 ? 'side' : across === 0 ? 'front-back' : 'diagonal';
        for (const kind of unmetBetween(one.assignment, other.assignment, relation, wishes))
          ledger.pair(kind, {
            room,
            entries: [one.assignment.entry, other.assignment.entry],
            seats: [one.assignment.seat, other.assignment.seat],
            relation,
          });
      }
    });
  }

  const seated = new Set(assignments.map(({ entry }) => entry));
  const missing = (options.people ?? []).filter(({ entry }) => !seated.has(entry));
  ledger.people(
    'no-seat',
    missing.filter((person) => !needsSeparateRoom(person)),
  );
  ledger.people('no-separate-room', missing.filter(needsSeparateRoom));
  return ledger.list();
}
