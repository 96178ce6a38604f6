/** Something read from headquarters: its value, why it failed, whether it is on its way. An older answer never wins over a newer. */
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

/**
 * Reads something anew while the page is in sight; the page keeps what it shows until the newer is here. To be called
 * while a component is set up.
 */
export function every(ms: number, of: { loading: boolean; load(): Promise<void> }): void {
  $effect(() => {
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible' && !of.loading) void of.load();
    }, ms);
    return () => clearInterval(timer);
  });
}

/** How often pages that watch read anew. */
export const WATCH_MS = 10_000;
