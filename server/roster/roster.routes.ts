/** The roster: entries, preview of a file, confirmation. */
import type { FastifyInstance } from 'fastify';
import type { Static } from 'typebox';
import { EntriesQuery, RosterConfirmBody, RosterQuery } from '#protocol/console.schema.ts';
import { id, strict } from '#protocol/shapes.schema.ts';
import { BoxError } from '#server/platform/box-error.ts';
import type { Deps } from '#server/platform/deps.ts';
import { callerOf } from '#server/staff/auth.routes.ts';
import { reachOf } from '#server/staff/auth.service.ts';
import type { RosterService } from './roster.service.ts';

const C = '/api/v1/console';
const ExamParams = strict({ exam: id('exam') });
/** More than the reader takes, so that it is the reader who says what is too large, in its words. */
const FILE_BYTES = 60 * 1024 * 1024;

export function rosterRoutes(app: FastifyInstance, _deps: Deps, roster: RosterService): void {
  app.get<{ Params: Static<typeof ExamParams>; Querystring: Static<typeof EntriesQuery> }>(
    `${C}/exams/:exam/entries`,
    { schema: { params: ExamParams, querystring: EntriesQuery } },
    async (request) =>
      roster.entries(request.params.exam, request.query, reachOf(callerOf(request), 'site.read')),
  );

  // A scope of its own: only here is a file's body collected.
  app.register(async (scope) => {
    scope.addContentTypeParser(
      ['application/octet-stream', 'application/zip'],
      { parseAs: 'buffer', bodyLimit: FILE_BYTES },
      (_request, body, done) => done(null, body),
    );
    scope.post<{
      Params: Static<typeof ExamParams>;
      Querystring: Static<typeof RosterQuery>;
      Body: Buffer | undefined;
    }>(
      `${C}/exams/:exam/roster/preview`,
      { schema: { params: ExamParams, querystring: RosterQuery } },
      async (request) => {
        const { body, params, query } = request;
        if (!Buffer.isBuffer(body)) throw new BoxError('request/invalid', { where: 'body' });
        return roster.preview(params.exam, query, body, callerOf(request).staff.staff);
      },
    );
  });

  app.post<{ Params: Static<typeof ExamParams>; Body: Static<typeof RosterConfirmBody> }>(
    `${C}/exams/:exam/roster/confirm`,
    { schema: { params: ExamParams, body: RosterConfirmBody } },
    async (request) => roster.confirm(request.params.exam, request.body.token, callerOf(request).actor),
  );
}
