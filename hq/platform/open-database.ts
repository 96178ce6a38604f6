/** Opens headquarters' database: PostgreSQL by its address, or the embedded PGlite. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { PGlite, type Transaction } from '@electric-sql/pglite';
import Lock from 'better-sqlite3';
import type { SQL } from 'drizzle-orm';
import { drizzle as overNode } from 'drizzle-orm/node-postgres';
import { drizzle as overPglite } from 'drizzle-orm/pglite';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import type { Logger } from 'pino';
import * as schema from '#db/hq/schema.ts';
import { type Cell, type Database, loggable, type Orm, type Tx } from './database.ts';
import { HqError } from './hq-error.ts';
import { migrate } from './migrate.ts';

const POOL = 10;
const BIGINT = 20;

/**
 * Opens the database at `url`, or the embedded one in `folder` (null: in memory), and brings it up to date. Throws
 * `hq/database`, `hq/database-newer`, `hq/database-diverged`, `hq/data-in-use`.
 */
export async function openDatabase(url: string, folder: string | null, log: Logger): Promise<Database> {
  const database = url === '' ? await openEmbedded(folder) : openPostgres(url, log);
  try {
    await migrate(database);
    return database;
  } catch (error) {
    await database.close();
    if (error instanceof HqError) throw error;
    throw new HqError('hq/database', undefined, error);
  }
}

function openPostgres(url: string, log: Logger): Database {
  // drizzle asks the driver's global parsers, not the pool's. All our numbers are safe integers.
  pg.types.setTypeParser(BIGINT, Number);
  const pool = new pg.Pool({
    connectionString: url,
    max: POOL,
    connectionTimeoutMillis: 10_000,
    statement_timeout: 120_000,
    idle_in_transaction_session_timeout: 120_000,
    application_name: 'gongyuan-hq',
  });
  // A connection lost while idle: the pool makes another.
  pool.on('error', (error) => log.warn({ err: loggable(error) }, 'a database connection was lost'));
  const orm = overNode({ client: pool, schema });
  return {
    kind: 'postgres',
    orm,
    rows: (query) => rowsOf(orm, query),
    async transaction(work) {
      const client = await pool.connect();
      let broken = false;
      try {
        await client.query('BEGIN');
        const result = await work(postgresTx(client));
        await client.query('COMMIT');
        return result;
      } catch (error) {
        await client.query('ROLLBACK').catch(() => {
          broken = true;
        });
        throw error;
      } finally {
        client.release(broken);
      }
    },
    close: () => pool.end(),
  };
}

function postgresTx(client: pg.PoolClient): Tx {
  const orm = overNode({ client, schema });
  return {
    orm,
    rows: (query) => rowsOf(orm, query),
    async copy(table, columns, rows) {
      const names = Object.keys(columns).map((name) => `"${name}"`);
      const stream = client.query(copyFrom(`COPY "${table}" (${names.join(', ')}) FROM STDIN`));
      stream.end(rows.map(copyLine).join(''));
      await finished(stream);
    },
  };
}

const SPECIAL = /[\\\n\r\t]/;
const EACH_SPECIAL = /[\\\n\r\t]/g;

/** One line of COPY's text format. Millions of them: most texts have nothing to escape, and asking is cheaper than replacing. */
function copyLine(cells: readonly Cell[]): string {
  let line = '';
  for (const [i, cell] of cells.entries()) {
    if (i > 0) line += '\t';
    if (cell === null) line += '\\N';
    else if (typeof cell === 'number') line += cell;
    else line += SPECIAL.test(cell) ? cell.replace(EACH_SPECIAL, escaped) : cell;
  }
  return `${line}\n`;
}

function escaped(special: string): string {
  if (special === '\\') return '\\\\';
  return special === '\n' ? '\\n' : special === '\r' ? '\\r' : '\\t';
}

async function openEmbedded(folder: string | null): Promise<Database> {
  const lock = folder === null ? null : takeLock(folder);
  const client = new PGlite(folder === null ? {} : { dataDir: join(folder, 'pglite') });
  await client.waitReady;
  const orm = overPglite({ client, schema });
  return {
    kind: 'pglite',
    orm,
    rows: (query) => rowsOf(orm, query),
    transaction: (work) => client.transaction((tx) => work(embeddedTx(tx))) as ReturnType<typeof work>, // undefined only where `work` gives it
    async close() {
      await client.close();
      lock?.close();
    },
  };
}

function embeddedTx(client: Transaction): Tx {
  // drizzle's session takes a transaction of the library as it takes the library's database; its types name the latter.
  const orm = overPglite({ client: client as unknown as PGlite, schema });
  return {
    orm,
    rows: (query) => rowsOf(orm, query),
    async copy(table, columns, rows) {
      const names = Object.keys(columns).map((name) => `"${name}"`);
      const arrays = Object.values(columns).map((type, i) => `$${i + 1}::${type}[]`);
      await client.query(
        `INSERT INTO "${table}" (${names.join(', ')}) SELECT * FROM unnest(${arrays.join(', ')})`,
        names.map((_, i) => rows.map((row) => row[i] ?? null)),
      );
    },
  };
}

/** PGlite itself lets two processes into one folder; the kernel gives this lock back however the process ends. */
function takeLock(folder: string): Lock.Database {
  mkdirSync(folder, { recursive: true, mode: 0o750 });
  try {
    const lock = new Lock(join(folder, 'lock.db'), { timeout: 0 });
    lock.pragma('journal_mode = MEMORY');
    lock.exec('BEGIN EXCLUSIVE');
    return lock;
  } catch (error) {
    throw new HqError('hq/data-in-use', { folder }, error);
  }
}

async function rowsOf<T>(orm: Orm, query: SQL): Promise<T[]> {
  // Both drivers answer an object with `rows`; drizzle's common type does not say so.
  const result = (await orm.execute(query)) as unknown as { rows: T[] };
  return result.rows;
}
