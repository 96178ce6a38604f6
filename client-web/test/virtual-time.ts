/** Timers that pass only when told to: an hour of exam in a moment, the same every time. */
import type { Timers } from '../src/clock/timers.ts';

interface Due {
  at: number;
  order: number;
  run: () => void;
}

export class VirtualTime implements Timers {
  #now = 1_000;
  #order = 0;
  #due: Due[] = [];

  now(): number {
    return this.#now;
  }

  after(ms: number, run: () => void): () => void {
    const due = { at: this.#now + Math.max(0, ms), order: this.#order++, run };
    this.#due.push(due);
    return () => {
      this.#due = this.#due.filter((one) => one !== due);
    };
  }

  /** Lets `ms` pass; between two timers everything that was promised comes about. */
  async pass(ms: number): Promise<void> {
    const end = this.#now + ms;
    await settled();
    for (let next = this.#next(end); next; next = this.#next(end)) {
      this.#due = this.#due.filter((one) => one !== next);
      this.#now = Math.max(this.#now, next.at);
      next.run();
      await settled();
    }
    this.#now = end;
  }

  /** Lets time pass in steps until `done`; false when `mostMs` were not enough. */
  async until(done: () => boolean, mostMs = 60_000, stepMs = 100): Promise<boolean> {
    const end = this.#now + mostMs;
    while (!done() && this.#now < end) await this.pass(stepMs);
    return done();
  }

  #next(end: number): Due | undefined {
    return this.#due
      .filter((one) => one.at <= end)
      .sort((a, b) => a.at - b.at || a.order - b.order)
      .at(0);
  }
}

/** All microtasks, and what Node's streams and blobs do in between. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
