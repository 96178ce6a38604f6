/**
 * The seating of a session: who sits where, with which paper version, and what wishes could not be met.
 *
 * Repeatable by design: people are sorted first, every draw has its own sub-seed, so seed, people, rooms (in their
 * order) and wishes give the same result on every machine, whatever order the people came in. The steps:
 *   1. people by ticket (order, draw) or shuffled with the sub-seed 'people' (random);
 *   2. rooms fill one after the other, seats in the order of their numbers;
 *   3. random only: school-mates apart by exchanges, sub-seed 'apart' (order mode keeps its order, so it only counts);
 *   4. versions by pattern, its beginning drawn with the sub-seed 'version', room, subject;
 *   5. for each entry the seed of its item order, sub-seed 'order', entry.
 */
import { hexSeed, seeded, shuffle, subSeed } from '#domain/random/seeded.ts';
import { SeatingError } from './faults.ts';
import { keepSchoolsApart, type Occupants } from './seating.apart.ts';
import { fillRooms } from './seating.rooms.ts';
import {
  byTicket,
  checkPeople,
  checkSeed,
  checkVersions,
  type PreparedRoom,
  prepareRooms,
  SEATING_ALGORITHM,
  SEATING_MODES,
  type SeatAssignment,
  type SeatingMode,
  type SeatingPerson,
  type SeatingRoom,
  type WaitingForDraw,
  type Wishes,
} from './seating.ts';
import { type Unmet, UnmetLedger, unmetBetween } from './seating.unmet.ts';
import { versionsForRoom } from './seating.versions.ts';

export interface SeatingInput {
  rooms: readonly SeatingRoom[];
  people: readonly SeatingPerson[];
  mode: SeatingMode;
  /** The versions of every paper, 1 to 8 characters each, unless `versionsBySubject` names those of a subject. */
  versions: readonly string[];
  versionsBySubject?: Readonly<Record<string, readonly string[]>>;
  /** 1 to 128 characters; recorded, so that the draw can be repeated. */
  seed: string;
  keepApart: Wishes;
}

export interface SeatingResult {
  /** By room as given, then by seat number. */
  assignments: SeatAssignment[];
  /** Draw mode: people who draw their seat in their room on entry (`drawSeat`), by ticket. Otherwise empty. */
  toDraw: WaitingForDraw[];
  unmet: Unmet[];
  seed: string;
  mode: SeatingMode;
  algorithm: typeof SEATING_ALGORITHM;
}

/** The seed of a candidate's order of items and options: 32 hexadecimal digits. */
export function orderSeedOf(seed: string, entry: string): string {
  return hexSeed(subSeed(seed, 'order', entry));
}

/**
 * Throws SeatingError for input that makes no sense; too few seats are no error but an unmet wish.
 */
export function assignSeats(input: SeatingInput): SeatingResult {
  const { mode, seed, keepApart } = input;
  if (!SEATING_MODES.includes(mode)) throw new SeatingError('seating/bad-mode');
  checkSeed(seed);
  checkVersions(input.versions);
  for (const [subject, versions] of Object.entries(input.versionsBySubject ?? {}))
    checkVersions(versions, subject);
  checkPeople(input.people);
  const rooms = prepareRooms(input.rooms);
  const versionsBySubject = new Map(Object.entries(input.versionsBySubject ?? {}));
  const versionsOf = (subject: string) => versionsBySubject.get(subject) ?? input.versions;

  const sorted = byTicket(input.people);
  const people = mode === 'random' ? shuffle(sorted, seeded(subSeed(seed, 'people'))) : sorted;
  const { inRoom, noSeat, noSeparateRoom } = fillRooms(people, rooms);
  const draws = (person: SeatingPerson) => mode === 'draw' && person.accommodation?.separateRoom !== true;

  const occupants = rooms.map((room, index): Occupants => {
    const seated: Occupants = room.grid.seats.map(() => null);
    const members = inRoom[index]!.filter((person) => !draws(person));
    members.forEach((person, place) => {
      seated[room.usable[place]!] = person; // no more members than usable seats: fillRooms counts places
    });
    return seated;
  });
  if (mode === 'random' && keepApart.schools)
    keepSchoolsApart(rooms, occupants, seeded(subSeed(seed, 'apart')));

  const ledger = new UnmetLedger();
  ledger.people('no-seat', noSeat);
  ledger.people('no-separate-room', noSeparateRoom);
  const assignments: SeatAssignment[] = [];
  rooms.forEach((room, index) => {
    const seated = occupants[index]!;
    const versions = versionsForRoom(seed, room.id, room.grid, seated, versionsOf);
    const bySeat = seated.map((person, seat): SeatAssignment | null =>
      person
        ? {
            ...withoutSeat(person, room.id, seed),
            seat: room.grid.seats[seat]!.label,
            version: versions[seat]!, // versionsForRoom names one wherever somebody sits
          }
        : null,
    );
    noteUnmet(room, bySeat, keepApart, ledger);
    for (const assignment of bySeat) if (assignment) assignments.push(assignment);
  });

  const toDraw = rooms.flatMap((room, index) =>
    inRoom[index]!.filter(draws).map((person) => withoutSeat(person, room.id, seed)),
  );
  return { assignments, toDraw, unmet: ledger.list(), seed, mode, algorithm: SEATING_ALGORITHM };
}

function withoutSeat({ entry, subject, school }: SeatingPerson, room: string, seed: string): WaitingForDraw {
  return { entry, subject, school, room, orderSeed: orderSeedOf(seed, entry) };
}

function noteUnmet(
  { id, grid }: PreparedRoom,
  bySeat: readonly (SeatAssignment | null)[],
  wishes: Wishes,
  ledger: UnmetLedger,
): void {
  bySeat.forEach((one, seat) => {
    if (!one) return;
    const around = [...grid.strong[seat]!, ...grid.weak[seat]!]
      .filter((other) => other > seat)
      .sort((a, b) => a - b);
    for (const index of around) {
      const other = bySeat[index];
      if (!other) continue;
      const sameRank = grid.rank[seat] === grid.rank[index];
      const sameFile = grid.file[seat] === grid.file[index];
      const relation = sameRank ? 'side' : sameFile ? 'front-back' : 'diagonal';
      for (const kind of unmetBetween(one, other, relation, wishes))
        ledger.pair(kind, {
          room: id,
          entries: [one.entry, other.entry],
          seats: [one.seat, other.seat],
          relation,
        });
    }
  });
}
