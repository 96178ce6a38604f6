/** Rooms with their drawn floor plans (P3). The rules of a plan are in domain/seating; what uses a seat is known here. */
import type { Static } from 'typebox';
import { SEATING_FAULTS } from '#domain/seating/faults.ts';
import { numberSeats, validatePlan } from '#domain/seating/floor-plan.numbering.ts';
import type { RoomBody } from '#protocol/console.schema.ts';
import type { FloorPlan, RoomRow } from '#protocol/console.ts';
import type { Actor } from '#protocol/ledger.ts';
import { BoxError } from '#server/platform/box-error.ts';
import type { Deps } from '#server/platform/deps.ts';
import { newId } from '#server/platform/ids.ts';
import { Statements } from '#server/platform/statements.ts';
import type { Turns } from '#server/platform/turns.ts';
import {
  type StoredRoom,
  selectOptionalRoom,
  selectRooms,
  selectSeatsInUse,
  selectUsesOfRoom,
} from './rooms.repo.ts';

type Body = Static<typeof RoomBody>;

export class RoomsService {
  readonly #deps: Deps;
  readonly #turns: Turns;
  readonly #s: Statements;

  constructor(deps: Deps, turns: Turns) {
    this.#deps = deps;
    this.#turns = turns;
    this.#s = new Statements(deps.db);
  }

  /** @param own rooms that may be seen; null: all */
  list(own: ReadonlySet<string> | null): RoomRow[] {
    return selectRooms(this.#s)
      .filter(({ room }) => own === null || own.has(room))
      .map(rowOf);
  }

  /** Throws `room/invalid` or `room/name-taken`. */
  add(body: Body, by: Actor): Promise<RoomRow> {
    checkPlan(body.plan);
    return this.#turns.take(() => this.#save(newId('room'), body, by));
  }

  /** Throws what `add` throws, `thing/not-found`, and `thing/in-use` naming seats in use that the plan lost. */
  change(room: string, body: Body, by: Actor): Promise<RoomRow> {
    checkPlan(body.plan);
    return this.#turns.take(async () => {
      this.#stored(room);
      const labels = new Set(numberSeats(body.plan).map(({ label }) => label));
      const lost = selectSeatsInUse(this.#s, room).filter((label) => !labels.has(label));
      if (lost.length > 0) throw new BoxError('thing/in-use', { seats: lost.slice(0, 50) });
      return this.#save(room, body, by);
    });
  }

  /** Throws `thing/not-found`, or `thing/in-use` with what uses it. */
  remove(room: string, by: Actor): Promise<void> {
    return this.#turns.take(async () => {
      this.#stored(room);
      const uses = selectUsesOfRoom(this.#s, room);
      if (uses.sittings + uses.machines + uses.staff > 0) throw new BoxError('thing/in-use', { ...uses });
      await this.#deps.ledger.append([{ kind: 'ROOM_REMOVED', body: { room }, by }]);
    });
  }

  async #save(room: string, { name, plan }: Body, by: Actor): Promise<RoomRow> {
    const taken = selectRooms(this.#s).some((other) => other.room !== room && other.name === name);
    if (taken) throw new BoxError('room/name-taken');
    await this.#deps.ledger.append([{ kind: 'ROOM_SAVED', body: { room, name, plan }, by }]);
    return rowOf(this.#stored(room));
  }

  #stored(room: string): StoredRoom {
    const found = selectOptionalRoom(this.#s, room);
    if (!found) throw new BoxError('thing/not-found', { room });
    return found;
  }
}

function rowOf({ room, name, plan, machines }: StoredRoom): RoomRow {
  const seats = numberSeats(plan);
  return {
    room,
    name,
    plan,
    seats: seats.filter(({ usable }) => usable).length,
    spares: seats.filter(({ kind }) => kind === 'spare').length,
    machines,
  };
}

/** Throws `room/invalid` with every blocking problem and its words; warnings (no seat yet) stay with the person who draws. */
function checkPlan(plan: FloorPlan): void {
  const problems = validatePlan(plan)
    .filter(({ code }) => SEATING_FAULTS[code].severity === 'error')
    .map(({ code, ...place }) => {
      const { zh, en, doZh, doEn } = SEATING_FAULTS[code];
      return { code, zh, en, doZh, doEn, ...place };
    });
  if (problems.length > 0) throw new BoxError('room/invalid', { problems: problems.slice(0, 50) });
}
