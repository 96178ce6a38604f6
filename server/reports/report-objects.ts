/** Which report object a request asks for: the one table from kinds to the pure functions of domain/reports. */
import { answers } from '#domain/reports/answers.ts';
import { attendance } from '#domain/reports/attendance.ts';
import { answerSheets, scratchSheets } from '#domain/reports/candidate-sheets.ts';
import { deskLabels } from '#domain/reports/desk-labels.ts';
import { doorList } from '#domain/reports/door-list.ts';
import { drawSlips } from '#domain/reports/draw-slips.ts';
import type { EvidenceScope } from '#domain/reports/evidence.concerned.ts';
import { evidence } from '#domain/reports/evidence.ts';
import type { AnswersFacts, TimelineFacts } from '#domain/reports/evidence-facts.ts';
import type { RequestFacts, SessionFacts } from '#domain/reports/facts.ts';
import { handover } from '#domain/reports/handover.ts';
import { incidentSheet } from '#domain/reports/incident-sheet.ts';
import { machineChangeSlip } from '#domain/reports/machine-change-slip.ts';
import { machineList } from '#domain/reports/machine-list.ts';
import { minutes } from '#domain/reports/minutes.ts';
import { nightPack } from '#domain/reports/night-pack.ts';
import type { AnyReport, ReportsByKind } from '#domain/reports/reports.ts';
import { roomReport } from '#domain/reports/room-report.ts';
import { seatingChart } from '#domain/reports/seating-chart.ts';
import { tickets } from '#domain/reports/tickets.ts';
import type { ReportRequest } from '#protocol/reports.ts';
import { BoxError } from '#server/platform/box-error.ts';

/** What an object may be made of; the later parts are read only when a kind asks for them. */
export interface ObjectParts {
  session: SessionFacts;
  request: ReportRequest;
  by: RequestFacts;
  scope: EvidenceScope;
  timeline: () => TimelineFacts;
  answers: (attempt: string) => Promise<AnswersFacts>;
  /** Makes what a candidate typed printable. */
  show: (text: string) => string;
}

const only = ({ entries }: ReportRequest) => (entries ? new Set(entries) : undefined);

type Maker<R> = (of: ObjectParts) => R | Promise<R>;

const MAKERS: { readonly [K in keyof ReportsByKind]: Maker<ReportsByKind[K]> } = {
  'seating-chart': ({ session, by, request }) => seatingChart(session, by, request.lang, request.view),
  'door-list': ({ session, by, request }) => doorList(session, by, request.lang),
  'desk-labels': ({ session, by, request }) => deskLabels(session, by, request.lang),
  attendance: ({ session, by, request }) => attendance(session, by, request.lang),
  'draw-slips': ({ session, by, request }) => drawSlips(session, by, request.lang),
  'machine-change-slip': ({ session, by, request }) => machineChangeSlip(session, by, request.lang),
  'machine-list': ({ session, by, request }) => machineList(session, by, request.lang),
  'incident-sheet': ({ session, by, request }) => incidentSheet(session, by, request.lang),
  tickets: ({ session, by, request }) => tickets(session, by, request.lang, only(request)),
  'answer-sheets': ({ session, by, request }) => answerSheets(session, by, request.lang, only(request)),
  'scratch-sheets': ({ session, by, request }) => scratchSheets(session, by, request.lang, only(request)),
  'night-pack': ({ session, by, request }) => nightPack(session, by, request.lang, request.view),
  'room-report': ({ session, by, request }) => roomReport(session, by, request.lang),
  minutes: ({ session, by, request }) => minutes(session, by, request.lang),
  handover: ({ session, by, request }) => handover(session, by, request.lang),
  evidence: ({ session, by, request, scope, timeline }) =>
    evidence(session, by, request.lang, scope, timeline()),
  async answers({ session, by, request, answers: read, show }) {
    const { attempt = '' } = request;
    const entry = session.rooms
      .flatMap(({ entries }) => entries)
      .find((one) => one.attempt?.attempt === attempt);
    if (!entry) throw new BoxError('report/no-data', { attempt });
    return answers(session, by, request.lang, entry, await read(attempt), show);
  },
};

export async function makeObject(of: ObjectParts): Promise<AnyReport> {
  return MAKERS[of.request.kind](of);
}
