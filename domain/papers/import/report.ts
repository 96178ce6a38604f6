/** Collects what is wrong, all of it: an author mends a package once, not once per fault. */
import { PAPER_FAULTS, type PaperFaultCode, type PaperProblem } from '../faults.ts';

export interface Place {
  file: string;
  item?: string | undefined;
  line?: number | undefined;
}

export interface Report {
  add(code: PaperFaultCode, place: Place, detail?: string): void;
  problems: PaperProblem[];
  hasErrors(): boolean;
}

/** The same fault about the same thing in the same line is told once. */
export function createReport(): Report {
  const problems: PaperProblem[] = [];
  const seen = new Set<string>();
  return {
    problems,
    add(code, place, detail = '') {
      const key = JSON.stringify([code, place.file, place.item, place.line, detail]);
      if (seen.has(key)) return;
      seen.add(key);
      problems.push({
        severity: PAPER_FAULTS[code].severity,
        code,
        file: place.file,
        ...(place.item === undefined ? {} : { item: place.item }),
        ...(place.line === undefined || place.line === 0 ? {} : { line: place.line }),
        detail: detail.slice(0, 200),
      });
    },
    hasErrors: () => problems.some((problem) => problem.severity === 'error'),
  };
}
