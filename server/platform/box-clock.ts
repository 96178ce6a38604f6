/**
 * The box's clock. Box time (`elapsed`) comes from the monotonic clock and goes on over restarts from the ledger's
 * last anchor; wall time is a label. Sources are injected: tests jump them.
 */
import { readFileSync } from 'node:fs';
import { type Anchor, type Resumed, resume } from '#domain/time/box-time.ts';

export interface TimeSource {
  /** Identifies the kernel's boot. */
  boot(): string;
  /** Milliseconds of the monotonic clock of this boot. */
  monoMs(): number;
  wallMs(): number;
}

/** The machine's own clocks. */
export function systemTime(): TimeSource {
  const boot = bootId();
  return {
    boot: () => boot,
    monoMs: () => Math.floor(Number(process.hrtime.bigint() / 1_000n) / 1_000),
    wallMs: () => Date.now(),
  };
}

/** Linux names each boot; elsewhere each start counts as a new boot, so that the gap is asked about rather than guessed. */
function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return `process-${process.pid}-${Date.now()}`;
  }
}

export class BoxClock {
  readonly #source: TimeSource;
  #offset = 0;
  #last = 0;

  constructor(source: TimeSource) {
    this.#source = source;
  }

  /** Takes up box time after the last anchor; to be called once, before anything reads the clock. */
  resume(last: Anchor | null): Resumed {
    const now = { boot: this.#source.boot(), monoMs: this.#source.monoMs(), wallMs: this.#source.wallMs() };
    const resumed = resume(last, now);
    this.#offset = resumed.elapsedMs - now.monoMs;
    this.#last = resumed.elapsedMs;
    return resumed;
  }

  /** Box time in milliseconds; never goes back. */
  elapsed(): number {
    this.#last = Math.max(this.#last, this.#source.monoMs() + this.#offset);
    return this.#last;
  }

  wall(): number {
    return this.#source.wallMs();
  }

  /** Moves box time on (a gap that was longer than the wall clock said). Never back. */
  add(ms: number): void {
    this.#offset += Math.max(0, ms);
  }

  anchor(): { boot: string; mono: number } {
    return { boot: this.#source.boot(), mono: this.#source.monoMs() };
  }
}
