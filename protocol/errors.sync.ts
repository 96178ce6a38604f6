/** Codes about the connection with headquarters, the exchange and the courier, on the box. */
import type { ErrorEntry } from './errors.entry.ts';

export const SYNC_ERRORS = {} as const satisfies Record<string, ErrorEntry>;
