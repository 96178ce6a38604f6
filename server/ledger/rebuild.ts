/**
 * Projections anew: the ledger's events through the same projectors into an empty database in memory, and every table
 * compared with the stored one, row by row and byte by byte.
 */
import { getTableName } from 'drizzle-orm';
import { openMemory, type SiteDatabase } from '#db/site/open.ts';
import { PROJECTION_TABLES } from '#db/site/schema.ts';
import type { KnownEvent } from '#node/ledger/event-types.ts';
import type { EventKind } from '#protocol/events.schema.ts';
import { AttemptLinks } from './attempt-links.ts';
import { project } from './projections/all.ts';
import { ProjectionContext } from './projections/context.ts';
import { DEFERRED_KINDS } from './projections/deferral.ts';

export const PROJECTION_NAMES: readonly string[] = Object.values(PROJECTION_TABLES).map((table) =>
  getTableName(table),
);

/** An event, or the attempt of one whose content was deleted. */
export type Replayed = { seq: number; event: KnownEvent } | { seq: number; deleted: string };

/** Without the revisions before them these have nothing to go on from. */
const CHAINED: ReadonlySet<string> = new Set<EventKind>([
  'ANSWER_REVISED',
  'REVISION_QUARANTINED',
  'REVISION_REFUSED',
]);

export class Rebuild {
  readonly db: SiteDatabase = openMemory();
  readonly #context: ProjectionContext = new ProjectionContext(this.db);
  readonly #links: AttemptLinks = new AttemptLinks(this.#context);

  /**
   * Projects events in ledger order, as one transaction; `at` is told each event's number beforehand. From event
   * `deferred` on the stored tables lack what may wait, and so do these. `deleted` says whether the answers of an attempt
   * before an event are gone. Throws what the projector throws; after that the rebuilt tables mean nothing.
   */
  take(
    events: readonly Replayed[],
    at: (seq: number) => void,
    deferred: number | null = null,
    deleted: (attempt: string | undefined, seq: number) => boolean = () => false,
  ): void {
    this.db.exec('BEGIN');
    for (const one of events) {
      const { seq } = one;
      at(seq);
      if ('deleted' in one) {
        this.#links.link(one.deleted, seq);
        continue;
      }
      const { event } = one;
      const attempt = event.attempt ?? '';
      const waits = deferred !== null && seq >= deferred;
      if (waits && DEFERRED_KINDS.has(event.kind)) continue;
      if (attempt !== '' && !waits) this.#links.link(attempt, seq);
      if (CHAINED.has(event.kind) && deleted(event.attempt, seq)) continue;
      project(this.#context, event.kind, event.body, {
        seq,
        at: event.at,
        wall: event.wall,
        attempt,
        by: event.by,
      });
      this.#context.remarks.clear();
    }
    this.#context.streams.flush();
    this.#links.flush();
    this.db.exec('COMMIT');
  }

  close(): void {
    this.db.close();
  }
}

export interface TableComparison {
  /** Rows stored. */
  rows: number;
  equal: boolean;
}

export interface TableDifference {
  table: string;
  /** Primary key of the first row that differs. */
  key: string;
  what: 'missing' | 'surplus' | 'differs';
}

/** Compares one table; `null` when every row is equal. */
export function compareTable(
  stored: SiteDatabase,
  rebuilt: SiteDatabase,
  table: string,
): TableComparison & { difference: TableDifference | null } {
  const columns = rebuilt.pragma(`table_info("${table}")`) as { name: string; pk: number }[];
  // Storage class and bytes of every value: SQLite compares 1 with '1' and damaged text with good text more kindly.
  const exact = columns.map(({ name }) => `typeof("${name}"), CAST("${name}" AS BLOB)`).join(', ');
  const order = columns
    .filter(({ pk }) => pk > 0)
    .sort((a, b) => a.pk - b.pk)
    .map(({ name }) => `"${name}"`)
    .join(', ');
  const sql = `SELECT ${exact} FROM "${table}" ORDER BY ${order}`;
  const keys = columns.flatMap(({ pk, name }, i) => (pk > 0 ? [{ name, at: i * 2 + 1 }] : []));
  const ours = rowsOf(rebuilt, sql);
  let rows = 0;
  let difference: TableDifference | null = null;
  try {
    for (const row of rowsOf(stored, sql)) {
      rows += 1;
      if (difference) continue;
      const own = ours.next();
      if (own.done) difference = { table, key: keyOf(row, keys), what: 'surplus' };
      else if (!sameRow(row, own.value)) difference = { table, key: keyOf(own.value, keys), what: 'differs' };
    }
    if (!difference) {
      const left = ours.next();
      if (!left.done) difference = { table, key: keyOf(left.value, keys), what: 'missing' };
    }
  } finally {
    // A damaged page ends the loop with an error; an open cursor would keep the database from closing.
    ours.return?.();
  }
  return { rows, equal: difference === null, difference };
}

type Row = (string | Buffer | null)[];

function rowsOf(db: SiteDatabase, sql: string): IterableIterator<Row> {
  return db.prepare(sql).raw().iterate() as IterableIterator<Row>;
}

function sameRow(a: Row, b: Row): boolean {
  return a.every((value, i) => {
    const other = b[i];
    if (Buffer.isBuffer(value)) return Buffer.isBuffer(other) && value.equals(other);
    return value === other;
  });
}

function keyOf(row: Row, keys: { name: string; at: number }[]): string {
  return keys.map(({ name, at }) => `${name} ${String(row[at])}`).join(', ');
}

/**
 * Tables and indexes that differ from what this version makes: names, or an empty list. The table of migrations is left
 * out: what it says was compared when the database was opened, and who made it does not matter.
 */
export function compareSchema(stored: SiteDatabase, rebuilt: SiteDatabase): string[] {
  const read = (db: SiteDatabase) =>
    new Map(
      (
        db
          .prepare(
            "SELECT type || ' ' || name AS name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' AND name <> '__drizzle_migrations'",
          )
          .all() as { name: string; sql: string }[]
      ).map(({ name, sql }) => [name, sql]),
    );
  const theirs = read(stored);
  const ours = read(rebuilt);
  const names = new Set([...theirs.keys(), ...ours.keys()]);
  return [...names].filter((name) => theirs.get(name) !== ours.get(name)).sort();
}
