/** Opens a data folder's database for verifying or exporting: reading only, beside a running server or on a copy. */
import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseError, migrationsAhead, openReader, type SiteDatabase } from '#db/site/open.ts';
import { LedgerUnreadable } from '#node/ledger/faults.ts';
import { type DataFolder, dataPaths } from '#server/platform/data-folder.ts';

export interface LedgerSource {
  db: SiteDatabase;
  paths: Omit<DataFolder, 'release'>;
  close(): void;
}

/** Throws `LedgerUnreadable` when there is nothing to read. */
export function openSource(root: string): LedgerSource {
  const paths = dataPaths(root);
  if (!existsSync(paths.database)) throw new LedgerUnreadable('ledger/missing', paths.database);
  let away = () => {};
  let db = tryOpen(paths.database);
  if (!db) {
    // A database in WAL mode needs files beside it, which a write-protected medium refuses: read a copy of it.
    const folder = mkdtempSync(join(tmpdir(), 'gongyuan-verify-'));
    away = () => rmSync(folder, { recursive: true, force: true });
    try {
      for (const suffix of ['', '-wal'])
        if (existsSync(paths.database + suffix))
          copyFileSync(paths.database + suffix, join(folder, `site.db${suffix}`));
      db = tryOpen(join(folder, 'site.db'));
    } catch (error) {
      away();
      throw new LedgerUnreadable('ledger/unreadable', wordsOf(error), error);
    }
  }
  if (!db) {
    away();
    throw new LedgerUnreadable('ledger/unreadable', `${paths.database} cannot be opened`);
  }
  const close = () => {
    db.close();
    away();
  };
  try {
    const ahead = migrationsAhead(db);
    if (ahead > 0) throw new LedgerUnreadable('ledger/older', `${ahead} migrations are not applied yet`);
    return { db, paths, close };
  } catch (error) {
    close();
    if (error instanceof LedgerUnreadable) throw error;
    if (error instanceof DatabaseError)
      throw new LedgerUnreadable(
        error.code === 'box/data-newer' ? 'ledger/newer' : 'ledger/diverged',
        error.message,
        error,
      );
    throw new LedgerUnreadable('ledger/unreadable', wordsOf(error), error);
  }
}

/** The database; null where it could not be opened for lack of files beside it. */
function tryOpen(file: string): SiteDatabase | null {
  let db: SiteDatabase | undefined;
  try {
    db = openReader(file);
    db.prepare('SELECT count(*) FROM sqlite_schema').get();
    return db;
  } catch (error) {
    db?.close();
    const cause = error instanceof DatabaseError ? error.cause : error;
    const code = codeOf(cause);
    if (code.startsWith('SQLITE_CANTOPEN') || code.startsWith('SQLITE_READONLY')) return null;
    throw new LedgerUnreadable('ledger/unreadable', wordsOf(cause), error);
  }
}

export function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
}

function wordsOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const code = codeOf(error);
  return code ? `${code}: ${message}` : message;
}
