/** The box's time as this page knows it: wall time and box time, counted on by this device's monotonic clock. */
export class Clock {
  #wall = $state(Date.now());
  #elapsed = $state<number | null>(null);
  #at = performance.now();
  /** Ticks every second, so that whatever shows a running time is drawn anew. */
  #tick = $state(performance.now());

  constructor() {
    setInterval(() => {
      this.#tick = performance.now();
    }, 1_000);
  }

  /** Both times as the box has just said. */
  set(wall: number, elapsed: number): void {
    this.#at = performance.now();
    this.#tick = this.#at;
    this.#wall = wall;
    this.#elapsed = elapsed;
  }

  get wall(): number {
    return this.#wall + (this.#tick - this.#at);
  }

  /** Box time in milliseconds; null before the box has said it. */
  get elapsed(): number | null {
    return this.#elapsed === null ? null : this.#elapsed + (this.#tick - this.#at);
  }

  /** The wall time of a moment in box time, a label for people. */
  wallOf(elapsed: number): number | null {
    return this.#elapsed === null ? null : this.#wall + (elapsed - this.#elapsed);
  }
}
