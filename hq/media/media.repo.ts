/** Reads and writes what is known of photos and other files. */
import { sql } from 'drizzle-orm';
import { medium } from '#db/hq/schema.ts';
import type { Sql } from '#hq/platform/database.ts';

/** Those of the files that are here. */
export async function selectHere(db: Sql, site: string, sha256: readonly string[]): Promise<Set<string>> {
  if (sha256.length === 0) return new Set();
  const rows = await db.rows<{ sha256: string }>(
    sql`SELECT sha256 FROM medium WHERE site = ${site} AND sha256 = ANY(${sql.param(sha256)}::text[])`,
  );
  return new Set(rows.map((row) => row.sha256));
}

export async function insertMedium(db: Sql, row: typeof medium.$inferInsert): Promise<void> {
  await db.orm.insert(medium).values(row).onConflictDoNothing();
}
