/** Exams and their sessions with sittings. */
import type { FastifyInstance } from 'fastify';
import type { Static } from 'typebox';
import { ExamBody, SessionBody, SittingsBody } from '#protocol/console.schema.ts';
import { id, strict } from '#protocol/shapes.schema.ts';
import type { Deps } from '#server/platform/deps.ts';
import { callerOf } from '#server/staff/auth.routes.ts';
import { reachOf } from '#server/staff/auth.service.ts';
import type { ExamsService } from './exams.service.ts';
import type { SessionsService } from './sessions.service.ts';

const C = '/api/v1/console';
const ExamParams = strict({ exam: id('exam') });
const SessionParams = strict({ session: id('session') });

export function examsRoutes(
  app: FastifyInstance,
  _deps: Deps,
  exams: ExamsService,
  sessions: SessionsService,
): void {
  app.get(`${C}/exams`, async (request) => exams.list(reachOf(callerOf(request), 'site.read')));

  app.post<{ Body: Static<typeof ExamBody> }>(`${C}/exams`, { schema: { body: ExamBody } }, async (request) =>
    exams.add(request.body.name, callerOf(request).actor),
  );

  app.put<{ Params: Static<typeof ExamParams>; Body: Static<typeof ExamBody> }>(
    `${C}/exams/:exam`,
    { schema: { params: ExamParams, body: ExamBody } },
    async (request) => exams.rename(request.params.exam, request.body.name, callerOf(request).actor),
  );

  app.get(`${C}/sessions`, async (request) => sessions.list(reachOf(callerOf(request), 'site.read')));

  app.post<{ Body: Static<typeof SessionBody> }>(
    `${C}/sessions`,
    { schema: { body: SessionBody } },
    async (request) => sessions.add(request.body, callerOf(request).actor),
  );

  app.get<{ Params: Static<typeof SessionParams> }>(
    `${C}/sessions/:session`,
    { schema: { params: SessionParams } },
    async (request) => sessions.detail(request.params.session, reachOf(callerOf(request), 'site.read')),
  );

  app.put<{ Params: Static<typeof SessionParams>; Body: Static<typeof SessionBody> }>(
    `${C}/sessions/:session`,
    { schema: { params: SessionParams, body: SessionBody } },
    async (request) => sessions.change(request.params.session, request.body, callerOf(request).actor),
  );

  app.put<{ Params: Static<typeof SessionParams>; Body: Static<typeof SittingsBody> }>(
    `${C}/sessions/:session/sittings`,
    { schema: { params: SessionParams, body: SittingsBody } },
    async (request) =>
      sessions.saveSittings(request.params.session, request.body.sittings, callerOf(request).actor),
  );
}
