/** Reads and writes the staff that headquarters names for a site. */
import { eq, sql } from 'drizzle-orm';
import { siteStaff } from '#db/hq/schema.ts';
import type { Sql, Tx } from '#hq/platform/database.ts';
import type { PlanStaff } from '#protocol/package.ts';

export async function hasSite(db: Sql, site: string): Promise<boolean> {
  return (await db.rows(sql`SELECT 1 FROM site WHERE site = ${site}`)).length > 0;
}

export async function selectStaff(db: Sql, site: string): Promise<PlanStaff[]> {
  return db.rows<PlanStaff>(sql`
    SELECT staff, login, name, role, password_hash AS "passwordHash"
    FROM site_staff WHERE site = ${site} ORDER BY login`);
}

export async function replaceStaff(tx: Tx, site: string, staff: readonly PlanStaff[]): Promise<void> {
  await tx.orm.delete(siteStaff).where(eq(siteStaff.site, site));
  if (staff.length > 0) await tx.orm.insert(siteStaff).values(staff.map((one) => ({ ...one, site })));
}
