/** All report objects by kind; a kind adds its line here and its drawing in node/pdf/drawings.ts. */
import type { SeatingChartReport } from './seating-chart.ts';

export interface ReportsByKind {
  'seating-chart': SeatingChartReport;
}

export type AnyReport = ReportsByKind[keyof ReportsByKind];
