/**
 * What must be known of an attempt for every frame, kept until something changes it: sitting, deadline, paper. The
 * database stays the truth; `forget` makes the next frame read it again.
 */

import type { BoxClock } from '#server/platform/box-clock.ts';
import type { Statements } from '#server/platform/statements.ts';
import { type AttemptFacts, type GapFrom, loadFacts } from './attempt-state.ts';
import { selectOptionalAttempt } from './attempts.repo.ts';

export class LiveAttempts {
  readonly #s: Statements;
  readonly #clock: BoxClock;
  readonly #facts = new Map<string, AttemptFacts>();

  constructor(s: Statements, clock: BoxClock) {
    this.#s = s;
    this.#clock = clock;
  }

  /** Facts as of the last change; `status` may have grown old by time alone (see `fresh`). Null: no such attempt. */
  get(attempt: string): AttemptFacts | null {
    const known = this.#facts.get(attempt);
    return known ?? this.fresh(attempt);
  }

  /** Facts worked out now. */
  fresh(attempt: string): AttemptFacts | null {
    const row = selectOptionalAttempt(this.#s, attempt);
    if (!row) return null;
    const facts = loadFacts(this.#s, row, this.#clock.elapsed(), this.gapFrom());
    this.#facts.set(attempt, facts);
    return facts;
  }

  forget(attempt: string): void {
    this.#facts.delete(attempt);
  }

  forgetAll(): void {
    this.#facts.clear();
  }

  /** Beginning of a gap after a power cut that nobody has confirmed yet. */
  gapFrom(): GapFrom {
    const row = this.#s.get<{ confirmed: number; gap: number | null }>(
      'SELECT confirmed, gap_from AS gap FROM clock WHERE id = 1',
    );
    return row && row.confirmed === 0 ? (row.gap ?? 0) : null;
  }
}
