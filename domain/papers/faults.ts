/** Every fault of a paper's import by code, with words and remedy in both languages; the console shows them as they are. */
import type { Fault } from './fault.ts';
import { ITEM_FAULTS } from './faults.item.ts';
import { MEDIA_FAULTS } from './faults.media.ts';
import { PACKAGE_FAULTS } from './faults.package.ts';
import { SCORING_FAULTS } from './faults.scoring.ts';
import { SHEET_FAULTS } from './faults.sheet.ts';
import { TEST_FAULTS } from './faults.test-file.ts';
import { ZIP_FAULTS } from './faults.zip.ts';

export const PAPER_FAULTS = {
  ...ZIP_FAULTS,
  ...PACKAGE_FAULTS,
  ...TEST_FAULTS,
  ...ITEM_FAULTS,
  ...MEDIA_FAULTS,
  ...SCORING_FAULTS,
  ...SHEET_FAULTS,
} as const satisfies Record<string, Fault>;

export type PaperFaultCode = keyof typeof PAPER_FAULTS;

/** One fault found in one place. */
export interface PaperProblem {
  severity: 'error' | 'warning';
  code: PaperFaultCode;
  /** Path inside the package; empty where it is the package itself. */
  file: string;
  /** Identifier of the item concerned, as the test names it. */
  item?: string;
  /** From 1. */
  line?: number;
  /** The name, value or count that it is about; no whole sentence. */
  detail: string;
}
