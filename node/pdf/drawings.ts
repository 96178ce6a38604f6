/** Which drawing draws which kind: one line each. */
import type { ReportsByKind } from '#domain/reports/reports.ts';
import { drawAttendance } from './attendance.drawing.ts';
import { drawAnswerSheets, drawScratchSheets } from './candidate-sheets.drawing.ts';
import { drawDeskLabels } from './desk-labels.drawing.ts';
import { drawDoorList } from './door-list.drawing.ts';
import { drawDrawSlips } from './draw-slips.drawing.ts';
import type { Drawing } from './drawing.ts';
import { drawIncidentSheet } from './incident-sheet.drawing.ts';
import { drawMachineChangeSlip } from './machine-change-slip.drawing.ts';
import { drawMachineList } from './machine-list.drawing.ts';
import { drawNightPack } from './night-pack.drawing.ts';
import { drawSeatingChart } from './seating-chart.drawing.ts';
import { drawParts } from './sections.drawing.ts';
import { drawTickets } from './tickets.drawing.ts';

export const DRAWINGS: { readonly [K in keyof ReportsByKind]: Drawing<ReportsByKind[K]> } = {
  answers: drawParts,
  evidence: drawParts,
  handover: drawParts,
  minutes: drawParts,
  'night-pack': drawNightPack,
  'room-report': drawParts,
  'seating-chart': drawSeatingChart,
  'door-list': drawDoorList,
  'desk-labels': drawDeskLabels,
  attendance: drawAttendance,
  tickets: drawTickets,
  'answer-sheets': drawAnswerSheets,
  'scratch-sheets': drawScratchSheets,
  'draw-slips': drawDrawSlips,
  'machine-change-slip': drawMachineChangeSlip,
  'machine-list': drawMachineList,
  'incident-sheet': drawIncidentSheet,
};
