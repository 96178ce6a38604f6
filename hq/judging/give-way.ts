/**
 * Judging can wait, sites that come back after an outage cannot: while batches come in, judging takes a tenth of a
 * replica's time. Both share its one thread, and to read an event costs more than to take it in.
 */
import { setTimeout as sleep } from 'node:timers/promises';

/** How long after a batch more are expected. */
const QUIET_MS = 2_000;
/** Rest for each millisecond of work, and the longest. */
const REST = 9;
const REST_MOST_MS = 2_000;

/** How long to rest after work of `tookMs` when the last batch came `sinceMs` ago. */
export function restMs(tookMs: number, sinceMs: number): number {
  return sinceMs >= QUIET_MS ? 0 : Math.min(REST_MOST_MS, Math.max(0, tookMs) * REST);
}

export class GiveWay {
  #cameMs = Number.NEGATIVE_INFINITY;
  #hurried = 0;
  #rest: AbortController | null = null;

  /** A batch was taken. */
  came(): void {
    this.#cameMs = performance.now();
  }

  /** After work that began at `sinceMs` (performance.now()): rests if batches come in and nobody waits for the judging. */
  async after(sinceMs: number): Promise<void> {
    const now = performance.now();
    const ms = this.#hurried > 0 ? 0 : restMs(now - sinceMs, now - this.#cameMs);
    if (ms === 0) return;
    this.#rest = new AbortController();
    await sleep(ms, undefined, { signal: this.#rest.signal, ref: false }).catch(() => undefined);
    this.#rest = null;
  }

  /** Somebody waits: no rest, nor the one under way, until `work` is done. */
  async hurry<T>(work: () => Promise<T>): Promise<T> {
    this.#hurried += 1;
    this.#rest?.abort();
    try {
      return await work();
    } finally {
      this.#hurried -= 1;
    }
  }
}
