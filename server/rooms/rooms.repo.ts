/** Reads rooms and what uses them. */
import type { FloorPlan } from '#protocol/console.ts';
import type { Statements } from '#server/platform/statements.ts';

export interface StoredRoom {
  room: string;
  name: string;
  plan: FloorPlan;
  /** Machines that are not out of use. */
  machines: number;
}

interface Row {
  room: string;
  name: string;
  plan: string;
  machines: number;
}

const ROOM = `SELECT room, name, plan, (SELECT count(*) FROM machine WHERE machine.room = room.room AND retired IS NULL) AS machines FROM room`;

function stored(row: Row): StoredRoom {
  return { ...row, plan: JSON.parse(row.plan) as FloorPlan };
}

export function selectRooms(s: Statements): StoredRoom[] {
  return s.all<Row>(`${ROOM} ORDER BY name, room`).map(stored);
}

export function selectOptionalRoom(s: Statements, room: string): StoredRoom | null {
  const row = s.get<Row>(`${ROOM} WHERE room = ?`, room);
  return row ? stored(row) : null;
}

/** Seats of a room that something holds on to: a machine in use, a candidate of a session. */
export function selectSeatsInUse(s: Statements, room: string): string[] {
  return s
    .all<{ seat: string }>(
      'SELECT seat FROM machine WHERE room = ? AND retired IS NULL UNION SELECT seat FROM seating WHERE room = ? ORDER BY seat',
      room,
      room,
    )
    .map(({ seat }) => seat);
}

export interface RoomUses {
  sittings: number;
  machines: number;
  staff: number;
}

export function selectUsesOfRoom(s: Statements, room: string): RoomUses {
  const count = (sql: string) => s.get<{ n: number }>(sql, room)?.n ?? 0;
  return {
    sittings: count('SELECT count(*) AS n FROM sitting WHERE room = ?'),
    machines: count('SELECT count(*) AS n FROM machine WHERE room = ? AND retired IS NULL'),
    staff: count('SELECT count(*) AS n FROM staff, json_each(staff.rooms) WHERE json_each.value = ?'),
  };
}
