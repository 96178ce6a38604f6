/** Reads papers and what uses them. */
import type { Statements } from '#server/platform/statements.ts';

export interface StoredPaper {
  paper: string;
  exam: string;
  subject: string;
  label: string;
  manifest: string;
  manifestSig: string;
  items: number;
  /** Key that signed the manifest: headquarters'; null for the box's own. */
  signer: string | null;
  released: boolean;
  /** Sittings that use it. */
  usedBy: number;
}

interface Row extends Omit<StoredPaper, 'released'> {
  releasedAt: number | null;
}

const PAPER = `SELECT paper, exam, subject, label, manifest, manifest_sig AS manifestSig, items, signer, released_at AS releasedAt,
  (SELECT count(DISTINCT sitting) FROM sitting, json_each(sitting.papers) AS used
   WHERE json_extract(used.value, '$.paper') = paper.paper) AS usedBy FROM paper`;

function stored({ releasedAt, ...row }: Row): StoredPaper {
  return { ...row, released: releasedAt !== null };
}

export function selectPapersOfExam(s: Statements, exam: string): StoredPaper[] {
  return s.all<Row>(`${PAPER} WHERE exam = ? ORDER BY subject, added_wall, label, paper`, exam).map(stored);
}

export function selectOptionalPaper(s: Statements, paper: string): StoredPaper | null {
  const row = s.get<Row>(`${PAPER} WHERE paper = ?`, paper);
  return row ? stored(row) : null;
}

export function selectHasExam(s: Statements, exam: string): boolean {
  return s.get('SELECT 1 FROM exam WHERE exam = ?', exam) !== undefined;
}

export function selectPaperIds(s: Statements): Set<string> {
  return new Set(s.all<{ paper: string }>('SELECT paper FROM paper').map(({ paper }) => paper));
}

export function selectPaperCounts(s: Statements, exam: string): Map<string, number> {
  const rows = s.all<{ subject: string; n: number }>(
    'SELECT subject, count(*) AS n FROM paper WHERE exam = ? GROUP BY subject',
    exam,
  );
  return new Map(rows.map(({ subject, n }) => [subject, n]));
}

/** Papers that a sitting in any of the rooms uses. */
export function selectPapersInRooms(s: Statements, rooms: ReadonlySet<string>): Set<string> {
  const rows = s.all<{ paper: string; room: string }>(
    `SELECT DISTINCT json_extract(used.value, '$.paper') AS paper, room FROM sitting, json_each(sitting.papers) AS used`,
  );
  return new Set(rows.filter(({ room }) => rooms.has(room)).map(({ paper }) => paper));
}
