/** Rows that reports are made of. Selects alone; what they add up to is in the facts files beside it. */
import type { FloorPlan } from '#protocol/console.ts';
import type { PhotoPurpose } from '#protocol/evidence.ts';
import type { Statements } from '#server/platform/statements.ts';

export interface SessionSql {
  session: string;
  name: string;
  exam: string;
  examName: string;
  plannedStart: number;
}

export function selectOptionalSession(s: Statements, session: string): SessionSql | null {
  return (
    s.get<SessionSql>(
      `SELECT session, session.name AS name, session.exam AS exam, coalesce(exam.name, '') AS examName,
       planned_start_wall AS plannedStart FROM session LEFT JOIN exam ON exam.exam = session.exam WHERE session = ?`,
      session,
    ) ?? null
  );
}

export function selectSessions(s: Statements): SessionSql[] {
  return s.all<SessionSql>(
    `SELECT session, session.name AS name, session.exam AS exam, coalesce(exam.name, '') AS examName,
     planned_start_wall AS plannedStart FROM session LEFT JOIN exam ON exam.exam = session.exam ORDER BY planned_start_wall, session`,
  );
}

export interface SiteSql {
  site: string;
  name: string;
  contact: string;
  timeZone: string;
}

export function selectSite(s: Statements): SiteSql {
  return (
    s.get<SiteSql>('SELECT site, name, contact, time_zone AS timeZone FROM site') ?? {
      site: '',
      name: '',
      contact: '',
      timeZone: 'Asia/Shanghai',
    }
  );
}

export interface BoxSql {
  box: string;
  epoch: number;
  origin: string;
  key: string;
}

export function selectOptionalBox(s: Statements): BoxSql | null {
  return s.get<BoxSql>('SELECT box, epoch, origin, key FROM box') ?? null;
}

/** Rooms in which the session has a sitting, with their plans, by name. */
export function selectRoomsOfSession(
  s: Statements,
  session: string,
): { room: string; name: string; plan: FloorPlan }[] {
  return s
    .all<{ room: string; name: string; plan: string }>(
      'SELECT room, name, plan FROM room WHERE room IN (SELECT room FROM sitting WHERE session = ?) ORDER BY name, room',
      session,
    )
    .map((row) => ({ ...row, plan: JSON.parse(row.plan) as FloorPlan }));
}

/** Wall times of sittings, as labels: box time ran on, so the end is counted from the start. */
export function selectSittingWalls(
  s: Statements,
  session: string,
): Map<string, { startedWall: number | null; endedWall: number | null }> {
  const rows = s.all<{ sitting: string; startedWall: number | null; endedWall: number | null }>(
    `SELECT sitting, started_wall AS startedWall, started_wall + (ended_at - started_at) AS endedWall FROM sitting WHERE session = ?`,
    session,
  );
  return new Map(rows.map(({ sitting, ...walls }) => [sitting, walls]));
}

export interface SeatedSql {
  entry: string;
  candidate: string;
  name: string;
  gender: string;
  idNumber: string;
  ticket: string;
  school: string;
  sitting: string;
  subject: string;
  subjectName: string;
  seat: string;
  version: string;
  absent: number;
  photo: string | null;
}

export function selectSeated(s: Statements, session: string, room: string): SeatedSql[] {
  return s.all<SeatedSql>(
    `SELECT seating.entry AS entry, candidate.candidate AS candidate, candidate.name AS name, gender, id_number AS idNumber, ticket,
     school, sitting, entry.subject AS subject, coalesce(subject.name, entry.subject) AS subjectName, seat, version, absent,
     registered_photo.sha256 AS photo
     FROM seating JOIN entry USING (entry) JOIN candidate USING (candidate)
     LEFT JOIN subject ON subject.exam = entry.exam AND subject.code = entry.subject
     LEFT JOIN registered_photo ON registered_photo.candidate = candidate.candidate
     WHERE session = ? AND room = ?`,
    session,
    room,
  );
}

export interface MachineSql {
  machine: string;
  room: string;
  seat: string;
  address: string;
  agent: string;
  enrolledWall: number;
  retired: string | null;
}

export function selectMachinesOfRoom(s: Statements, room: string): MachineSql[] {
  return s.all<MachineSql>(
    `SELECT machine, room, seat, address, agent, enrolled_wall AS enrolledWall, retired FROM machine WHERE room = ?
     ORDER BY retired IS NOT NULL, seat, enrolled_wall`,
    room,
  );
}

export interface StaffSql {
  staff: string;
  name: string;
  role: string;
  rooms: string[];
  active: boolean;
}

export function selectStaff(s: Statements): StaffSql[] {
  return s
    .all<{ staff: string; name: string; role: string; rooms: string; active: number }>(
      'SELECT staff, name, role, rooms, active FROM staff ORDER BY name, staff',
    )
    .map((row) => ({ ...row, rooms: JSON.parse(row.rooms) as string[], active: row.active === 1 }));
}

/** Items answered so far and revisions received, of an attempt that is not handed in. */
export function selectProgress(
  s: Statements,
  attempt: string,
  epoch: number,
): { answered: number; revisions: number } {
  const answered = s.get<{ n: number }>(
    `SELECT count(DISTINCT item) AS n FROM answer WHERE attempt = ? AND epoch = ? AND value NOT IN ('null', '""', '[]')`,
    attempt,
    epoch,
  );
  const revisions = s.get<{ n: number | null }>(
    'SELECT sum(rev) AS n FROM stream WHERE attempt = ?',
    attempt,
  );
  return { answered: answered?.n ?? 0, revisions: revisions?.n ?? 0 };
}

