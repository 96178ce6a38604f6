/**
 * 考前夜打印包 (R7): room by room in one file what hangs and lies in the room on the day, and the blank forms for when
 * the screens are dark: chart, door list, desk labels, attendance, incident sheets, machine-change slip.
 */
import type { ReportLanguage } from '#protocol/reports.ts';
import { type AttendanceReport, attendance } from './attendance.ts';
import { type DeskLabelsReport, deskLabels } from './desk-labels.ts';
import { type DoorListReport, doorList } from './door-list.ts';
import type { RequestFacts, SessionFacts } from './facts.ts';
import { type IncidentSheetReport, incidentSheet } from './incident-sheet.ts';
import { type MachineChangeSlipReport, machineChangeSlip } from './machine-change-slip.ts';
import { type Report, reportBase } from './report.ts';
import { type SeatingChartReport, seatingChart } from './seating-chart.ts';

export type PackedReport =
  | SeatingChartReport
  | DoorListReport
  | DeskLabelsReport
  | AttendanceReport
  | IncidentSheetReport
  | MachineChangeSlipReport;

export interface NightPack extends Report<'night-pack'> {
  /** In the order of printing: everything of the first room, then of the second. */
  sheets: PackedReport[];
}

/** Blank incident sheets of a room. */
const INCIDENT_SHEETS = 2;

export function nightPack(
  session: SessionFacts,
  request: RequestFacts,
  lang: ReportLanguage,
  view?: 'lectern' | 'door',
): NightPack {
  return {
    ...reportBase('night-pack', session, request, lang),
    sheets: session.rooms.flatMap((room): PackedReport[] => {
      const own = { ...session, rooms: [room] };
      // What is on record already belongs on its own sheets: these are to be filled in by hand.
      const blank = { ...session, rooms: [{ ...room, incidents: [], machineChanges: [] }] };
      return [
        seatingChart(own, request, lang, view),
        doorList(own, request, lang),
        deskLabels(own, request, lang),
        attendance(own, request, lang),
        ...Array.from({ length: INCIDENT_SHEETS }, () => incidentSheet(blank, request, lang)),
        machineChangeSlip(blank, request, lang),
      ];
    }),
  };
}
