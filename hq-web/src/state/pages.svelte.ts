/**
 * A long list that comes in pages: the first page, and as many more as a person asks for. Reading anew reads the pages
 * that are shown and changes rows in place, so that nothing jumps.
 */
import { asFailure, type Failure } from '../api/failure.ts';

interface Page<R> {
  rows: R[];
  next: string | null;
}
export interface Asked {
  after?: string;
  limit?: number;
}
const FIRST = 100;
/** What headquarters gives at once. */
const MOST = 500;

export class Pages<R, P extends Page<R>> {
  /** The first page, with what belongs to the list as a whole. */
  head = $state.raw<P | null>(null);
  rows = $state.raw<readonly R[]>([]);
  next = $state.raw<string | null>(null);
  failure = $state.raw<Failure | null>(null);
  loading = $state(true);
  readonly #read: (page: Asked, signal: AbortSignal) => Promise<P>;
  #running: AbortController | null = null;

  constructor(read: (page: Asked, signal: AbortSignal) => Promise<P>) {
    this.#read = read;
  }

  /** Reads the list from its beginning, as far as it was shown; `anew` for another list: its first page. Never throws. */
  async load(anew = false): Promise<void> {
    const wanted = anew ? FIRST : Math.max(FIRST, this.rows.length);
    await this.#run(async (signal) => {
      let page = await this.#read({ limit: Math.min(MOST, wanted) }, signal);
      const head = page;
      const rows = [...page.rows];
      while (rows.length < wanted && page.next !== null) {
        page = await this.#read({ limit: Math.min(MOST, wanted - rows.length), after: page.next }, signal);
        rows.push(...page.rows);
      }
      return () => {
        this.head = head;
        this.rows = rows;
        this.next = page.next;
      };
    });
  }

  async more(): Promise<void> {
    const after = this.next;
    if (after === null) return;
    await this.#run(async (signal) => {
      const page = await this.#read({ limit: FIRST, after }, signal);
      return () => {
        this.rows = [...this.rows, ...page.rows];
        this.next = page.next;
      };
    });
  }

  cancel(): void {
    this.#running?.abort();
    this.#running = null;
  }

  /** One reading at a time: a newer one ends the older, whose answer no longer counts. */
  async #run(read: (signal: AbortSignal) => Promise<() => void>): Promise<void> {
    this.#running?.abort();
    const running = new AbortController();
    this.#running = running;
    this.loading = true;
    try {
      const take = await read(running.signal);
      if (this.#running !== running) return;
      take();
      this.failure = null;
    } catch (thrown) {
      if (this.#running !== running || running.signal.aborted) return;
      this.failure = asFailure(thrown);
    }
    this.loading = false;
  }
}

/**
 * Pages that are read at once, and from the beginning whenever anything reactive that `read` uses before its first
 * await changes. To be made while a component is set up.
 */
export function pages<R, P extends Page<R>>(
  read: (page: Asked, signal: AbortSignal) => Promise<P>,
): Pages<R, P> {
  const made = new Pages<R, P>(read);
  $effect(() => {
    void made.load(true);
    return () => made.cancel();
  });
  return made;
}
