/** What a projector may use: prepared statements of the writer's connection and the streams it has touched. */
import type { Statement } from 'better-sqlite3';
import type { SiteDatabase } from '#db/site/open.ts';
import type { EventBody, EventKind } from '#protocol/events.schema.ts';
import type { Actor } from '#protocol/ledger.ts';
import { ProjectionError } from './projection-error.ts';
import { StreamStates } from './stream-states.ts';

export interface ProjectedEvent {
  seq: number;
  at: number;
  wall: number;
  attempt: string;
  by: Actor | undefined;
}

export type Projector<K extends EventKind> = (
  to: ProjectionContext,
  body: EventBody<K>,
  event: ProjectedEvent,
) => void;
export type Projectors<K extends EventKind = EventKind> = { readonly [P in K]: Projector<P> };

type Value = string | number | null;

export class ProjectionContext {
  readonly streams: StreamStates;
  /** Codes about revisions that were kept but changed nothing, by seq; handed to the box after the commit. */
  readonly remarks = new Map<number, string>();
  readonly #statements = new Map<string, Statement<Value[]>>();
  readonly #db: SiteDatabase;

  constructor(db: SiteDatabase) {
    this.#db = db;
    this.streams = new StreamStates(this);
  }

  run(sql: string, ...values: Value[]): number {
    return this.#prepared(sql).run(...values).changes;
  }

  /** Like `run`, but the statement must change exactly one row. */
  one(sql: string, ...values: Value[]): void {
    if (this.run(sql, ...values) !== 1)
      throw new ProjectionError(`nothing to change: ${sql} [${values.join(', ')}]`);
  }

  get<T>(sql: string, ...values: Value[]): T | undefined {
    return this.#prepared(sql).get(...values) as T | undefined;
  }

  all<T>(sql: string, ...values: Value[]): T[] {
    return this.#prepared(sql).all(...values) as T[];
  }

  #prepared(sql: string): Statement<Value[]> {
    let statement = this.#statements.get(sql);
    if (!statement) {
      statement = this.#db.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }
}
