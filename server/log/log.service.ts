/** The ledger as people read it: newest first, who, when, from where; bodies cut down to what may be seen. */
import type { Static } from 'typebox';
import { decodeEvent } from '#domain/ledger/event.ts';
import { readPurged } from '#node/ledger/purged-row.ts';
import type { LogQuery } from '#protocol/console.schema.ts';
import type { LogRow } from '#protocol/console.ts';
import { BoxError } from '#server/platform/box-error.ts';
import type { Deps } from '#server/platform/deps.ts';
import { Statements } from '#server/platform/statements.ts';
import {
  type StoredEvent,
  selectBefore,
  selectBeforeOfKind,
  selectOptionalEvent,
  selectOptionalLastSeq,
  selectStaffNames,
} from './log.repo.ts';
import { shownBody } from './log-bodies.ts';

const PAGE = 100;

export class LogService {
  readonly #s: Statements;

  constructor(deps: Pick<Deps, 'db'>) {
    this.#s = new Statements(deps.db);
  }

  /** A page of the log. Throws `thing/not-found` for an attempt that is not there. */
  list({ before = Number.MAX_SAFE_INTEGER, limit = PAGE, kind, attempt }: Static<typeof LogQuery>): LogRow[] {
    if (attempt !== undefined) return this.#ofAttempt(attempt, before, limit, kind ?? null);
    const events =
      kind === undefined
        ? selectBefore(this.#s, before, limit)
        : selectBeforeOfKind(this.#s, kind, before, limit);
    return this.#rows(events);
  }

  /** The newest events of an attempt, answers included (their item, never their content). Throws `thing/not-found`. */
  ofAttempt(attempt: string, limit: number): LogRow[] {
    return this.#ofAttempt(attempt, Number.MAX_SAFE_INTEGER, limit, null);
  }

  /** Each event of an attempt names the one before: its history needs no index on the hot path. */
  #ofAttempt(attempt: string, before: number, limit: number, kind: string | null): LogRow[] {
    let seq = selectOptionalLastSeq(this.#s, attempt);
    if (seq === null) throw new BoxError('thing/not-found', { attempt });
    // The page before ended at an event of this attempt: go on from there rather than from the newest.
    const at = selectOptionalEvent(this.#s, before);
    if (at && attemptOf(at) === attempt) seq = at.attemptPrev;
    const events: StoredEvent[] = [];
    while (seq !== null && events.length < limit) {
      const event = selectOptionalEvent(this.#s, seq);
      if (!event) break;
      if (seq < before && (kind === null || event.kind === kind)) events.push(event);
      seq = event.attemptPrev;
    }
    return this.#rows(events);
  }

  #rows(events: readonly StoredEvent[]): LogRow[] {
    const names = selectStaffNames(this.#s);
    return events.map(({ seq, kind, bytes }): LogRow => {
      const purged = readPurged(bytes);
      if (purged) return deletedRow(seq, kind, purged.attempt);
      const { at, wall, attempt, by, body } = decodeEvent(bytes);
      return {
        seq,
        kind,
        wall,
        at,
        attempt: attempt ?? null,
        staff: by?.staff ?? null,
        staffName: by?.staff === undefined ? null : (names.get(by.staff) ?? null),
        machine: by?.machine ?? null,
        address: by?.address ?? null,
        body: shownBody(kind, body),
      };
    });
  }
}

function attemptOf({ bytes }: StoredEvent): string | null {
  return (readPurged(bytes) ?? decodeEvent(bytes)).attempt ?? null;
}

/** An answer whose content was deleted: that it was there, and whose. */
function deletedRow(seq: number, kind: string, attempt: string): LogRow {
  return {
    seq,
    kind,
    wall: null,
    at: null,
    attempt,
    staff: null,
    staffName: null,
    machine: null,
    address: null,
    body: null,
  };
}
