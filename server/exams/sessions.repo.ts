/** Reads sessions, and what the steps towards one look at. */
import type { SeatingSummary, SessionPolicy } from '#protocol/console.ts';
import type { EventBody } from '#protocol/events.schema.ts';
import type { PlannedSubject } from '#protocol/package.ts';
import { mayBeSeated } from '#server/attempts/attempts.repo.ts';
import type { Statements } from '#server/platform/statements.ts';

export interface StoredSession {
  session: string;
  exam: string;
  examName: string;
  name: string;
  plannedStart: number;
  subjects: string[];
  policy: SessionPolicy;
  openedAt: number | null;
}

interface Row extends Omit<StoredSession, 'subjects' | 'policy'> {
  subjects: string;
  policy: string;
}

const SESSION = `SELECT session, session.exam AS exam, exam.name AS examName, session.name AS name, planned_start_wall AS plannedStart,
  subjects, policy, opened_at AS openedAt FROM session JOIN exam USING (exam)`;

function stored(row: Row): StoredSession {
  return {
    ...row,
    subjects: JSON.parse(row.subjects) as string[],
    policy: JSON.parse(row.policy) as SessionPolicy,
  };
}

export function selectSessions(s: Statements): StoredSession[] {
  return s.all<Row>(`${SESSION} ORDER BY planned_start_wall, session.rowid`).map(stored);
}

export function selectOptionalSession(s: Statements, session: string): StoredSession | null {
  const row = s.get<Row>(`${SESSION} WHERE session = ?`, session);
  return row ? stored(row) : null;
}

/** What headquarters planned for the session's subjects, as the newest package says that names it; empty where none does. */
export function selectPlanned(s: Statements, session: string): PlannedSubject[] {
  const newest = s.get<{ bytes: string }>(
    "SELECT bytes FROM ledger_event WHERE kind = 'PACKAGE_TAKEN' AND instr(bytes, ?) > 0 ORDER BY seq DESC LIMIT 1",
    `"session":"${session}"`,
  );
  if (!newest) return [];
  const { body } = JSON.parse(newest.bytes) as { body: EventBody<'PACKAGE_TAKEN'> }; // checked before it was appended
  return body.planned?.find((one) => one.session === session)?.subjects ?? [];
}

export interface SessionPerson {
  entry: string;
  candidate: string;
  ticket: string;
  school: string;
  subject: string;
}

/**
 * Whom a session seats: entries of these subjects, apart from those that another session has seated (a subject too large
 * for one slot is spread over several).
 */
export function selectPeople(
  s: Statements,
  session: Pick<StoredSession, 'session' | 'exam'>,
  subjects: readonly string[],
): SessionPerson[] {
  return s.all<SessionPerson>(
    `SELECT entry.entry AS entry, candidate.candidate AS candidate, ticket, school, subject FROM entry JOIN candidate USING (candidate)
     WHERE entry.exam = ?1 AND subject IN (SELECT value FROM json_each(?2))
       AND ${mayBeSeated('?3')}`,
    session.exam,
    JSON.stringify(subjects),
    session.session,
  );
}

export interface StoredSeat {
  entry: string;
  sitting: string;
  room: string;
  seat: string;
  version: string;
}

export function selectSeats(s: Statements, session: string): StoredSeat[] {
  return s.all<StoredSeat>(
    'SELECT entry, sitting, room, seat, version FROM seating WHERE session = ? ORDER BY room, seat',
    session,
  );
}

export function selectOptionalSummary(s: Statements, session: string): SeatingSummary | null {
  const row = s.get<{ mode: string; seed: string; algorithm: string; unmet: string; seated: number }>(
    `SELECT mode, seed, algorithm, unmet, (SELECT count(*) FROM seating WHERE seating.session = seating_draw.session) AS seated
     FROM seating_draw WHERE session = ?`,
    session,
  );
  return row ? { ...row, unmet: JSON.parse(row.unmet) as SeatingSummary['unmet'] } : null;
}

/** `room/seat` of every machine that is in use. */
export function selectMachinePlaces(s: Statements): Set<string> {
  const rows = s.all<{ room: string; seat: string }>('SELECT room, seat FROM machine WHERE retired IS NULL');
  return new Set(rows.map(({ room, seat }) => `${room}/${seat}`));
}

export function selectPaper(
  s: Statements,
  paper: string,
): { exam: string; subject: string; label: string } | null {
  return (
    s.get<{ exam: string; subject: string; label: string }>(
      'SELECT exam, subject, label FROM paper WHERE paper = ?',
      paper,
    ) ?? null
  );
}

/** Active staff by role, with their rooms. */
export function selectDuty(s: Statements): { role: string; rooms: string[] }[] {
  return s
    .all<{ role: string; rooms: string }>('SELECT role, rooms FROM staff WHERE active = 1')
    .map(({ role, rooms }) => ({ role, rooms: JSON.parse(rooms) as string[] }));
}

/** Whether the time after a power cut is beyond doubt. */
export function selectClockConfirmed(s: Statements): boolean {
  return s.get<{ confirmed: number }>('SELECT confirmed FROM clock WHERE id = 1')?.confirmed !== 0;
}

/** Release codes of a session whose papers came from headquarters and whose keys are not all here; null: none is waited for. */
export function selectUnreleased(s: Statements, session: string): { n: number; m: number } | null {
  const row = s.get<{ n: number; m: number; way: string | null; without: number }>(
    `SELECT n, m, way, (SELECT count(*) FROM paper WHERE paper IN (SELECT value FROM json_each(session_release.papers))
       AND paper NOT IN (SELECT paper FROM local_paper_identity)) AS without FROM session_release WHERE session = ?`,
    session,
  );
  return row && (row.way === null || row.without > 0) ? { n: row.n, m: row.m } : null;
}
