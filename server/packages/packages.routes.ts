/** Session packages: what is offered and taken, fetch, file, confirm. */
import type { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import type { Static } from 'typebox';
import { PackageConfirmBody, PackageFetchBody } from '#protocol/delivery.schema.ts';
import { extent } from '#protocol/rights.ts';
import { BoxError } from '#server/platform/box-error.ts';
import { callerOf } from '#server/staff/auth.routes.ts';
import type { PackagesService } from './packages.service.ts';

const C = '/api/v1/console';

export function packagesRoutes(app: FastifyInstance, packages: PackagesService): void {
  app.get(`${C}/packages`, async (request) =>
    packages.state(extent(callerOf(request).staff.role, 'package.take') !== 'none'),
  );

  app.post<{ Body: Static<typeof PackageFetchBody> }>(
    `${C}/packages/fetch`,
    { schema: { body: PackageFetchBody } },
    async (request) => packages.fetch(request.body.package, callerOf(request).actor),
  );

  // A scope of its own: here a file's bytes come as a stream that nobody collects.
  app.register(async (scope) => {
    scope.addContentTypeParser('application/octet-stream', (_request, payload, done) => done(null, payload));
    scope.post<{ Body: Readable | undefined }>(`${C}/packages/file`, async (request) => {
      const { body, headers } = request;
      if (body === undefined || typeof body.iterator !== 'function')
        throw new BoxError('request/invalid', { where: 'body' });
      return packages.file(body, Number(headers['content-length'] ?? 0), callerOf(request).actor);
    });
  });

  app.post<{ Body: Static<typeof PackageConfirmBody> }>(
    `${C}/packages/confirm`,
    { schema: { body: PackageConfirmBody } },
    async (request) => packages.confirm(request.body.token, callerOf(request).actor),
  );
}
