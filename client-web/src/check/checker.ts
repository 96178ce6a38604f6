/** What the page for checking papers needs, whether a box answers it or the page itself. */
import type { CheckVerdict, ReportKind } from '#protocol/reports.ts';
import type { Check } from '../verify/check-receipt.ts';

/** What the paper must say, as far as it is known. */
export interface PaperFacts {
  report: string;
  kind: ReportKind | null;
  copy: number | null;
  /** Wall time in milliseconds. */
  made: number | null;
  pages: number | null;
  requester: string | null;
}

export interface Judgement {
  /** What was judged: a paper's QR, or a whole file. */
  by: 'mark' | 'file';
  verdict: CheckVerdict;
  /** Code of the catalogue; null when genuine. */
  code: string | null;
  facts: PaperFacts | null;
}

export type PaperCheck =
  | Judgement
  /** Nothing was judged. `not-mark`: the text is no QR of a paper. */
  | { trouble: 'unreachable' | 'too-many' | 'too-large' | 'no-pdf' | 'not-mark' };

export interface Checker {
  /** Known from the beginning, or once the box has answered. */
  site(): Promise<{ name: string; timeZone: string } | null>;
  /** The QR's text: an address, or what stands behind its `#`. */
  mark(text: string): Promise<PaperCheck>;
  file(file: Blob): Promise<PaperCheck>;
  /** Null where no box can be asked. */
  receipt: ((code: string) => Promise<Check>) | null;
  /** Without a box: when this page was saved, wall time in milliseconds. */
  savedAt: number | null;
}

/** As the box takes them. */
export const FILE_BYTES = 64 * 1024 * 1024;
