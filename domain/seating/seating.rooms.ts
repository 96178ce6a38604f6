/** Which people go to which room; the seats come later. */
import type { PreparedRoom, SeatingPerson } from './seating.ts';

export interface RoomFill {
  /** People by the index of the room, in the order in which they were given. */
  inRoom: SeatingPerson[][];
  noSeat: SeatingPerson[];
  noSeparateRoom: SeatingPerson[];
}

/**
 * Rooms fill one after the other, so that as few as possible are opened. Where rooms are restricted to subjects and
 * somebody is left over, others move to rooms that take them too, as long as that finds a place (augmenting paths:
 * nobody stays out who could be seated).
 *
 * People with `separateRoom` go to the rooms set aside; when those are full, each gets one of the rooms that stay
 * empty, the last of the list first. Nobody of them is put among the others for want of a room.
 */
export function fillRooms(people: readonly SeatingPerson[], rooms: readonly PreparedRoom[]): RoomFill {
  const inRoom: SeatingPerson[][] = rooms.map(() => []);
  const alone = people.filter(needsSeparateRoom);
  const others = people.filter((person) => !needsSeparateRoom(person));
  const free = (index: number) => rooms[index]!.places - inRoom[index]!.length;
  const indices = rooms.map((_, index) => index);
  const common = indices.filter((index) => !rooms[index]!.separate);
  const setAside = indices.filter((index) => rooms[index]!.separate);

  const left: SeatingPerson[] = [];
  for (const person of others) {
    const index = common.find((room) => free(room) > 0 && rooms[room]!.admits(person.subject));
    if (index === undefined) left.push(person);
    else inRoom[index]!.push(person);
  }
  const noSeat = left.filter((person) => !makeRoom(person, common, rooms, inRoom, free));

  const noSeparateRoom: SeatingPerson[] = [];
  for (const person of alone) {
    const admits = (room: number) => free(room) > 0 && rooms[room]!.admits(person.subject);
    const index =
      setAside.find(admits) ??
      [...common].reverse().find((room) => inRoom[room]!.length === 0 && admits(room));
    if (index === undefined) noSeparateRoom.push(person);
    else inRoom[index]!.push(person);
  }

  const position = new Map(people.map((person, index) => [person, index]));
  for (const members of inRoom) members.sort((a, b) => position.get(a)! - position.get(b)!);
  return { inRoom, noSeat, noSeparateRoom };
}

export function needsSeparateRoom(person: SeatingPerson): boolean {
  return person.accommodation?.separateRoom === true;
}

/** Breadth-first search for a chain of moves that ends in a room with a free place; then makes the moves. */
function makeRoom(
  person: SeatingPerson,
  common: readonly number[],
  rooms: readonly PreparedRoom[],
  inRoom: SeatingPerson[][],
  free: (room: number) => number,
): boolean {
  const cameBy = new Map<number, { from: number | null; mover: SeatingPerson }>();
  const queue: number[] = [];
  const reach = (room: number, from: number | null, mover: SeatingPerson) => {
    cameBy.set(room, { from, mover });
    queue.push(room);
  };
  for (const room of common)
    if (rooms[room]!.places > 0 && rooms[room]!.admits(person.subject)) reach(room, null, person);

  for (let room = queue.shift(); room !== undefined; room = queue.shift()) {
    if (free(room) > 0) {
      for (let to: number | null = room; to !== null; ) {
        const { from, mover }: { from: number | null; mover: SeatingPerson } = cameBy.get(to)!;
        if (from !== null) inRoom[from]!.splice(inRoom[from]!.indexOf(mover), 1);
        inRoom[to]!.push(mover);
        to = from;
      }
      return true;
    }
    for (const next of common) {
      if (cameBy.has(next) || rooms[next]!.places === 0) continue;
      const members = inRoom[room]!;
      for (let i = members.length - 1; i >= 0; i--)
        if (rooms[next]!.admits(members[i]!.subject)) {
          reach(next, room, members[i]!);
          break;
        }
    }
  }
  return false;
}
