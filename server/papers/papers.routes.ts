/** Papers: list, import, remove, look into; and the ciphertexts, which everybody may have. */
import type { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { type Static, Type } from 'typebox';
import { PaperQuery } from '#protocol/console.schema.ts';
import { id, strict } from '#protocol/shapes.schema.ts';
import { BoxError } from '#server/platform/box-error.ts';
import type { Deps } from '#server/platform/deps.ts';
import { codedError } from '#server/platform/http.ts';
import { callerOf } from '#server/staff/auth.routes.ts';
import { reachOf } from '#server/staff/auth.service.ts';
import { PACKAGE_MOST_BYTES, type PapersService } from './papers.service.ts';
import type { SealedPapers } from './sealed-papers.ts';

const C = '/api/v1/console';
const ExamParams = strict({ exam: id('exam') });
const PaperParams = strict({ paper: id('paper') });
const FileParams = strict({
  paper: id('paper'),
  file: Type.String({ pattern: '^f(0|[1-9][0-9]{0,4})\\.age$' }),
});

export function papersRoutes(
  app: FastifyInstance,
  _deps: Deps,
  papers: PapersService,
  sealed: SealedPapers,
): void {
  app.get<{ Params: Static<typeof ExamParams> }>(
    `${C}/exams/:exam/papers`,
    { schema: { params: ExamParams } },
    async (request) => papers.list(request.params.exam, reachOf(callerOf(request), 'site.read')),
  );

  // A scope of its own: here, and only here, a file's bytes come as a stream that nobody collects.
  app.register(async (scope) => {
    // A package that is refused unread is a paper all the same: what is still coming is wiped as it comes.
    scope.addHook('onError', async (request, _reply, error) => {
      if (codedError(error).code.startsWith('auth/')) return;
      request.raw.on('data', (chunk: Buffer) => chunk.fill(0));
      request.raw.once('end', () => void papers.wipeUpload());
    });
    scope.addContentTypeParser(['application/octet-stream', 'application/zip'], (_request, payload, done) =>
      done(null, payload),
    );
    scope.post<{
      Params: Static<typeof ExamParams>;
      Querystring: Static<typeof PaperQuery>;
      Body: Readable | undefined;
    }>(
      `${C}/exams/:exam/papers`,
      { schema: { params: ExamParams, querystring: PaperQuery } },
      async (request) => {
        const { body, headers, params, query } = request;
        if (body === undefined || typeof body.iterator !== 'function')
          throw new BoxError('request/invalid', { where: 'body' });
        if (Number(headers['content-length'] ?? 0) > PACKAGE_MOST_BYTES)
          throw new BoxError('request/too-large', { mostBytes: PACKAGE_MOST_BYTES });
        return papers.import(params.exam, query, body, callerOf(request).actor);
      },
    );
  });

  app.delete<{ Params: Static<typeof PaperParams> }>(
    `${C}/papers/:paper`,
    { schema: { params: PaperParams } },
    async (request) => {
      await papers.remove(request.params.paper, callerOf(request).actor);
      return null;
    },
  );

  app.post<{ Params: Static<typeof PaperParams> }>(
    `${C}/papers/:paper/preview-key`,
    { schema: { params: PaperParams } },
    async (request) => ({
      identity: await papers.previewKey(request.params.paper, callerOf(request).actor),
    }),
  );

  // A name never means other bytes: what is fetched once is kept for good.
  app.get<{ Params: Static<typeof FileParams> }>(
    '/sealed/:paper/:file',
    { schema: { params: FileParams } },
    async (request, reply) => {
      const bytes = await sealed.file(request.params.paper, request.params.file);
      void reply
        .header('cache-control', 'public, max-age=31536000, immutable')
        .type('application/octet-stream');
      return bytes;
    },
  );
}
