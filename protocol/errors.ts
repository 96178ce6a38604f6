/**
 * The catalogue of error codes: HTTP status, words and remedy in both languages. Screens switch on the code; the words
 * are for people. docs/errors.md is made from it. Faults of imports stand beside their rules (faults.ts in domain/roster, domain/seating, domain/papers).
 */
import { BATCH_ERRORS } from './errors.batch.ts';
import { BOX_ERRORS } from './errors.box.ts';
import { CONSOLE_ERRORS } from './errors.console.ts';
import type { ErrorEntry } from './errors.entry.ts';
import { EVIDENCE_ERRORS } from './errors.evidence.ts';
import { HQ_ERRORS } from './errors.hq.ts';
import { KIOSK_ERRORS } from './errors.kiosk.ts';
import { PACKAGE_ERRORS } from './errors.package.ts';
import { PURGE_ERRORS } from './errors.purge.ts';
import { REQUEST_ERRORS } from './errors.request.ts';
import { SYNC_ERRORS } from './errors.sync.ts';

export const ERRORS = {
  ...KIOSK_ERRORS,
  ...CONSOLE_ERRORS,
  ...EVIDENCE_ERRORS,
  ...BOX_ERRORS,
  ...BATCH_ERRORS,
  ...SYNC_ERRORS,
  ...PACKAGE_ERRORS,
  ...REQUEST_ERRORS,
  ...PURGE_ERRORS,
  ...HQ_ERRORS,
} as const satisfies Record<string, ErrorEntry>;

export type { ErrorEntry };

export type ErrorCode = keyof typeof ERRORS;

/** Body of every HTTP error answer. */
export interface ErrorBody {
  code: string;
  zh: string;
  en: string;
  doZh: string;
  doEn: string;
  detail?: Record<string, unknown>;
}
