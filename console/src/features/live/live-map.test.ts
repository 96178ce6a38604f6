import t from 'tap';
import type { MachinesAnswer, MapSeat, SessionMap } from '#protocol/console.ts';
import { applyPush, bestAction, countSigns, progressOf, troubles } from './live-map.ts';

const seat = (room: string, label: string, change: Partial<MapSeat> = {}): MapSeat => ({
  room,
  label,
  row: 0,
  column: Number(label),
  kind: 'seat',
  sign: 'writing',
  entry: `en_${label}`,
  candidate: `ca_${label}`,
  attempt: `at_${room}${label}`,
  name: `考生${label}`,
  ticket: label,
  version: 'A',
  subject: '0101',
  status: 'writing',
  answered: 3,
  items: 10,
  lastSaved: 1,
  offlineSince: null,
  address: '10.0.0.1',
  trouble: null,
  endsAt: null,
  ...change,
});

function mapOf(...seats: MapSeat[]): SessionMap {
  const rooms = [...new Set(seats.map(({ room }) => room))];
  return {
    session: { session: 'se_1' } as SessionMap['session'], // only its identity matters here
    rooms: rooms.map((room) => ({
      room,
      name: room,
      plan: { rows: 1, columns: 9 } as SessionMap['rooms'][number]['plan'], // likewise
      sittings: [],
      seats: seats.filter((one) => one.room === room),
    })),
    elapsed: 1_000,
    wall: 5_000,
  };
}

t.test('a push of seats changes those seats and nothing else', async (t) => {
  const before = mapOf(seat('A', '01'), seat('A', '02'), seat('B', '01'));
  const after = applyPush(before, {
    t: 'seats',
    seats: [seat('A', '02', { sign: 'submitted' })],
    elapsed: 2_000,
    wall: 6_000,
  });
  t.same(
    after?.rooms.flatMap(({ seats }) => seats.map(({ room, label, sign }) => [room, label, sign])),
    [
      ['A', '01', 'writing'],
      ['A', '02', 'submitted'],
      ['B', '01', 'writing'],
    ],
    'the order of seats stays',
  );
  t.equal(after?.rooms[1], before.rooms[1], 'a room without a change is the same object');
  t.equal(after?.rooms[0]?.seats[0], before.rooms[0]?.seats[0], 'so is a seat');
  t.same([after?.elapsed, after?.wall], [2_000, 6_000]);
});

t.test('seats before the first map, and of rooms that are not watched, are passed over', async (t) => {
  const push = { t: 'seats', seats: [seat('Z', '01')], elapsed: 1, wall: 1 } as const;
  t.equal(applyPush(null, { ...push, seats: [...push.seats] }), null);
  const map = mapOf(seat('A', '01'));
  t.same(applyPush(map, { ...push, seats: [...push.seats] })?.rooms, map.rooms);
});

t.test('what needs a hand stands on top: trouble, locked, then long offline', async (t) => {
  const wall = 100_000;
  const map = mapOf(
    seat('A', '01', { sign: 'offline', offlineSince: wall - 31_000 }),
    seat('A', '02', { sign: 'locked' }),
    seat('A', '03', { sign: 'offline', offlineSince: wall - 5_000 }),
    seat('A', '04'),
    seat('B', '01', { sign: 'trouble', trouble: 'machine/unknown' }),
    seat('B', '02', { sign: 'absent' }),
  );
  const list = (rooms: string[] | null) =>
    troubles(map, null, wall, rooms).map(({ seat: one, why }) => `${one.room}${one.label} ${why}`);
  t.same(list(null), ['B01 trouble', 'A02 locked', 'A01 offline']);
  t.same(list(['A']), ['A02 locked', 'A01 offline'], 'only the rooms asked for');
});

t.test('the best action fits the machine behind the seat', async (t) => {
  const machine = (label: string, change: object = {}) => ({
    machine: `ma_${label}`,
    room: 'A',
    roomName: 'A',
    seat: label,
    address: '10.0.0.1',
    newAddress: null,
    agent: '',
    state: 'lost' as const,
    roundTripMs: null,
    lastSeen: null,
    candidate: null,
    ...change,
  });
  const machines: MachinesAnswer = {
    machines: [
      machine('01'),
      machine('02', { newAddress: '10.0.0.9' }),
      machine('03'),
      machine('04', { newAddress: '10.0.0.8', state: 'retired' }),
    ],
    pending: [
      {
        pending: 'p1',
        address: '10.0.0.1',
        agent: '',
        since: 0,
        matches: [{ machine: 'ma_01', room: 'A', roomName: 'A', seat: '01', candidate: null }],
      },
    ],
    walk: null,
  };
  t.equal(bestAction(seat('A', '01'), machines).kind, 'same-pc', 'an unknown PC at its address');
  t.equal(bestAction(seat('A', '02'), machines).kind, 'approve-address');
  t.equal(bestAction(seat('A', '03'), machines).kind, 'look', 'nothing is known: somebody goes there');
  t.equal(bestAction(seat('A', '04'), machines).kind, 'look', 'a retired machine is not the seat’s any more');
  t.equal(bestAction(seat('A', '01'), null).kind, 'look');
});

t.test('a room is summed up', async (t) => {
  const seats = [
    seat('A', '01'),
    seat('A', '02', { sign: 'submitted', answered: 10 }),
    seat('A', '03', { sign: 'absent', attempt: null }),
  ];
  const counts = countSigns(seats);
  t.same([counts.writing, counts.submitted, counts.absent, counts.empty], [1, 1, 1, 0]);
  t.same(progressOf(seats), { answered: 13, items: 20 }, 'who is absent does not count');
});
