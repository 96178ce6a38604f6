/** Who did what at headquarters: a line in the same transaction as the change. */
import { action } from '#db/hq/schema.ts';
import type { Sql } from './database.ts';

export interface Action {
  /** Officer, or empty for what nobody signed in did (set-up). */
  officer: string;
  at: number;
  /** `site.add`, `officer.save` … */
  what: string;
  /** Names and numbers; never a secret. */
  detail: Record<string, unknown>;
}

export async function recordAction(tx: Sql, done: Action): Promise<void> {
  await tx.orm.insert(action).values(done);
}
