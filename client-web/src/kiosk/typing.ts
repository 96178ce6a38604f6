/**
 * Typing on its way to the journal: 250 ms after the last key, 1 s at most. `type` runs on every key and does next to
 * nothing.
 */
import type { Timers } from '../clock/timers.ts';

const IDLE_MS = 250;
const MOST_MS = 1_000;

interface Draft {
  item: string;
  response: string;
  text: string;
  first: number;
  last: number;
  cancel: () => void;
}

export class Typing {
  readonly #timers: Timers;
  readonly #commit: (item: string, response: string, text: string) => void;
  #drafts = new Map<string, Draft>();

  constructor(timers: Timers, commit: (item: string, response: string, text: string) => void) {
    this.#timers = timers;
    this.#commit = commit;
  }

  /** Something typed is not in the journal yet. */
  get pending(): boolean {
    return this.#drafts.size > 0;
  }

  /** True when this is the first key since the last commit. */
  type(item: string, response: string, text: string): boolean {
    const key = keyOf(item, response);
    const now = this.#timers.now();
    const draft = this.#drafts.get(key);
    if (draft) {
      draft.text = text;
      draft.last = now;
      return false;
    }
    const fresh: Draft = { item, response, text, first: now, last: now, cancel: () => undefined };
    fresh.cancel = this.#timers.after(IDLE_MS, () => this.#due(key, fresh));
    this.#drafts.set(key, fresh);
    return true;
  }

  /** Commits what waits, of all responses or of one item's. */
  flush(): void {
    for (const [key, draft] of [...this.#drafts]) this.#take(key, draft);
  }

  /** Forgets what was typed into a response: a whole value replaces it. */
  forget(item: string, response: string): void {
    const key = keyOf(item, response);
    this.#drafts.get(key)?.cancel();
    this.#drafts.delete(key);
  }

  #due(key: string, draft: Draft): void {
    const wait = Math.min(draft.last + IDLE_MS, draft.first + MOST_MS) - this.#timers.now();
    // The timer is moved once per pause in typing, not once per key.
    if (wait > 0) draft.cancel = this.#timers.after(wait, () => this.#due(key, draft));
    else this.#take(key, draft);
  }

  #take(key: string, draft: Draft): void {
    draft.cancel();
    this.#drafts.delete(key);
    this.#commit(draft.item, draft.response, draft.text);
  }
}

/** Identifiers hold no control characters, so a line feed parts them. */
export function keyOf(item: string, response: string): string {
  return `${item}\n${response}`;
}
