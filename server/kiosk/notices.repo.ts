/** Notices that concern an attempt and that its candidate has not acknowledged. */
import type { AttemptFacts } from '#server/attempts/attempt-state.ts';
import { parseScope } from '#server/ledger/projections/scope.ts';
import type { Statements } from '#server/platform/statements.ts';

export interface NoticeRow {
  notice: string;
  scope: string;
  text: string;
  wall: number;
}

export function noticesFor(s: Statements, facts: AttemptFacts): NoticeRow[] {
  return s
    .all<NoticeRow>(
      'SELECT notice, scope, text, wall FROM notice WHERE notice NOT IN (SELECT notice FROM notice_seen WHERE attempt = ?) ORDER BY wall',
      facts.row.attempt,
    )
    .filter((row) => inScope(row.scope, facts));
}

/** Whether a scope (as JSON) takes an attempt in. A scope without any part is nobody's. */
export function inScope(text: string, facts: AttemptFacts): boolean {
  const scope = parseScope(JSON.parse(text) as Parameters<typeof parseScope>[0]);
  const of = {
    session: facts.sitting.session,
    sitting: facts.sitting.sitting,
    room: facts.row.room,
    attempt: facts.row.attempt,
  };
  const parts = (Object.keys(of) as (keyof typeof of)[]).filter((part) => scope[part] !== null);
  return parts.length > 0 && parts.every((part) => scope[part] === of[part]);
}
