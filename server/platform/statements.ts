/** Prepared statements of the reading connection, by their text. */
import type { Statement } from 'better-sqlite3';
import type { SiteDatabase } from '#db/site/open.ts';

type Value = string | number | null;
type Bound = (Value | Record<string, Value>)[];

export class Statements {
  readonly #db: SiteDatabase;
  readonly #known = new Map<string, Statement<Bound>>();

  constructor(db: SiteDatabase) {
    this.#db = db;
  }

  /** The row, or undefined. The caller names its shape, which the schema test holds true for tables, not for each query. */
  get<T>(sql: string, ...values: Value[]): T | undefined {
    return this.#of(sql).get(...bound(sql, values)) as T | undefined;
  }

  all<T>(sql: string, ...values: Value[]): T[] {
    return this.#of(sql).all(...bound(sql, values)) as T[];
  }

  #of(sql: string): Statement<Bound> {
    let statement = this.#known.get(sql);
    if (!statement) {
      statement = this.#db.prepare(sql);
      this.#known.set(sql, statement);
    }
    return statement;
  }
}

/** The driver takes numbered parameters (`?1`) as named ones, from an object. */
function bound(sql: string, values: readonly Value[]): Bound {
  if (!sql.includes('?1')) return [...values];
  return [Object.fromEntries(values.map((value, i) => [String(i + 1), value]))];
}
