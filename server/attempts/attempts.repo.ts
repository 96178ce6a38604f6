/** Reads attempts with everything that decides their state: seating, sitting, session, streams. */
import type { SittingTime } from '#domain/attempt/deadline.ts';
import type { SessionPolicy } from '#protocol/console.ts';
import type { StreamHead } from '#protocol/revision.ts';
import type { Statements } from '#server/platform/statements.ts';

export interface SeatingRow {
  session: string;
  entry: string;
  sitting: string;
  room: string;
  seat: string;
  version: string;
  orderSeed: string;
  absent: number;
}

export interface EntryFacts {
  entry: string;
  ticket: string;
  candidate: string;
  name: string;
  gender: string;
  idNumber: string;
  school: string;
  exam: string;
  examName: string;
  subject: string;
  subjectName: string;
}

export interface SittingFacts {
  sitting: string;
  session: string;
  sessionName: string;
  subject: string;
  room: string;
  roomName: string;
  papers: { version: string; paper: string }[];
  plannedStart: number;
  policy: SessionPolicy;
  openedAt: number | null;
  entryClosedAt: number | null;
  creditMs: number;
  time: SittingTime;
}

export interface AttemptRow {
  attempt: string;
  entry: string;
  sitting: string;
  machine: string;
  room: string;
  seat: string;
  epoch: number;
  confirmedAt: number | null;
  pledge: string | null;
  fetchedAt: number | null;
  creditMs: number;
  timedUpAt: number | null;
  submittedAt: number | null;
  receipt: string | null;
  receiptSig: string | null;
  quarantined: number;
}

const ATTEMPT = `SELECT attempt, entry, sitting, machine, room, seat, epoch, confirmed_at AS confirmedAt, pledge, fetched_at AS fetchedAt,
  credit_ms AS creditMs, timed_up_at AS timedUpAt, submitted_at AS submittedAt, receipt, receipt_sig AS receiptSig, quarantined FROM attempt`;
const SEATING = `SELECT session, entry, sitting, room, seat, version, order_seed AS orderSeed, absent FROM seating`;

/**
 * Condition on `entry.entry`: may be seated in this session (a parameter such as `?3`). Nobody sits in two sessions, but
 * for each re-sit that was granted in one more.
 */
export function mayBeSeated(session: string): string {
  return `coalesce((SELECT n FROM (SELECT entry AS seated, count(*) AS n FROM seating WHERE session <> ${session} GROUP BY entry) WHERE seated = entry.entry), 0)
    <= coalesce((SELECT n FROM (SELECT json_extract(entry, '$.entry') AS resits, count(*) AS n FROM request WHERE kind = 'resit' AND granted = 1 GROUP BY resits) WHERE resits = entry.entry), 0)`;
}

export function selectOptionalAttempt(s: Statements, attempt: string): AttemptRow | null {
  return s.get<AttemptRow>(`${ATTEMPT} WHERE attempt = ?`, attempt) ?? null;
}

/** The attempt that counts: one set aside for a re-sit does not. */
export function selectOptionalAttemptOfEntry(s: Statements, entry: string): AttemptRow | null {
  return s.get<AttemptRow>(`${ATTEMPT} WHERE entry = ? AND superseded IS NULL`, entry) ?? null;
}

/** The attempt that is open on a machine: not handed in, not withdrawn. */
export function selectOptionalOpenAttemptOn(s: Statements, machine: string): AttemptRow | null {
  return (
    s.get<AttemptRow>(
      `${ATTEMPT} WHERE machine = ? AND submitted_at IS NULL AND superseded IS NULL`,
      machine,
    ) ?? null
  );
}

/** The attempt that sat last on a machine, handed in or not: its receipt is shown again after a reload. */
export function selectOptionalLastAttemptOn(s: Statements, machine: string): AttemptRow | null {
  return s.get<AttemptRow>(`${ATTEMPT} WHERE machine = ? ORDER BY last_seq DESC LIMIT 1`, machine) ?? null;
}

export function selectAttemptsOfSitting(s: Statements, sitting: string): AttemptRow[] {
  return s.all<AttemptRow>(`${ATTEMPT} WHERE sitting = ?`, sitting);
}

export function selectSeating(s: Statements, entry: string, sitting: string): SeatingRow {
  const row = s.get<SeatingRow>(`${SEATING} WHERE entry = ? AND sitting = ?`, entry, sitting);
  if (!row) throw new Error(`entry ${entry} has no seat in ${sitting}`);
  return row;
}

