/** How long to wait before the next try: fast at first, then calmer, never all machines of a room at the same instant. */
export interface Backoff {
  /** Milliseconds to wait now; grows with every call. */
  next(): number;
  reset(): void;
}

/** Each wait is drawn from the upper half of its step, `firstMs` doubling to `mostMs`. `random` gives [0, 1). */
export function createBackoff(of: { firstMs: number; mostMs: number; random: () => number }): Backoff {
  let tries = 0;
  return {
    next() {
      const step = Math.min(of.mostMs, of.firstMs * 2 ** Math.min(tries, 30));
      tries += 1;
      return Math.round(step / 2 + (step / 2) * of.random());
    },
    reset() {
      tries = 0;
    },
  };
}
