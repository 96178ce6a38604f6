/** When time is short: amber at ten minutes, vermilion at one. Pure. */
export type TimeTone = 'calm' | 'care' | 'trouble';

export const SHORT_MS = 10 * 60_000;
export const LAST_MS = 60_000;

export function toneOf(leftMs: number | null): TimeTone {
  if (leftMs === null || leftMs > SHORT_MS) return 'calm';
  return leftMs > LAST_MS ? 'care' : 'trouble';
}

/**
 * The threshold that was crossed between two looks at the clock, to be said once; null when none was, or when time
 * went the other way (a credit).
 */
export function crossed(beforeMs: number | null, nowMs: number | null): TimeTone | null {
  if (beforeMs === null || nowMs === null || nowMs >= beforeMs) return null;
  for (const [at, tone] of [
    [LAST_MS, 'trouble'],
    [SHORT_MS, 'care'],
  ] as const)
    if (beforeMs > at && nowMs <= at) return tone;
  return null;
}
