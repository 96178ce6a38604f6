/** The data folder: its layout, and the lock that keeps a second server out. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { BoxError } from './box-error.ts';

/** The box's Ed25519 key inside the keys folder. */
export const BOX_KEY_FILE = 'box-key.pem';

export interface DataFolder {
  root: string;
  database: string;
  /** Ciphertexts of sealed papers: `sealed/<paper>/<file>`. */
  sealed: string;
  /** Candidates' uploaded files by SHA-256. */
  uploads: string;
  /** Photos, material and other evidence by SHA-256: `blobs/<first two digits>/<sha256>`. */
  blobs: string;
  /** Resumable uploads under way; nothing in it is evidence yet. */
  incoming: string;
  /** Portraits from candidates' machines that wait to be stamped: `portraits/<attempt>.jpg`. */
  portraits: string;
  /** PDFs that were made: `reports/<report>.pdf`. */
  reports: string;
  /** Batches for headquarters, unchanged until their receipt is here: `outbox/<batch>.age`. */
  outbox: string;
  /** Packages from headquarters under way or waiting to be confirmed. */
  packages: string;
  /** Box key and certificates; mode 0700. */
  keys: string;
  release(): void;
}

export function dataPaths(root: string): Omit<DataFolder, 'release'> {
  return {
    root,
    database: join(root, 'site.db'),
    sealed: join(root, 'sealed'),
    uploads: join(root, 'uploads'),
    blobs: join(root, 'blobs'),
    incoming: join(root, 'incoming'),
    portraits: join(root, 'portraits'),
    reports: join(root, 'reports'),
    outbox: join(root, 'outbox'),
    packages: join(root, 'packages'),
    keys: join(root, 'keys'),
  };
}

/**
 * Makes the folder where needed and takes its lock: an exclusive transaction on a small database, which the kernel
 * gives back however the process ends. Throws `box/data-in-use` or `box/data-unwritable`.
 */
export function takeDataFolder(root: string): DataFolder {
  const paths = dataPaths(root);
  try {
    for (const folder of [
      root,
      paths.sealed,
      paths.uploads,
      paths.blobs,
      paths.incoming,
      paths.portraits,
      paths.reports,
      paths.outbox,
      paths.packages,
    ])
      mkdirSync(folder, { recursive: true, mode: 0o750 });
    mkdirSync(paths.keys, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new BoxError('box/data-unwritable', { folder: root }, error);
  }
  let lock: Database.Database;
  try {
    lock = new Database(join(root, 'lock.db'), { timeout: 0 });
    lock.pragma('journal_mode = MEMORY');
    lock.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
    if (code.startsWith('SQLITE_BUSY')) throw new BoxError('box/data-in-use', { folder: root });
    throw new BoxError('box/data-unwritable', { folder: root }, error);
  }
  return { ...paths, release: () => lock.close() };
}