export interface CreditSql {
  credit: string;
  scope: { session?: string; sitting?: string; room?: string; attempt?: string };
  ms: number;
  cause: string;
  wall: number;
}

export function selectCredits(s: Statements): CreditSql[] {
  return s
    .all<{ credit: string; scope: string; ms: number; cause: string; wall: number }>(
      'SELECT credit, scope, ms, cause, wall FROM credit ORDER BY rowid',
    )
    .map((row) => ({ ...row, scope: JSON.parse(row.scope) as CreditSql['scope'] }));
}

export interface IncidentSql {
  incident: string;
  room: string;
  reason: string;
  text: string;
  happenedWall: number;
  recordedWall: number;
  staff: string;
  outcome: string | null;
}

export function selectIncidents(s: Statements, session: string, room: string): IncidentSql[] {
  return s.all<IncidentSql>(
    `SELECT incident, room, reason, text, happened_wall AS happenedWall, recorded_wall AS recordedWall, staff, outcome FROM incident
     WHERE session = ? AND room = ? ORDER BY happened_wall, incident`,
    session,
    room,
  );
}

export function selectOptionalIncidentPlace(
  s: Statements,
  incident: string,
): { session: string; room: string } | null {
  return s.get('SELECT session, room FROM incident WHERE incident = ?', incident) ?? null;
}

export function selectIncidentNotes(
  s: Statements,
  incident: string,
): { text: string; wall: number; staff: string }[] {
  return s.all('SELECT text, wall, staff FROM incident_note WHERE incident = ? ORDER BY seq', incident);
}

/** People of an incident; the seat is where they sit in its session. */
export function selectIncidentPeople(
  s: Statements,
  incident: string,
): { entry: string; name: string; ticket: string; seat: string | null }[] {
  return s.all(
    `SELECT entry.entry AS entry, candidate.name AS name, ticket, seating.seat AS seat
     FROM incident_person JOIN incident USING (incident) JOIN entry ON entry.entry = incident_person.entry
     JOIN candidate USING (candidate)
     LEFT JOIN seating ON seating.session = incident.session AND seating.entry = entry.entry
     WHERE incident = ? ORDER BY candidate.name, entry.entry`,
    incident,
  );
}

export interface PhotoSql {
  photo: string;
  purpose: PhotoPurpose;
  room: string;
  incident: string | null;
  takenWall: number | null;
  storedWall: number;
  staff: string;
  text: string;
  width: number;
  height: number;
  originalSha256: string;
  stampedSha256: string;
  people: { entry: string; x: number | null; y: number | null }[];
}

export function selectPhotos(s: Statements, session: string, room: string): PhotoSql[] {
  return s
    .all<Omit<PhotoSql, 'people'> & { people: string }>(
      `SELECT photo, purpose, room, incident, taken_wall AS takenWall, stored_wall AS storedWall, staff, text, width, height,
       original_sha256 AS originalSha256, stamped_sha256 AS stampedSha256, people FROM photo
       WHERE session = ? AND room = ? ORDER BY stored_wall, photo`,
      session,
      room,
    )
    .map((row) => ({ ...row, people: JSON.parse(row.people) as PhotoSql['people'] }));
}

export function selectOptionalCheckpoint(s: Statements): { size: number; wall: number; note: string } | null {
  return s.get('SELECT size, wall, note FROM ledger_checkpoint ORDER BY size DESC LIMIT 1') ?? null;
}

/** Who an attempt belongs to, and where. */
export function selectOptionalAttemptPlace(
  s: Statements,
  attempt: string,
): { session: string; room: string; entry: string } | null {
  return (
    s.get(
      `SELECT seating.session AS session, seating.room AS room, attempt.entry AS entry
       FROM attempt JOIN seating ON seating.entry = attempt.entry AND seating.sitting = attempt.sitting WHERE attempt = ?`,
      attempt,
    ) ?? null
  );
}

export interface EventSql {
  seq: number;
  kind: string;
  attemptPrev: number | null;
  bytes: string;
}

/** Spelled out, so that SQLite may use the index of kinds, which leaves these out. */
const RARE = `kind NOT IN ('ANSWER_REVISED', 'CLOCK_ANCHOR', 'HEAD_SIGNED')`;
const EVENT = 'SELECT seq, kind, attempt_prev AS attemptPrev, bytes FROM ledger_event';

/** Events of one kind from an event on, oldest first. */
export function selectEventsOfKind(s: Statements, kind: string, from = 0): EventSql[] {
  return s.all<EventSql>(`${EVENT} WHERE kind = ? AND ${RARE} AND seq >= ? ORDER BY seq`, kind, from);
}

export function selectOptionalEvent(s: Statements, seq: number): EventSql | null {
  return s.get<EventSql>(`${EVENT} WHERE seq = ?`, seq) ?? null;
}

export function selectOptionalLastSeq(s: Statements, attempt: string): number | null {
  return (
    s.get<{ seq: number }>('SELECT last_seq AS seq FROM attempt WHERE attempt = ?', attempt)?.seq ?? null
  );
}

/** Stamped picture → its small version. */
export function selectSmallPhotos(s: Statements, session: string): Map<string, string> {
  const rows = s.all<{ stamped: string; small: string }>(
    'SELECT stamped_sha256 AS stamped, small_sha256 AS small FROM photo WHERE session = ?',
    session,
  );
  return new Map(rows.map(({ stamped, small }) => [stamped, small]));
}
