/** An officer brings what a courier carried. */
import type { FastifyInstance } from 'fastify';
import { officerCall } from '#hq/platform/calls.ts';
import type { CourierService } from './courier.service.ts';

export function courierRoutes(app: FastifyInstance, courier: CourierService): void {
  officerCall(
    app,
    'POST /api/v1/officer/courier',
    'Takes a courier’s file; the answer holds the receipts that go back',
    ({ caller, query, body }) => courier.take(caller(), query.file, body),
  );
}
