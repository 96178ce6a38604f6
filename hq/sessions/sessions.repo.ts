/** Reads and writes sessions of headquarters' exams. */
import { eq, sql } from 'drizzle-orm';
import { examSession } from '#db/hq/schema.ts';
import type { Sql, Tx } from '#hq/platform/database.ts';
import type { SessionPolicy } from '#protocol/console.ts';
import type { PlanSession } from '#protocol/package.ts';

export type StoredSession = Omit<typeof examSession.$inferSelect, 'subjects' | 'policy'> & {
  subjects: PlanSession['subjects'];
  policy: SessionPolicy;
};

// Both columns are written by this file alone, from checked bodies.
const record = (row: typeof examSession.$inferSelect): StoredSession => row as StoredSession;

export async function selectSessions(db: Sql, exam: string): Promise<StoredSession[]> {
  const rows = await db.orm
    .select()
    .from(examSession)
    .where(eq(examSession.exam, exam))
    .orderBy(examSession.plannedStart, examSession.session);
  return rows.map(record);
}

export async function selectOptionalSession(db: Sql, session: string): Promise<StoredSession | null> {
  const [row] = await db.orm.select().from(examSession).where(eq(examSession.session, session));
  return row ? record(row) : null;
}

export async function insertSession(tx: Tx, row: StoredSession): Promise<void> {
  await tx.orm.insert(examSession).values(row);
}

export async function updateSession(tx: Tx, row: StoredSession): Promise<void> {
  await tx.orm.update(examSession).set(row).where(eq(examSession.session, row.session));
}

/** Sessions that are released at `now`, of exams of which this site has a package, planned no earlier than `since`. */
export async function selectDue(db: Sql, site: string, now: number, since: number): Promise<string[]> {
  const rows = await db.rows<{ session: string }>(sql`
    SELECT session FROM exam_session n
    WHERE release_at <= ${now} AND planned_start >= ${since}
      AND EXISTS (SELECT 1 FROM session_package p WHERE p.exam = n.exam AND p.site = ${site})
    ORDER BY planned_start, session LIMIT 200`);
  return rows.map(({ session }) => session);
}

export async function isPublishedTo(db: Sql, exam: string, site: string): Promise<boolean> {
  const rows = await db.rows(
    sql`SELECT 1 FROM session_package WHERE exam = ${exam} AND site = ${site} LIMIT 1`,
  );
  return rows.length > 0;
}
