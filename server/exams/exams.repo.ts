/** Reads exams with their counts. */
import type { ExamRow } from '#protocol/console.ts';
import type { Statements } from '#server/platform/statements.ts';

export interface StoredExam {
  exam: string;
  name: string;
}

export function selectExams(s: Statements): StoredExam[] {
  return s.all<StoredExam>('SELECT exam, name FROM exam ORDER BY rowid');
}

export function selectOptionalExam(s: Statements, exam: string): StoredExam | null {
  return s.get<StoredExam>('SELECT exam, name FROM exam WHERE exam = ?', exam) ?? null;
}

/** Subjects named by the roster, and those that only a paper names so far (their code stands for the name). */
export function selectSubjects(s: Statements, exam: string): ExamRow['subjects'] {
  return s.all<ExamRow['subjects'][number]>(
    `SELECT known.code AS code, coalesce(subject.name, known.code) AS name,
       (SELECT count(*) FROM entry WHERE entry.exam = ?1 AND entry.subject = known.code) AS entries,
       (SELECT count(*) FROM paper WHERE paper.exam = ?1 AND paper.subject = known.code) AS papers
     FROM (SELECT code FROM subject WHERE exam = ?1 UNION SELECT subject FROM paper WHERE exam = ?1) AS known
     LEFT JOIN subject ON subject.exam = ?1 AND subject.code = known.code ORDER BY known.code`,
    exam,
  );
}

export function selectExamCounts(
  s: Statements,
  exam: string,
): { entries: number; candidates: number; sessions: number } {
  const row = s.get<{ entries: number; candidates: number; sessions: number }>(
    `SELECT (SELECT count(*) FROM entry WHERE exam = ?1) AS entries, (SELECT count(*) FROM candidate WHERE exam = ?1) AS candidates,
       (SELECT count(*) FROM session WHERE exam = ?1) AS sessions`,
    exam,
  );
  return row ?? { entries: 0, candidates: 0, sessions: 0 };
}

/** Exams with a sitting in any of the rooms. */
export function selectExamsInRooms(s: Statements, rooms: ReadonlySet<string>): Set<string> {
  const rows = s.all<{ exam: string; room: string }>(
    'SELECT DISTINCT exam, room FROM sitting JOIN session USING (session)',
  );
  return new Set(rows.filter(({ room }) => rooms.has(room)).map(({ exam }) => exam));
}
