/** The day itself in the fake box's made-up site: machines, a running session, the log. */
import { numberSeats } from '#domain/seating/floor-plan.numbering.ts';
import type { LogRow, RoomRow, StaffRow } from '#protocol/console.ts';
import { ELAPSED, type FakeSession, type FakeState, type Fate, MINUTE, WALL } from './fake-data.ts';

const CHROME =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36';
const OLD =
  'Mozilla/5.0 (Windows NT 6.1; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/109.0.0.0 Safari/537.36';

export function addMachines(state: FakeState, rooms: RoomRow[]): void {
  rooms.forEach((room, index) => {
    const seats = numberSeats(room.plan).filter(({ kind }) => kind !== 'broken');
    for (const [place, { label }] of seats.entries()) {
      const running = state.scenario === 'running';
      const taken = state.sessions[0]?.seats.find(
        ({ room: one, seat }) => one === room.room && seat === label,
      );
      const lost = place === 16 && index === 0;
      state.machines.push({
        machine: state.id('ma'),
        room: room.room,
        roomName: room.name,
        seat: label,
        address: `192.168.${10 + index}.${100 + place}`,
        newAddress: place === 7 && index === 1 ? `192.168.11.231` : null,
        agent: place % 5 === 0 ? OLD : CHROME,
        state: lost
          ? 'lost'
          : running && taken
            ? 'in-use'
            : place === 9 && index === 2
              ? 'conflict'
              : 'connected',
        roundTripMs: lost ? null : 2 + ((place * 7) % 12),
        lastSeen: lost ? WALL - 130_000 : WALL - 1_000,
        candidate: running && taken ? taken.name : null,
      });
    }
    room.machines = seats.length;
  });
  const gone = state.machines.find(({ state: one }) => one === 'lost');
  state.pending = [
    {
      pending: 'p-1',
      address: gone?.address ?? '192.168.10.116',
      agent: CHROME,
      since: WALL - 45_000,
      matches:
        gone?.room && gone.seat
          ? [
              {
                machine: gone.machine,
                room: gone.room,
                roomName: gone.roomName ?? '',
                seat: gone.seat,
                candidate: gone.candidate,
              },
            ]
          : [],
    },
    { pending: 'p-2', address: '192.168.12.77', agent: OLD, since: WALL - 300_000, matches: [] },
  ];
}

/** The morning's session, 30 minutes after its start. */
export function run(state: FakeState, session: FakeSession): void {
  session.row.state = 'running';
  for (const sitting of session.sittings) {
    sitting.state = 'running';
    sitting.startedAt = ELAPSED - 32 * MINUTE;
    sitting.endsAt = sitting.startedAt + sitting.durationMs;
  }
  for (const paper of state.papers.slice(0, 4)) paper.released = true;
  session.seats.forEach((seat, index) => {
    const room = state.rooms.findIndex(({ room: one }) => one === seat.room);
    const fate: Fate = {
      attempt: state.id('at'),
      status: 'writing',
      answered: 4 + ((index * 5) % 15),
      lastSaved: WALL - ((index * 1_700) % 40_000),
      offlineSince: null,
      trouble: null,
    };
    if (index % 23 === 4) fate.status = 'absent';
    if (index % 19 === 7) fate.status = 'submitted';
    const machine = state.machines.find((one) => one.room === seat.room && one.seat === seat.seat);
    if (machine?.state === 'lost') {
      Object.assign(fate, { status: 'offline', offlineSince: WALL - 130_000, lastSaved: WALL - 131_000 });
    } else if (machine?.newAddress) fate.trouble = 'machine/address-changed';
    else if (index === 20 && room === 0) fate.trouble = 'revision/conflict';
    if (fate.trouble) fate.status = 'writing';
    state.fates.set(seat.entry, fate);
  });
}

export function addLog(state: FakeState): void {
  const chief = state.staff[1]!; // five were made
  const admin = state.staff[0]!;
  let seq = 4_000;
  const add = (
    minutesAgo: number,
    kind: string,
    body: unknown,
    who: StaffRow | null,
    more: Partial<LogRow> = {},
  ) => {
    seq += 3;
    const at = minutesAgo * MINUTE;
    state.log.push({
      seq,
      kind,
      wall: WALL - at,
      at: ELAPSED - at,
      attempt: null,
      staffName: who?.name ?? null,
      staff: who?.staff ?? null,
      machine: null,
      address: who ? '192.168.1.20' : null,
      body,
      ...more,
    });
  };
  const session = state.sessions[0]!; // two were made
  const room = state.rooms[0]!;
  add(4000, 'EXAM_SAVED', { exam: session.row.exam, name: session.row.examName }, admin);
  add(3990, 'ROSTER_IMPORTED', { exam: session.row.exam, file: '名单.xlsx', entries: 147 }, admin);
  add(
    3000,
    'SEATING_DRAWN',
    { session: session.row.session, mode: 'random', seed: session.seating?.seed },
    admin,
  );
  add(80, 'BOX_STARTED', { version: '0.1.0', resumed: 'same-boot', gapMs: 0 }, null);
  add(60, 'STAFF_SIGN_IN_FAILED', { login: 'chief', code: 'auth/failed' }, null, { address: '192.168.1.20' });
  add(59, 'STAFF_SIGNED_IN', { staff: chief.staff }, chief);
  add(58, 'ENTRY_OPENED', { session: session.row.session }, chief);
  for (const seat of session.seats.slice(0, 12)) {
    const fate = state.fates.get(seat.entry);
    const machine = state.machines.find((one) => one.room === seat.room && one.seat === seat.seat);
    const from = {
      attempt: fate?.attempt ?? null,
      machine: machine?.machine ?? null,
      address: machine?.address ?? null,
    };
    add(
      50,
      'CANDIDATE_LOGGED_IN',
      { entry: seat.entry, seat: seat.seat, room: room.room, epoch: 1 },
      null,
      from,
    );
    add(49, 'IDENTITY_CONFIRMED', {}, null, from);
    add(48, 'PLEDGE_SIGNED', {}, null, from);
  }
  for (const sitting of session.sittings) add(32, 'SITTING_STARTED', { sitting: sitting.sitting }, chief);
  add(10, 'NOTICE_SENT', { scope: { session: session.row.session }, text: '请保持安静。' }, chief);
  add(6, 'TIME_CREDITED', { scope: { room: room.room }, ms: 300_000, cause: '考场断电 5 分钟' }, chief);
  add(3, 'LOGIN_REFUSED', { number: '2611010100009', code: 'login/wrong-seat', machine: null }, null, {
    address: '192.168.10.112',
  });
  state.log.reverse();
}
