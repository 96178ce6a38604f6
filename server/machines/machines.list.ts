/** The list of machines as the console shows it: enrolled, live, waiting for a seat, in conflict. */
import type { MachineRow, MachineState, MachinesAnswer, PendingMachine } from '#protocol/console.ts';
import type { Connection } from '#server/kiosk/connection.ts';
import type { Connections } from '#server/kiosk/connections.ts';
import type { Statements } from '#server/platform/statements.ts';
import { type MachineFacts, selectMachines, selectMachinesWithAddress } from './machines.repo.ts';
import type { MachinesService } from './machines.service.ts';

/** `rooms` null: all; else only machines of these rooms, and no waiting ones of elsewhere. */
export function listMachines(
  s: Statements,
  connections: Connections,
  service: MachinesService,
  rooms: readonly string[] | null,
  allowShared: (address: string) => boolean,
): MachinesAnswer {
  const names = new Map(
    s.all<{ room: string; name: string }>('SELECT room, name FROM room').map((row) => [row.room, row.name]),
  );
  const inUse = new Map(
    s
      .all<{ machine: string; name: string }>(
        'SELECT machine, name FROM attempt JOIN entry USING (entry) JOIN candidate USING (candidate) WHERE submitted_at IS NULL AND superseded IS NULL',
      )
      .map((row) => [row.machine, row.name]),
  );
  const enrolled = selectMachines(s).filter((machine) => rooms === null || rooms.includes(machine.room));
  const live = new Map<string, number>();
  for (const connection of connections.all())
    if (connection.machine && connection.open)
      live.set(connection.address, (live.get(connection.address) ?? 0) + 1);
  const conflict = (address: string) => (live.get(address) ?? 0) > 1 && !allowShared(address);

  const machines = enrolled.map((machine): MachineRow => {
    const connection = connections.ofMachine(machine.machine);
    return {
      machine: machine.machine,
      room: machine.room,
      roomName: names.get(machine.room) ?? null,
      seat: machine.seat,
      address: machine.address,
      newAddress: connection?.refusal === 'machine/address-changed' ? connection.address : null,
      agent: machine.agent,
      state: stateOf(machine, connection, inUse.has(machine.machine), conflict),
      roundTripMs:
        connection?.roundTripMs === null || connection === null ? null : Math.round(connection.roundTripMs),
      lastSeen: null,
      candidate: inUse.get(machine.machine) ?? null,
    };
  });
  const pending: PendingMachine[] = [];
  for (const connection of connections.all()) {
    if (connection.key === null || connection.machine || !connection.open) continue;
    pending.push(describePending(s, service, connection, names, inUse, rooms));
  }
  return { machines, pending, walk: service.walkState() };
}

function stateOf(
  machine: MachineFacts,
  connection: Connection | null,
  used: boolean,
  conflict: (address: string) => boolean,
): MachineState {
  if (!connection?.open) return used ? 'lost' : 'enrolled';
  if (connection.refusal !== null || conflict(machine.address)) return 'conflict';
  return used ? 'in-use' : 'connected';
}

function describePending(
  s: Statements,
  service: MachinesService,
  connection: Connection,
  names: Map<string, string>,
  inUse: Map<string, string>,
  rooms: readonly string[] | null,
): PendingMachine {
  const matches = selectMachinesWithAddress(s, connection.address)
    .filter((machine) => rooms === null || rooms.includes(machine.room))
    .slice(0, 20)
    .map((machine) => ({
      machine: machine.machine,
      room: machine.room,
      roomName: names.get(machine.room) ?? '',
      seat: machine.seat,
      candidate: inUse.get(machine.machine) ?? null,
    }));
  return {
    pending: service.pendingId(connection),
    address: connection.address,
    agent: connection.agent,
    since: connection.openedWall,
    matches,
  };
}
