/** Codes of the headquarters service. */
import type { ErrorEntry } from './errors.entry.ts';

export const HQ_ERRORS = {} as const satisfies Record<string, ErrorEntry>;
