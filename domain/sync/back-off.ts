/** How long to wait after a failed exchange: full jitter, so that the sites of a region do not come back all at once. */

export const BACK_OFF = { leastMs: 5_000, mostMs: 10 * 60_000 } as const;

/**
 * Milliseconds before the next try after `failures` failed ones (1 or more): evenly between 0 and a bound that doubles
 * from 5 s to 10 min, never less than a fifth of the least (https://aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter/).
 * @param random in [0, 1)
 */
export function backOffMs(failures: number, random: number): number {
  const doublings = Math.min(Math.max(failures, 1) - 1, 20);
  const bound = Math.min(BACK_OFF.leastMs * 2 ** doublings, BACK_OFF.mostMs);
  return Math.max(BACK_OFF.leastMs / 5, Math.floor(random * bound));
}
