/** All report objects by kind; a kind adds its line here and its drawing in node/pdf/drawings.ts. */
import type { AnswersReport } from './answers.ts';
import type { AttendanceReport } from './attendance.ts';
import type { AnswerSheetsReport, ScratchSheetsReport } from './candidate-sheets.ts';
import type { DeskLabelsReport } from './desk-labels.ts';
import type { DoorListReport } from './door-list.ts';
import type { DrawSlipsReport } from './draw-slips.ts';
import type { EvidenceReport } from './evidence.ts';
import type { Handover } from './handover.ts';
import type { IncidentSheetReport } from './incident-sheet.ts';
import type { MachineChangeSlipReport } from './machine-change-slip.ts';
import type { MachineListReport } from './machine-list.ts';
import type { Minutes } from './minutes.ts';
import type { NightPack } from './night-pack.ts';
import type { RoomReport } from './room-report.ts';
import type { SeatingChartReport } from './seating-chart.ts';
import type { TicketsReport } from './tickets.ts';

export interface ReportsByKind {
  answers: AnswersReport;
  evidence: EvidenceReport;
  handover: Handover;
  minutes: Minutes;
  'night-pack': NightPack;
  'room-report': RoomReport;
  'seating-chart': SeatingChartReport;
  'door-list': DoorListReport;
  'desk-labels': DeskLabelsReport;
  attendance: AttendanceReport;
  tickets: TicketsReport;
  'answer-sheets': AnswerSheetsReport;
  'scratch-sheets': ScratchSheetsReport;
  'draw-slips': DrawSlipsReport;
  'machine-change-slip': MachineChangeSlipReport;
  'machine-list': MachineListReport;
  'incident-sheet': IncidentSheetReport;
}

export type AnyReport = ReportsByKind[keyof ReportsByKind];
