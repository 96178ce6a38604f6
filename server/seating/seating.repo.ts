/** Reads what a seating is drawn from, and what came out of it. */
import type { FloorPlan, SeatAssignmentRow, SeatingSummary } from '#protocol/console.ts';
import { mayBeSeated } from '#server/attempts/attempts.repo.ts';
import type { Statements } from '#server/platform/statements.ts';

export interface SessionFacts {
  session: string;
  exam: string;
}

export function selectOptionalSession(s: Statements, session: string): SessionFacts | null {
  return s.get<SessionFacts>('SELECT session, exam FROM session WHERE session = ?', session) ?? null;
}

export interface SeatingSitting {
  sitting: string;
  subject: string;
  room: string;
  plan: FloorPlan;
  versions: string[];
}

/** Sittings of a session by the name of their room, then by subject: the order in which rooms are filled. */
export function selectSittings(s: Statements, session: string): SeatingSitting[] {
  return s
    .all<{ sitting: string; subject: string; room: string; plan: string; papers: string }>(
      `SELECT sitting, subject, room, plan, papers FROM sitting JOIN room USING (room)
       WHERE session = ? ORDER BY room.name, room, subject`,
      session,
    )
    .map(({ plan, papers, ...sitting }) => ({
      ...sitting,
      plan: JSON.parse(plan) as FloorPlan,
      versions: (JSON.parse(papers) as { version: string }[]).map(({ version }) => version),
    }));
}

export interface SeatingEntry {
  entry: string;
  ticket: string;
  school: string;
  subject: string;
}

/** Entries of the subjects; those that another session has seated already stay there. */
export function selectPeople(
  s: Statements,
  { session, exam }: SessionFacts,
  subjects: readonly string[],
): SeatingEntry[] {
  return s.all<SeatingEntry>(
    `SELECT entry.entry AS entry, ticket, school, subject FROM entry JOIN candidate USING (candidate)
     WHERE entry.exam = ?1 AND subject IN (SELECT value FROM json_each(?2)) AND ${mayBeSeated('?3')}`,
    exam,
    JSON.stringify(subjects),
    session,
  );
}

export function selectHasAttempts(s: Statements, session: string): boolean {
  return s.get('SELECT 1 FROM attempt JOIN sitting USING (sitting) WHERE session = ?', session) !== undefined;
}

export function selectAssignments(s: Statements, session: string): SeatAssignmentRow[] {
  return s.all<SeatAssignmentRow>(
    `SELECT seating.entry AS entry, ticket, candidate.name AS name, school, subject, sitting, seating.room AS room, seat, version
     FROM seating JOIN entry USING (entry) JOIN candidate USING (candidate) LEFT JOIN room ON room.room = seating.room
     WHERE session = ? ORDER BY room.name, seating.room, seat`,
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
