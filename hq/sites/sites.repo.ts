/** Reads and writes sites. */
import { eq, sql } from 'drizzle-orm';
import { site } from '#db/hq/schema.ts';
import type { Sql } from '#hq/platform/database.ts';
import type { SiteReport } from '#protocol/hq.ts';

export interface SiteRecord {
  site: string;
  name: string;
  region: string;
  report: SiteReport | null;
  seen: number | null;
  /** Enrolled and not revoked. */
  boxes: number;
  /** Events here, over all branches: shared ones counted once. */
  events: number;
  /** Without a gap, of the ledger that the box told last: the longest branch. */
  reported: number;
  forks: number;
  alarms: number;
}

export async function selectSites(db: Sql, of?: string): Promise<SiteRecord[]> {
  return db.rows<SiteRecord>(sql`
    SELECT site.site, site.name, site.region, site.report, site.seen,
      coalesce(boxes.count, 0)::int AS boxes, coalesce(lines.events, 0)::bigint AS events,
      coalesce(lines.forks, 0)::int AS forks, coalesce(alarms.count, 0)::int AS alarms,
      coalesce(reported.size, 0)::bigint AS reported
    FROM site
    LEFT JOIN (SELECT site, count(*) AS count FROM site_box WHERE revoked IS NULL GROUP BY site) boxes
      ON boxes.site = site.site
    LEFT JOIN (
      SELECT branch.site, count(*) FILTER (WHERE branch.number > 0) AS forks,
        sum(branch.size - CASE WHEN branch.number > 0 THEN branch.parent_size ELSE 0 END) AS events
      FROM branch GROUP BY branch.site) lines ON lines.site = site.site
    LEFT JOIN (SELECT site, count(*) AS count FROM alarm WHERE seen IS NULL GROUP BY site) alarms
      ON alarms.site = site.site
    LEFT JOIN LATERAL (
      SELECT max(size) AS size FROM branch WHERE branch.site = site.site AND branch.ledger = site.report ->> 'ledger'
    ) reported ON true
    WHERE ${of === undefined ? sql`true` : sql`site.site = ${of}`}
    ORDER BY site.site`);
}

export async function insertSite(
  tx: Sql,
  row: { site: string; name: string; region: string },
): Promise<boolean> {
  const made = await tx.orm.insert(site).values(row).onConflictDoNothing().returning({ site: site.site });
  return made.length > 0;
}

export async function updateSite(
  tx: Sql,
  of: string,
  set: { name: string; region: string },
): Promise<boolean> {
  const changed = await tx.orm.update(site).set(set).where(eq(site.site, of)).returning({ site: site.site });
  return changed.length > 0;
}

export async function saveReport(db: Sql, of: string, report: SiteReport, seen: number): Promise<void> {
  await db.orm.update(site).set({ report, seen }).where(eq(site.site, of));
}

export async function selectName(db: Sql, of: string): Promise<string> {
  const [row] = await db.orm.select({ name: site.name }).from(site).where(eq(site.site, of));
  return row?.name ?? '';
}

export async function countMedia(db: Sql, of: string): Promise<number> {
  const [row] = await db.rows<{ count: number }>(
    sql`SELECT count(*)::int AS count FROM medium WHERE site = ${of}`,
  );
  return row?.count ?? 0;
}
