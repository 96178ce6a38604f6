/** Reads and writes what sites ask of headquarters, and what was decided. */
import { and, asc, eq, gt, type SQL, sql } from 'drizzle-orm';
import { siteRequest } from '#db/hq/schema.ts';
import type { Sql, Tx } from '#hq/platform/database.ts';
import type { RequestKind, SignedDocument } from '#protocol/hq.ts';
import type { PlanEntry } from '#protocol/package.ts';

/** As REQUEST_MADE has it. */
export interface RequestBody {
  request: string;
  kind: RequestKind;
  exam: string;
  reason: string;
  attempt: string | null;
  entry: PlanEntry | null;
  text: string;
}

export interface RequestRecord {
  request: string;
  site: string;
  siteName: string;
  kind: RequestKind;
  exam: string;
  examName: string | null;
  body: RequestBody;
  asked: number;
  granted: boolean | null;
  by: 'headquarters' | 'chief' | null;
  text: string | null;
  decided: number | null;
  attemptState: 'writing' | 'timed-up' | 'handed-in' | 'superseded' | null;
  attemptSubject: string | null;
  submitted: number | null;
  revisions: number | null;
  pointsMilli: number | null;
  maximumMilli: number | null;
  personName: string | null;
  personTicket: string | null;
}

const RECORDS = sql`
  SELECT q.request, q.site, s.name AS "siteName", q.kind, q.exam, e.name AS "examName", q.body, q.asked, q.granted, q.by,
    q.text, q.decided, a.state AS "attemptState", a.subject AS "attemptSubject", a.submitted, a.revisions,
    a.points_milli AS "pointsMilli", a.maximum_milli AS "maximumMilli",
    p.name AS "personName", p.ticket AS "personTicket"
  FROM site_request q JOIN site s ON s.site = q.site LEFT JOIN exam e ON e.exam = q.exam
    LEFT JOIN attempt a ON a.site = q.site AND a.attempt = q.body->>'attempt'
    LEFT JOIN site_entry p ON p.site = q.site AND p.entry = a.entry`;

export interface RequestsWanted {
  query: string;
  state: 'asked' | 'granted' | 'refused' | null;
  after: { asked: number; request: string } | null;
  limit: number;
}

/** Newest first; one more than `limit` where there are more. */
export async function selectRequests(
  db: Sql,
  { query, state, after, limit }: RequestsWanted,
): Promise<RequestRecord[]> {
  const like = `%${query.toLowerCase().replace(/[\\%_]/g, '\\$&')}%`;
  const wanted: SQL[] = [sql`true`];
  if (query !== '')
    wanted.push(sql`(lower(site) LIKE ${like} OR lower("siteName") LIKE ${like} OR lower("personName") LIKE ${like}
      OR lower("personTicket") LIKE ${like} OR lower(body->'entry'->>'name') LIKE ${like}
      OR lower(body->'entry'->>'ticket') LIKE ${like} OR lower(body->'entry'->>'idNumber') LIKE ${like})`);
  if (state === 'asked') wanted.push(sql`granted IS NULL`);
  if (state === 'granted' || state === 'refused') wanted.push(sql`granted = ${state === 'granted'}`);
  if (after) wanted.push(sql`(asked, request) < (${after.asked}, ${after.request})`);
  return db.rows<RequestRecord>(
    sql`SELECT * FROM (${RECORDS}) r WHERE ${sql.join(wanted, sql` AND `)} ORDER BY asked DESC, request DESC LIMIT ${limit + 1}`,
  );
}

export async function selectOptionalRequest(db: Sql, request: string): Promise<RequestRecord | null> {
  const [row] = await db.rows<RequestRecord>(sql`SELECT * FROM (${RECORDS}) r WHERE request = ${request}`);
  return row ?? null;
}

export async function countOpen(db: Sql): Promise<number> {
  const [row] = await db.rows<{ open: number }>(
    sql`SELECT count(*)::int AS open FROM site_request WHERE granted IS NULL`,
  );
  return row?.open ?? 0;
}

/** True if this site's request is known now; false if the id is another site's. */
export async function insertRequest(
  db: Sql,
  site: string,
  body: RequestBody,
  asked: number,
): Promise<boolean> {
  const { request, kind, exam } = body;
  await db.orm
    .insert(siteRequest)
    .values({ request, site, kind, exam, body, asked })
    .onConflictDoNothing({ target: siteRequest.request });
  const [row] = await db.orm
    .select({ site: siteRequest.site })
    .from(siteRequest)
    .where(eq(siteRequest.request, request));
  return row?.site === site;
}

/** 0 where none was made. */
export async function selectLastDecision(db: Sql, site: string): Promise<number> {
  const [row] = await db.rows<{ last: number }>(
    sql`SELECT coalesce(max(number), 0)::int AS last FROM site_request WHERE site = ${site}`,
  );
  return row?.last ?? 0;
}

export async function saveDecision(
  tx: Tx,
  request: string,
  of: { granted: boolean; number: number; decided: number } & SignedDocument,
): Promise<void> {
  await tx.orm
    .update(siteRequest)
    .set({ ...of, by: 'headquarters' })
    .where(eq(siteRequest.request, request));
}

/** Without number and signature: the box knows it. */
export async function saveChiefs(
  tx: Tx,
  request: string,
  granted: boolean,
  reason: string,
  decided: number,
): Promise<void> {
  const text = JSON.stringify({ officer: null, reason });
  await tx.orm
    .update(siteRequest)
    .set({ granted, by: 'chief', text, signature: '', decided })
    .where(eq(siteRequest.request, request));
}

/** In the order of their numbers. */
export async function selectDecisions(
  db: Sql,
  site: string,
  after: number,
  limit: number,
): Promise<SignedDocument[]> {
  const rows = await db.orm
    .select({ text: siteRequest.text, signature: siteRequest.signature })
    .from(siteRequest)
    .where(and(eq(siteRequest.site, site), gt(siteRequest.number, after)))
    .orderBy(asc(siteRequest.number))
    .limit(limit);
  // A row that has a number has both: `saveDecision` writes them together.
  return rows.map(({ text, signature }) => ({ text: text ?? '', signature: signature ?? '' }));
}
