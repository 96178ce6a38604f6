/** Brings headquarters' database up to date, one replica at a time. Migrations are drizzle-kit's, in db/hq/migrations. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { type Database, lockFor } from './database.ts';
import { HqError } from './hq-error.ts';

const MIGRATIONS = join(import.meta.dirname, '../../db/hq/migrations');

interface Migration {
  tag: string;
  hash: string;
  statements: string[];
}

function readMigrations(): Migration[] {
  const journal = JSON.parse(readFileSync(join(MIGRATIONS, 'meta', '_journal.json'), 'utf8')) as {
    entries: { tag: string }[];
  };
  return journal.entries.map(({ tag }) => {
    const text = readFileSync(join(MIGRATIONS, `${tag}.sql`), 'utf8');
    const hash = createHash('sha256').update(text).digest('hex');
    return { tag, hash, statements: text.split('--> statement-breakpoint') };
  });
}

/** Throws `hq/database-newer` or `hq/database-diverged`: such a database must not be served from. */
export async function migrate(database: Database): Promise<void> {
  const migrations = readMigrations();
  await database.transaction(async (tx) => {
    await lockFor(tx, 'migrations');
    await tx.rows(sql`CREATE TABLE IF NOT EXISTS migration (tag text PRIMARY KEY, hash text NOT NULL)`);
    const done = await tx.rows<{ tag: string; hash: string }>(
      sql`SELECT tag, hash FROM migration ORDER BY tag`,
    );
    if (done.length > migrations.length) throw new HqError('hq/database-newer', { has: done.at(-1)?.tag });
    for (const [i, { tag, hash }] of done.entries())
      if (migrations[i]?.tag !== tag || migrations[i]?.hash !== hash)
        throw new HqError('hq/database-diverged', { at: tag });
    for (const { tag, hash, statements } of migrations.slice(done.length)) {
      for (const statement of statements) await tx.rows(sql.raw(statement));
      await tx.rows(sql`INSERT INTO migration (tag, hash) VALUES (${tag}, ${hash})`);
    }
  });
}
