/** The live map of the fake box, made from its state. */
import { numberSeats } from '#domain/seating/floor-plan.numbering.ts';
import type { MapSeat, RoomMap, SeatSign, SessionMap } from '#protocol/console.ts';
import { ELAPSED, type FakeSession, type FakeState, type Fate, WALL } from './fake-data.ts';
import { candidateOf } from './fake-people.ts';

function signOf(fate: Fate | undefined, seated: boolean, session: FakeSession): SeatSign {
  if (!seated) return 'empty';
  if (!fate)
    return session.row.state === 'planned' || session.row.state === 'open' ? 'not-arrived' : 'absent';
  if (fate.trouble) return 'trouble';
  return fate.status;
}

export function mapOf(state: FakeState, session: FakeSession, rooms: readonly string[] | null): SessionMap {
  const items = new Map(state.papers.map(({ subject, items: count }) => [subject, count]));
  const used = state.rooms.filter(
    ({ room }) =>
      session.sittings.some((sitting) => sitting.room === room) && (!rooms || rooms.includes(room)),
  );
  return {
    session: session.row,
    elapsed: ELAPSED,
    wall: WALL,
    rooms: used.map((room): RoomMap => {
      const sittings = session.sittings.filter((sitting) => sitting.room === room.room);
      return {
        room: room.room,
        name: room.name,
        plan: room.plan,
        sittings,
        seats: numberSeats(room.plan).map(({ label, row, column, kind }): MapSeat => {
          const seat = session.seats.find((one) => one.room === room.room && one.seat === label);
          const fate = seat && state.fates.get(seat.entry);
          const machine = state.machines.find((one) => one.room === room.room && one.seat === label);
          const here = fate && fate.status !== 'absent';
          return {
            room: room.room,
            label,
            row,
            column,
            kind,
            sign: signOf(fate, seat !== undefined, session),
            entry: seat?.entry ?? null,
            candidate: seat ? candidateOf(seat.entry) : null,
            attempt: here ? fate.attempt : null,
            name: seat?.name ?? null,
            ticket: seat?.ticket ?? null,
            version: seat?.version ?? null,
            subject: seat?.subject ?? null,
            status: here ? (fate.status === 'offline' ? 'writing' : (fate.status as 'writing')) : null, // the rest are statuses
            answered: here ? fate.answered : 0,
            items: seat ? (items.get(seat.subject) ?? 0) : 0,
            lastSaved: here ? fate.lastSaved : null,
            offlineSince: fate?.offlineSince ?? null,
            address: machine?.address ?? null,
            trouble: fate?.trouble ?? null,
            endsAt: sittings.find(({ sitting }) => sitting === seat?.sitting)?.endsAt ?? null,
          };
        }),
      };
    }),
  };
}
