/** Which exam or session a page is about: the one in the address, else the one that people most likely mean. */
import type { ExamRow, SessionRow } from '#protocol/console.ts';

/** A planned session that is late is still the one that people wait for, until half a day has gone. */
const LATE_MS = 12 * 3_600_000;

/** Running first, then open, then the next planned one (or the one that is late), then the last that ended. */
export function likelySession(sessions: readonly SessionRow[], wall: number): SessionRow | null {
  const inState = (state: SessionRow['state']) =>
    sessions.filter((session) => session.state === state).sort((a, b) => a.plannedStart - b.plannedStart);
  const planned = inState('planned');
  return (
    inState('running')[0] ??
    inState('open')[0] ??
    planned.find(({ plannedStart }) => plannedStart >= wall - LATE_MS) ??
    planned.at(-1) ??
    inState('ended').at(-1) ??
    null
  );
}

export function chosenSession(
  sessions: readonly SessionRow[],
  wanted: string,
  wall: number,
): SessionRow | null {
  return sessions.find(({ session }) => session === wanted) ?? likelySession(sessions, wall);
}

/** The exam in the address, else the newest that has a session, else the newest. */
export function chosenExam(exams: readonly ExamRow[], wanted: string): ExamRow | null {
  return (
    exams.find(({ exam }) => exam === wanted) ??
    exams.findLast(({ sessions }) => sessions > 0) ??
    exams.at(-1) ??
    null
  );
}
