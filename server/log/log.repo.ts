/** Reads the ledger from its end. */
import type { Statements } from '#server/platform/statements.ts';

export interface StoredEvent {
  seq: number;
  kind: string;
  attemptPrev: number | null;
  bytes: string;
}

/** Kinds that come by the thousand: they are not in the index of kinds, and in a list only when they are asked for. */
export const FREQUENT = ['ANSWER_REVISED', 'CLOCK_ANCHOR', 'HEAD_SIGNED'] as const;
const RARE = `kind NOT IN ('ANSWER_REVISED', 'CLOCK_ANCHOR', 'HEAD_SIGNED')`;
const EVENT = 'SELECT seq, kind, attempt_prev AS attemptPrev, bytes FROM ledger_event';

/** Events before a number, newest first, without the frequent kinds. */
export function selectBefore(s: Statements, before: number, limit: number): StoredEvent[] {
  return s.all<StoredEvent>(`${EVENT} WHERE seq < ? AND ${RARE} ORDER BY seq DESC LIMIT ?`, before, limit);
}

/** The same of one kind. */
export function selectBeforeOfKind(
  s: Statements,
  kind: string,
  before: number,
  limit: number,
): StoredEvent[] {
  // Spelled out, so that SQLite may use the index, which leaves the frequent kinds out.
  const indexed = FREQUENT.some((frequent) => frequent === kind) ? '' : ` AND ${RARE}`;
  return s.all<StoredEvent>(
    `${EVENT} WHERE kind = ?${indexed} AND seq < ? ORDER BY seq DESC LIMIT ?`,
    kind,
    before,
    limit,
  );
}

export function selectOptionalEvent(s: Statements, seq: number): StoredEvent | null {
  return s.get<StoredEvent>(`${EVENT} WHERE seq = ?`, seq) ?? null;
}

export function selectOptionalLastSeq(s: Statements, attempt: string): number | null {
  return (
    s.get<{ seq: number }>('SELECT last_seq AS seq FROM attempt WHERE attempt = ?', attempt)?.seq ?? null
  );
}

export function selectStaffNames(s: Statements): Map<string, string> {
  const rows = s.all<{ staff: string; name: string }>('SELECT staff, name FROM staff');
  return new Map(rows.map(({ staff, name }) => [staff, name]));
}
