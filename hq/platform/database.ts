/**
 * Headquarters' database, one small interface over PostgreSQL and the embedded PGlite. Statements outside a
 * transaction must not be sent from inside one: PGlite has one connection, and they would wait for each other for ever.
 */
import { type SQL, sql } from 'drizzle-orm';
import type { PgDatabase, PgQueryResultHKT } from 'drizzle-orm/pg-core';
import type * as schema from '#db/hq/schema.ts';

export type Orm = PgDatabase<PgQueryResultHKT, typeof schema>;
export type Cell = string | number | null;

/** What a repository is given: the database itself, or a transaction of it. */
export interface Sql {
  readonly orm: Orm;
  /** Rows of a statement as they are: bigint as numbers, jsonb as values, bytea as bytes. */
  rows<T>(query: SQL): Promise<T[]>;
}

export interface Tx extends Sql {
  /** Many rows at once; `columns` maps a column to its type. The fastest way in that the database has. */
  copy(table: string, columns: Readonly<Record<string, string>>, rows: readonly Cell[][]): Promise<void>;
}

export interface Database extends Sql {
  readonly kind: 'postgres' | 'pglite';
  /** READ COMMITTED. What `work` throws undoes all of it. */
  transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** One lock for a text, held until the transaction ends: two replicas never do the same thing at once. */
export async function lockFor(tx: Tx, text: string): Promise<void> {
  await tx.rows(sql`SELECT pg_advisory_xact_lock(hashtextextended(${text}, 0))`);
}

/** SQLSTATE of a database's error, or a system's code of its connection; null for other errors. */
export function stateOf(error: unknown): string | null {
  for (let at: unknown = error; at instanceof Error; at = at.cause)
    if ('code' in at && typeof at.code === 'string' && /^([0-9A-Z]{5}|E[A-Z]+)$/.test(at.code))
      return at.code;
  return null;
}

/** The database is full, broken or away: nobody's mistake, and over after a while. */
export function isStorageFault(error: unknown): boolean {
  const state = stateOf(error);
  if (state !== null) return /^(53|57P|58|08|XX|E)/.test(state) || state === '25P03' || state === '25006';
  return (
    error instanceof Error &&
    /connection terminated|timeout exceeded when trying to connect/i.test(error.message)
  );
}

/** For the log: what the database said and where, without the statement's values (names and answers). */
export function loggable(error: unknown): object {
  if (!(error instanceof Error)) return { message: 'not an error' };
  let inner: Error = error;
  while (inner.cause instanceof Error) inner = inner.cause;
  const stack = inner.stack
    ?.split('\n')
    .filter((line) => line.startsWith('    at '))
    .slice(0, 12);
  const fields = inner as Error & { table?: string; constraint?: string };
  return {
    name: error.name,
    state: stateOf(error),
    message: inner.message.slice(0, 300),
    table: fields.table,
    constraint: fields.constraint,
    stack,
  };
}
