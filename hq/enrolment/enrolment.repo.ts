/** Reads and writes enrolment codes and boxes. */
import { and, eq, gt, isNull } from 'drizzle-orm';
import { enrolmentCode, siteBox } from '#db/hq/schema.ts';
import type { Sql } from '#hq/platform/database.ts';

export type BoxRecord = typeof siteBox.$inferSelect;

export async function selectOptionalBox(db: Sql, key: string): Promise<BoxRecord | null> {
  const [row] = await db.orm.select().from(siteBox).where(eq(siteBox.key, key));
  return row ?? null;
}

export async function selectBoxes(db: Sql, site: string): Promise<BoxRecord[]> {
  return db.orm.select().from(siteBox).where(eq(siteBox.site, site)).orderBy(siteBox.enrolled, siteBox.key);
}

/** A box that is known is enrolled anew. */
export async function saveBox(db: Sql, row: typeof siteBox.$inferInsert): Promise<void> {
  await db.orm.insert(siteBox).values(row).onConflictDoUpdate({ target: siteBox.key, set: row });
}

export async function revokeBox(db: Sql, key: string, at: number): Promise<void> {
  await db.orm.update(siteBox).set({ revoked: at }).where(eq(siteBox.key, key));
}

export async function insertCode(db: Sql, row: typeof enrolmentCode.$inferInsert): Promise<void> {
  // One code at a time: the one before is no longer good.
  await db.orm.delete(enrolmentCode).where(and(eq(enrolmentCode.site, row.site), isNull(enrolmentCode.used)));
  await db.orm.insert(enrolmentCode).values(row);
}

/** Locked until the transaction ends: a code is good for one. */
export async function lockOptionalCode(
  db: Sql,
  code: string,
): Promise<typeof enrolmentCode.$inferSelect | null> {
  const [row] = await db.orm.select().from(enrolmentCode).where(eq(enrolmentCode.code, code)).for('update');
  return row ?? null;
}

export async function useCode(db: Sql, code: string, at: number): Promise<void> {
  await db.orm.update(enrolmentCode).set({ used: at }).where(eq(enrolmentCode.code, code));
}

/** Until when a code that was not used is good; null where there is none. */
export async function selectOpenCodeUntil(db: Sql, site: string, now: number): Promise<number | null> {
  const [row] = await db.orm
    .select({ expires: enrolmentCode.expires })
    .from(enrolmentCode)
    .where(and(eq(enrolmentCode.site, site), isNull(enrolmentCode.used), gt(enrolmentCode.expires, now)));
  return row?.expires ?? null;
}
