/** Counts failures by key in a sliding window; the memory it takes is bounded. */
export class FailureLimit {
  readonly #failures = new Map<string, number[]>();
  readonly #most: number;
  readonly #windowMs: number;
  readonly #now: () => number;

  constructor(most: number, windowMs: number, now: () => number) {
    this.#most = most;
    this.#windowMs = windowMs;
    this.#now = now;
  }

  /** Milliseconds until another try is allowed; 0 when it is now. */
  wait(key: string): number {
    const recent = this.#recent(key);
    if (recent.length < this.#most) return 0;
    return Math.max(1, (recent[0] ?? 0) + this.#windowMs - this.#now());
  }

  failed(key: string): void {
    const recent = this.#recent(key);
    recent.push(this.#now());
    this.#failures.set(key, recent.slice(-this.#most));
    if (this.#failures.size > 10_000) this.#sweep();
  }

  clear(key: string): void {
    this.#failures.delete(key);
  }

  #recent(key: string): number[] {
    const since = this.#now() - this.#windowMs;
    return (this.#failures.get(key) ?? []).filter((at) => at > since);
  }

  #sweep(): void {
    for (const key of this.#failures.keys()) if (this.#recent(key).length === 0) this.#failures.delete(key);
    if (this.#failures.size > 10_000) this.#failures.clear();
  }
}
