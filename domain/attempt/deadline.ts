/**
 * Time left, from events alone: base + accommodation + credits + pauses. All times are box time in milliseconds
 * (protocol: "Time"); the wall clock plays no part.
 */
export interface SittingTime {
  durationMs: number;
  startedAt: number | null;
  /** Pauses, which may overlap; `to` null while it lasts. */
  pauses: { from: number; to: number | null }[];
  endedAt: number | null;
}

export interface AttemptTime {
  /** Sum of credits that apply to the attempt: its own, its sitting's, its session's. */
  creditMs: number;
  /** Extra time for accommodations. */
  accommodationMs: number;
}

export interface Deadline {
  /** End of the attempt as far as known now; null before the start. */
  endsAt: number | null;
  pausedAt: number | null;
  /** Time left; frozen while paused; the whole duration before the start. */
  leftMs: number;
  pausedMs: number;
}

/** The one function that says when an attempt ends. `now` is box time. */
export function deadline(sitting: SittingTime, attempt: AttemptTime, now: number): Deadline {
  const whole = sitting.durationMs + attempt.creditMs + attempt.accommodationMs;
  if (sitting.startedAt === null) return { endsAt: null, pausedAt: null, leftMs: whole, pausedMs: 0 };
  const start = sitting.startedAt;
  let pausedMs = 0;
  let pausedAt: number | null = null;
  // Where two pauses overlap (two rooms' reasons, a power cut inside a pause), the time is given back once.
  let counted = start;
  for (const pause of [...sitting.pauses].sort((a, b) => a.from - b.from)) {
    const from = Math.max(pause.from, counted);
    if (pause.to === null) {
      pausedAt ??= Math.max(pause.from, start);
      pausedMs += Math.max(0, now - from);
      counted = Math.max(counted, now);
    } else {
      pausedMs += Math.max(0, pause.to - from);
      counted = Math.max(counted, pause.to);
    }
  }
  const planned = start + whole + pausedMs;
  const endsAt = sitting.endedAt === null ? planned : Math.min(planned, sitting.endedAt);
  return { endsAt, pausedAt, leftMs: Math.max(0, endsAt - now), pausedMs };
}

export type Lane = 'in-time' | 'late' | 'unproved';

/** How long after the end revisions still count as in time, for the way over the network. */
export const GRACE_MS = 10_000;

/**
 * Lane of a revision that arrives at `now`: null while the attempt is open. Its own `at` is the machine's word; where
 * the machine's clock was not proved in this boot of its page, the lane is *unproved*.
 */
export function laneOf(of: { at: number; endsAt: number; now: number; proved: boolean }): Lane | null {
  if (of.now <= of.endsAt + GRACE_MS) return null;
  if (!of.proved) return 'unproved';
  return of.at <= of.endsAt ? 'in-time' : 'late';
}
