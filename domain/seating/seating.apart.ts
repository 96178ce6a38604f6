/**
 * Keeps school-mates apart: a seeded hill climb over exchanges of seats. It never makes things worse, is bounded,
 * and takes the same steps for the same seed and input. Finding the very best seating is a hard problem (it
 * contains graph colouring), so what remains is counted and shown instead of promised away.
 *
 * For an audit by other means, the steps exactly, all numbers from one generator (seeded.ts):
 * - Slots are the usable seats of the rooms in which somebody without `separateRoom` sits: rooms as given, seats by
 *   number. A slot's clashes are 10 for each school-mate of the same subject beside, in front and behind, and 1 for
 *   each over a corner.
 * - A round takes the slots with clashes, shuffled. For each that still has some, below(number of slots) is drawn 24
 *   times; the slot drawn must be another of the same room (which may be free), or of another room, both occupied
 *   and both people admitted by subject. The exchange that lowers the clashes of the two slots most, the first of
 *   equals, is made unless it raises them. There are at most 60 rounds, and it ends after 6 in a row in which
 *   clashes were not lowered.
 * - Only if school-mates then still sit beside, in front or behind, as happens with two or three large schools, it
 *   climbs a second time, from a chequered start: for each room below(2) is drawn; people are grouped by school and
 *   subject (unknown schools make one group), larger groups first, equal ones in the order of their first seat; they
 *   take the room's occupied slots, those first where (rank + file) is odd if 1 was drawn and even if 0, then the
 *   rest. Of the two the one with fewer such pairs is kept, then fewer clashes, then the first.
 *
 * The number of people in a room stays as it was filled.
 */
import { type Rng, shuffle } from '#domain/random/seeded.ts';
import { type PreparedRoom, type SeatingPerson, STRONG_CLASH, WEAK_CLASH } from './seating.ts';

/** Who sits on which seat of a room, by the index of the seat. */
export type Occupants = (SeatingPerson | null)[];

/** Rounds over all seats with a clash, and rounds without any gain after which it is given up. */
const MAX_ROUNDS = 60;
const MAX_IDLE_ROUNDS = 6;
/** Seats tried for each exchange; the best of them is taken. */
const TRIES = 24;

/** All seats that take part, in one row of slots: plain numbers, for this is the only place where time is spent. */
interface Board {
  slots: { room: number; seat: number; odd: boolean }[];
  /** Slots beside, in front and behind; slots over the corners. */
  strong: number[][];
  weak: number[][];
  people: (SeatingPerson | null)[];
  /** School and subject of who sits there as a number; 0 for a free seat or an unknown school. */
  mates: number[];
  mayExchange(a: number, b: number): boolean;
}

/** Changes `occupants` (by room) in place. Rooms for single people take no part. */
export function keepSchoolsApart(rooms: readonly PreparedRoom[], occupants: Occupants[], rng: Rng): void {
  const board = lay(rooms, occupants);
  if (board.slots.length < 2) return;

  const chequered: Board = { ...board, people: [...board.people], mates: [...board.mates] };
  const clashes = climb(board, rng);
  let best = board;
  if (clashes.strong > 0) {
    chequer(chequered, rng);
    const others = climb(chequered, rng);
    const fewer = others.strong - clashes.strong || others.sum - clashes.sum;
    if (fewer < 0) best = chequered;
  }
  best.slots.forEach(({ room, seat }, slot) => {
    occupants[room]![seat] = best.people[slot]!;
  });
}

function lay(rooms: readonly PreparedRoom[], occupants: readonly Occupants[]): Board {
  const slots: Board['slots'] = [];
  const strong: number[][] = [];
  const weak: number[][] = [];
  rooms.forEach((room, index) => {
    const { grid, usable } = room;
    if (!occupants[index]!.some((person) => person && !person.accommodation?.separateRoom)) return;
    const slotOf = new Map(usable.map((seat, place) => [seat, slots.length + place]));
    const inPlay = (seats: readonly number[]) => seats.flatMap((seat) => slotOf.get(seat) ?? []);
    for (const seat of usable) {
      slots.push({ room: index, seat, odd: (grid.rank[seat]! + grid.file[seat]!) % 2 === 1 });
      strong.push(inPlay(grid.strong[seat]!));
      weak.push(inPlay(grid.weak[seat]!));
    }
  });
  const people = slots.map(({ room, seat }) => occupants[room]![seat]!);

  const numbers = new Map<string, number>();
  const mates = people.map((person) => {
    if (!person || person.school === '') return 0;
    const key = JSON.stringify([person.school, person.subject]);
    if (!numbers.has(key)) numbers.set(key, numbers.size + 1);
    return numbers.get(key)!;
  });

  return {
    slots,
    strong,
    weak,
    people,
    mates,
    mayExchange(a, b) {
      const [roomA, roomB] = [slots[a]!.room, slots[b]!.room];
      if (roomA === roomB) return a !== b;
      const [one, other] = [this.people[a], this.people[b]];
      return !!one && !!other && rooms[roomB]!.admits(one.subject) && rooms[roomA]!.admits(other.subject);
    },
  };
}

