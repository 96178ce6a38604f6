/** Sessions. */
import type { FastifyInstance } from 'fastify';
import { officerCall } from '#hq/platform/calls.ts';
import type { SessionsService } from './sessions.service.ts';

export function sessionsRoutes(app: FastifyInstance, sessions: SessionsService): void {
  officerCall(
    app,
    'POST /api/v1/officer/exams/:exam/sessions',
    'Adds a session',
    async ({ params, body, caller }) => sessions.add(caller(), params.exam, body),
  );
  officerCall(
    app,
    'PUT /api/v1/officer/sessions/:session',
    'Changes a session',
    async ({ params, body, caller }) => sessions.change(caller(), params.session, body),
  );
}
