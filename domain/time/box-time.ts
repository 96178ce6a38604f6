/**
 * Box time: milliseconds that count on over restarts and power cuts, from anchors in the ledger. The box's monotonic
 * clock counts; wall time only bridges a new boot, and then it must be confirmed.
 */
export interface Anchor {
  /** Identifies the kernel's boot: the monotonic clock starts anew with it. */
  boot: string;
  monoMs: number;
  wallMs: number;
  elapsedMs: number;
}

export interface Resumed {
  /** Box time now. */
  elapsedMs: number;
  /** Box time that passed since the last anchor. */
  gapMs: number;
  how: 'first' | 'same-boot' | 'wall';
  /** The gap rests on the wall clock: running sittings stay paused at the anchor until machines or the chief confirm. */
  confirmed: boolean;
}

/** A gap that the wall clock claims and nobody believes without being asked: a dead clock battery, a jump by years. */
export const GAP_MOST_MS = 24 * 3_600_000;

/** Box time after a start, from the last anchor of the ledger (null: a new box). */
export function resume(last: Anchor | null, now: { boot: string; monoMs: number; wallMs: number }): Resumed {
  if (!last) return { elapsedMs: 0, gapMs: 0, how: 'first', confirmed: true };
  if (last.boot === now.boot && now.monoMs >= last.monoMs) {
    const gapMs = now.monoMs - last.monoMs;
    return { elapsedMs: last.elapsedMs + gapMs, gapMs, how: 'same-boot', confirmed: true };
  }
  const wall = now.wallMs - last.wallMs;
  const gapMs = wall >= 0 && wall <= GAP_MOST_MS ? wall : 0;
  return { elapsedMs: last.elapsedMs + gapMs, gapMs, how: 'wall', confirmed: false };
}

/** How many machines must agree, and how closely, before their clocks confirm the gap. */
export const WITNESSES = 3;
export const AGREE_MS = 2_000;

/**
 * What the machines say of the time that passed: each reports the box time that its own `performance.now()` has
 * counted to. Returns the correction to add to box time when at least `WITNESSES`, and more than half of those heard,
 * agree with their median within `AGREE_MS`; null when they don't (yet).
 */
export function witnessed(reports: readonly { saysMs: number; boxMs: number }[]): number | null {
  if (reports.length < WITNESSES) return null;
  const offsets = reports.map((r) => r.saysMs - r.boxMs).sort((a, b) => a - b);
  const median = offsets[offsets.length >> 1] ?? 0;
  const agreeing = offsets.filter((o) => Math.abs(o - median) <= AGREE_MS).length;
  return agreeing >= WITNESSES && agreeing * 2 > offsets.length ? Math.round(median) : null;
}
