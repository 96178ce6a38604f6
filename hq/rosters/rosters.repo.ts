/** Reads and writes roster entries of an exam at a site. */
import { and, eq, sql } from 'drizzle-orm';
import { rosterEntry } from '#db/hq/schema.ts';
import type { StoredEntry } from '#domain/roster/saved-entries.ts';
import type { Sql, Tx } from '#hq/platform/database.ts';
import type { PlanEntry } from '#protocol/package.ts';

/** Rows of one statement: each has ten values, and a statement takes 65,535. */
const PART = 1_000;

export async function hasSite(db: Sql, site: string): Promise<boolean> {
  return (await db.rows(sql`SELECT 1 FROM site WHERE site = ${site}`)).length > 0;
}

export async function selectEntries(db: Sql, exam: string, site: string): Promise<StoredEntry[]> {
  return db.rows<StoredEntry>(sql`
    SELECT entry, candidate, id_number AS "idNumber", ticket, r.name, gender, school, subject,
      coalesce(s.name, subject) AS "subjectName"
    FROM roster_entry r LEFT JOIN subject s ON s.exam = r.exam AND s.code = r.subject
    WHERE r.exam = ${exam} AND r.site = ${site} ORDER BY ticket, subject`);
}

export async function selectOptionalEntry(db: Sql, site: string, entry: string): Promise<PlanEntry | null> {
  const [row] = await db.rows<PlanEntry>(sql`
    SELECT entry, candidate, id_number AS "idNumber", ticket, name, gender, school, subject
    FROM roster_entry WHERE site = ${site} AND entry = ${entry}`);
  return row ?? null;
}

/** New ones are added; of known ones everything but exam and site is replaced. */
export async function saveEntries(
  tx: Tx,
  exam: string,
  site: string,
  entries: readonly PlanEntry[],
): Promise<void> {
  for (let from = 0; from < entries.length; from += PART) {
    const part = entries.slice(from, from + PART);
    await tx.orm
      .insert(rosterEntry)
      .values(part.map((one) => ({ ...one, exam, site })))
      .onConflictDoUpdate({
        target: rosterEntry.entry,
        set: {
          candidate: sql`excluded.candidate`,
          idNumber: sql`excluded.id_number`,
          ticket: sql`excluded.ticket`,
          name: sql`excluded.name`,
          gender: sql`excluded.gender`,
          school: sql`excluded.school`,
          subject: sql`excluded.subject`,
        },
        // An entry's id is nobody else's: what another site or exam has is never written over.
        setWhere: and(eq(rosterEntry.exam, exam), eq(rosterEntry.site, site)),
      });
  }
}
