/** Reads what is here beside a package's plan. */
import type { Here, HereSession } from '#domain/packages/compare.ts';
import type { HereStaff } from '#domain/packages/staff.ts';
import type { SessionPolicy } from '#protocol/console.ts';
import type { PackagesState } from '#protocol/delivery.ts';
import type { PackagePlan, PlanEntry, PlannedSubject } from '#protocol/package.ts';
import type { Statements } from '#server/platform/statements.ts';

/** The headquarters this box belongs to: its code of the site, its pinned key. */
export interface PinnedHq {
  site: string;
  key: string;
}

export function selectOptionalHq(s: Statements): PinnedHq | null {
  return s.get<PinnedHq>('SELECT site, key FROM local_hq') ?? null;
}

type Taken = PackagesState['taken'][number];

/** Newest first. */
export function selectTaken(s: Statements): Taken[] {
  return s.all<Taken>(
    'SELECT package, exam, number, kind, taken_wall AS wall, way FROM session_package ORDER BY taken_wall DESC, number DESC',
  );
}

/** Of the last package of an exam; 0 where none was taken. */
export function selectLastNumber(s: Statements, exam: string): number {
  const row = s.get<{ last: number | null }>(
    'SELECT max(number) AS last FROM session_package WHERE exam = ?',
    exam,
  );
  return row?.last ?? 0;
}

interface SessionSql extends Omit<HereSession, 'subjects' | 'planned' | 'policy' | 'release'> {
  subjects: string;
  policy: string;
  n: number | null;
  m: number | null;
  papers: string | null;
}

/**
 * @param hq headquarters' key: papers that it signed count
 * @param planned what an earlier package planned for a session
 */
export function selectHere(
  s: Statements,
  exam: string,
  hq: string,
  planned: (session: string) => readonly PlannedSubject[],
): Here {
  return {
    exam: s.get<{ exam: string; name: string }>('SELECT exam, name FROM exam WHERE exam = ?', exam) ?? null,
    subjects: s.all('SELECT code, name FROM subject WHERE exam = ? ORDER BY code', exam),
    entries: s.all<PlanEntry>(
      `SELECT entry, candidate.candidate AS candidate, id_number AS idNumber, ticket, candidate.name AS name, gender, school, subject
       FROM entry JOIN candidate USING (candidate) WHERE entry.exam = ? ORDER BY entry.rowid`,
      exam,
    ),
    sessions: s
      .all<SessionSql>(
        `SELECT session, name, planned_start_wall AS plannedStart, subjects, policy, n, m, papers
         FROM session LEFT JOIN session_release USING (session) WHERE exam = ? ORDER BY planned_start_wall, session`,
        exam,
      )
      .map(({ subjects, policy, n, m, papers, ...session }) => ({
        ...session,
        subjects: JSON.parse(subjects) as string[],
        planned: planned(session.session),
        policy: JSON.parse(policy) as SessionPolicy,
        release: n === null || m === null ? null : { n, m, papers: JSON.parse(papers ?? '[]') as string[] },
      })),
    papers: s.all(
      'SELECT paper, subject, label FROM paper WHERE exam = ? AND signer = ? ORDER BY subject, label, paper',
      exam,
      hq,
    ),
    staff: s.all<HereStaff>('SELECT staff, login, name, role FROM staff ORDER BY login'),
  };
}

/** An identifier of the plan that stands for something else here; null: none does. */
export function selectStranger(s: Statements, { exam: { exam }, ...plan }: PackagePlan): string | null {
  const other = (table: 'entry' | 'candidate' | 'session', id: string) =>
    s.get(`SELECT 1 FROM ${table} WHERE ${table} = ? AND exam <> ?`, id, exam) !== undefined;
  for (const { entry, candidate } of plan.entries) {
    if (other('entry', entry)) return entry;
    if (other('candidate', candidate)) return candidate;
  }
  for (const { session } of plan.sessions) if (other('session', session)) return session;
  return null;
}

export interface KnownPaper {
  exam: string;
  subject: string;
  manifest: string;
  signer: string | null;
}

export function selectOptionalPaper(s: Statements, paper: string): KnownPaper | null {
  return (
    s.get<KnownPaper>('SELECT exam, subject, manifest, signer FROM paper WHERE paper = ?', paper) ?? null
  );
}

/** Papers of headquarters' in an exam that nothing uses and nobody was shown. */
export function selectIdlePapers(s: Statements, exam: string, hq: string): string[] {
  const rows = s.all<{ paper: string }>(
    `SELECT paper FROM paper WHERE exam = ? AND signer = ? AND released_at IS NULL AND paper NOT IN
       (SELECT json_extract(used.value, '$.paper') FROM sitting, json_each(sitting.papers) AS used)`,
    exam,
    hq,
  );
  return rows.map(({ paper }) => paper);
}

/** A subject of the session that has sittings and is not among these; null: none. */
export function selectSubjectInUse(
  s: Statements,
  session: string,
  subjects: readonly string[],
): string | null {
  const rows = s.all<{ subject: string }>('SELECT DISTINCT subject FROM sitting WHERE session = ?', session);
  return rows.find(({ subject }) => !subjects.includes(subject))?.subject ?? null;
}

/** Candidates who are signed in to any of the sessions. */
export function selectSignedIn(s: Statements, sessions: readonly string[]): Set<string> {
  const rows = s.all<{ candidate: string }>(
    `SELECT DISTINCT candidate FROM attempt JOIN entry USING (entry) JOIN sitting USING (sitting)
     WHERE sitting.session IN (SELECT value FROM json_each(?)) AND superseded IS NULL`,
    JSON.stringify(sessions),
  );
  return new Set(rows.map(({ candidate }) => candidate));
}

export interface StaffDetail {
  rooms: string[];
  active: boolean;
  hasPassword: boolean;
}

export function selectStaffDetail(s: Statements, staff: string): StaffDetail | null {
  const row = s.get<{ rooms: string; active: number; secret: number }>(
    `SELECT rooms, active, EXISTS (SELECT 1 FROM local_staff_secret AS l WHERE l.staff = staff.staff) AS secret
     FROM staff WHERE staff = ?`,
    staff,
  );
  return row
    ? { rooms: JSON.parse(row.rooms) as string[], active: row.active === 1, hasPassword: row.secret === 1 }
    : null;
}
