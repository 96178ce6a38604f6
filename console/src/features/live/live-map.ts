/**
 * The live map as the socket tells it (I1). Pure: a whole map, then only the seats that change. The order of rooms and
 * seats is the box's and never changes by what happens on them: the map does not reshuffle.
 */
import type {
  ConsolePush,
  MachineRow,
  MachinesAnswer,
  MapSeat,
  PendingMachine,
  SeatSign,
  SessionMap,
} from '#protocol/console.ts';

export function applyPush(map: SessionMap | null, message: ConsolePush): SessionMap | null {
  if (message.t === 'map') return message.map;
  if (message.t !== 'seats' || !map) return map;
  const changed = new Map(message.seats.map((seat) => [`${seat.room} ${seat.label}`, seat]));
  return {
    ...map,
    elapsed: message.elapsed,
    wall: message.wall,
    rooms: map.rooms.map((room) =>
      // Rooms and seats that did not change keep their identity, so that nothing of them is drawn again.
      message.seats.some((seat) => seat.room === room.room)
        ? { ...room, seats: room.seats.map((seat) => changed.get(`${seat.room} ${seat.label}`) ?? seat) }
        : room,
    ),
  };
}

/** In the order in which a room is summed up: what asks for a hand first. */
export const SIGNS: readonly SeatSign[] = [
  'trouble',
  'locked',
  'offline',
  'not-arrived',
  'waiting',
  'writing',
  'ended',
  'submitted',
  'absent',
  'empty',
];

export function countSigns(seats: readonly MapSeat[]): Record<SeatSign, number> {
  const counts: Record<SeatSign, number> = {
    trouble: 0,
    locked: 0,
    offline: 0,
    'not-arrived': 0,
    waiting: 0,
    writing: 0,
    ended: 0,
    submitted: 0,
    absent: 0,
    empty: 0,
  };
  for (const { sign } of seats) counts[sign]++;
  return counts;
}

/** A short break of the line mends itself: only then is it a thing for a hand. */
export const OFFLINE_PATIENCE_MS = 30_000;

export type BestAction =
  | { kind: 'same-pc'; pending: PendingMachine; machine: string }
  | { kind: 'approve-address'; machine: MachineRow }
  | { kind: 'look' };

export interface Trouble {
  seat: MapSeat;
  why: 'trouble' | 'locked' | 'offline';
  best: BestAction;
}

const GRAVITY = { trouble: 0, locked: 1, offline: 2 } as const;

/** What needs a hand, gravest first, then by room and seat: an order that does not jump while nothing changes. */
export function troubles(
  map: SessionMap,
  machines: MachinesAnswer | null,
  wall: number,
  rooms: readonly string[] | null = null,
): Trouble[] {
  const found: Trouble[] = [];
  for (const room of map.rooms) {
    if (rooms && !rooms.includes(room.room)) continue;
    for (const seat of room.seats) {
      const why = whyTrouble(seat, wall);
      if (why) found.push({ seat, why, best: bestAction(seat, machines) });
    }
  }
  // Sorting is stable: within a kind the order of rooms and seats stays.
  return found.sort((a, b) => GRAVITY[a.why] - GRAVITY[b.why]);
}

function whyTrouble({ sign, offlineSince }: MapSeat, wall: number): Trouble['why'] | null {
  if (sign === 'trouble' || sign === 'locked') return sign;
  return sign === 'offline' && offlineSince !== null && wall - offlineSince >= OFFLINE_PATIENCE_MS
    ? 'offline'
    : null;
}

/** The one thing that most likely mends it: a wiped PC is confirmed, a new address approved; else somebody goes and looks. */
export function bestAction(seat: MapSeat, machines: MachinesAnswer | null): BestAction {
  const machine = machines?.machines.find(
    (one) => one.room === seat.room && one.seat === seat.label && one.state !== 'retired',
  );
  if (machine) {
    const pending = machines?.pending.find(({ matches }) =>
      matches.some((one) => one.machine === machine.machine),
    );
    if (pending) return { kind: 'same-pc', pending, machine: machine.machine };
    if (machine.newAddress) return { kind: 'approve-address', machine };
  }
  return { kind: 'look' };
}

export interface Progress {
  answered: number;
  items: number;
}

/** Items answered in a room by those who write or have finished. */
export function progressOf(seats: readonly MapSeat[]): Progress {
  let answered = 0;
  let items = 0;
  for (const seat of seats)
    if (seat.attempt) {
      answered += seat.answered;
      items += seat.items;
    }
  return { answered, items };
}
