/** Calls about reports. A room's invigilator makes and sees those of the own rooms; what tells about people needs more. */
import type { FastifyInstance } from 'fastify';
import type { Static } from 'typebox';
import { PrintedBody, ReportBody } from '#protocol/evidence.schema.ts';
import { REPORT_KINDS, type ReportRow } from '#protocol/reports.ts';
import { extent, type Right } from '#protocol/rights.ts';
import { id, strict } from '#protocol/shapes.schema.ts';
import { BoxError } from '#server/platform/box-error.ts';
import type { PrintingService } from '#server/printing/printing.service.ts';
import { callerOf } from '#server/staff/auth.routes.ts';
import { type Caller, requireRooms } from '#server/staff/auth.service.ts';
import type { ReportsService } from './reports.service.ts';

const C = '/api/v1/console';
const SessionParams = strict({ session: id('session') });
const ReportParams = strict({ report: id('report') });

export function reportsRoutes(
  app: FastifyInstance,
  reports: ReportsService,
  printing: PrintingService,
): void {
  app.get<{ Params: Static<typeof SessionParams> }>(
    `${C}/sessions/:session/reports`,
    { schema: { params: SessionParams } },
    async (request): Promise<ReportRow[]> => {
      const caller = callerOf(request);
      return reports.list(request.params.session).filter((row) => maySee(caller, row));
    },
  );
  app.post<{ Body: Static<typeof ReportBody> }>(
    `${C}/reports`,
    { schema: { body: ReportBody } },
    async (request): Promise<ReportRow> => {
      const caller = callerOf(request);
      const right = reports.rightOf(request.body.kind);
      requireRight(caller, right);
      const placed = reports.place(request.body);
      requireRooms(caller, right, placed.room === null ? null : [placed.room]);
      return reports.make(placed, { name: caller.staff.name, actor: caller.actor });
    },
  );
  app.get<{ Params: Static<typeof ReportParams> }>(
    `${C}/reports/:report/file`,
    { schema: { params: ReportParams } },
    async (request, reply) => {
      const row = ownRow(reports, callerOf(request), request.params.report);
      const bytes = await reports.file(row.report);
      return reply
        .headers({
          'content-type': 'application/pdf',
          'content-disposition': `inline; filename="${row.report}.pdf"`,
          'cache-control': 'private, no-store',
        })
        .send(bytes);
    },
  );
  app.post<{ Params: Static<typeof ReportParams>; Body: Static<typeof PrintedBody> }>(
    `${C}/reports/:report/printed`,
    { schema: { params: ReportParams, body: PrintedBody } },
    async (request): Promise<ReportRow> => {
      const caller = callerOf(request);
      const { way, queue } = request.body;
      const row = ownRow(reports, caller, request.params.report);
      if (way === 'browser') return reports.printed(row.report, way, '', caller.actor);
      if (queue === undefined) throw new BoxError('printer/none', { queue: '' });
      // The file is checked before it goes out: a changed one must not reach paper.
      await reports.file(row.report);
      await printing.print(queue, reports.path(row.report), row.title);
      return reports.printed(row.report, way, queue, caller.actor);
    },
  );
}

function requireRight(caller: Caller, right: Right): void {
  if (extent(caller.staff.role, right) === 'none') throw new BoxError('auth/forbidden', { right });
}

function maySee(caller: Caller, { kind, room }: ReportRow): boolean {
  const reach = extent(caller.staff.role, REPORT_KINDS[kind].right);
  return reach === 'all' || (reach === 'own' && room !== null && caller.staff.rooms.includes(room));
}

/** Throws `report/none`, `auth/forbidden` or `auth/scope`. */
function ownRow(reports: ReportsService, caller: Caller, report: string): ReportRow {
  const row = reports.row(report);
  requireRooms(caller, reports.rightOf(row.kind), row.room === null ? null : [row.room]);
  return row;
}
