/** Alarms for the officers. */
import type { FastifyInstance } from 'fastify';
import { officerCall } from '#hq/platform/calls.ts';
import type { AlarmsService } from './alarms.service.ts';

export function alarmsRoutes(app: FastifyInstance, alarms: AlarmsService): void {
  officerCall(app, 'GET /api/v1/officer/alarms', 'Alarms, newest first', ({ query }) => alarms.list(query));
  officerCall(app, 'POST /api/v1/officer/alarms/:alarm/seen', 'Somebody has seen it', ({ caller, params }) =>
    alarms.seen(caller(), Number(params.alarm)),
  );
}
