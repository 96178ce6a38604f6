/** Reads enrolled machines, walks and rooms' plans. */
import type { FloorPlan } from '#protocol/console.ts';
import type { Statements } from '#server/platform/statements.ts';

export interface MachineFacts {
  machine: string;
  key: string;
  room: string;
  seat: string;
  address: string;
  agent: string;
}

const MACHINE = 'SELECT machine, key, room, seat, address, agent FROM machine';

export function selectOptionalMachineByKey(s: Statements, key: string): MachineFacts | null {
  return s.get<MachineFacts>(`${MACHINE} WHERE key = ? AND retired IS NULL`, key) ?? null;
}

export function selectOptionalMachine(s: Statements, machine: string): MachineFacts | null {
  return s.get<MachineFacts>(`${MACHINE} WHERE machine = ? AND retired IS NULL`, machine) ?? null;
}

export function selectOptionalMachineAt(s: Statements, room: string, seat: string): MachineFacts | null {
  return (
    s.get<MachineFacts>(`${MACHINE} WHERE room = ? AND seat = ? AND retired IS NULL`, room, seat) ?? null
  );
}

export function selectMachinesWithAddress(s: Statements, address: string): MachineFacts[] {
  return s.all<MachineFacts>(`${MACHINE} WHERE address = ? AND retired IS NULL`, address);
}

export function selectMachines(s: Statements): MachineFacts[] {
  return s.all<MachineFacts>(`${MACHINE} WHERE retired IS NULL ORDER BY room, seat`);
}

export interface RoomFacts {
  room: string;
  name: string;
  plan: FloorPlan;
}

export function selectOptionalRoom(s: Statements, room: string): RoomFacts | null {
  const row = s.get<{ room: string; name: string; plan: string }>(
    'SELECT room, name, plan FROM room WHERE room = ?',
    room,
  );
  return row ? { ...row, plan: JSON.parse(row.plan) as FloorPlan } : null;
}

export function selectRooms(s: Statements): RoomFacts[] {
  return s
    .all<{ room: string; name: string; plan: string }>('SELECT room, name, plan FROM room ORDER BY name')
    .map((row) => ({ ...row, plan: JSON.parse(row.plan) as FloorPlan }));
}

export interface WalkFacts {
  walk: string;
  room: string;
  from: string;
}

export function selectOptionalOpenWalk(s: Statements): WalkFacts | null {
  return s.get<WalkFacts>('SELECT walk, room, "from" AS "from" FROM walk WHERE open = 1') ?? null;
}
