/**
 * The one writer of everything that must not be lost: entries and attempt records go to the store in the order they
 * came, many in one transaction, and are tried again until they are there. What is enqueued in one call is written in
 * one transaction.
 */
import type { Timers } from '../clock/timers.ts';
import { type Store, StoreError, type Write } from './store.types.ts';

const RETRY_FIRST_MS = 250;
const RETRY_MOST_MS = 5_000;
/** After so many failures in a row the machine counts as unable to keep answers. */
const FAILURES_SHOWN = 3;
/** Most writes of one transaction, so that a long queue after a failure doesn't make one huge one. */
const BATCH = 512;

interface Job {
  writes: readonly Write[];
  done: () => void;
}

export class Writer {
  readonly #store: Store;
  readonly #timers: Timers;
  readonly #onChange: () => void;
  #queue: Job[] = [];
  #running = false;
  #stopped = false;
  #failures = 0;
  /** Wakes those who wait for "written or failing". */
  #waiting: (() => void)[] = [];
  /** Another page wrote different content under our keys: this page must not write any more. */
  conflict = false;

  constructor(store: Store, timers: Timers, onChange: () => void) {
    this.#store = store;
    this.#timers = timers;
    this.#onChange = onChange;
  }

  /** The store refuses again and again: nothing more is safe on this machine until it recovers. */
  get failing(): boolean {
    return this.#failures >= FAILURES_SHOWN || this.conflict;
  }

  get idle(): boolean {
    return this.#queue.length === 0;
  }

  /** `done` is called when the writes are durable. Never throws: it tries for ever. */
  enqueue(writes: readonly Write[], done: () => void = () => undefined): void {
    this.#queue.push({ writes, done });
    if (!this.#running) {
      this.#running = true;
      // After the caller's turn, so that what it enqueues in one go shares a transaction.
      void Promise.resolve().then(() => this.#run());
    }
  }

  /** Resolves with true when all that was enqueued is durable, with false when the store is failing. */
  async settle(): Promise<boolean> {
    while (!this.idle && !this.failing && !this.#stopped)
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    return this.idle;
  }

  /** Stops trying; what is still queued is lost to this page. */
  stop(): void {
    this.#stopped = true;
    this.#wake();
  }

  async #run(): Promise<void> {
    while (this.#queue.length > 0 && !this.#stopped && !this.conflict) {
      const batch = this.#take();
      try {
        await this.#write(batch.flatMap((job) => job.writes));
        this.#queue.splice(0, batch.length);
        this.#failures = 0;
        for (const job of batch) job.done();
        this.#wake();
        this.#onChange();
      } catch {
        this.#failures += 1;
        this.#wake();
        this.#onChange();
        const wait = Math.min(RETRY_MOST_MS, RETRY_FIRST_MS * 2 ** (this.#failures - 1));
        await new Promise<void>((resolve) => {
          this.#timers.after(wait, resolve);
        });
      }
    }
    this.#running = false;
  }

  /** The oldest jobs, at least one, never splitting a job. */
  #take(): Job[] {
    const batch: Job[] = [];
    let size = 0;
    for (const job of this.#queue) {
      size += job.writes.length;
      if (batch.length > 0 && size > BATCH) break;
      batch.push(job);
    }
    return batch;
  }

  async #write(writes: Write[]): Promise<void> {
    try {
      await this.#store.write(writes);
    } catch (error) {
      if (!(error instanceof StoreError) || error.reason !== 'exists') throw error;
      // An earlier try was written although it was reported as failed: then the same content is there.
      await this.#store.write(await this.#withoutRepeats(writes));
    }
  }

  async #withoutRepeats(writes: Write[]): Promise<Write[]> {
    const rest: Write[] = [];
    for (const write of writes) {
      if (!('add' in write)) {
        rest.push(write);
        continue;
      }
      const there = await this.#store.get(write.in, write.key);
      if (there === undefined) rest.push(write);
      else if (JSON.stringify(there) !== JSON.stringify(write.add)) {
        this.conflict = true;
        throw new StoreError('exists', 'another page wrote this entry');
      }
    }
    return rest;
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const wake of waiting) wake();
  }
}
