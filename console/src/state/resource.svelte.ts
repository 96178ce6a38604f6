/** Something read from the box: its value, why it failed, whether it is on its way. An older answer never wins over a newer. */
import { asFailure, type Failure } from '../api/failure.ts';

export class Resource<T> {
  value = $state.raw<T | null>(null);
  failure = $state.raw<Failure | null>(null);
  loading = $state(true);
  readonly #read: (signal: AbortSignal) => Promise<T>;
  #running: AbortController | null = null;

  constructor(read: (signal: AbortSignal) => Promise<T>) {
    this.#read = read;
  }

  /** Reads (again). The value stays on show until the new one is here. Never throws. */
  async load(): Promise<void> {
    this.#running?.abort();
    const running = new AbortController();
    this.#running = running;
    this.loading = true;
    try {
      const value = await this.#read(running.signal);
      if (this.#running !== running) return;
      this.value = value;
      this.failure = null;
    } catch (thrown) {
      if (this.#running !== running || running.signal.aborted) return;
      this.failure = asFailure(thrown);
    }
    this.loading = false;
  }

  cancel(): void {
    this.#running?.abort();
    this.#running = null;
  }
}

/**
 * A resource that reads at once, and again when anything reactive that `read` uses before its first await changes.
 * To be made while a component is set up.
 */
export function resource<T>(read: (signal: AbortSignal) => Promise<T>): Resource<T> {
  const made = new Resource(read);
  $effect(() => {
    void made.load();
    return () => made.cancel();
  });
  return made;
}
