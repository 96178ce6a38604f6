/**
 * After a power cut the box's wall clock may lie; the candidates' machines counted on. Collects what they say of box
 * time, and confirms the gap when enough of them agree (DESIGN "Time").
 */
import { witnessed } from '#domain/time/box-time.ts';
import type { Deps } from '#server/platform/deps.ts';
import { Statements } from '#server/platform/statements.ts';

export class ClockWitness {
  readonly #deps: Deps;
  readonly #s: Statements;
  readonly #reports = new Map<string, { saysMs: number; boxMs: number }>();
  #busy = false;
  /** Called when the gap was confirmed: running sittings go on. */
  onConfirmed: () => void = () => {};

  constructor(deps: Deps) {
    this.#deps = deps;
    this.#s = new Statements(deps.db);
  }

  get unconfirmed(): { gapMs: number; wallGapMs: number } | null {
    const row = this.#s.get<{ confirmed: number; gap: number | null; elapsed: number }>(
      'SELECT confirmed, gap_from AS gap, elapsed FROM clock WHERE id = 1',
    );
    if (!row || row.confirmed === 1) return null;
    const from = row.gap ?? 0;
    return { gapMs: this.#deps.clock.elapsed() - from, wallGapMs: row.elapsed - from };
  }

  /** A machine says what box time its own clock has counted to. */
  async heard(key: string, saysMs: number, boxMs: number): Promise<void> {
    const gap = this.unconfirmed;
    if (!gap || this.#busy) return;
    this.#reports.set(key, { saysMs, boxMs });
    const addedMs = witnessed([...this.#reports.values()]);
    if (addedMs === null) return;
    this.#busy = true;
    try {
      this.#deps.clock.add(addedMs);
      await this.#deps.ledger.append([
        {
          kind: 'CLOCK_CONFIRMED',
          body: { from: 'machines', gapMs: Math.max(0, gap.gapMs), addedMs: Math.max(0, addedMs) },
        },
      ]);
      this.#reports.clear();
      this.onConfirmed();
    } finally {
      this.#busy = false;
    }
  }
}