/** In every room the largest schools first, on the squares of one colour and then of the other. */
function chequer(board: Board, rng: Rng): void {
  const rooms = new Map<number, number[]>();
  board.slots.forEach(({ room }, slot) => {
    if (!board.people[slot]) return;
    const inRoom = rooms.get(room);
    if (inRoom) inRoom.push(slot);
    else rooms.set(room, [slot]);
  });
  for (const inRoom of rooms.values()) {
    const groups = new Map<number, SeatingPerson[]>();
    for (const slot of inRoom) {
      const members = groups.get(board.mates[slot]!);
      if (members) members.push(board.people[slot]!);
      else groups.set(board.mates[slot]!, [board.people[slot]!]);
    }
    // sorting is stable: schools of equal size stay in the order in which the random seating met them
    const people = [...groups].sort(([, a], [, b]) => b.length - a.length);
    const oddFirst = rng.below(2) === 1;
    const squares = [true, false].flatMap((first) =>
      inRoom.filter((slot) => (board.slots[slot]!.odd === oddFirst) === first),
    );
    const ordered = people.flatMap(([mates, members]) => members.map((person) => ({ mates, person })));
    ordered.forEach(({ mates, person }, place) => {
      board.people[squares[place]!] = person;
      board.mates[squares[place]!] = mates;
    });
  }
}

/** Returns what is left, every pair counted from both sides: strong clashes, and the weighted sum of all. */
function climb(board: Board, rng: Rng): { strong: number; sum: number } {
  const { slots, strong, weak, mates, people } = board;

  function count(slot: number, around: readonly number[][]): number {
    const own = mates[slot]!;
    if (own === 0) return 0;
    let found = 0;
    for (const other of around[slot]!) if (mates[other] === own) found++;
    return found;
  }
  const clashes = (slot: number) => STRONG_CLASH * count(slot, strong) + WEAK_CLASH * count(slot, weak);

  function exchange(a: number, b: number): void {
    [mates[a], mates[b]] = [mates[b]!, mates[a]!];
    [people[a], people[b]] = [people[b]!, people[a]!];
  }

  /** Where a and b touch, their own clash is counted twice before and after alike, so the difference is right. */
  function gain(a: number, b: number): number {
    const before = clashes(a) + clashes(b);
    exchange(a, b);
    const after = clashes(a) + clashes(b);
    exchange(a, b);
    return before - after;
  }

  const all = slots.map((_, slot) => slot);
  let idle = 0;
  for (let round = 0; round < MAX_ROUNDS && idle < MAX_IDLE_ROUNDS; round++) {
    const troubled = all.filter((slot) => clashes(slot) > 0);
    let gained = 0;
    for (const slot of shuffle(troubled, rng)) {
      if (clashes(slot) === 0) continue;
      let best: number | null = null;
      let bestGain = -1; // an exchange without gain is taken too: it walks off a plateau
      for (let i = 0; i < TRIES; i++) {
        const candidate = rng.below(slots.length);
        if (!board.mayExchange(slot, candidate)) continue;
        const value = gain(slot, candidate);
        if (value > bestGain) {
          best = candidate;
          bestGain = value;
        }
      }
      if (best !== null) {
        exchange(slot, best);
        gained += bestGain;
      }
    }
    idle = gained > 0 ? 0 : idle + 1;
  }
  const total = (value: (slot: number) => number) => all.reduce((sum, slot) => sum + value(slot), 0);
  return { strong: total((slot) => count(slot, strong)), sum: total(clashes) };
}
