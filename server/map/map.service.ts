/** The live seat map (I1): what each seat of a session shows, worked out from projections and live sockets. */

import { type NumberedSeat, numberSeats } from '#domain/seating/floor-plan.numbering.ts';
import type { MapSeat, RoomMap, SeatSign, SessionMap, SessionRow } from '#protocol/console.ts';
import { deadlineOf, statusOf } from '#server/attempts/attempt-state.ts';
import {
  type AttemptRow,
  type SittingFacts,
  selectSittingsOfSession,
} from '#server/attempts/attempts.repo.ts';
import type { LiveAttempts } from '#server/attempts/live-attempts.ts';
import type { Connections } from '#server/kiosk/connections.ts';
import { selectOptionalMachineAt, selectOptionalRoom } from '#server/machines/machines.repo.ts';
import { BoxError } from '#server/platform/box-error.ts';
import type { Deps } from '#server/platform/deps.ts';
import { Statements } from '#server/platform/statements.ts';
import { describeSitting } from './sitting-row.ts';

export interface MapParts {
  connections: Connections;
  attempts: LiveAttempts;
  /** A session as lists show it; from the feature that owns sessions. */
  sessionRow: (session: string) => SessionRow;
}

interface Seated {
  entry: string;
  candidate: string;
  sitting: string;
  room: string;
  seat: string;
  version: string;
  absent: number;
  name: string;
  ticket: string;
}

const ATTEMPT_COLUMNS = `attempt, entry, sitting, machine, room, seat, epoch, confirmed_at AS confirmedAt, pledge, fetched_at AS fetchedAt,
  credit_ms AS creditMs, timed_up_at AS timedUpAt, submitted_at AS submittedAt, receipt, receipt_sig AS receiptSig, quarantined`;

export class MapService {
  readonly #deps: Deps;
  readonly #s: Statements;
  readonly #p: MapParts;
  /** Wall time since which a machine with an open attempt has been away. */
  readonly #offline = new Map<string, number>();

  constructor(deps: Deps, parts: MapParts) {
    this.#deps = deps;
    this.#s = new Statements(deps.db);
    this.#p = parts;
  }

