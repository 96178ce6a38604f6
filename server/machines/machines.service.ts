/**
 * Binding (M3 M4): who a socket's machine is, whether it may be where it says it is, and how machines get their seats.
 * Identity is the device key; the address is a checked attribute; mDNS plays no part.
 */

import { socketText } from '#domain/attempt/digest.ts';
import { type NumberedSeat, numberSeats } from '#domain/seating/floor-plan.numbering.ts';
import { type DeviceVerifier, deviceVerifier } from '#node/signing/device-signature.ts';
import type { SessionPolicy, WalkState } from '#protocol/console.ts';
import type { ErrorCode } from '#protocol/errors.ts';
import type { Actor } from '#protocol/ledger.ts';
import { PURPOSE } from '#protocol/revision.ts';
import type { ClientMessage, SeatInfo } from '#protocol/socket.ts';
import type { Connection } from '#server/kiosk/connection.ts';
import type { Connections } from '#server/kiosk/connections.ts';
import { BoxError } from '#server/platform/box-error.ts';
import type { Deps } from '#server/platform/deps.ts';
import { newId } from '#server/platform/ids.ts';
import { Statements } from '#server/platform/statements.ts';
import {
  type MachineFacts,
  selectOptionalMachine,
  selectOptionalMachineAt,
  selectOptionalMachineByKey,
  selectOptionalOpenWalk,
  selectOptionalRoom,
} from './machines.repo.ts';

export class MachinesService {
  readonly #deps: Deps;
  readonly #s: Statements;
  readonly #connections: Connections;
  readonly #verifier: DeviceVerifier = deviceVerifier();
  /** Presses queue up: two PCs at once get two seats. */
  #pressing: Promise<unknown> = Promise.resolve();
  /** Called when what a machine may do has changed: it is greeted again. */
  onChanged: (connection: Connection) => void = () => {};

  constructor(deps: Deps, connections: Connections) {
    this.#deps = deps;
    this.#s = new Statements(deps.db);
    this.#connections = connections;
  }

  /** Verifies the machine's proof of its key. Throws `socket/origin` or `socket/bad-signature`. */
  introduce(connection: Connection, hello: Extract<ClientMessage, { t: 'hello' }>): void {
    const { box, boxEpoch, origin } = this.#deps.box;
    if (hello.origin !== origin) throw new BoxError('socket/origin', { expected: origin });
    const text = socketText({ box, boxEpoch, nonce: connection.nonce, origin });
    if (!this.verify(hello.key, text, PURPOSE.socket, hello.sig)) throw new BoxError('socket/bad-signature');
    connection.key = hello.key;
    connection.agent = hello.agent;
    connection.client = hello.client;
  }

  /** Signature of a device over a text that begins with its purpose. */
  verify(key: string, text: string, purpose: (typeof PURPOSE)[keyof typeof PURPOSE], sig: string): boolean {
    const message = Buffer.from(text.slice(purpose.length + 1));
    return this.#verifier.verifyDevice(key, purpose, message, sig);
  }

