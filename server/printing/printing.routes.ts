/** Calls about the box's own printers. */
import type { FastifyInstance } from 'fastify';
import { type Static, Type } from 'typebox';
import { PrinterConfirmBody } from '#protocol/evidence.schema.ts';
import type { PrinterRow } from '#protocol/reports.ts';
import { strict, Text } from '#protocol/shapes.schema.ts';
import { callerOf } from '#server/staff/auth.routes.ts';
import type { PrintingService } from './printing.service.ts';

const C = '/api/v1/console';
const QueueParams = strict({ queue: Text(127, 1) });
const NoBody = Type.Union([Type.Null(), Type.Undefined(), strict({})]);

export function printingRoutes(app: FastifyInstance, printing: PrintingService): void {
  app.get(`${C}/printers`, async (): Promise<PrinterRow[]> => printing.list());
  app.post<{ Params: Static<typeof QueueParams> }>(
    `${C}/printers/:queue/test`,
    { schema: { params: QueueParams, body: NoBody } },
    async (request) => {
      await printing.test(request.params.queue);
      return null;
    },
  );
  app.post<{ Params: Static<typeof QueueParams>; Body: Static<typeof PrinterConfirmBody> }>(
    `${C}/printers/:queue/confirm`,
    { schema: { params: QueueParams, body: PrinterConfirmBody } },
    async (request): Promise<PrinterRow> =>
      printing.confirm(request.params.queue, request.body.right, callerOf(request).actor),
  );
}
