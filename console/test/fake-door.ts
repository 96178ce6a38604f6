/** Seats drawn at the door, by the real rule. */
import { drawSeat } from '#domain/seating/draw.ts';
import type { DoorDraw, SeatingSummary } from '#protocol/console.ts';
import type { FakeSession, FakeState } from './fake-data.ts';
import { FakeRefusal } from './fake-request.ts';

export function settleDoor(session: FakeSession, seed: string): SeatingSummary {
  session.seats = [];
  session.row.seated = 0;
  session.seating = { mode: 'draw', seed, algorithm: 'gongyuan-seating/1+versions', seated: 0, unmet: [] };
  return session.seating;
}

export function drawAtDoor(state: FakeState, session: FakeSession, number: string, room: string): DoorDraw {
  const { seating, sittings, seats } = session;
  if (seating?.mode !== 'draw') throw new FakeRefusal('seating/not-at-door');
  const entry = (state.entries.get(session.row.exam) ?? []).find(({ ticket }) => ticket === number);
  if (!entry) throw new FakeRefusal('seating/no-candidate');
  const sitting = sittings.find((one) => one.room === room && one.subject === entry.subject);
  const plan = state.rooms.find((one) => one.room === room)?.plan;
  if (!sitting || !plan) throw new FakeRefusal('seating/not-in-room');
  const { roomName, subjectName } = sitting;
  const told = { entry: entry.entry, name: entry.name, ticket: entry.ticket, subjectName, room, roomName };
  const before = seats.find((seat) => seat.entry === entry.entry);
  if (before) return { ...told, seat: before.seat, again: true, left: 0 };
  const { subject, school } = entry;
  const drawn = drawSeat({
    seed: seating.seed,
    room,
    plan,
    person: { entry: entry.entry, subject, school },
    taken: [],
    seatedNeighbours: seats.filter((seat) => seat.room === room),
    versions: sitting.papers.map(({ version }) => version),
    keepApart: { schools: false, versions: true },
  });
  const { seat, version, freeSeats } = drawn;
  seats.push({ ...told, school, subject, sitting: sitting.sitting, seat, version });
  session.row.seated += 1;
  seating.seated += 1;
  return { ...told, seat, again: false, left: freeSeats - 1 };
}