/** Seats of an entry in sessions that are open, earliest first. */
export function selectOpenSeatings(s: Statements, entry: string): SeatingRow[] {
  return s.all<SeatingRow>(
    `SELECT seating.session, entry, sitting, room, seat, version, order_seed AS orderSeed, absent FROM seating
     JOIN session USING (session) WHERE entry = ? AND opened_at IS NOT NULL ORDER BY planned_start_wall`,
    entry,
  );
}

export function selectSeatingsOfEntry(s: Statements, entry: string): SeatingRow[] {
  return s.all<SeatingRow>(`${SEATING} WHERE entry = ?`, entry);
}

const ENTRY = `SELECT entry, ticket, candidate.candidate AS candidate, candidate.name AS name, gender, id_number AS idNumber, school,
  entry.exam AS exam, exam.name AS examName, subject, coalesce(subject.name, subject) AS subjectName
  FROM entry JOIN candidate USING (candidate) JOIN exam ON exam.exam = entry.exam
  LEFT JOIN subject ON subject.exam = entry.exam AND subject.code = entry.subject`;

export function selectEntry(s: Statements, entry: string): EntryFacts {
  const row = s.get<EntryFacts>(`${ENTRY} WHERE entry = ?`, entry);
  if (!row) throw new Error(`entry ${entry} is missing`);
  return row;
}

/** Entries that a typed number may mean: a ticket, or a person's ID number. */
export function selectEntriesByNumber(s: Statements, number: string): EntryFacts[] {
  const byTicket = s.all<EntryFacts>(`${ENTRY} WHERE ticket = ?`, number);
  return byTicket.length > 0 ? byTicket : s.all<EntryFacts>(`${ENTRY} WHERE id_number = ?`, number);
}

interface SittingSql {
  sitting: string;
  session: string;
  sessionName: string;
  subject: string;
  room: string;
  roomName: string;
  papers: string;
  planned: number | null;
  sessionPlanned: number;
  policy: string;
  openedAt: number | null;
  entryClosedAt: number | null;
  creditMs: number;
  durationMs: number;
  startedAt: number | null;
  endedAt: number | null;
  pauses: string;
}

const SITTING = `SELECT sitting, session.session AS session, session.name AS sessionName, sitting.subject AS subject, sitting.room AS room,
  coalesce(room.name, '') AS roomName, papers, sitting.planned_start_wall AS planned, session.planned_start_wall AS sessionPlanned, policy,
  opened_at AS openedAt, entry_closed_at AS entryClosedAt, credit_ms AS creditMs, duration_ms AS durationMs,
  started_at AS startedAt, ended_at AS endedAt, pauses
  FROM sitting JOIN session USING (session) LEFT JOIN room ON room.room = sitting.room`;

function facts(row: SittingSql): SittingFacts {
  const { sitting, session, sessionName, subject, room, roomName, openedAt, entryClosedAt, creditMs } = row;
  return {
    sitting,
    session,
    sessionName,
    subject,
    room,
    roomName,
    papers: JSON.parse(row.papers) as SittingFacts['papers'],
    plannedStart: row.planned ?? row.sessionPlanned,
    policy: JSON.parse(row.policy) as SessionPolicy,
    openedAt,
    entryClosedAt,
    creditMs,
    time: {
      durationMs: row.durationMs,
      startedAt: row.startedAt,
      endedAt: row.endedAt,
      pauses: JSON.parse(row.pauses) as SittingTime['pauses'],
    },
  };
}

export function selectOptionalSitting(s: Statements, sitting: string): SittingFacts | null {
  const row = s.get<SittingSql>(`${SITTING} WHERE sitting = ?`, sitting);
  return row ? facts(row) : null;
}

export function selectSitting(s: Statements, sitting: string): SittingFacts {
  const found = selectOptionalSitting(s, sitting);
  if (!found) throw new Error(`sitting ${sitting} is missing`);
  return found;
}

export function selectSittingsOfSession(s: Statements, session: string): SittingFacts[] {
  return s
    .all<SittingSql>(`${SITTING} WHERE session.session = ? ORDER BY roomName, sitting.subject`, session)
    .map(facts);
}

/** Sittings that have started and were not ended by a person. */
export function selectRunningSittings(s: Statements): SittingFacts[] {
  return s.all<SittingSql>(`${SITTING} WHERE started_at IS NOT NULL AND ended_at IS NULL`).map(facts);
}

export function selectHeads(s: Statements, attempt: string): StreamHead[] {
  return s.all<StreamHead>('SELECT epoch, rev, hash FROM stream WHERE attempt = ? ORDER BY epoch', attempt);
}
