/** Reads and writes exams, their subjects, and which sites have a roster for them. */
import { eq, sql } from 'drizzle-orm';
import { exam, subject } from '#db/hq/schema.ts';
import type { Sql } from '#hq/platform/database.ts';

export type StoredExam = typeof exam.$inferSelect;
export interface ExamCounts {
  exam: string;
  name: string;
  subjects: number;
  entries: number;
  sites: number;
  papers: number;
  sessions: number;
}

export async function selectExams(db: Sql): Promise<ExamCounts[]> {
  return db.rows<ExamCounts>(sql`
    SELECT exam, name,
      (SELECT count(*)::int FROM subject s WHERE s.exam = e.exam) AS subjects,
      (SELECT coalesce(sum(c.value::int), 0)::int FROM exam_site x, jsonb_each_text(x.subjects) c WHERE x.exam = e.exam) AS entries,
      (SELECT count(*)::int FROM exam_site x WHERE x.exam = e.exam) AS sites,
      (SELECT count(*)::int FROM paper p WHERE p.exam = e.exam) AS papers,
      (SELECT count(*)::int FROM exam_session n WHERE n.exam = e.exam) AS sessions
    FROM exam e ORDER BY name, exam`);
}

export async function selectOptionalExam(db: Sql, id: string): Promise<StoredExam | null> {
  const [row] = await db.orm.select().from(exam).where(eq(exam.exam, id));
  return row ?? null;
}

export async function insertExam(db: Sql, id: string, name: string): Promise<void> {
  await db.orm.insert(exam).values({ exam: id, name });
}

/** Names that are known stay: one site's list renames no subject for all. */
export async function insertSubjects(
  db: Sql,
  id: string,
  subjects: readonly { code: string; name: string }[],
): Promise<void> {
  if (subjects.length === 0) return;
  await db.orm
    .insert(subject)
    .values(subjects.map(({ code, name }) => ({ exam: id, code, name })))
    .onConflictDoNothing();
}

export async function selectSubjects(db: Sql, id: string): Promise<{ code: string; name: string }[]> {
  return db.orm
    .select({ code: subject.code, name: subject.name })
    .from(subject)
    .where(eq(subject.exam, id))
    .orderBy(subject.code);
}

export async function selectSubjectCounts(
  db: Sql,
  id: string,
): Promise<{ code: string; name: string; entries: number; papers: number }[]> {
  return db.rows(sql`
    SELECT code, name,
      (SELECT coalesce(sum((x.subjects->>s.code)::int), 0)::int FROM exam_site x WHERE x.exam = s.exam) AS entries,
      (SELECT count(*)::int FROM paper p WHERE p.exam = s.exam AND p.subject = s.code) AS papers
    FROM subject s WHERE exam = ${id} ORDER BY code`);
}

export async function raiseExam(db: Sql, id: string): Promise<void> {
  await db.rows(sql`UPDATE exam SET revision = revision + 1 WHERE exam = ${id}`);
}

/** The roster of a site has changed: counted anew. */
export async function raiseExamSite(db: Sql, id: string, site: string): Promise<void> {
  await db.rows(sql`
    INSERT INTO exam_site AS x (exam, site, revision, subjects)
    SELECT ${id}, ${site}, 1, coalesce(jsonb_object_agg(subject, entries), '{}')
      FROM (SELECT subject, count(*)::int AS entries FROM roster_entry WHERE exam = ${id} AND site = ${site} GROUP BY subject) c
    ON CONFLICT (exam, site) DO UPDATE SET revision = x.revision + 1, subjects = excluded.subjects`);
}

/** All exams that the site has a roster for. */
export async function raiseSite(db: Sql, site: string): Promise<void> {
  await db.rows(sql`UPDATE exam_site SET revision = revision + 1 WHERE site = ${site}`);
}
