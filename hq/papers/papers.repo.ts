/** Reads and writes sealed papers and their files. */
import { eq, sql } from 'drizzle-orm';
import { paper, paperFile } from '#db/hq/schema.ts';
import type { Sql, Tx } from '#hq/platform/database.ts';

export type NewPaper = typeof paper.$inferInsert;
export interface StoredPaper {
  paper: string;
  exam: string;
  subject: string;
  label: string;
  manifest: string;
  manifestSig: string;
  items: number;
  source: string;
  added: number;
  usedBy: number;
}

const COLUMNS = sql`paper, exam, subject, label, manifest, manifest_sig AS "manifestSig", items, source, added,
  (SELECT count(*)::int FROM exam_session n WHERE n.exam = p.exam
     AND jsonb_path_exists(n.subjects, '$[*].papers[*] ? (@.paper == $id)', jsonb_build_object('id', p.paper))) AS "usedBy"`;

export async function selectPapers(db: Sql, exam: string): Promise<StoredPaper[]> {
  return db.rows(sql`SELECT ${COLUMNS} FROM paper p WHERE exam = ${exam} ORDER BY subject, added, paper`);
}

export async function selectOptionalPaper(db: Sql, id: string): Promise<StoredPaper | null> {
  const [row] = await db.rows<StoredPaper>(sql`SELECT ${COLUMNS} FROM paper p WHERE paper = ${id}`);
  return row ?? null;
}

/** The identity as it is kept: an age file for headquarters. */
export async function selectOptionalIdentity(db: Sql, id: string): Promise<Uint8Array | null> {
  const [row] = await db.orm.select({ identity: paper.identity }).from(paper).where(eq(paper.paper, id));
  return row?.identity ?? null;
}

/** Whether a package that was published has it. */
export async function isPublished(db: Sql, exam: string, id: string): Promise<boolean> {
  const found = await db.rows(
    sql`SELECT 1 FROM session_package WHERE exam = ${exam} AND position(${`"${id}/`} in header) > 0 LIMIT 1`,
  );
  return found.length > 0;
}

export async function insertPaper(
  tx: Tx,
  row: NewPaper,
  files: ReadonlyMap<string, Uint8Array>,
): Promise<void> {
  await tx.orm.insert(paper).values(row);
  // One at a time: a film is as large as a statement may be.
  for (const [name, bytes] of files) await tx.orm.insert(paperFile).values({ paper: row.paper, name, bytes });
}

export async function deletePaper(tx: Tx, id: string): Promise<void> {
  await tx.orm.delete(paperFile).where(eq(paperFile.paper, id));
  await tx.orm.delete(paper).where(eq(paper.paper, id));
}

/** A piece of a sealed file; empty behind its end. */
export async function selectBytes(
  db: Sql,
  id: string,
  name: string,
  from: number,
  length: number,
): Promise<Uint8Array> {
  const [row] = await db.rows<{ bytes: Uint8Array }>(
    sql`SELECT substring(bytes from ${from + 1}::int for ${length}::int) AS bytes FROM paper_file WHERE paper = ${id} AND name = ${name}`,
  );
  return row?.bytes ?? new Uint8Array(0);
}
