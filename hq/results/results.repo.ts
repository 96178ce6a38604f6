/** Reads what attempts came to. A re-sit that was granted sets its attempt aside at once: asked for here, not stored. */
import { type SQL, sql } from 'drizzle-orm';
import type { PaperScore } from '#domain/papers/scoring/score-paper.ts';
import type { ResultRow } from '#domain/results/result-row.ts';
import type { Sql } from '#hq/platform/database.ts';
import type { LedgerFault } from '#node/ledger/faults.ts';
import type { Answers } from '#protocol/paper.ts';

export interface ResultRecord {
  attempt: string;
  site: string;
  siteName: string;
  exam: string;
  session: string;
  sessionName: string;
  subject: string;
  name: string;
  ticket: string;
  idNumber: string;
  school: string;
  room: string;
  seat: string;
  state: ResultRow['state'];
  submitted: number | null;
  points: number | null;
  maximum: number | null;
  score: PaperScore | null;
  anomalies: { code: string; detail: string }[];
  faults: LedgerFault[];
  marker: number;
}

export interface ResultFilter {
  session?: string;
  subject?: string;
  site?: string;
  state?: string;
  only?: 'faults' | 'marker';
  /** Part of a name, ticket or ID number. */
  query?: string;
  code?: string;
}

const FROM = sql`
  FROM attempt a
    JOIN site s ON s.site = a.site
    LEFT JOIN site_entry e ON e.site = a.site AND e.entry = a.entry
    LEFT JOIN sitting t ON t.site = a.site AND t.sitting = a.sitting
    LEFT JOIN site_session n ON n.site = a.site AND n.session = a.session
    LEFT JOIN site_room r ON r.site = a.site AND r.room = t.room
    LEFT JOIN seat p ON p.site = a.site AND p.sitting = a.sitting AND p.entry = a.entry`;
const STATE = sql`CASE WHEN EXISTS (
    SELECT 1 FROM site_request q WHERE q.site = a.site AND q.kind = 'resit' AND q.granted AND q.body ->> 'attempt' = a.attempt
  ) THEN 'superseded' ELSE a.state END`;
const MARKER = sql`(SELECT count(*)::int FROM jsonb_each(CASE WHEN jsonb_typeof(a.score -> 'items') = 'object'
    THEN a.score -> 'items' ELSE '{}'::jsonb END) AS i WHERE i.value ->> 'state' = 'needs-marker')`;
const COLUMNS = sql`a.attempt, a.site, s.name AS "siteName", a.exam, a.session, coalesce(n.name, '') AS "sessionName",
  a.subject, coalesce(e.name, '') AS name, coalesce(e.ticket, '') AS ticket, coalesce(e.id_number, '') AS "idNumber",
  coalesce(e.school, '') AS school, coalesce(r.name, t.room, '') AS room, coalesce(p.seat, '') AS seat, ${STATE} AS state,
  a.submitted, (a.points_milli / 1000.0)::float8 AS points, (a.maximum_milli / 1000.0)::float8 AS maximum, a.anomalies, a.faults,
  ${MARKER} AS marker`;

function where(exam: string, { session, subject, site, state, only, query, code }: ResultFilter): SQL {
  const wanted = [sql`a.exam = ${exam}`];
  if (session !== undefined) wanted.push(sql`a.session = ${session}`);
  if (subject !== undefined) wanted.push(sql`a.subject = ${subject}`);
  if (site !== undefined) wanted.push(sql`a.site = ${site}`);
  if (state !== undefined) wanted.push(sql`${STATE} = ${state}`);
  if (only === 'faults') wanted.push(sql`jsonb_array_length(a.faults) > 0`);
  if (only === 'marker') wanted.push(sql`${MARKER} > 0`);
  if (code !== undefined) wanted.push(sql`a.anomalies @> ${JSON.stringify([{ code }])}::jsonb`);
  if (query !== undefined && query !== '') {
    const like = `%${query.toLowerCase().replace(/[\\%_]/g, '\\$&')}%`;
    wanted.push(
      sql`(lower(e.name) LIKE ${like} OR lower(e.ticket) LIKE ${like} OR lower(e.id_number) LIKE ${like})`,
    );
  }
  return sql.join(wanted, sql` AND `);
}

