/**
 * The linked list of each attempt's events: every event carries the number of the attempt's event before it
 * (`attempt_prev`), the attempt's row the last one. So an attempt's history is read backwards without an index on the hot
 * path. Used by the writer and, with the same code, by the rebuilding of projections.
 */
import type { ProjectionContext } from './projections/context.ts';
import { ProjectionError } from './projections/projection-error.ts';

/** Attempts kept in memory. */
const MOST = 20_000;

export class AttemptLinks {
  /** Last events of this batch, not yet in the attempts' rows. */
  readonly #last = new Map<string, number>();
  /** What the attempts' rows say, as far as it was read or written here: a look into memory instead of the table. */
  readonly #known = new Map<string, number>();
  readonly #to: ProjectionContext;

  constructor(to: ProjectionContext) {
    this.#to = to;
  }

  /** Notes event `seq` as the attempt's last one; returns the one before it, null for the first. */
  link(attempt: string, seq: number): number | null {
    const previous = this.lastOf(attempt);
    this.#last.set(attempt, seq);
    return previous;
  }

  /** The attempt's last event so far; null when it has none. */
  lastOf(attempt: string): number | null {
    return this.#last.get(attempt) ?? this.#stored(attempt);
  }

  /** Writes the attempts' rows; to be called before the transaction commits. */
  flush(): void {
    for (const [attempt, seq] of this.#last) {
      // An attempt begins with its first login: an event before it would hang in the air after the next restart.
      if (this.#to.run('UPDATE attempt SET last_seq = ? WHERE attempt = ?', seq, attempt) !== 1)
        throw new ProjectionError(`attempt ${attempt} never logged in`);
      this.#known.set(attempt, seq);
    }
    this.#last.clear();
    if (this.#known.size > MOST) this.#known.clear();
  }

  /** Forgets what a rolled-back batch noted, and what it wrote. */
  reset(): void {
    this.#last.clear();
    this.#known.clear();
  }

  #stored(attempt: string): number | null {
    const known = this.#known.get(attempt);
    if (known !== undefined) return known;
    return (
      this.#to.get<{ last_seq: number }>('SELECT last_seq FROM attempt WHERE attempt = ?', attempt)
        ?.last_seq ?? null
    );
  }
}
