/**
 * What the DATA_PURGED events of a ledger account for. They stand behind the rows whose content they deleted, so a
 * verifier is told of them before it begins.
 */
import type { EventBody } from '#protocol/events.schema.ts';
import type { FaultList } from './faults.ts';
import { PURGED_KINDS, type PurgedRow } from './purged-row.ts';

interface Purge {
  seq: number;
  /** Rows that it says to have deleted, and those found. */
  told: number;
  found: number;
}

export class Purges {
  readonly #purges: Purge[] = [];
  readonly #of = new Map<string, Purge>();

  /** In ledger order; `seq` is the event's own number. */
  add(seq: number, { attempts, events }: EventBody<'DATA_PURGED'>): void {
    const purge: Purge = { seq, told: events, found: 0 };
    this.#purges.push(purge);
    for (const attempt of attempts) if (!this.#of.has(attempt)) this.#of.set(attempt, purge);
  }

  get count(): number {
    return this.#purges.length;
  }

  /** Whether the answers of an attempt before event `seq` were deleted. */
  covers(attempt: string | undefined, seq: number): boolean {
    const purge = attempt === undefined ? undefined : this.#of.get(attempt);
    return purge !== undefined && seq < purge.seq;
  }

  /** A row whose content is gone: of a kind that may be so, and accounted for. */
  take(seq: number, kind: string, { attempt }: PurgedRow, faults: FaultList): void {
    if (!PURGED_KINDS.has(kind)) faults.add('purge/kind', kind, seq);
    const purge = this.#of.get(attempt);
    if (!purge || seq >= purge.seq) faults.add('purge/unnamed', attempt, seq);
    else purge.found += 1;
  }

  /** To be called after the last event. */
  end(faults: FaultList): void {
    for (const { seq, told, found } of this.#purges)
      if (told !== found) faults.add('purge/count', `${found} events, ${told} told`, seq);
  }
}
