/** Retention of a session: how it stands, ask, confirm. */
import type { FastifyInstance } from 'fastify';
import type { Static } from 'typebox';
import { ReasonBody } from '#protocol/delivery.schema.ts';
import { id, strict } from '#protocol/shapes.schema.ts';
import { callerOf } from '#server/staff/auth.routes.ts';
import type { RetentionService } from './retention.service.ts';

const C = '/api/v1/console';
const SessionParams = strict({ session: id('session') });
type Params = Static<typeof SessionParams>;

export function retentionRoutes(app: FastifyInstance, retention: RetentionService): void {
  app.get<{ Params: Params }>(
    `${C}/sessions/:session/purge`,
    { schema: { params: SessionParams } },
    async (request) => retention.state(request.params.session),
  );

  app.post<{ Params: Params; Body: Static<typeof ReasonBody> }>(
    `${C}/sessions/:session/purge`,
    { schema: { params: SessionParams, body: ReasonBody } },
    async (request) => retention.ask(request.params.session, request.body.reason, callerOf(request).actor),
  );

  app.post<{ Params: Params }>(
    `${C}/sessions/:session/purge/confirm`,
    { schema: { params: SessionParams } },
    async (request) => retention.confirm(request.params.session, callerOf(request).actor),
  );
}
