/**
 * Facts of a session for reports, read from projections. Each room is read in a transaction of its own: a long read would
 * keep the write-ahead log from being put back, and let it grow.
 */
import type { SiteDatabase } from '#db/site/open.ts';
import { parseCheckpoint } from '#domain/ledger/checkpoint.ts';
import type {
  CheckpointFacts,
  RoomFacts,
  SessionFacts,
  SiteFacts,
  SittingFacts,
} from '#domain/reports/facts.ts';
import { type SittingFacts as SittingRow, selectSittingsOfSession } from '#server/attempts/attempts.repo.ts';
import { BoxError } from '#server/platform/box-error.ts';
import { Statements } from '#server/platform/statements.ts';
import {
  creditsOfRoom,
  type GivenCredit,
  type Names,
  readCredits,
  readIncidents,
  readPhotos,
} from './facts.evidence.ts';
import { bySeat, type Login, type Moment, machineChanges, readEntries, readLogins } from './facts.people.ts';
import {
  type SessionSql,
  type StaffSql,
  selectMachinesOfRoom,
  selectOptionalBox,
  selectOptionalCheckpoint,
  selectOptionalSession,
  selectRoomsOfSession,
  selectSite,
  selectSittingWalls,
  selectStaff,
} from './facts.repo.ts';

interface Common {
  session: SessionSql;
  sittings: SittingRow[];
  walls: ReturnType<typeof selectSittingWalls>;
  subjects: Map<string, string>;
  staff: StaffSql[];
  names: Names;
  logins: Map<string, Login[]>;
  credits: GivenCredit[];
  now: Moment;
}

export class SessionFactsReader {
  readonly #db: SiteDatabase;
  readonly #s: Statements;

  constructor(db: SiteDatabase) {
    this.#db = db;
    this.#s = new Statements(db);
  }

  /**
   * `room` null: all rooms of the session. `elapsed`: box time now, in milliseconds.
   * Throws `thing/not-found` for a session that is not there.
   */
  read(session: string, room: string | null, elapsed: number): SessionFacts {
    const { common, rooms, site, checkpoint } = this.#together(() => this.#frame(session, elapsed));
    const wanted = rooms.filter((one) => room === null || one.room === room);
    return {
      site,
      session,
      name: common.session.name,
      exam: common.session.exam,
      examName: common.session.examName,
      plannedStart: common.session.plannedStart,
      rooms: wanted.map((one) => this.#together(() => this.#room(one, common))),
      chiefs: common.staff.filter(({ role, active }) => role === 'chief' && active).map(({ name }) => name),
      checkpoint,
    };
  }

  /** One reading transaction: everything in it is of the same moment. */
  #together<T>(read: () => T): T {
    return this.#db.transaction(read)();
  }

  #frame(session: string, elapsed: number) {
    const s = this.#s;
    const found = selectOptionalSession(s, session);
    if (!found) throw new BoxError('thing/not-found', { session });
    const staff = selectStaff(s);
    const names = new Map(staff.map((member) => [member.staff, member.name]));
    const clock = s.get<{ confirmed: number; gap: number | null }>(
      'SELECT confirmed, gap_from AS gap FROM clock WHERE id = 1',
    );
    const subjects = s.all<{ code: string; name: string }>(
      'SELECT code, name FROM subject WHERE exam = ?',
      found.exam,
    );
    const common: Common = {
      session: found,
      sittings: selectSittingsOfSession(s, session),
      walls: selectSittingWalls(s, session),
      subjects: new Map(subjects.map(({ code, name }) => [code, name])),
      staff,
      names,
      logins: readLogins(s, session),
      credits: readCredits(s, names),
      now: { elapsed, gapFrom: clock?.confirmed === 0 ? (clock.gap ?? 0) : null },
    };
    return {
      common,
      rooms: selectRoomsOfSession(s, session),
      site: readSite(s),
      checkpoint: readCheckpoint(s),
    };
  }

  #room(of: Pick<RoomFacts, 'room' | 'name' | 'plan'>, common: Common): RoomFacts {
    const s = this.#s;
    const { session } = common.session;
    const sittings = common.sittings
      .filter(({ room }) => room === of.room)
      .map((row) => describeSitting(row, common));
    const place = { session, room: of.room, roomName: of.name };
    const entries = readEntries(s, { ...place, sittings: common.sittings }, common.logins, common.now);
    const photos = readPhotos(s, { ...place, entries }, common.names);
    return {
      ...of,
      sittings,
      entries,
      machines: selectMachinesOfRoom(s, of.room).sort((a, b) => bySeat(a.seat, b.seat)),
      machineChanges: machineChanges(entries, common.logins),
      credits: creditsOfRoom(common.credits, { ...place, sittings, entries }),
      incidents: readIncidents(s, place, photos, common.names),
      photos,
      invigilators: common.staff
        .filter(({ role, active, rooms }) => role === 'invigilator' && active && rooms.includes(of.room))
        .map(({ name }) => name),
    };
  }
}

function describeSitting(row: SittingRow, common: Common): SittingFacts {
  const { sitting, subject, room, plannedStart, time } = row;
  const walls = common.walls.get(sitting);
  return {
    sitting,
    subject,
    subjectName: common.subjects.get(subject) ?? subject,
    room,
    durationMs: time.durationMs,
    plannedStart,
    startedWall: walls?.startedWall ?? null,
    endedWall: walls?.endedWall ?? null,
  };
}

function readSite(s: Statements): SiteFacts {
  const { site, name, contact, timeZone } = selectSite(s);
  const box = selectOptionalBox(s);
  return {
    site,
    name,
    contact,
    timeZone,
    origin: box?.origin ?? '',
    box: box?.box ?? '',
    boxEpoch: box?.epoch ?? 0,
    boxKey: box?.key ?? '',
  };
}

function readCheckpoint(s: Statements): CheckpointFacts | null {
  const row = selectOptionalCheckpoint(s);
  const parsed = row ? parseCheckpoint(row.note) : null;
  return row && parsed ? { ...parsed, wall: row.wall, note: row.note } : null;
}
