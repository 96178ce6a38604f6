/** Reads events that wait to be judged, and the work that comes of them. */
import { sql } from 'drizzle-orm';
import type { Sql, Tx } from '#hq/platform/database.ts';

export interface WaitingBranch {
  branch: number;
  site: string;
  ledger: string;
  number: number;
  key: string;
  size: number;
  judged: number;
}

export async function selectWaitingBranches(db: Sql): Promise<number[]> {
  const rows = await db.rows<{ branch: number }>(
    sql`SELECT branch FROM branch WHERE judged < size ORDER BY branch`,
  );
  return rows.map(({ branch }) => branch);
}

/** Null where another replica has it. The lock ends with the transaction, and keeps nobody from adding events. */
export async function lockOptionalBranch(tx: Tx, id: number): Promise<WaitingBranch | null> {
  const [lock] = await tx.rows<{ held: boolean }>(
    sql`SELECT pg_try_advisory_xact_lock(hashtextextended(${`judge branch ${id}`}, 0)) AS held`,
  );
  if (!lock?.held) return null;
  const [row] = await tx.rows<WaitingBranch>(
    sql`SELECT branch, site, ledger, number, key, size, judged FROM branch WHERE branch = ${id} AND judged < size`,
  );
  return row ?? null;
}

export interface StoredEvent {
  branch: number;
  seq: number;
  kind: string;
  attempt: string | null;
  wall: number;
  bytes: string | null;
}

export async function selectEvents(
  db: Sql,
  branch: number,
  from: number,
  to: number,
): Promise<StoredEvent[]> {
  return db.rows(
    sql`SELECT branch, seq, kind, attempt, wall, bytes FROM event
      WHERE branch = ${branch} AND seq >= ${from} AND seq < ${to} ORDER BY seq`,
  );
}

export async function saveJudged(tx: Tx, branch: number, judged: number): Promise<void> {
  await tx.rows(sql`UPDATE branch SET judged = ${judged} WHERE branch = ${branch}`);
}

/** All that came of an attempt, whatever line it came on, as far as lines have no gap. */
export async function selectAttemptEvents(db: Sql, site: string, attempt: string): Promise<StoredEvent[]> {
  return db.rows(sql`
    SELECT event.branch, seq, kind, attempt, wall, bytes FROM event JOIN branch ON branch.branch = event.branch
    WHERE event.attempt = ${attempt} AND branch.site = ${site} AND seq < branch.size AND bytes IS NOT NULL
    ORDER BY event.branch, seq`);
}

/** Those of the attempts that have ended. */
export async function selectEnded(db: Sql, site: string, attempts: readonly string[]): Promise<string[]> {
  if (attempts.length === 0) return [];
  const rows = await db.rows<{ attempt: string }>(sql`
    SELECT DISTINCT event.attempt FROM event JOIN branch ON branch.branch = event.branch
    WHERE event.attempt = ANY(${sql.param(attempts)}::text[]) AND branch.site = ${site} AND seq < branch.size
      AND kind IN ('ATTEMPT_SUBMITTED', 'ATTEMPT_TIMED_UP')`);
  return rows.map(({ attempt }) => attempt);
}

export type WorkKind = 'attempt' | 'room';

/** Waits for whoever does the same work at this moment: then it is done again. */
export async function queueWork(
  tx: Sql,
  kind: WorkKind,
  subjects: readonly string[],
  at: number,
): Promise<void> {
  if (subjects.length === 0) return;
  await tx.rows(sql`
    INSERT INTO work (kind, subject, queued, tries)
    SELECT ${kind}::text, subject, ${at}::bigint, 0 FROM unnest(${sql.param(subjects.toSorted())}::text[]) AS subject
    ON CONFLICT (kind, subject) DO UPDATE SET queued = excluded.queued, tries = 0, fault = NULL`);
}

export interface Work {
  work: number;
  kind: WorkKind;
  subject: string;
  tries: number;
}

/**
 * Attempts first: a room is compared when its attempts are scored. Held until the transaction ends. In the order of the
 * index, so that a million that wait are not sorted for each that is taken.
 */
export async function takeOptionalWork(tx: Tx, now: number): Promise<Work | null> {
  const [row] = await tx.rows<Work>(
    sql`SELECT work, kind, subject, tries FROM work WHERE queued <= ${now}
      ORDER BY kind, subject LIMIT 1 FOR UPDATE SKIP LOCKED`,
  );
  return row ?? null;
}

export async function endWork(tx: Tx, work: number): Promise<void> {
  await tx.rows(sql`DELETE FROM work WHERE work = ${work}`);
}

export async function postponeWork(db: Sql, work: number, until: number, fault: string): Promise<void> {
  await db.rows(
    sql`UPDATE work SET queued = ${until}, tries = tries + 1, fault = ${fault} WHERE work = ${work}`,
  );
}

/** Ledgers whose first event names a parent that may be here by now. */
export async function selectUnlinked(db: Sql, site: string): Promise<{ branch: number; bytes: string }[]> {
  return db.rows(sql`
    SELECT branch.branch, event.bytes FROM branch JOIN event ON event.branch = branch.branch AND event.seq = 0
    WHERE branch.site = ${site} AND branch.parent IS NULL AND event.kind = 'LEDGER_OPENED' AND event.bytes IS NOT NULL`);
}

export async function linkParent(tx: Tx, branch: number, ledger: string, size: number): Promise<void> {
  await tx.rows(sql`
    UPDATE branch SET parent_size = ${size}, parent = p.branch
    FROM (SELECT branch, site FROM branch WHERE ledger = ${ledger} AND size >= ${size} ORDER BY number LIMIT 1) p
    WHERE branch.branch = ${branch} AND p.site = branch.site AND p.branch <> branch.branch`);
}

/** Text that PostgreSQL takes: NUL and halves of surrogate pairs are shown as what they are, unreadable. */
export function storable<T>(value: T): T {
  return JSON.parse(
    JSON.stringify(value, (_key, one: unknown) =>
      typeof one === 'string' ? one.toWellFormed().replaceAll('\0', '\ufffd') : one,
    ),
  ) as T; // the same shape: strings are changed only
}
