import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import t from 'tap';
import { DatabaseError, openReader, openWriter, settle } from './open.ts';

/** The code of the refusal. */
function refusal(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof DatabaseError) return error.code;
    throw error;
  }
  return 'none';
}

t.test('a writing connection syncs every commit, whatever the library’s default is', async (t) => {
  const file = join(t.testdir(), 'site.db');
  const db = openWriter(file);
  t.equal(db.pragma('journal_mode', { simple: true }), 'wal');
  t.equal(db.pragma('synchronous', { simple: true }), 2);
  db.close();
  const control = openWriter(file, 'NORMAL');
  t.equal(control.pragma('synchronous', { simple: true }), 1, 'the negative control is what it says');
  control.close();
  const plain = new Database(file);
  t.equal(
    plain.pragma('synchronous', { simple: true }),
    1,
    'the library alone would lose commits in a power cut',
  );
  plain.close();
});

t.test('a second opening finds everything as it is', async (t) => {
  const file = join(t.testdir(), 'site.db');
  openWriter(file).close();
  const db = openWriter(file);
  db.prepare('INSERT INTO exam VALUES (?, ?)').run('e', 'n');
  db.close();
  const reader = openReader(file);
  t.same(reader.prepare('SELECT * FROM exam').all(), [{ exam: 'e', name: 'n' }]);
  t.throws(() => reader.prepare('DELETE FROM exam').run(), /readonly/);
  reader.close();
});

t.test('data of a newer version, or of another history, is refused and left alone', async (t) => {
  const dir = t.testdir();
  const file = join(dir, 'site.db');
  const good = openWriter(file);
  const applied = good.prepare('SELECT count(*) FROM __drizzle_migrations').pluck().get() as number;
  good.close();
  const spoil = (name: string, sql: string) => {
    const copy = join(dir, name);
    copyFileSync(file, copy);
    const db = new Database(copy);
    db.exec(sql);
    db.close();
    return copy;
  };
  const newer = spoil(
    'newer.db',
    "INSERT INTO __drizzle_migrations (hash, created_at) VALUES ('later', 9e15)",
  );
  t.equal(
    refusal(() => openWriter(newer)),
    'box/data-newer',
  );
  const other = spoil('other.db', "UPDATE __drizzle_migrations SET hash = 'another'");
  t.equal(
    refusal(() => openWriter(other)),
    'box/data-diverged',
  );
  const db = new Database(newer, { readonly: true });
  t.equal(db.prepare('SELECT count(*) FROM __drizzle_migrations').pluck().get(), applied + 1);
  db.close();
});

t.test('what cannot be opened is refused with a code', async (t) => {
  const dir = t.testdir();
  t.equal(
    refusal(() => openReader(join(dir, 'missing.db'))),
    'box/data-unwritable',
  );
  t.equal(
    refusal(() => openWriter(join(dir, 'no', 'folder', 'site.db'))),
    'box/data-unwritable',
  );
});

t.test('settling puts the log into the file, and says so when a reader holds it', async (t) => {
  const dir = t.testdir();
  const file = join(dir, 'site.db');
  const db = openWriter(file);
  db.prepare('INSERT INTO exam VALUES (?, ?)').run('e', 'n');
  const reader = openReader(file);
  reader.exec('BEGIN');
  reader.prepare('SELECT * FROM exam').all();
  db.pragma('busy_timeout = 50');
  t.equal(
    refusal(() => settle(db)),
    'box/data-in-use',
  );
  reader.exec('COMMIT');
  settle(db);
  const alone = join(dir, 'copy.db');
  copyFileSync(file, alone);
  const copy = new Database(alone, { readonly: true });
  t.equal(copy.prepare('SELECT count(*) FROM exam').pluck().get(), 1, 'the file alone has it');
  copy.close();
  reader.close();
  db.close();
});