  /** Looks the machine up and takes its place among the connections; returns the socket that it replaces. */
  bind(connection: Connection): Connection | null {
    const machine = connection.key === null ? null : selectOptionalMachineByKey(this.#s, connection.key);
    connection.refusal = null;
    if (!machine) {
      connection.machine = null;
      this.#deps.bus.emit('machines', {});
      return null;
    }
    const { machine: id, key, room, seat } = machine;
    connection.machine = { machine: id, key, room, seat };
    if (!this.#mayComeFrom(connection.address, machine)) connection.refusal = 'machine/address-changed';
    const before = this.#connections.bindMachine(connection, id);
    this.#deps.bus.emit('machines', {});
    this.#deps.bus.emit('seat', { room, label: seat });
    return before;
  }

  /** Another live machine has this address, and the policy refuses that. */
  sharesAddress(connection: Connection, policy: SessionPolicy): boolean {
    if (policy.sharedAddress === 'allow') return false;
    if (policy.sharedAddress === 'loopback' && isLoopback(connection.address)) return false;
    for (const other of this.#connections.all())
      if (other !== connection && other.machine && other.open && other.address === connection.address)
        return true;
    return false;
  }

  seatInfo(connection: Connection): SeatInfo | null {
    const { machine } = connection;
    if (!machine) return null;
    return {
      room: machine.room,
      roomName: selectOptionalRoom(this.#s, machine.room)?.name ?? '',
      label: machine.seat,
    };
  }

  /** Name of the room being walked, for machines without a seat. */
  walkRoom(): string | null {
    const walk = selectOptionalOpenWalk(this.#s);
    return walk ? (selectOptionalRoom(this.#s, walk.room)?.name ?? '') : null;
  }

  walkState(): WalkState | null {
    const walk = selectOptionalOpenWalk(this.#s);
    if (!walk) return null;
    const room = selectOptionalRoom(this.#s, walk.room);
    if (!room) return null;
    const seats = numberSeats(room.plan);
    const done = seats.filter((seat) => selectOptionalMachineAt(this.#s, walk.room, seat.label)).length;
    const next = this.#nextSeat(walk.room, walk.from, seats)?.label ?? null;
    return { walk: walk.walk, room: walk.room, roomName: room.name, next, done, total: seats.length };
  }

  async startWalk(room: string, from: string | undefined, by: Actor): Promise<WalkState> {
    const found = selectOptionalRoom(this.#s, room);
    if (!found) throw new BoxError('thing/not-found', { room });
    const running = selectOptionalOpenWalk(this.#s);
    if (running && running.room !== room) throw new BoxError('walk/running');
    const seats = numberSeats(found.plan);
    const first = from ?? seats[0]?.label;
    if (first === undefined || !seats.some((seat) => seat.label === first))
      throw new BoxError('thing/not-found', { seat: from ?? '' });
    await this.#deps.ledger.append([
      { kind: 'WALK_STARTED', body: { walk: newId('walk'), room, from: first }, by },
    ]);
    this.#tellWalk();
    const state = this.walkState();
    if (!state) throw new BoxError('box/internal');
    return state;
  }

  async endWalk(by: Actor): Promise<void> {
    const walk = selectOptionalOpenWalk(this.#s);
    if (!walk) throw new BoxError('walk/none');
    await this.#deps.ledger.append([{ kind: 'WALK_ENDED', body: { walk: walk.walk }, by }]);
    this.#tellWalk();
  }

  /** A key was pressed at a machine without a seat: it gets the next one of the room that is being walked. */
  press(connection: Connection): Promise<void> {
    const pressed = this.#pressing.then(() => this.#press(connection));
    this.#pressing = pressed.catch(() => undefined);
    return pressed;
  }

  async #press(connection: Connection): Promise<void> {
    if (connection.machine) throw new BoxError('machine/enrolled-already');
    const walk = selectOptionalOpenWalk(this.#s);
    if (!walk) throw new BoxError('machine/no-walk');
    const room = selectOptionalRoom(this.#s, walk.room);
    const seat = room && this.#nextSeat(walk.room, walk.from, numberSeats(room.plan));
    if (!seat) throw new BoxError('machine/walk-complete');
    await this.#enrol(
      connection,
      { room: walk.room, seat: seat.label, walk: walk.walk, replaces: null },
      undefined,
    );
  }

  /** A person puts a waiting machine on a seat; a machine that is there already is replaced. */
  async seat(pending: string, room: string, seat: string, by: Actor): Promise<void> {
    const connection = this.#pending(pending);
    const plan = selectOptionalRoom(this.#s, room)?.plan;
    if (!plan || !numberSeats(plan).some((one) => one.label === seat))
      throw new BoxError('thing/not-found', { room, seat });
    const there = selectOptionalMachineAt(this.#s, room, seat);
    await this.#enrol(connection, { room, seat, walk: null, replaces: there?.machine ?? null }, by);
  }

  /** "Same PC": the waiting machine takes the place of an enrolled one whose storage was wiped. */
  async samePc(pending: string, machine: string, by: Actor): Promise<void> {
    const connection = this.#pending(pending);
    const replaced = selectOptionalMachine(this.#s, machine);
    if (!replaced) throw new BoxError('thing/not-found', { machine });
    await this.#enrol(
      connection,
      { room: replaced.room, seat: replaced.seat, walk: null, replaces: machine },
      by,
    );
  }

  /** The machine may come from the address it is at now. Throws `machine/not-pending` when there is nothing to approve. */
  async approveAddress(machine: string, by: Actor): Promise<void> {
    const connection = this.#connections.ofMachine(machine);
    if (connection?.refusal !== 'machine/address-changed') throw new BoxError('machine/not-pending');
    await this.#deps.ledger.append([
      { kind: 'ADDRESS_APPROVED', body: { machine, address: connection.address }, by },
    ]);
    this.onChanged(connection);
  }

  async retire(machine: string, reason: string, by: Actor): Promise<void> {
    const found = selectOptionalMachine(this.#s, machine);
    if (!found) throw new BoxError('thing/not-found', { machine });
    await this.#deps.ledger.append([{ kind: 'MACHINE_RETIRED', body: { machine, reason }, by }]);
    const connection = this.#connections.ofMachine(machine);
    if (connection) this.#retired(connection);
    this.#deps.bus.emit('seat', { room: found.room, label: found.seat });
  }

  /** Short name of a connected machine without a seat, for the console. */
  pendingId(connection: Connection): string {
    return connection.nonce.slice(0, 12);
  }

  #pending(pending: string): Connection {
    for (const connection of this.#connections.all())
      if (
        connection.key !== null &&
        !connection.machine &&
        connection.open &&
        this.pendingId(connection) === pending
      )
        return connection;
    throw new BoxError('machine/not-pending');
  }

  async #enrol(
    connection: Connection,
    place: { room: string; seat: string; walk: string | null; replaces: string | null },
    by: Actor | undefined,
  ): Promise<void> {
    const { key } = connection;
    if (key === null) throw new BoxError('socket/hello-first');
    const replaced = place.replaces ? this.#connections.ofMachine(place.replaces) : null;
    const { room, seat, walk, replaces } = place;
    const body = {
      machine: newId('machine'),
      key,
      room,
      seat,
      address: connection.address,
      agent: connection.agent,
      walk,
      replaces,
    };
    await this.#deps.ledger.append([
      { kind: 'MACHINE_ENROLLED', body, by: by ?? { address: connection.address } },
    ]);
    if (replaced) this.#retired(replaced);
    this.onChanged(connection);
    this.#deps.bus.emit('machines', {});
    this.#deps.bus.emit('seat', { room, label: seat });
  }

  #retired(connection: Connection): void {
    this.#connections.releaseAttempt(connection);
    connection.send({ t: 'fenced', code: 'machine/retired' });
    this.onChanged(connection);
  }

  #nextSeat(room: string, from: string, seats: readonly NumberedSeat[]): NumberedSeat | null {
    const start = Math.max(
      0,
      seats.findIndex((seat) => seat.label === from),
    );
    return seats.slice(start).find((seat) => !selectOptionalMachineAt(this.#s, room, seat.label)) ?? null;
  }

  #tellWalk(): void {
    const room = this.walkRoom();
    for (const connection of this.#connections.all())
      if (connection.key !== null && !connection.machine) connection.send({ t: 'walk', room });
    this.#deps.bus.emit('machines', {});
  }

  #mayComeFrom(address: string, machine: MachineFacts): boolean {
    return address === machine.address;
  }
}

export function isLoopback(address: string): boolean {
  return address === '::1' || address.startsWith('127.');
}

/** Codes of `refusal`, for the map. */
export type Refusal = ErrorCode;