const SORTS: Readonly<Record<string, SQL>> = {
  site: sql`a.site`,
  name: sql`e.name`,
  ticket: sql`e.ticket`,
  subject: sql`a.subject`,
  points: sql`a.points_milli`,
  submitted: sql`a.submitted`,
};

export interface Page {
  sort: string;
  offset: number;
  limit: number;
}

/** Ties go by the attempt, so that pages do not overlap. */
export async function selectResults(
  db: Sql,
  exam: string,
  filter: ResultFilter,
  { sort, offset, limit }: Page,
): Promise<ResultRecord[]> {
  const down = sort.startsWith('-');
  const by = SORTS[down ? sort.slice(1) : sort] ?? sql`a.site`;
  return db.rows(sql`
    SELECT ${COLUMNS} ${FROM} WHERE ${where(exam, filter)}
    ORDER BY ${by} ${down ? sql`DESC NULLS LAST` : sql`ASC NULLS LAST`}, a.attempt LIMIT ${limit} OFFSET ${offset}`);
}

export async function countResults(db: Sql, exam: string, filter: ResultFilter): Promise<number> {
  const [row] = await db.rows<{ count: number }>(
    sql`SELECT count(*)::int AS count ${FROM} WHERE ${where(exam, filter)}`,
  );
  return row?.count ?? 0;
}

/** With scores by item: for exports, a piece at a time, in the order of attempts. */
export async function selectForExport(
  db: Sql,
  exam: string,
  filter: ResultFilter,
  after: string,
  limit: number,
): Promise<ResultRecord[]> {
  return db.rows(sql`
    SELECT ${COLUMNS}, a.score ${FROM} WHERE ${where(exam, filter)} AND a.attempt > ${after}
    ORDER BY a.attempt LIMIT ${limit}`);
}

export interface ScoredPoints {
  subject: string;
  points: number | null;
  maximum: number | null;
}

/** Of attempts that count. */
export async function selectPoints(db: Sql, exam: string, filter: ResultFilter): Promise<ScoredPoints[]> {
  return db.rows(sql`
    SELECT a.subject, (a.points_milli / 1000.0)::float8 AS points, (a.maximum_milli / 1000.0)::float8 AS maximum ${FROM}
    WHERE ${where(exam, filter)} AND ${STATE} <> 'superseded' ORDER BY a.subject, a.points_milli`);
}

export async function selectSubjects(db: Sql, exam: string): Promise<Map<string, string>> {
  const rows = await db.rows<{ code: string; name: string }>(
    sql`SELECT code, name FROM subject WHERE exam = ${exam}`,
  );
  return new Map(rows.map(({ code, name }) => [code, name]));
}

export async function selectSessions(
  db: Sql,
  exam: string,
): Promise<{ session: string; name: string; plannedStart: number }[]> {
  return db.rows(sql`
    SELECT DISTINCT ON (session) session, name, planned_start AS "plannedStart" FROM site_session
    WHERE exam = ${exam} ORDER BY session, site`);
}

/** Null where neither headquarters nor a site has such an exam. */
export async function selectOptionalExam(db: Sql, exam: string): Promise<string | null> {
  const [row] = await db.rows<{ name: string }>(sql`
    SELECT name FROM exam WHERE exam = ${exam}
    UNION ALL SELECT '' FROM attempt WHERE exam = ${exam} LIMIT 1`);
  return row?.name ?? null;
}

export interface AttemptRecord extends ResultRecord {
  examName: string;
  paper: string;
  paperLabel: string;
  answers: Answers;
  revisions: number;
  digest: string;
  agrees: boolean | null;
  judged: number;
}

export async function selectOptionalAttempt(db: Sql, attempt: string): Promise<AttemptRecord | null> {
  const [row] = await db.rows<AttemptRecord>(sql`
    SELECT ${COLUMNS}, a.score, coalesce(x.name, '') AS "examName", a.paper, coalesce(l.label, '') AS "paperLabel", a.answers,
      a.revisions, a.digest, a.agrees, a.judged
    ${FROM} LEFT JOIN exam x ON x.exam = a.exam LEFT JOIN paper l ON l.paper = a.paper
    WHERE a.attempt = ${attempt}`);
  return row ?? null;
}
