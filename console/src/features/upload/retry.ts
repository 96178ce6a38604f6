/** Which failures of a resumable upload mend themselves, and what its address says. Pure. */

/** Waits before the tries, in milliseconds: soon at first, for a pulled cable is back soon; then every five seconds for an hour. */
export const RETRY_DELAYS_MS: readonly number[] = [500, 1_000, 2_000, ...Array<number>(720).fill(5_000)];

/** A box that answers with a fault of its own is asked this often before the person is told. */
const TRIES_AT_FAULTS = 4;

/**
 * `status` 0: nobody answered. Waited for as long as the person does. 409 and 423: the box still holds the line that
 * broke; 429: it has too much to do.
 */
export function mayRetry(status: number, attempt: number): boolean {
  if (status === 0 || status === 409 || status === 423 || status === 429) return true;
  return status >= 500 && attempt < TRIES_AT_FAULTS;
}

/** Name of an upload: the last part of its address. */
export const uploadName = (url: string): string => url.split('?')[0]?.split('/').at(-1) ?? '';

/** Whole percent, 100 only when everything is there. */
export const percent = (sent: number, of: number): number =>
  of > 0 ? Math.min(sent < of ? 99 : 100, Math.floor((sent / of) * 100)) : 0;
