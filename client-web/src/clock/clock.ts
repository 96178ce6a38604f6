/**
 * Box time on this machine: the box's elapsed milliseconds, reckoned from round trips and counted on by
 * `performance.now()`. The PC's own wall clock is never trusted; it only bridges a reload while the box is away, and
 * what comes of that is marked as not proved.
 */
import type { Timers } from './timers.ts';

/** Samples of one connection that are compared; older ones make room. */
const SAMPLES = 16;
/** Two clocks may part by this much between samples before it counts as a step of the box's clock. */
const DRIFT_MS = 250;
/** Round trip taken for the challenge, which has none of its own. */
const CHALLENGE_RTT_MS = 2_000;

/** What is kept across a reload. */
export interface ClockAnchor {
  /** Box time and box wall time at the moment of saving. */
  elapsed: number;
  boxWall: number;
  /** The PC's `Date.now()` at the same moment. */
  pcWall: number;
}

interface Sample {
  /** Box time minus ours, and box wall time minus ours, in milliseconds. */
  offset: number;
  wall: number;
  rtt: number;
}

export class Clock {
  readonly #timers: Timers;
  readonly #pcWall: () => number;
  #samples: Sample[] = [];
  #best: Sample | null = null;
  #proved = false;

  constructor(timers: Timers, pcWall: () => number) {
    this.#timers = timers;
    this.#pcWall = pcWall;
  }

  /** The box told its time since this page was opened. */
  get proved(): boolean {
    return this.#proved;
  }

  /** Box time now in milliseconds; null before the first contact and without a remembered one. */
  elapsed(): number | null {
    return this.#best ? this.#timers.now() + this.#best.offset : null;
  }

  /** Box wall time now; the PC's own where the box never told. */
  wall(): number {
    return this.#best ? this.#timers.now() + this.#best.wall : this.#pcWall();
  }

  /** A new connection: an earlier connection's samples may be of another box, or from before its restart. */
  connected(challenge: { elapsed: number; wall: number }): void {
    this.#samples = [];
    const before = this.#best;
    const sample = sampleOf(challenge, { rtt: CHALLENGE_RTT_MS, half: 0, now: this.#timers.now() });
    // The challenge says it to within a second or so: keep what was measured better, unless it has been left behind.
    const agrees = before !== null && Math.abs(before.offset - sample.offset) <= CHALLENGE_RTT_MS / 2;
    if (!this.#proved || !agrees) this.#best = sample;
    this.#proved = true;
  }

  /** An answer to a `time` message that was sent at `sentAt` on the timers' clock. */
  answered(sentAt: number, told: { elapsed: number; wall: number }): void {
    const now = this.#timers.now();
    const rtt = now - sentAt;
    if (rtt < 0) return;
    const sample = sampleOf(told, { rtt, half: rtt / 2, now });
    this.#proved = true;
    const best = this.#best;
    const stepped =
      best !== null && Math.abs(best.offset - sample.offset) > (best.rtt + sample.rtt) / 2 + DRIFT_MS;
    if (stepped) this.#samples = [];
    this.#samples.push(sample);
    if (this.#samples.length > SAMPLES) this.#samples.shift();
    this.#best = this.#samples.reduce((least, one) => (one.rtt < least.rtt ? one : least));
  }

  /** What to keep for a reload; null while nothing is known. */
  anchor(): ClockAnchor | null {
    const elapsed = this.elapsed();
    return elapsed === null
      ? null
      : { elapsed: Math.round(elapsed), boxWall: Math.round(this.wall()), pcWall: this.#pcWall() };
  }

  /** Goes on from an anchor after a reload, by the PC's clock; a clock that went backwards counts as standing still. */
  remember(anchor: ClockAnchor): void {
    if (this.#proved) return;
    const passed = Math.max(0, this.#pcWall() - anchor.pcWall);
    const now = this.#timers.now();
    this.#best = {
      offset: anchor.elapsed + passed - now,
      wall: anchor.boxWall + passed - now,
      rtt: CHALLENGE_RTT_MS,
    };
  }
}

/** `half` of the round trip is what the word needed to come here. */
function sampleOf(
  told: { elapsed: number; wall: number },
  trip: { rtt: number; half: number; now: number },
): Sample {
  const { rtt, half, now } = trip;
  return { offset: told.elapsed + half - now, wall: told.wall + half - now, rtt };
}
