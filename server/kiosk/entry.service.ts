/** A candidate's way to the desk: sign-in with every check of binding and entry, is this you, pledge (E3 E5 E6 M4 M5). */
import { numberSeats } from '#domain/seating/floor-plan.numbering.ts';
import { FailureLimit } from '#node/limits/failure-limit.ts';
import { SEAT_MAP_CELLS, type SeatMap } from '#protocol/socket.ts';
import { asksPledge, pledgeHash } from '#server/attempts/attempt-state.ts';
import {
  type AttemptRow,
  type EntryFacts,
  type SeatingRow,
  type SittingFacts,
  selectEntriesByNumber,
  selectOpenSeatings,
  selectOptionalAttempt,
  selectOptionalAttemptOfEntry,
  selectOptionalOpenAttemptOn,
  selectSeatingsOfEntry,
  selectSitting,
} from '#server/attempts/attempts.repo.ts';
import { selectOptionalRoom } from '#server/machines/machines.repo.ts';
import type { MachinesService } from '#server/machines/machines.service.ts';
import { BoxError } from '#server/platform/box-error.ts';
import type { Deps } from '#server/platform/deps.ts';
import { newId } from '#server/platform/ids.ts';
import { Statements } from '#server/platform/statements.ts';
import type { ConnectedMachine, Connection } from './connection.ts';
import type { Connections } from './connections.ts';

const FAILURES = 10;
const WINDOW_MS = 60_000;

/** A refusal with the small map to the right seat. */
export class WrongSeat extends BoxError {
  readonly map: SeatMap | null;
  constructor(
    code: 'login/wrong-seat' | 'login/wrong-room',
    detail: Record<string, string>,
    map: SeatMap | null,
  ) {
    super(code, detail);
    this.map = map;
  }
}

export class EntryService {
  readonly #deps: Deps;
  readonly #s: Statements;
  readonly #machines: MachinesService;
  readonly #connections: Connections;
  readonly #failures: FailureLimit;
  /** Sign-ins of one entry queue up: two machines never both open it. */
  readonly #byEntry = new Map<string, Promise<unknown>>();

  constructor(deps: Deps, machines: MachinesService, connections: Connections) {
    this.#deps = deps;
    this.#s = new Statements(deps.db);
    this.#machines = machines;
    this.#connections = connections;
    this.#failures = new FailureLimit(FAILURES, WINDOW_MS, () => deps.clock.elapsed());
  }

