/** Codes about session packages, release codes, requests and retention. */
import type { ErrorEntry } from './errors.entry.ts';

export const PACKAGE_ERRORS = {} as const satisfies Record<string, ErrorEntry>;
