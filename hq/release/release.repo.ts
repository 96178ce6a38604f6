/** Reads the box that a release is sealed for. */
import { sql } from 'drizzle-orm';
import type { Sql } from '#hq/platform/database.ts';

/** age recipient of the box with this key, while it is believed. */
export async function selectOptionalRecipient(db: Sql, site: string, key: string): Promise<string | null> {
  const [row] = await db.rows<{ recipient: string }>(
    sql`SELECT recipient FROM site_box WHERE site = ${site} AND key = ${key} AND revoked IS NULL`,
  );
  return row?.recipient ?? null;
}