  /** Signs a candidate in on this machine; returns the attempt. Every refusal has its code. */
  async login(connection: Connection, typed: string): Promise<string> {
    const { machine } = connection;
    if (!machine) throw new BoxError('machine/unknown');
    if (connection.refusal) throw new BoxError(connection.refusal);
    if (this.#failures.wait(machine.machine) > 0) throw new BoxError('login/too-many');
    const number = normaliseNumber(typed);
    try {
      const { entry, seating } = this.#find(number, machine);
      return await this.#oneByOne(entry.entry, () => this.#login(connection, machine, entry, seating));
    } catch (error) {
      if (error instanceof BoxError && error.code.startsWith('login/')) {
        this.#failures.failed(machine.machine);
        void this.#deps.ledger
          .append([
            {
              kind: 'LOGIN_REFUSED',
              body: { number: number.slice(-4), machine: machine.machine, code: error.code },
              by: { machine: machine.machine, address: connection.address },
            },
          ])
          .catch((cause: unknown) =>
            this.#deps.log.warn({ err: cause }, 'a refused sign-in was not recorded'),
          );
      }
      throw error;
    }
  }

  /** "Is this you?" answered with yes. */
  async confirm(connection: Connection): Promise<void> {
    const row = this.#attempt(connection);
    if (row.confirmedAt !== null) return;
    await this.#append(connection, row, 'IDENTITY_CONFIRMED', {});
  }

  /** Back to the seat page; possible until the pledge. */
  async back(connection: Connection): Promise<void> {
    const row = this.#attempt(connection);
    const { policy, time } = selectSitting(this.#s, row.sitting);
    const pledged = asksPledge(policy)
      ? row.pledge !== null
      : row.confirmedAt !== null && time.startedAt !== null;
    if (pledged) throw new BoxError('attempt/wrong-step');
    await this.#append(connection, row, 'LOGIN_WITHDRAWN', {});
    this.#connections.releaseAttempt(connection);
  }

  async pledge(connection: Connection, sha256: string): Promise<void> {
    const row = this.#attempt(connection);
    const { policy } = selectSitting(this.#s, row.sitting);
    if (row.confirmedAt === null || !asksPledge(policy)) throw new BoxError('attempt/wrong-step');
    if (row.pledge !== null) return;
    if (sha256 !== pledgeHash(policy)) throw new BoxError('pledge/changed');
    await this.#append(connection, row, 'PLEDGE_SIGNED', { sha256 });
  }

  /** The sealed paper is on the machine. */
  async ready(connection: Connection, paper: string, files: number, bytes: number): Promise<void> {
    const row = this.#attempt(connection);
    if (!this.#s.get('SELECT 1 FROM paper WHERE paper = ?', paper))
      throw new BoxError('sealed/not-found', { paper });
    if (row.fetchedAt !== null) return;
    await this.#append(connection, row, 'PAPER_FETCHED', { paper, files, bytes });
  }

  /** A new stream for the same machine: its journal was lost, so it starts from what the box has. */
  async renewStream(connection: Connection): Promise<void> {
    const row = this.#attempt(connection);
    const { machine } = connection;
    if (!machine) throw new BoxError('machine/unknown');
    await this.#oneByOne(row.entry, () =>
      this.#openStream(connection, machine, row.attempt, row.entry, row.sitting, row),
    );
  }

  #attempt(connection: Connection): AttemptRow {
    const row = connection.attempt === null ? null : selectOptionalAttempt(this.#s, connection.attempt);
    if (!row) throw new BoxError('attempt/none');
    if (row.machine !== connection.machine?.machine) throw new BoxError('attempt/not-yours');
    return row;
  }

  /**
   * The entry and the seat that a typed number means now: of several today, one that is neither handed in nor over,
   * rather the one of this very seat, else the last.
   */
  #find(number: string, machine: ConnectedMachine): { entry: EntryFacts; seating: SeatingRow } {
    const entries = selectEntriesByNumber(this.#s, number);
    if (entries.length === 0) throw new BoxError('login/not-found');
    const now = this.#deps.clock.elapsed();
    const open = entries
      .flatMap((entry) => selectOpenSeatings(this.#s, entry.entry).map((seating) => ({ entry, seating })))
      .map((one, i) => {
        const { time } = selectSitting(this.#s, one.seating.sitting);
        const handedIn = selectOptionalAttemptOfEntry(this.#s, one.entry.entry)?.submittedAt != null;
        const over = time.endedAt !== null && now >= time.endedAt;
        const here = one.seating.room === machine.room && one.seating.seat === machine.seat;
        return { ...one, rank: (handedIn || over ? 0 : 2) + (here ? 1 : 0), i };
      })
      .sort((a, b) => b.rank - a.rank || (a.rank < 2 ? b.i - a.i : a.i - b.i));
    const [chosen] = open;
    if (chosen) return chosen;
    const seated = entries.some((entry) => selectSeatingsOfEntry(this.#s, entry.entry).length > 0);
    if (seated) throw new BoxError('login/not-open');
    const exam = this.#s.get(
      'SELECT 1 FROM session WHERE opened_at IS NOT NULL AND exam IN (SELECT exam FROM entry WHERE entry = ?)',
      entries[0]?.entry ?? '',
    );
    throw new BoxError(exam ? 'login/no-seat' : 'login/no-entry');
  }

  async #login(
    connection: Connection,
    machine: ConnectedMachine,
    entry: EntryFacts,
    seating: SeatingRow,
  ): Promise<string> {
    const sitting = selectSitting(this.#s, seating.sitting);
    const attempt = selectOptionalAttemptOfEntry(this.#s, entry.entry);
    if (attempt && attempt.submittedAt !== null) throw new BoxError('login/handed-in');
    this.#checkSeat(machine, seating, sitting);
    if (this.#machines.sharesAddress(connection, sitting.policy))
      throw new BoxError('machine/address-shared');
    const here = selectOptionalOpenAttemptOn(this.#s, machine.machine);
    if (here && here.entry !== entry.entry) throw new BoxError('machine/in-use');
    if (!attempt) this.#checkEntry(sitting);
    if (attempt && attempt.machine === machine.machine) return attempt.attempt;
    const elsewhere = attempt ? this.#connections.ofAttempt(attempt.attempt) : null;
    if (elsewhere?.open && elsewhere !== connection) throw new BoxError('login/elsewhere');
    return this.#openStream(
      connection,
      machine,
      attempt?.attempt ?? newId('attempt'),
      entry.entry,
      seating.sitting,
      attempt,
    );
  }

  async #openStream(
    connection: Connection,
    machine: ConnectedMachine,
    attempt: string,
    entry: string,
    sitting: string,
    before: AttemptRow | null,
  ): Promise<string> {
    const { room, seat } = machine;
    const body = { entry, sitting, machine: machine.machine, epoch: (before?.epoch ?? 0) + 1, room, seat };
    const by = { machine: machine.machine, address: connection.address };
    await this.#deps.ledger.append([{ kind: 'CANDIDATE_LOGGED_IN', attempt, body, by }]);
    this.#deps.bus.emit('seat', { room, label: seat });
    return attempt;
  }

  #checkSeat(machine: ConnectedMachine, seating: SeatingRow, sitting: SittingFacts): void {
    if (machine.room === seating.room && machine.seat === seating.seat) return;
    const detail = { room: sitting.roomName, seat: seating.seat };
    const code = machine.room === seating.room ? 'login/wrong-seat' : 'login/wrong-room';
    throw new WrongSeat(code, detail, this.#mapTo(machine, seating));
  }

  #mapTo(machine: ConnectedMachine, seating: SeatingRow): SeatMap | null {
    const room = selectOptionalRoom(this.#s, seating.room);
    if (!room) return null;
    const seats = numberSeats(room.plan);
    const place = (label: string) => {
      const seat = seats.find((one) => one.label === label);
      return seat ? { row: seat.row, column: seat.column, label } : null;
    };
    return {
      roomName: room.name,
      rows: room.plan.rows,
      columns: room.plan.columns,
      front: room.plan.front,
      here: machine.room === seating.room ? place(machine.seat) : null,
      yours: place(seating.seat),
      cells: room.plan.cells.map((kind) => SEAT_MAP_CELLS[kind]).join(''),
    };
  }

  #checkEntry(sitting: SittingFacts): void {
    const { startedAt, endedAt } = sitting.time;
    const now = this.#deps.clock.elapsed();
    const late = startedAt !== null && now > startedAt + sitting.policy.lateEntryMs;
    if (sitting.entryClosedAt !== null || endedAt !== null || late) throw new BoxError('login/entry-closed');
  }

  async #append<K extends 'IDENTITY_CONFIRMED' | 'LOGIN_WITHDRAWN' | 'PLEDGE_SIGNED' | 'PAPER_FETCHED'>(
    connection: Connection,
    row: AttemptRow,
    kind: K,
    body: Parameters<Deps['ledger']['append']>[0][number]['body'],
  ): Promise<void> {
    const by = { machine: row.machine, address: connection.address };
    await this.#deps.ledger.append([{ kind, attempt: row.attempt, body, by }]);
    this.#deps.bus.emit('seat', { room: row.room, label: row.seat });
  }

  #oneByOne<T>(entry: string, work: () => Promise<T>): Promise<T> {
    const running = (this.#byEntry.get(entry) ?? Promise.resolve()).then(work, work);
    const settled = running.catch(() => undefined);
    this.#byEntry.set(entry, settled);
    void settled.then(() => {
      if (this.#byEntry.get(entry) === settled) this.#byEntry.delete(entry);
    });
    return running;
  }
}

/** What a candidate typed, as rosters have it: full-width forms folded, blanks out, x in upper case. */
export function normaliseNumber(typed: string): string {
  return typed
    .normalize('NFKC')
    .replace(/[\s\u3000-]/g, '')
    .toUpperCase();
}
