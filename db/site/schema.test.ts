/** The schema that queries are written against is the one that the migrations make. */
import { getTableConfig, type Index, type SQLiteTable } from 'drizzle-orm/sqlite-core';
import t from 'tap';
import { openMemory } from './open.ts';
import * as schema from './schema.ts';

const db = openMemory();
t.teardown(() => db.close());
const lists = [schema.LEDGER_TABLES, schema.PROJECTION_TABLES, schema.LOCAL_TABLES].map(
  // Each list is a module of tables; their own column types do not matter here.
  (list) => Object.values(list) as unknown as SQLiteTable[],
);
const tables = lists.flat();

interface Column {
  name: string;
  type: string;
  notnull: number;
  dflt_value: string | null;
  pk: number;
}

t.test('tables have the columns, types and keys that the code says', async (t) => {
  for (const table of tables) {
    const config = getTableConfig(table);
    const live = db.pragma(`table_info("${config.name}")`) as Column[];
    const composite = config.primaryKeys.flatMap(({ columns }) => columns.map(({ name }) => name));
    const said = config.columns.map((column) => ({
      name: column.name,
      type: column.getSQLType(),
      notnull: column.notNull,
      hasDefault: column.default !== undefined,
      pk: column.primary ? 1 : composite.indexOf(column.name) + 1,
    }));
    const found = live.map(({ name, type, notnull, dflt_value, pk }) => ({
      name,
      type: type.toLowerCase(),
      notnull: notnull === 1,
      hasDefault: dflt_value !== null,
      pk,
    }));
    t.same(found, said, config.name);
  }
});

t.test('indexes and unique columns are there, and no others', async (t) => {
  for (const table of tables) {
    const config = getTableConfig(table);
    const said = [
      ...config.indexes.map((index: Index) => ({
        columns: index.config.columns.map((column) => ('name' in column ? column.name : '?')).join(),
        unique: index.config.unique,
        partial: index.config.where !== undefined,
      })),
      ...config.columns
        .filter(({ isUnique }) => isUnique)
        .map(({ name }) => ({ columns: name, unique: true, partial: false })),
    ];
    const live = (
      db.pragma(`index_list("${config.name}")`) as {
        name: string;
        unique: number;
        origin: string;
        partial: number;
      }[]
    ).filter(({ origin }) => origin !== 'pk');
    const found = live.map(({ name, unique, partial }) => ({
      columns: (db.pragma(`index_info("${name}")`) as { name: string }[]).map((c) => c.name).join(),
      unique: unique === 1,
      partial: partial === 1,
    }));
    const order = (list: typeof said) => list.map((one) => JSON.stringify(one)).sort();
    t.same(order(found), order(said), config.name);
  }
});

t.test('every table is in exactly one of the three lists', async (t) => {
  const names = lists.map((list) => list.map((table) => getTableConfig(table).name));
  const live = db
    .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    .pluck()
    .all() as string[];
  const listed = names.flat();
  t.equal(new Set(listed).size, listed.length, 'none in two');
  t.same(live.filter((name) => name !== '__drizzle_migrations').sort(), listed.sort(), 'none in none');
  t.ok(names[0]?.every((name) => name.startsWith('ledger_')));
  t.ok(
    names[2]?.every((name) => name.startsWith('local_')),
    'secrets of the box are told by their name',
  );
  t.notOk(names[1]?.some((name) => /^(ledger|local)_/.test(name)));
});
