/** Which drawing draws which kind: one line each. */
import type { ReportsByKind } from '#domain/reports/reports.ts';
import type { Drawing } from './draw-report.ts';
import { drawSeatingChart } from './seating-chart.drawing.ts';

export const DRAWINGS: { readonly [K in keyof ReportsByKind]: Drawing<ReportsByKind[K]> } = {
  'seating-chart': drawSeatingChart,
};
