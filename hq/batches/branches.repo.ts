/** Reads and writes branches (lines of history) and their events. */
import { and, asc, eq, sql } from 'drizzle-orm';
import { batch, branch } from '#db/hq/schema.ts';
import { leafHash } from '#domain/ledger/merkle.ts';
import type { Cell, Sql, Tx } from '#hq/platform/database.ts';
import { sha256 } from '#node/ledger/sha256.ts';
import { base64 } from './ranges.ts';

export interface Branch {
  branch: number;
  site: string;
  ledger: string;
  number: number;
  key: string;
  parent: number | null;
  parentSize: number;
  size: number;
  range: string[];
}

/** A batch that is in a branch. */
export interface PlacedBatch {
  batch: string;
  first: number;
  last: number;
  before: string[];
  range: string[];
}

const columns = {
  branch: branch.branch,
  site: branch.site,
  ledger: branch.ledger,
  number: branch.number,
  key: branch.key,
  parent: branch.parent,
  parentSize: branch.parentSize,
  size: branch.size,
  // jsonb of ours: an array of texts.
  range: sql<string[]>`${branch.range}`,
};

export async function selectBranches(db: Sql, site: string, ledger?: string): Promise<Branch[]> {
  return db.orm
    .select(columns)
    .from(branch)
    .where(and(eq(branch.site, site), ...(ledger === undefined ? [] : [eq(branch.ledger, ledger)])))
    .orderBy(asc(branch.ledger), asc(branch.number));
}

export async function selectBranch(db: Sql, id: number): Promise<Branch> {
  const [row] = await db.orm.select(columns).from(branch).where(eq(branch.branch, id));
  if (!row) throw new Error(`no branch ${id}`);
  return row;
}

export async function insertBranch(tx: Sql, row: Omit<Branch, 'branch'>): Promise<Branch> {
  const judged = row.parent === null ? 0 : row.parentSize;
  const [made] = await tx.orm
    .insert(branch)
    .values({ ...row, judged })
    .returning(columns);
  if (!made) throw new Error('no row came back');
  return made;
}

export async function saveBranch(tx: Sql, of: Branch): Promise<void> {
  const { parent, parentSize, size, range } = of;
  await tx.orm.update(branch).set({ parent, parentSize, size, range }).where(eq(branch.branch, of.branch));
}

/** Where its tables are to be filled from: what a fork shares with its parent was judged there. */
export async function saveJudged(tx: Sql, id: number, judged: number): Promise<void> {
  await tx.orm.update(branch).set({ judged }).where(eq(branch.branch, id));
}

/** base64 leaf hashes of events `from` to `to` (not within) that lie in this very branch, by number. */
export async function selectLeaves(
  db: Sql,
  id: number,
  from: number,
  to: number,
): Promise<Map<number, string>> {
  if (to <= from) return new Map();
  const rows = await db.rows<{ seq: number; bytes: string | null; leaf: string | null }>(
    sql`SELECT seq, bytes, leaf FROM event WHERE branch = ${id} AND seq >= ${from} AND seq < ${to} ORDER BY seq`,
  );
  return new Map(
    rows.map(({ seq, bytes, leaf }) => [
      seq,
      bytes === null ? (leaf ?? '') : base64(leafHash(sha256, Buffer.from(bytes))),
    ]),
  );
}

export interface EventRow {
  seq: number;
  kind: string;
  attempt: string | null;
  wall: number;
  bytes: string | null;
  leaf: string | null;
}

const EVENT_COLUMNS = {
  branch: 'int',
  seq: 'bigint',
  kind: 'text',
  attempt: 'text',
  wall: 'bigint',
  bytes: 'text',
  leaf: 'text',
};

export async function insertEvents(tx: Tx, id: number, rows: readonly EventRow[]): Promise<void> {
  if (rows.length === 0) return;
  const cells = rows.map(({ seq, kind, attempt, wall, bytes, leaf }): Cell[] => [
    id,
    seq,
    kind,
    attempt,
    wall,
    bytes,
    leaf,
  ]);
  await tx.copy('event', EVENT_COLUMNS, cells);
}

const placed = {
  batch: batch.batch,
  first: batch.first,
  last: batch.last,
  before: sql<string[]>`(${batch.header}::jsonb -> 'before')`,
  range: sql<string[]>`${batch.range}`,
};

/** Batches of this branch that end at or beyond `size` without being part of its line yet, from the left. */
export async function selectWaiting(db: Sql, id: number, size: number): Promise<PlacedBatch[]> {
  return db.orm
    .select(placed)
    .from(batch)
    .where(and(eq(batch.branch, id), eq(batch.state, 'taken'), sql`${batch.last} >= ${size}`))
    .orderBy(asc(batch.first), asc(batch.last));
}

/** The batch of this branch's line that ends last before `size`. */
export async function selectNearest(db: Sql, id: number, size: number): Promise<PlacedBatch | null> {
  const [row] = await db.orm
    .select(placed)
    .from(batch)
    .where(and(eq(batch.branch, id), eq(batch.state, 'taken'), sql`${batch.last} < ${size}`))
    .orderBy(sql`${batch.last} DESC`)
    .limit(1);
  return row ?? null;
}

/** Takes a waiting batch out of one branch into another; what other waiting batches need stays as well. */
export async function moveBatch(tx: Sql, of: PlacedBatch, from: Branch, to: number): Promise<void> {
  const first = Math.max(of.first, from.size);
  await tx.rows(sql`
    INSERT INTO event (branch, seq, kind, attempt, wall, bytes, leaf)
    SELECT ${to}, seq, kind, attempt, wall, bytes, leaf FROM event
    WHERE branch = ${from.branch} AND seq BETWEEN ${first} AND ${of.last} ON CONFLICT DO NOTHING`);
  await tx.rows(sql`
    DELETE FROM event WHERE branch = ${from.branch} AND seq BETWEEN ${first} AND ${of.last} AND NOT EXISTS (
      SELECT 1 FROM batch WHERE batch.branch = ${from.branch} AND batch.batch <> ${of.batch} AND batch.state = 'taken'
        AND event.seq BETWEEN batch.first AND batch.last)`);
  await tx.orm.update(batch).set({ branch: to }).where(eq(batch.batch, of.batch));
}
