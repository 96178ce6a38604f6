/**
 * Opens the site database safely. better-sqlite3 leaves WAL at `synchronous=NORMAL`, which loses acknowledged rows in a
 * power cut, so durability is set and asserted on every connection.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { ErrorCode } from '#protocol/errors.ts';

export type SiteDatabase = Database.Database;

/** A database that must not be served from; `code` is in the catalogue. */
export class DatabaseError extends Error {
  readonly code: ErrorCode;
  constructor(code: ErrorCode, message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}

const MIGRATIONS = join(import.meta.dirname, 'migrations');
/** 3.51.3 mended WAL-reset races; older engines are refused. */
const SQLITE_LEAST = [3, 51, 3] as const;

export type Synchronous = 'FULL' | 'NORMAL';

/** `synchronous` other than FULL is for the negative control of the power-cut test alone. */
export function openWriter(file: string, synchronous: Synchronous = 'FULL'): SiteDatabase {
  const db = open(file, false);
  db.pragma('journal_mode = WAL');
  db.pragma(`synchronous = ${synchronous}`);
  db.pragma('wal_autocheckpoint = 4000');
  assertSafe(db, synchronous);
  applyMigrations(db);
  return db;
}

/** A reading connection; the file must exist. */
export function openReader(file: string): SiteDatabase {
  const db = open(file, true);
  db.pragma('synchronous = FULL');
  db.pragma('query_only = ON');
  return db;
}

/** All migrations applied to an empty database in memory: what the live schema must equal. */
export function openMemory(): SiteDatabase {
  const db = new Database(':memory:');
  applyMigrations(db);
  return db;
}

/**
 * Puts everything a crash left in the log into the database file and syncs it: rows found after a crash may be in the
 * page cache only, and acknowledging a repeat of one would lie.
 */
export function settle(db: SiteDatabase): void {
  const [row] = db.pragma('wal_checkpoint(TRUNCATE)') as { busy: number }[];
  if (row?.busy !== 0)
    throw new DatabaseError('box/data-in-use', 'the log of the database is held by another program');
}

function open(file: string, readonly: boolean): SiteDatabase {
  try {
    const db = new Database(file, { readonly, fileMustExist: readonly, timeout: 5_000 });
    db.pragma('busy_timeout = 5000');
    return db;
  } catch (error) {
    throw new DatabaseError('box/data-unwritable', `cannot open ${file}: ${String(error)}`, error);
  }
}

function assertSafe(db: SiteDatabase, synchronous: Synchronous): void {
  const { version } = db.prepare('SELECT sqlite_version() AS version').get() as { version: string };
  const found = version.split('.').map(Number);
  const older = SQLITE_LEAST.findIndex((least, i) => (found[i] ?? 0) !== least);
  if (older >= 0 && (found[older] ?? 0) < (SQLITE_LEAST[older] ?? 0))
    throw new DatabaseError('box/sqlite', `SQLite ${version} is older than ${SQLITE_LEAST.join('.')}`);
  const mode = db.pragma('journal_mode', { simple: true });
  const sync = db.pragma('synchronous', { simple: true });
  if (mode !== 'wal' || sync !== (synchronous === 'FULL' ? 2 : 1))
    throw new DatabaseError('box/sqlite', `journal_mode is ${String(mode)}, synchronous is ${String(sync)}`);
}

interface Migration {
  hash: string;
  when: number;
  statements: string[];
}

/** The migrations that drizzle-kit made, in order. Its runtime is not used: it would take 100 MB of every thread. */
function readMigrations(): Migration[] {
  const journal = JSON.parse(readFileSync(join(MIGRATIONS, 'meta', '_journal.json'), 'utf8')) as {
    entries: { tag: string; when: number }[];
  };
  return journal.entries.map(({ tag, when }) => {
    const text = readFileSync(join(MIGRATIONS, `${tag}.sql`), 'utf8');
    const hash = createHash('sha256').update(text).digest('hex');
    return { hash, when, statements: text.split('--> statement-breakpoint') };
  });
}

/** Brings the schema up to date; refuses a database of a newer version, or one whose history differs from ours. */
function applyMigrations(db: SiteDatabase): void {
  const migrations = readMigrations();
  const ahead = migrationsAhead(db, migrations);
  if (ahead === 0) return;
  db.transaction(() => {
    db.exec(
      'CREATE TABLE IF NOT EXISTS __drizzle_migrations (id INTEGER PRIMARY KEY, hash text NOT NULL, created_at numeric)',
    );
    const record = db.prepare('INSERT INTO __drizzle_migrations (hash, created_at) VALUES (?, ?)');
    for (const { hash, when, statements } of migrations.slice(-ahead)) {
      for (const statement of statements) db.exec(statement);
      record.run(hash, when);
    }
  })();
}

/**
 * How many of our migrations the database has not had yet. Throws `box/data-newer` or `box/data-diverged`.
 */
export function migrationsAhead(db: SiteDatabase, known: readonly Migration[] = readMigrations()): number {
  const table = db.prepare("SELECT 1 FROM sqlite_master WHERE name = '__drizzle_migrations'").get();
  if (!table) return known.length;
  const applied = db.prepare('SELECT hash FROM __drizzle_migrations ORDER BY created_at, id').all() as {
    hash: string;
  }[];
  const common = applied.slice(0, known.length).every(({ hash }, i) => hash === known[i]?.hash);
  if (!common) throw new DatabaseError('box/data-diverged', 'its migrations are not those of this version');
  if (applied.length > known.length)
    throw new DatabaseError(
      'box/data-newer',
      `it has ${applied.length} migrations, this version knows ${known.length}`,
    );
  return known.length - applied.length;
}
