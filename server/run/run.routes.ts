/** Calls that run a session. */
import type { FastifyInstance } from 'fastify';
import { type Static, Type } from 'typebox';
import {
  ClockBody,
  CreditBody,
  DelayBody,
  EndBody,
  NoticeBody,
  StartBody,
} from '#protocol/console.schema.ts';
import { id, strict } from '#protocol/shapes.schema.ts';
import { selectOptionalAttempt, selectOptionalSitting } from '#server/attempts/attempts.repo.ts';
import type { SessionsService } from '#server/exams/sessions.service.ts';
import type { Deps } from '#server/platform/deps.ts';
import { Statements } from '#server/platform/statements.ts';
import { callerOf } from '#server/staff/auth.routes.ts';
import { requireRooms } from '#server/staff/auth.service.ts';
import type { RunService, Scope } from './run.service.ts';

const C = '/api/v1/console';
const SessionParams = strict({ session: id('session') });
const SittingParams = strict({ sitting: id('sitting') });
const NoBody = Type.Union([Type.Null(), Type.Undefined(), strict({})]);

export function runRoutes(
  app: FastifyInstance,
  deps: Deps,
  run: RunService,
  sessions: SessionsService,
): void {
  const s = new Statements(deps.db);

  app.post<{ Params: Static<typeof SessionParams> }>(
    `${C}/sessions/:session/open-entry`,
    { schema: { params: SessionParams, body: NoBody } },
    async (request) => {
      await run.openEntry(request.params.session, callerOf(request).actor);
      return sessions.detail(request.params.session);
    },
  );
  app.post<{ Params: Static<typeof SessionParams>; Body: Static<typeof StartBody> }>(
    `${C}/sessions/:session/start`,
    { schema: { params: SessionParams, body: StartBody } },
    async (request) => {
      await run.start(request.params.session, request.body, callerOf(request).actor);
      return sessions.detail(request.params.session);
    },
  );
  app.post<{ Params: Static<typeof SittingParams>; Body: Static<typeof DelayBody> }>(
    `${C}/sittings/:sitting/delay`,
    { schema: { params: SittingParams, body: DelayBody } },
    async (request) => {
      await run.delay(
        request.params.sitting,
        request.body.plannedStart,
        request.body.reason,
        callerOf(request).actor,
      );
      return {};
    },
  );
  app.post<{ Params: Static<typeof SittingParams>; Body: Static<typeof EndBody> }>(
    `${C}/sittings/:sitting/pause`,
    { schema: { params: SittingParams, body: EndBody } },
    async (request) => {
      await run.pause(request.params.sitting, request.body.reason, callerOf(request).actor);
      return {};
    },
  );
  app.post<{ Params: Static<typeof SittingParams>; Body: Static<typeof EndBody> }>(
    `${C}/sittings/:sitting/resume`,
    { schema: { params: SittingParams, body: EndBody } },
    async (request) => {
      await run.resume(request.params.sitting, request.body.reason, callerOf(request).actor);
      return {};
    },
  );
  app.post<{ Params: Static<typeof SittingParams> }>(
    `${C}/sittings/:sitting/close-entry`,
    { schema: { params: SittingParams, body: NoBody } },
    async (request) => ({ absent: await run.closeEntry(request.params.sitting, callerOf(request).actor) }),
  );
  app.post<{ Params: Static<typeof SittingParams>; Body: Static<typeof EndBody> }>(
    `${C}/sittings/:sitting/end`,
    { schema: { params: SittingParams, body: EndBody } },
    async (request) => {
      await run.end(request.params.sitting, request.body.reason, callerOf(request).actor);
      return {};
    },
  );
  app.post<{ Body: Static<typeof NoticeBody> }>(
    `${C}/notices`,
    { schema: { body: NoticeBody } },
    async (request) => {
      const caller = callerOf(request);
      requireRooms(caller, 'notice.send', roomsOf(s, request.body.scope));
      return { reached: await run.notice(request.body.scope, request.body.text, caller.actor) };
    },
  );
  app.post<{ Body: Static<typeof CreditBody> }>(
    `${C}/credits`,
    { schema: { body: CreditBody } },
    async (request) => {
      await run.credit(request.body.scope, request.body.ms, request.body.cause, callerOf(request).actor);
      return {};
    },
  );
  app.post<{ Body: Static<typeof ClockBody> }>(
    `${C}/clock/confirm`,
    { schema: { body: ClockBody } },
    async (request) => {
      await run.confirmClock(callerOf(request).actor);
      return {};
    },
  );
}

/** Rooms that a scope reaches into; null when it reaches beyond single rooms. */
function roomsOf(s: Statements, scope: Scope): string[] | null {
  if (scope.room) return [scope.room];
  if (scope.attempt) {
    const attempt = selectOptionalAttempt(s, scope.attempt);
    return attempt ? [attempt.room] : [];
  }
  if (scope.sitting) {
    const sitting = selectOptionalSitting(s, scope.sitting);
    return sitting ? [sitting.room] : [];
  }
  return null;
}
