/** The sheets of a pack one after the other, as each is drawn by itself; head, code and foot are the pack's. */
import type { NightPack, PackedReport } from '#domain/reports/night-pack.ts';
import { drawAttendance } from './attendance.drawing.ts';
import { drawDeskLabels } from './desk-labels.drawing.ts';
import { drawDoorList } from './door-list.drawing.ts';
import type { DrawingContext } from './drawing.ts';
import { drawIncidentSheet } from './incident-sheet.drawing.ts';
import { drawMachineChangeSlip } from './machine-change-slip.drawing.ts';
import type { ReportSheets } from './report-sheets.ts';
import { drawSeatingChart } from './seating-chart.drawing.ts';

export function drawNightPack(sheets: ReportSheets, pack: NightPack, context: DrawingContext): void {
  for (const sheet of pack.sheets) drawSheet(sheets, sheet, context);
}

function drawSheet(sheets: ReportSheets, sheet: PackedReport, context: DrawingContext): void {
  switch (sheet.kind) {
    case 'seating-chart':
      return drawSeatingChart(sheets, sheet, context);
    case 'door-list':
      return drawDoorList(sheets, sheet, context);
    case 'desk-labels':
      return drawDeskLabels(sheets, sheet);
    case 'attendance':
      return drawAttendance(sheets, sheet);
    case 'incident-sheet':
      return drawIncidentSheet(sheets, sheet);
    case 'machine-change-slip':
      return drawMachineChangeSlip(sheets, sheet);
  }
}
