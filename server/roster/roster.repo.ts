/** Reads entries with their candidates. */
import type { StoredEntry } from '#domain/roster/saved-entries.ts';
import type { EntryRow } from '#protocol/console.ts';
import type { Statements } from '#server/platform/statements.ts';

export function selectHasExam(s: Statements, exam: string): boolean {
  return s.get('SELECT 1 FROM exam WHERE exam = ?', exam) !== undefined;
}

export function selectEntries(s: Statements, exam: string): StoredEntry[] {
  return s.all<StoredEntry>(
    `SELECT entry, candidate.candidate AS candidate, id_number AS idNumber, ticket, candidate.name AS name, gender, school, subject,
       coalesce(subject.name, subject) AS subjectName
     FROM entry JOIN candidate USING (candidate) LEFT JOIN subject ON subject.exam = entry.exam AND subject.code = entry.subject
     WHERE entry.exam = ? ORDER BY entry.rowid`,
    exam,
  );
}

/** Candidates of an exam of whom any entry has an attempt. */
export function selectSittingCandidates(s: Statements, exam: string): Set<string> {
  const rows = s.all<{ candidate: string }>(
    'SELECT DISTINCT candidate FROM attempt JOIN entry USING (entry) WHERE entry.exam = ?',
    exam,
  );
  return new Set(rows.map(({ candidate }) => candidate));
}

/** Entries by ticket. `search` is looked for in ticket, name, school and ID number. */
export function selectListedEntries(
  s: Statements,
  exam: string,
  search: string,
  subject: string | null,
): Omit<EntryRow, 'seat'>[] {
  const like = `%${search.replace(/[\\%_]/g, '\\$&')}%`;
  return s.all<Omit<EntryRow, 'seat'>>(
    `SELECT entry, ticket, candidate.name AS name, gender, substr(id_number, -4) AS idTail, school, subject
     FROM entry JOIN candidate USING (candidate) WHERE entry.exam = ?1 AND (?2 IS NULL OR subject = ?2)
       AND (?3 = '%%' OR ticket LIKE ?3 ESCAPE '\\' OR candidate.name LIKE ?3 ESCAPE '\\' OR school LIKE ?3 ESCAPE '\\' OR id_number LIKE ?3 ESCAPE '\\')
     ORDER BY ticket, subject`,
    exam,
    subject,
    like,
  );
}

/** Seats of an exam's entries; of several sessions the last. */
export function selectSeatsOfExam(s: Statements, exam: string): Map<string, NonNullable<EntryRow['seat']>> {
  const rows = s.all<NonNullable<EntryRow['seat']> & { entry: string }>(
    `SELECT entry, session, seating.room AS room, coalesce(room.name, '') AS roomName, seat AS label, version
     FROM seating JOIN session USING (session) LEFT JOIN room ON room.room = seating.room
     WHERE session.exam = ? ORDER BY planned_start_wall`,
    exam,
  );
  return new Map(rows.map(({ entry, ...seat }) => [entry, seat]));
}
