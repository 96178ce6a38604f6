/** Reads and writes alarms: what people at headquarters must see. */
import { and, desc, eq, isNull, lt, type SQL, sql } from 'drizzle-orm';
import { alarm, officer, site } from '#db/hq/schema.ts';
import type { Sql } from '#hq/platform/database.ts';

export interface NewAlarm {
  site: string;
  /** Of the catalogue (protocol/errors.ts) or of a ledger's faults (node/ledger/faults.ts). */
  code: string;
  detail: Record<string, string | number | null>;
  at: number;
}

/** One that is open already, with the same words, is not raised twice. */
export async function raiseAlarm(tx: Sql, { site, code, detail, at }: NewAlarm): Promise<void> {
  const text = JSON.stringify(detail);
  await tx.rows(sql`
    INSERT INTO alarm (site, code, detail, at)
    SELECT ${site}, ${code}, ${text}::jsonb, ${at}
    WHERE NOT EXISTS (
      SELECT 1 FROM alarm WHERE alarm.site = ${site} AND code = ${code} AND detail = ${text}::jsonb AND seen IS NULL
    )`);
}

export interface AlarmRecord {
  alarm: number;
  site: string;
  siteName: string;
  code: string;
  detail: Record<string, unknown>;
  at: number;
  seen: number | null;
  seenBy: string | null;
}

const columns = {
  alarm: alarm.alarm,
  site: alarm.site,
  siteName: sql<string>`coalesce(${site.name}, '')`,
  code: alarm.code,
  detail: sql<Record<string, unknown>>`${alarm.detail}`,
  at: alarm.at,
  seen: alarm.seen,
  seenBy: officer.name,
};

/** Newest first. */
export async function selectAlarms(
  db: Sql,
  { site: of, all, before, limit }: { site?: string; all: boolean; before?: number; limit: number },
): Promise<AlarmRecord[]> {
  const wanted: SQL[] = [];
  if (of !== undefined) wanted.push(eq(alarm.site, of));
  if (!all) wanted.push(isNull(alarm.seen));
  if (before !== undefined) wanted.push(lt(alarm.alarm, before));
  return db.orm
    .select(columns)
    .from(alarm)
    .leftJoin(site, eq(site.site, alarm.site))
    .leftJoin(officer, eq(officer.officer, alarm.seenBy))
    .where(and(...wanted))
    .orderBy(desc(alarm.alarm))
    .limit(limit);
}

export async function selectOptionalAlarm(db: Sql, id: number): Promise<AlarmRecord | null> {
  const [row] = await db.orm
    .select(columns)
    .from(alarm)
    .leftJoin(site, eq(site.site, alarm.site))
    .leftJoin(officer, eq(officer.officer, alarm.seenBy))
    .where(eq(alarm.alarm, id));
  return row ?? null;
}

export async function countOpen(db: Sql, of?: string): Promise<number> {
  const [row] = await db.orm
    .select({ count: sql<number>`count(*)::int` })
    .from(alarm)
    .where(and(isNull(alarm.seen), ...(of === undefined ? [] : [eq(alarm.site, of)])));
  return row?.count ?? 0;
}

export async function markSeen(db: Sql, id: number, seen: number, seenBy: string): Promise<void> {
  await db.orm
    .update(alarm)
    .set({ seen, seenBy })
    .where(and(eq(alarm.alarm, id), isNull(alarm.seen)));
}
