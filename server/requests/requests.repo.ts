/** Reads requests and what they are about. */
import type { RequestRow } from '#protocol/delivery.ts';
import type { PlanEntry } from '#protocol/package.ts';
import type { Statements } from '#server/platform/statements.ts';

interface RequestSql {
  request: string;
  kind: RequestRow['kind'];
  exam: string;
  reason: string;
  attempt: string | null;
  entry: string | null;
  text: string;
  staff: string;
  asked: number;
  granted: number | null;
  by: RequestRow['by'];
  answer: string;
  decided: number | null;
}

const REQUEST = `SELECT request, kind, exam, reason, attempt, entry, text, staff, asked_wall AS asked, granted, "by", answer,
  decided_wall AS decided FROM request`;

function row({ granted, entry, ...rest }: RequestSql): RequestRow {
  const person = entry === null ? null : (JSON.parse(entry) as PlanEntry);
  return {
    ...rest,
    entry: person,
    person: person && { name: person.name, ticket: person.ticket },
    state: granted === null ? 'asked' : granted === 1 ? 'granted' : 'refused',
  };
}

/** Newest first. */
export function selectRequests(s: Statements): RequestRow[] {
  return s.all<RequestSql>(`${REQUEST} ORDER BY asked_wall DESC, rowid DESC`).map(row);
}

export function selectOptionalRequest(s: Statements, request: string): RequestRow | null {
  const found = s.get<RequestSql>(`${REQUEST} WHERE request = ?`, request);
  return found ? row(found) : null;
}

const ENTRY = `SELECT entry.entry AS entry, candidate.candidate AS candidate, id_number AS idNumber, ticket, candidate.name AS name,
  CASE WHEN gender IN ('male', 'female') THEN gender ELSE '' END AS gender, school, entry.subject AS subject FROM entry JOIN candidate USING (candidate)`;

export function selectOptionalEntry(s: Statements, exam: string, entry: string): PlanEntry | null {
  return s.get<PlanEntry>(`${ENTRY} WHERE entry.exam = ? AND entry.entry = ?`, exam, entry) ?? null;
}

export function selectEntryOfPerson(
  s: Statements,
  exam: string,
  idNumber: string,
  subject: string,
): PlanEntry | null {
  return (
    s.get<PlanEntry>(
      `${ENTRY} WHERE entry.exam = ? AND id_number = ? AND entry.subject = ?`,
      exam,
      idNumber,
      subject,
    ) ?? null
  );
}

export function selectOptionalCandidate(s: Statements, exam: string, idNumber: string): string | null {
  return (
    s.get<{ candidate: string }>(
      'SELECT candidate FROM candidate WHERE exam = ? AND id_number = ?',
      exam,
      idNumber,
    )?.candidate ?? null
  );
}

export interface AskedAttempt {
  attempt: string;
  entry: string;
  exam: string;
  superseded: string | null;
  /** Handed in, or its time is up, or its sitting was ended. */
  over: number;
}

export function selectOptionalAsked(s: Statements, attempt: string): AskedAttempt | null {
  return (
    s.get<AskedAttempt>(
      `SELECT attempt, entry, entry.exam AS exam, superseded,
         submitted_at IS NOT NULL OR timed_up_at IS NOT NULL OR ended_at IS NOT NULL AS over
       FROM attempt JOIN entry USING (entry) JOIN sitting USING (sitting) WHERE attempt = ?`,
      attempt,
    ) ?? null
  );
}

/** Was marked absent at the close of entry and has no attempt that counts. */
export function selectIsAbsent(s: Statements, entry: string): boolean {
  return (
    s.get(
      `SELECT 1 FROM seating WHERE entry = ?1 AND absent = 1
       AND NOT EXISTS (SELECT 1 FROM attempt WHERE entry = ?1 AND superseded IS NULL)`,
      entry,
    ) !== undefined
  );
}

export function selectSubjects(s: Statements, exam: string): Map<string, string> {
  const rows = s.all<{ code: string; name: string }>('SELECT code, name FROM subject WHERE exam = ?', exam);
  return new Map(rows.map(({ code, name }) => [code, name]));
}

export function selectHasExam(s: Statements, exam: string): boolean {
  return s.get('SELECT 1 FROM exam WHERE exam = ?', exam) !== undefined;
}

/** The headquarters this box belongs to: its key and its code of the site; null where there is none. */
export function selectOptionalHq(s: Statements): { key: string; site: string; decisions: number } | null {
  return (
    s.get<{ key: string; site: string; decisions: number }>('SELECT key, site, decisions FROM local_hq') ??
    null
  );
}
