/** Anyone may check a paper of the site (R4): by its QR, by its file, or by a page that needs no box. */
import { X509Certificate } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { type Static, Type } from 'typebox';
import type { WebFile } from '#node/web/web-files.ts';
import { OFFLINE_PAGE } from '#protocol/check-page.ts';
import type { CheckAnswer } from '#protocol/reports.ts';
import { id, strict } from '#protocol/shapes.schema.ts';
import { BoxError } from '#server/platform/box-error.ts';
import type { Deps } from '#server/platform/deps.ts';
import { Statements } from '#server/platform/statements.ts';
import { addressOf } from '#server/staff/auth.service.ts';
import { selectSite } from './check.repo.ts';
import type { CheckService } from './check.service.ts';
import { FILE_BYTES } from './check-file.ts';
import { offlinePage } from './offline-page.ts';

const Params = strict({ report: id('report') });
const Query = strict({ digest: Type.Optional(Type.String({ pattern: '^[A-Za-z0-9_-]{22}$' })) });

export interface CheckRouteParts {
  /** PEM of the site's authority. */
  authority: string;
  files: ReadonlyMap<string, WebFile>;
}

export async function checkRoutes(
  app: FastifyInstance,
  deps: Deps,
  check: CheckService,
  { authority, files }: CheckRouteParts,
): Promise<void> {
  const s = new Statements(deps.db);

  app.get<{ Params: Static<typeof Params>; Querystring: Static<typeof Query> }>(
    '/api/v1/check/:report',
    { schema: { params: Params, querystring: Query } },
    async (request): Promise<CheckAnswer> =>
      check.byMark(addressOf(request.ip), request.params.report, request.query.digest),
  );

  app.get('/api/v1/check/page', async (_request, reply) => {
    const template = files.get(OFFLINE_PAGE);
    if (!template) throw new BoxError('request/not-found');
    const site = selectSite(s);
    void reply
      .type('text/html; charset=utf-8')
      .header('cache-control', 'no-store')
      // Saved, not shown: the box's policy forbids what is inside the file, and it is meant for places without the box.
      .header('content-disposition', 'attachment; filename="gongyuan-check.html"');
    return reply.send(
      offlinePage(template.bytes.toString('utf8'), {
        site: site?.site ?? '',
        siteName: site?.name ?? '',
        timeZone: site?.timeZone ?? 'UTC',
        box: deps.box.box,
        boxKey: deps.box.key.publicKey,
        authority: new X509Certificate(authority).raw.toString('base64'),
        savedWall: deps.clock.wall(),
      }),
    );
  });

  // A scope of its own: here the body stays a stream, whatever it calls itself; the first bytes tell a PDF.
  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { bodyLimit: FILE_BYTES + 1 }, (_request, payload, done) =>
      done(null, payload),
    );
    scope.post<{ Body: Readable | undefined }>(
      '/api/v1/check',
      { bodyLimit: FILE_BYTES + 1 },
      async (request): Promise<CheckAnswer> =>
        check.byFile(addressOf(request.ip), request.body ?? request.raw),
    );
  });
}
