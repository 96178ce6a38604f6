/** Release of a session's papers: how it stands, a code, forgetting, asking headquarters. */
import type { FastifyInstance } from 'fastify';
import type { Static } from 'typebox';
import { ReleaseCodeBody } from '#protocol/delivery.schema.ts';
import { id, strict } from '#protocol/shapes.schema.ts';
import { callerOf } from '#server/staff/auth.routes.ts';
import type { ReleaseService } from './release.service.ts';

const C = '/api/v1/console';
const SessionParams = strict({ session: id('session') });
interface Of {
  Params: Static<typeof SessionParams>;
}

export function releaseRoutes(app: FastifyInstance, release: ReleaseService): void {
  const schema = { params: SessionParams };
  app.get<Of>(`${C}/sessions/:session/release`, { schema }, async (request) =>
    release.state(request.params.session, callerOf(request)),
  );

  app.post<Of & { Body: Static<typeof ReleaseCodeBody> }>(
    `${C}/sessions/:session/release/codes`,
    { schema: { params: SessionParams, body: ReleaseCodeBody } },
    async (request) => release.take(request.params.session, request.body.code, callerOf(request)),
  );
  app.post<Of>(`${C}/sessions/:session/release/forget`, { schema }, async (request) =>
    release.forget(request.params.session, callerOf(request)),
  );
  app.post<Of>(`${C}/sessions/:session/release/fetch`, { schema }, async (request) =>
    release.fetch(request.params.session, callerOf(request)),
  );
}
