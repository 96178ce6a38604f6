/**
 * Deletes the content of answers in the ledger's rows (retention): each keeps its leaf hash and its attempt
 * (node/ledger/purged-row.ts), so that the tree, its tiles and every signed checkpoint stay as they are. Only ever inside
 * the transaction that commits the DATA_PURGED event which says so.
 */
import type { SiteDatabase } from '#db/site/open.ts';
import { leafHash } from '#domain/ledger/merkle.ts';
import { PURGED_KINDS, purgedText, readPurged } from '#node/ledger/purged-row.ts';
import { sha256 } from '#node/ledger/sha256.ts';
import { ProjectionError } from './projections/projection-error.ts';

interface Row {
  kind: string;
  previous: number | null;
  bytes: string;
}

const ROW = 'SELECT kind, attempt_prev AS previous, bytes FROM ledger_event WHERE seq = ?';

/**
 * Deletes the answers of an attempt, walking back from its last event; returns how many there were. Throws
 * `ProjectionError` where they are gone already.
 */
export function deleteAnswers(db: SiteDatabase, attempt: string, last: number): number {
  const select = db.prepare<[number], Row>(ROW);
  const update = db.prepare('UPDATE ledger_event SET bytes = ? WHERE seq = ?');
  let count = 0;
  for (let seq: number | null = last; seq !== null; ) {
    const row: Row | undefined = select.get(seq);
    if (!row) throw new ProjectionError(`event ${seq} is missing`);
    if (PURGED_KINDS.has(row.kind)) {
      if (readPurged(row.bytes)) throw new ProjectionError(`answers of ${attempt} are deleted already`);
      update.run(purgedText(leafHash(sha256, Buffer.from(row.bytes)), attempt), seq);
      count += 1;
    }
    seq = row.previous;
  }
  return count;
}

/** How many rows `deleteAnswers` would change. Reads only. */
export function countAnswers(db: SiteDatabase, last: number): number {
  const select = db.prepare<[number], Omit<Row, 'bytes'>>(
    'SELECT kind, attempt_prev AS previous FROM ledger_event WHERE seq = ?',
  );
  let count = 0;
  for (let seq: number | null = last; seq !== null; ) {
    const row: Omit<Row, 'bytes'> | undefined = select.get(seq);
    if (!row) return count;
    if (PURGED_KINDS.has(row.kind)) count += 1;
    seq = row.previous;
  }
  return count;
}