  /** The whole map; `rooms` null: every room of the session. */
  session(session: string, rooms: readonly string[] | null): SessionMap {
    if (!this.#s.get('SELECT 1 FROM session WHERE session = ?', session))
      throw new BoxError('thing/not-found', { session });
    const sittings = selectSittingsOfSession(this.#s, session);
    const ids = [...new Set(sittings.map((sitting) => sitting.room))].filter(
      (room) => rooms === null || rooms.includes(room),
    );
    return {
      session: this.#p.sessionRow(session),
      rooms: ids.flatMap((room) => this.#room(session, room, sittings)),
      elapsed: this.#deps.clock.elapsed(),
      wall: this.#deps.clock.wall(),
    };
  }

  /** Some seats as they are now; seats that the room does not have are left out. */
  seats(session: string, wanted: readonly { room: string; label: string }[]): MapSeat[] {
    const sittings = selectSittingsOfSession(this.#s, session);
    const plans = new Map<string, Map<string, NumberedSeat>>();
    return wanted.flatMap(({ room, label }) => {
      let seats = plans.get(room);
      if (!seats) {
        const found = selectOptionalRoom(this.#s, room);
        seats = new Map((found ? numberSeats(found.plan) : []).map((seat) => [seat.label, seat]));
        plans.set(room, seats);
      }
      const seat = seats.get(label);
      return seat ? [this.#seat(room, seat, sittings, this.#seated(session, room, label)[0])] : [];
    });
  }

  /** Rooms of a session. */
  rooms(session: string): string[] {
    return [...new Set(selectSittingsOfSession(this.#s, session).map((sitting) => sitting.room))];
  }

  #room(session: string, room: string, sittings: readonly SittingFacts[]): RoomMap[] {
    const found = selectOptionalRoom(this.#s, room);
    if (!found) return [];
    const seated = new Map(this.#seated(session, room, null).map((row) => [row.seat, row]));
    const now = this.#deps.clock.elapsed();
    return [
      {
        room,
        name: found.name,
        plan: found.plan,
        sittings: sittings
          .filter((sitting) => sitting.room === room)
          .map((sitting) => describeSitting(this.#s, sitting, now)),
        seats: numberSeats(found.plan).map((seat) =>
          this.#seat(room, seat, sittings, seated.get(seat.label)),
        ),
      },
    ];
  }

  #seated(session: string, room: string, seat: string | null): Seated[] {
    return this.#s.all<Seated>(
      `SELECT seating.entry AS entry, entry.candidate AS candidate, sitting, room, seat, version, absent, candidate.name AS name, ticket
       FROM seating JOIN entry USING (entry) JOIN candidate USING (candidate)
       WHERE session = ? AND room = ? AND (? IS NULL OR seat = ?)`,
      session,
      room,
      seat,
      seat,
    );
  }

  #seat(
    room: string,
    seat: { label: string; row: number; column: number; kind: string },
    sittings: readonly SittingFacts[],
    seated: Seated | undefined,
  ): MapSeat {
    const kind = seat.kind === 'broken' || seat.kind === 'spare' ? seat.kind : 'seat';
    const machine = selectOptionalMachineAt(this.#s, room, seat.label);
    const connection = machine ? this.#p.connections.ofMachine(machine.machine) : null;
    const base: MapSeat = {
      room,
      label: seat.label,
      row: seat.row,
      column: seat.column,
      kind,
      sign: 'empty',
      entry: null,
      candidate: null,
      attempt: null,
      name: null,
      ticket: null,
      version: null,
      subject: null,
      status: null,
      answered: 0,
      items: 0,
      lastSaved: null,
      offlineSince: null,
      address: connection?.address ?? machine?.address ?? null,
      trouble: connection?.refusal ?? null,
      endsAt: null,
    };
    const sitting = sittings.find((one) => one.sitting === seated?.sitting);
    if (!seated || !sitting) return base.trouble ? { ...base, sign: 'trouble' } : base;
    const { entry, candidate, name, ticket, version } = seated;
    const known: MapSeat = { ...base, entry, candidate, name, ticket, version, subject: sitting.subject };
    const row = this.#s.get<AttemptRow>(
      `SELECT ${ATTEMPT_COLUMNS} FROM attempt WHERE entry = ? AND sitting = ? ORDER BY superseded IS NOT NULL, last_seq DESC LIMIT 1`,
      entry,
      sitting.sitting,
    );
    if (!row)
      return { ...known, sign: known.trouble ? 'trouble' : seated.absent === 1 ? 'absent' : 'not-arrived' };
    return this.#withAttempt(known, row, sitting);
  }

  #withAttempt(seat: MapSeat, row: AttemptRow, sitting: SittingFacts): MapSeat {
    const now = this.#deps.clock.elapsed();
    const limits = deadlineOf(sitting, row, now, this.#p.attempts.gapFrom());
    const status = statusOf(row, sitting, limits, now);
    const online = this.#p.connections.ofAttempt(row.attempt)?.open === true;
    const stream = this.#s.get<{ last: number | null; conflicts: number }>(
      'SELECT last_wall AS last, conflicts FROM stream WHERE attempt = ? AND epoch = ?',
      row.attempt,
      row.epoch,
    );
    const paper = sitting.papers.find((one) => one.version === seat.version) ?? sitting.papers[0];
    const items =
      this.#s.get<{ items: number }>('SELECT items FROM paper WHERE paper = ?', paper?.paper ?? '')?.items ??
      0;
    const closed = status === 'submitted';
    const offlineSince = closed || online || row.machine === '' ? null : this.#away(row.attempt);
    if (offlineSince === null) this.#offline.delete(row.attempt);
    const trouble = seat.trouble ?? ((stream?.conflicts ?? 0) > 0 ? 'revision/conflict' : null);
    return {
      ...seat,
      attempt: row.attempt,
      status,
      answered: closed ? this.#answeredOf(row) : this.#answeredNow(row),
      items,
      lastSaved: stream?.last ?? null,
      offlineSince,
      trouble,
      endsAt: limits.endsAt,
      sign: signOf(status, trouble, offlineSince, row),
    };
  }

  #answeredOf(row: AttemptRow): number {
    return row.receipt ? (JSON.parse(row.receipt) as { answered: number }).answered : 0;
  }

  /** Counted in the database: a map of many seats must not read every essay. Blank texts count until they are handed in. */
  #answeredNow(row: AttemptRow): number {
    const found = this.#s.get<{ n: number }>(
      `SELECT count(DISTINCT item) AS n FROM answer WHERE attempt = ? AND epoch = ? AND value NOT IN ('null', '""', '[]')`,
      row.attempt,
      row.epoch,
    );
    return found?.n ?? 0;
  }

  #away(attempt: string): number {
    const since = this.#offline.get(attempt) ?? this.#deps.clock.wall();
    this.#offline.set(attempt, since);
    return since;
  }
}

function signOf(
  status: MapSeat['status'],
  trouble: string | null,
  offlineSince: number | null,
  row: AttemptRow,
): SeatSign {
  if (status === 'submitted') return 'submitted';
  if (trouble) return 'trouble';
  if (offlineSince !== null) return 'offline';
  if (row.machine === '') return 'not-arrived';
  if (status === 'ended') return 'ended';
  return status === 'writing' ? 'writing' : 'waiting';
}
