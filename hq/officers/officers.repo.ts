/** Reads and writes officers and their sign-ins. */
import { and, eq, gt, lt, ne, sql } from 'drizzle-orm';
import { officer, officerSignIn } from '#db/hq/schema.ts';
import type { Sql } from '#hq/platform/database.ts';
import type { OfficerRole } from '#protocol/hq.routes.ts';

export type OfficerRecord = Omit<typeof officer.$inferSelect, 'role'> & { role: OfficerRole };

/** The role is written by this service alone. */
const record = (row: typeof officer.$inferSelect): OfficerRecord => ({
  ...row,
  role: row.role as OfficerRole,
});

export async function selectOfficers(db: Sql): Promise<OfficerRecord[]> {
  return (await db.orm.select().from(officer).orderBy(officer.login)).map(record);
}

export async function selectOptionalOfficer(db: Sql, id: string): Promise<OfficerRecord | null> {
  const [row] = await db.orm.select().from(officer).where(eq(officer.officer, id));
  return row ? record(row) : null;
}

/** By login, upper and lower case alike. */
export async function selectOptionalByLogin(db: Sql, login: string): Promise<OfficerRecord | null> {
  const [row] = await db.orm
    .select()
    .from(officer)
    .where(sql`lower(${officer.login}) = ${login.toLowerCase()}`);
  return row ? record(row) : null;
}

export async function hasOfficer(db: Sql): Promise<boolean> {
  return (await db.orm.select({ one: officer.officer }).from(officer).limit(1)).length > 0;
}

export async function hasOtherDirector(db: Sql, id: string): Promise<boolean> {
  const found = await db.orm
    .select({ one: officer.officer })
    .from(officer)
    .where(and(eq(officer.role, 'director'), eq(officer.active, true), ne(officer.officer, id)))
    .limit(1);
  return found.length > 0;
}

export async function insertOfficer(db: Sql, row: OfficerRecord): Promise<void> {
  await db.orm.insert(officer).values(row);
}

export async function updateOfficer(db: Sql, row: OfficerRecord): Promise<void> {
  await db.orm.update(officer).set(row).where(eq(officer.officer, row.officer));
}

export async function insertSignIn(
  db: Sql,
  row: typeof officerSignIn.$inferInsert,
  now: number,
): Promise<void> {
  await db.orm.delete(officerSignIn).where(lt(officerSignIn.expires, now));
  await db.orm.insert(officerSignIn).values(row);
}

export async function deleteSignIn(db: Sql, tokenHash: string): Promise<void> {
  await db.orm.delete(officerSignIn).where(eq(officerSignIn.tokenHash, tokenHash));
}

export async function deleteSignInsOf(db: Sql, id: string): Promise<void> {
  await db.orm.delete(officerSignIn).where(eq(officerSignIn.officer, id));
}

export async function selectOptionalSignedIn(
  db: Sql,
  tokenHash: string,
  now: number,
): Promise<OfficerRecord | null> {
  const [row] = await db.orm
    .select({ officer })
    .from(officerSignIn)
    .innerJoin(officer, eq(officer.officer, officerSignIn.officer))
    .where(
      and(eq(officerSignIn.tokenHash, tokenHash), gt(officerSignIn.expires, now), eq(officer.active, true)),
    );
  return row ? record(row.officer) : null;
}
