/** Rooms and people of a session as the pages of evidence and reports choose them. Pure. */
import type { SeatAssignmentRow, SittingRow } from '#protocol/console.ts';
import { MATERIAL_WINDOW_MS, type PanoramaState } from '#protocol/evidence.ts';

export interface RoomChoice {
  room: string;
  name: string;
}

/** Each room of the sittings once, in their order: a room may hold several. */
export function roomsOf(sittings: readonly Pick<SittingRow, 'room' | 'roomName'>[]): RoomChoice[] {
  const names = new Map(sittings.map(({ room, roomName }) => [room, roomName]));
  return [...names].map(([room, name]) => ({ room, name }));
}

/** People of a room by seat number, `9` before `10`. All rooms where none is named. */
export function peopleIn(seats: readonly SeatAssignmentRow[], room: string | null): SeatAssignmentRow[] {
  const order = new Intl.Collator('en', { numeric: true });
  return seats
    .filter((one) => room === null || one.room === room)
    .sort((a, b) => (a.room === b.room ? order.compare(a.seat, b.seat) : 0));
}

/** Rooms whose panorama is due now and was not taken. `elapsed` is box time. */
export const panoramasDue = (states: readonly PanoramaState[], elapsed: number | null): PanoramaState[] =>
  states.filter(
    ({ dueAt, taken, open }) => open && taken === 0 && dueAt !== null && elapsed !== null && elapsed >= dueAt,
  );

/** Box time until which auxiliary material is taken; null while a sitting has no end yet. */
export function materialUntil(sittings: readonly Pick<SittingRow, 'endsAt'>[]): number | null {
  let last: number | null = null;
  for (const { endsAt } of sittings) {
    if (endsAt === null) return null;
    last = Math.max(last ?? 0, endsAt);
  }
  return last === null ? null : last + MATERIAL_WINDOW_MS;
}
