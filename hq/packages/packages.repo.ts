/** Reads and writes session packages, and how each site of an exam stands. */
import { type SQL, sql } from 'drizzle-orm';
import { sessionPackage } from '#db/hq/schema.ts';
import type { Sql, Tx } from '#hq/platform/database.ts';
import type { PackageOffer } from '#protocol/hq.ts';

export type NewPackage = typeof sessionPackage.$inferInsert;
/** Entry → digest of what was sent. */
export type SentEntries = Record<string, string>;

export interface SiteStanding {
  site: string;
  name: string;
  region: string;
  entries: number;
  state: 'unenrolled' | 'none' | 'outdated' | 'published' | 'fetched';
  package: string | null;
  number: number | null;
  kind: 'full' | 'addendum' | null;
  bytes: number | null;
  made: number | null;
  officer: string | null;
  fetched: number | null;
}

/** Site × its newest package, for the sites that have a roster for the exam (`roster`) and the others. */
const standings = (exam: string): SQL => sql`
  SELECT s.site, s.name, s.region, x.revision IS NOT NULL AS roster,
    (SELECT coalesce(sum(c.value::int), 0)::int FROM jsonb_each_text(x.subjects) c) AS entries, p.package, p.number, p.kind, p.bytes, p.made, p.fetched,
    coalesce(o.name, p.officer) AS officer,
    CASE WHEN NOT EXISTS (SELECT 1 FROM site_box b WHERE b.site = s.site AND b.revoked IS NULL) THEN 'unenrolled'
      WHEN p.package IS NULL THEN 'none'
      WHEN p.exam_revision <> e.revision OR p.site_revision <> coalesce(x.revision, 0) THEN 'outdated'
      WHEN p.fetched IS NULL THEN 'published' ELSE 'fetched' END AS state
  FROM site s JOIN exam e ON e.exam = ${exam}
    LEFT JOIN exam_site x ON x.exam = e.exam AND x.site = s.site
    LEFT JOIN LATERAL (SELECT * FROM session_package q WHERE q.exam = e.exam AND q.site = s.site
      ORDER BY number DESC LIMIT 1) p ON true
    LEFT JOIN officer o ON o.officer = p.officer`;

export interface StandingsQuery {
  query: string;
  state: string | null;
  after: string;
  limit: number;
}

/** Sites with a roster, and others that `query` names; by their code. One more than `limit` where there are more. */
export async function selectStandings(
  db: Sql,
  exam: string,
  { query, state, after, limit }: StandingsQuery,
): Promise<{ total: number; rows: SiteStanding[] }> {
  const like = `%${query.toLowerCase().replace(/[\\%_]/g, '\\$&')}%`;
  const found = sql`(SELECT * FROM (${standings(exam)}) a
    WHERE (roster OR ${query} <> '') AND (lower(site) LIKE ${like} OR lower(name) LIKE ${like} OR lower(region) LIKE ${like})
      AND (${state}::text IS NULL OR state = ${state}::text)) f`;
  const [count] = await db.rows<{ total: number }>(sql`SELECT count(*)::int AS total FROM ${found}`);
  const rows = await db.rows<SiteStanding>(sql`
    SELECT site, name, region, entries, state, package, number, kind, bytes, made, officer, fetched
    FROM ${found} WHERE site > ${after} ORDER BY site LIMIT ${limit + 1}`);
  return { total: count?.total ?? 0, rows };
}

export async function countStandings(db: Sql, exam: string): Promise<Map<string, number>> {
  const rows = await db.rows<{ state: string; count: number }>(
    sql`SELECT state, count(*)::int AS count FROM (${standings(exam)}) a WHERE roster GROUP BY state`,
  );
  return new Map(rows.map(({ state, count }) => [state, count]));
}

/** Sites with a roster for the exam. */
export async function selectRosterSites(db: Sql, exam: string): Promise<string[]> {
  const rows = await db.rows<{ site: string }>(
    sql`SELECT site FROM exam_site WHERE exam = ${exam} ORDER BY site`,
  );
  return rows.map(({ site }) => site);
}

export interface SiteFacts {
  name: string;
  /** Of the box that was enrolled last and is believed; null: none. */
  recipient: string | null;
  examRevision: number;
  /** 0: no roster. */
  siteRevision: number;
  /** Number of the last package; 0: none. */
  last: number;
}

export async function selectOptionalSite(db: Sql, exam: string, site: string): Promise<SiteFacts | null> {
  const [row] = await db.rows<SiteFacts>(sql`
    SELECT s.name, e.revision AS "examRevision", coalesce(x.revision, 0) AS "siteRevision",
      (SELECT recipient FROM site_box b WHERE b.site = s.site AND revoked IS NULL ORDER BY enrolled DESC, key LIMIT 1) AS recipient,
      coalesce((SELECT max(number) FROM session_package p WHERE p.exam = e.exam AND p.site = s.site), 0) AS last
    FROM site s JOIN exam e ON e.exam = ${exam} LEFT JOIN exam_site x ON x.exam = e.exam AND x.site = s.site
    WHERE s.site = ${site}`);
  return row ?? null;
}

/** The newest full package: addenda add to it. */
export async function selectOptionalFull(
  db: Sql,
  exam: string,
  site: string,
): Promise<{ examRevision: number; entries: SentEntries } | null> {
  const [row] = await db.rows<{ examRevision: number; entries: SentEntries }>(sql`
    SELECT exam_revision AS "examRevision", entries FROM session_package
    WHERE exam = ${exam} AND site = ${site} AND kind = 'full' ORDER BY number DESC LIMIT 1`);
  return row ?? null;
}

export async function insertPackage(tx: Tx, row: NewPackage): Promise<void> {
  await tx.orm.insert(sessionPackage).values(row);
}

export interface StoredPackage {
  package: string;
  site: string;
  exam: string;
  number: number;
  header: string;
  signature: string;
  plan: Uint8Array;
  bytes: number;
  sha256: string;
}

export async function selectOptionalPackage(db: Sql, id: string): Promise<StoredPackage | null> {
  const [row] = await db.rows<StoredPackage>(sql`
    SELECT package, site, exam, number, header, signature, plan, bytes, sha256 FROM session_package WHERE package = ${id}`);
  return row ?? null;
}

export async function markFetched(db: Sql, site: string, id: string, at: number): Promise<void> {
  await db.rows(
    sql`UPDATE session_package SET fetched = ${at} WHERE package = ${id} AND site = ${site} AND fetched IS NULL`,
  );
}

/**
 * What a box is offered: of each exam the newest package; while that is an addendum that was not fetched, the full one
 * that it adds to as well.
 */
export async function selectOffers(db: Sql, site: string): Promise<PackageOffer[]> {
  return db.rows<PackageOffer>(sql`
    WITH newest AS (SELECT DISTINCT ON (exam) exam, number, kind, fetched FROM session_package
      WHERE site = ${site} ORDER BY exam, number DESC)
    SELECT p.package, p.exam, p.number, p.kind, p.bytes, p.sha256, p.made FROM session_package p JOIN newest n USING (exam)
    WHERE p.site = ${site} AND (p.number = n.number
      OR (n.kind = 'addendum' AND n.fetched IS NULL AND p.number = (SELECT max(number) FROM session_package q
        WHERE q.site = ${site} AND q.exam = p.exam AND q.kind = 'full')))
    ORDER BY p.exam, p.number`);
}
