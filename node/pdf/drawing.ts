/** What a drawing is: apart from the entry of this folder, so that drawings do not import what imports them all. */
import type { Report } from '#domain/reports/report.ts';
import type { PaperSize } from './pdf-document.ts';
import type { ReportSheets } from './report-sheets.ts';

/** What a drawing gets besides its report. */
export interface DrawingContext {
  size: PaperSize;
  photos: ReadonlyMap<string, Uint8Array>;
}

export type Drawing<R extends Report> = (sheets: ReportSheets, report: R, context: DrawingContext) => void;
