/** Reads and writes batches: their announcement, their bytes on the way, what became of them. */
import { and, asc, desc, eq, sql } from 'drizzle-orm';
import { batch, batchPart, refusedBatch, siteBox } from '#db/hq/schema.ts';
import type { Sql } from '#hq/platform/database.ts';

export type BatchRecord = typeof batch.$inferSelect;

export async function selectOptionalBatch(db: Sql, id: string): Promise<BatchRecord | null> {
  const [row] = await db.orm.select().from(batch).where(eq(batch.batch, id));
  return row ?? null;
}

/** Nobody else changes it, or adds bytes to it, until the transaction ends. */
export async function lockOptionalBatch(tx: Sql, id: string): Promise<BatchRecord | null> {
  const [row] = await tx.orm.select().from(batch).where(eq(batch.batch, id)).for('update');
  return row ?? null;
}

export async function insertBatch(tx: Sql, row: typeof batch.$inferInsert): Promise<void> {
  await tx.orm.insert(batch).values(row).onConflictDoNothing();
}

export async function updateBatch(tx: Sql, id: string, set: Partial<BatchRecord>): Promise<void> {
  await tx.orm.update(batch).set(set).where(eq(batch.batch, id));
}

export async function selectOffset(db: Sql, id: string): Promise<number> {
  const [row] = await db.rows<{ offset: number }>(
    sql`SELECT coalesce(max(at + length(bytes)), 0)::bigint AS "offset" FROM batch_part WHERE batch = ${id}`,
  );
  return Number(row?.offset ?? 0);
}

export async function insertPart(tx: Sql, id: string, at: number, bytes: Uint8Array): Promise<void> {
  await tx.orm.insert(batchPart).values({ batch: id, at, bytes });
}

export async function selectParts(db: Sql, id: string): Promise<Buffer> {
  const rows = await db.orm
    .select({ bytes: batchPart.bytes })
    .from(batchPart)
    .where(eq(batchPart.batch, id))
    .orderBy(asc(batchPart.at));
  return Buffer.concat(rows.map(({ bytes }) => bytes));
}

export async function deleteParts(tx: Sql, id: string): Promise<void> {
  await tx.orm.delete(batchPart).where(eq(batchPart.batch, id));
}

/** Batches of the site that are under way, but for this one, oldest first. */
export async function selectUnderWay(tx: Sql, site: string, but: string): Promise<string[]> {
  const rows = await tx.orm
    .select({ batch: batch.batch })
    .from(batch)
    .where(and(eq(batch.site, site), eq(batch.state, 'receiving'), sql`${batch.batch} <> ${but}`))
    .orderBy(asc(batch.announced));
  return rows.map((row) => row.batch);
}

export async function deleteBatch(tx: Sql, id: string): Promise<void> {
  await deleteParts(tx, id);
  await tx.orm.delete(batch).where(and(eq(batch.batch, id), eq(batch.state, 'receiving')));
}

/** A box that sends the same again and again does not fill the disk: the first few files of a batch tell enough. */
const REFUSED_KEPT = 5;

export async function insertRefused(tx: Sql, row: typeof refusedBatch.$inferInsert): Promise<void> {
  const [kept] = await tx.rows<{ count: number }>(
    sql`SELECT count(*)::int AS count FROM refused_batch WHERE batch = ${row.batch}`,
  );
  if ((kept?.count ?? 0) >= REFUSED_KEPT) return;
  await tx.orm.insert(refusedBatch).values(row);
}

export async function selectLatest(db: Sql, site: string, limit: number): Promise<BatchRecord[]> {
  return db.orm
    .select()
    .from(batch)
    .where(eq(batch.site, site))
    .orderBy(desc(batch.announced), desc(batch.first))
    .limit(limit);
}

/** Whose key it is; null for nobody's. */
export async function selectOptionalKey(
  db: Sql,
  key: string,
): Promise<{ site: string; box: string; revoked: number | null } | null> {
  const [row] = await db.orm
    .select({ site: siteBox.site, box: siteBox.box, revoked: siteBox.revoked })
    .from(siteBox)
    .where(eq(siteBox.key, key));
  return row ?? null;
}

/** Ranges of the site's branches that lie beyond their lines. */
export async function selectBeyond(
  db: Sql,
  site?: string,
): Promise<{ site: string; branch: number; first: number; last: number }[]> {
  return db.rows(sql`
    SELECT branch.site, branch.branch, batch.first, batch.last FROM branch
    JOIN batch ON batch.branch = branch.branch AND batch.first >= branch.size AND batch.state = 'taken'
    WHERE ${site === undefined ? sql`true` : sql`branch.site = ${site}`}
    ORDER BY branch.branch, batch.first`);
}
