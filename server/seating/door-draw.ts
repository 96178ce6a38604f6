/**
 * The seat drawn at the door (P4, 抽机号): the rule is domain/seating/draw.ts; here it is fed with who sits where at this
 * moment, and the draw is committed with everything that an audit needs to repeat it.
 */
import { drawSeat } from '#domain/seating/draw.ts';
import { SeatingError } from '#domain/seating/faults.ts';
import { numberSeats } from '#domain/seating/floor-plan.numbering.ts';
import type { Wishes } from '#domain/seating/seating.ts';
import type { DoorDraw, FloorPlan } from '#protocol/console.ts';
import type { Actor } from '#protocol/ledger.ts';
import { BoxError } from '#server/platform/box-error.ts';
import type { Deps } from '#server/platform/deps.ts';
import { Statements } from '#server/platform/statements.ts';
import type { Turns } from '#server/platform/turns.ts';
import {
  type DoorPlace,
  type DoorSeat,
  selectDoorPeople,
  selectDoorPlaces,
  selectMachineSeats,
  selectSeatsInRoom,
} from './door-draw.repo.ts';
import { selectOptionalSession, selectOptionalSummary } from './seating.repo.ts';

export class DoorDraws {
  readonly #deps: Deps;
  readonly #turns: Turns;
  readonly #s: Statements;

  constructor(deps: Deps, turns: Turns) {
    this.#deps = deps;
    this.#turns = turns;
    this.#s = new Statements(deps.db);
  }

  /**
   * Draws a seat of the room for who has this ticket or ID number; who has drawn already gets the same seat again. In a
   * session whose seats were assigned, for those who came on the roster afterwards.
   * Throws `thing/not-found`, `seating/not-at-door`, `seating/no-candidate`, `seating/not-in-room`,
   * `login/entry-closed`, `seating/full`.
   */
  draw(session: string, number: string, room: string, by: Actor): Promise<DoorDraw> {
    // One after the other: two at two doors of a room never draw one seat.
    return this.#turns.take(async () => {
      const facts = selectOptionalSession(this.#s, session);
      if (!facts) throw new BoxError('thing/not-found', { session });
      const summary = selectOptionalSummary(this.#s, session);
      if (!summary) throw new BoxError('seating/not-at-door');
      const places = selectDoorPlaces(this.#s, session, room);
      if (places.length === 0) throw new BoxError('thing/not-found', { room });
      const people = selectDoorPeople(this.#s, facts, normal(number));
      if (people.length === 0) throw new BoxError('seating/no-candidate');
      const seated = selectSeatsInRoom(this.#s, session, room);
      const before = people.find(({ seatIn }) => seatIn !== null);
      // Where seats were assigned, only who was added after that draws one: an addendum, a re-sit.
      if (before && summary.mode !== 'draw') throw new BoxError('seating/not-at-door');
      if (before?.seatIn) {
        const { seatIn } = before;
        const left = seatIn.room === room ? this.#left(places, room, seated) : 0;
        return {
          ...told(before),
          room: seatIn.room,
          roomName: seatIn.roomName,
          seat: seatIn.seat,
          again: true,
          left,
        };
      }
      const person = people.find(
        ({ subject, seatIn, mayBeSeated }) =>
          seatIn === null && mayBeSeated && places.some((place) => place.subject === subject),
      );
      const place = places.find(({ subject }) => subject === person?.subject);
      if (!person || !place) throw new BoxError('seating/not-in-room');
      if (place.entryClosedAt !== null) throw new BoxError('login/entry-closed');
      const withoutMachine = this.#withoutMachine(place.plan, room, seated);
      const drawn = orFull(() =>
        drawSeat({
          seed: summary.seed,
          room,
          plan: place.plan,
          person: { entry: person.entry, school: person.school, subject: person.subject },
          taken: withoutMachine,
          seatedNeighbours: seated,
          versions: [...place.versions].sort(),
          keepApart: wishesOf(summary.algorithm),
        }),
      );
      const { seat, version, orderSeed, drawNumber, freeSeats, equalSeats } = drawn;
      await this.#deps.ledger.append([
        {
          kind: 'SEAT_DRAWN',
          body: {
            session,
            entry: person.entry,
            sitting: place.sitting,
            room,
            seat,
            version,
            orderSeed,
            drawNumber,
            freeSeats,
            equalSeats,
            taken: withoutMachine,
          },
          by,
        },
      ]);
      this.#deps.bus.emit('session', { session });
      return { ...told(person), room, roomName: place.roomName, seat, again: false, left: freeSeats - 1 };
    });
  }

  /** Seats that the next one may draw. */
  #left(places: readonly DoorPlace[], room: string, seated: readonly DoorSeat[]): number {
    const [place] = places;
    if (!place) return 0;
    const taken = new Set([
      ...seated.map(({ seat }) => seat),
      ...this.#withoutMachine(place.plan, room, seated),
    ]);
    return usable(place.plan).filter((label) => !taken.has(label)).length;
  }

  /** Seats without a machine cannot be drawn, once the room has been walked at all. */
  #withoutMachine(plan: FloorPlan, room: string, seated: readonly DoorSeat[]): string[] {
    const machines = selectMachineSeats(this.#s, room);
    if (machines.size === 0) return [];
    const sits = new Set(seated.map(({ seat }) => seat));
    return usable(plan).filter((label) => !machines.has(label) && !sits.has(label));
  }
}

function usable(plan: FloorPlan): string[] {
  return numberSeats(plan)
    .filter(({ usable }) => usable)
    .map(({ label }) => label);
}

function told({
  entry,
  name,
  ticket,
  subjectName,
}: {
  entry: string;
  name: string;
  ticket: string;
  subjectName: string;
}) {
  return { entry, name, ticket, subjectName };
}

function orFull<T>(draw: () => T): T {
  try {
    return draw();
  } catch (error) {
    if (error instanceof SeatingError && error.code === 'seating/no-free-seat')
      throw new BoxError('seating/full');
    throw error;
  }
}

/** The wishes are in the algorithm's name (seating.service.ts): `gongyuan-seating/1+schools+versions`. */
function wishesOf(algorithm: string): Wishes {
  const parts = algorithm.split('+');
  return { schools: parts.includes('schools'), versions: parts.includes('versions') };
}

/** Full-width digits and letters, blanks, a small x: as people type and scanners send. */
function normal(number: string): string {
  return number.normalize('NFKC').replace(/\s+/g, '').toUpperCase();
}
