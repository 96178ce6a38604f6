/** Packages: publishing, how the sites stand, and the file, for a box and for a stick. */
import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Static, Type } from 'typebox';
import { officerCall } from '#hq/platform/calls.ts';
import { siteOf } from '#hq/platform/guard.ts';
import { BYTES, errorBody } from '#hq/platform/http.ts';
import { id, strict } from '#protocol/shapes.schema.ts';
import { parseRange } from './package-reader.ts';
import type { StoredPackage } from './packages.repo.ts';
import type { PackagesService } from './packages.service.ts';

const PackageParams = strict({ package: id('package') });
const RangeHeaders = Type.Object({ range: Type.Optional(Type.String({ maxLength: 200 })) });
const File = { content: { 'application/octet-stream': { schema: BYTES } } };

export function packagesRoutes(app: FastifyInstance, packages: PackagesService): void {
  officerCall(
    app,
    'POST /api/v1/officer/exams/:exam/packages',
    'Publishes packages; a site that is refused keeps no other from its own',
    async ({ params, body, caller }) => packages.publish(caller(), params.exam, body),
  );
  officerCall(
    app,
    'GET /api/v1/officer/exams/:exam/packages',
    'Sites of the exam with their newest packages',
    async ({ params, query }) => packages.sites(params.exam, query),
  );
  officerCall(
    app,
    'GET /api/v1/officer/packages/:package/file',
    'The package as a file, for a stick',
    async ({ params, request, reply, caller }) => {
      const stored = await packages.require(params.package);
      if (request.method === 'GET') await packages.noteDownload(caller(), stored);
      const name = `gongyuan-${stored.site}-${stored.number}.package`;
      void reply.header('content-disposition', `attachment; filename="${name}"`);
      return send(packages, stored, request, reply, false);
    },
  );
  app.get<{ Params: Static<typeof PackageParams> }>(
    '/api/v1/site/packages/:package',
    {
      schema: {
        summary: 'The package as a file; with `Range`, from any byte on',
        params: PackageParams,
        headers: RangeHeaders,
        response: {
          200: { description: 'The whole file', ...File },
          206: { description: 'The bytes that were asked for', ...File },
        },
      },
    },
    async (request, reply) => {
      const stored = await packages.require(request.params.package, siteOf(request).site);
      return send(packages, stored, request, reply, true);
    },
  );
}

function send(
  packages: PackagesService,
  stored: StoredPackage,
  { method, headers }: FastifyRequest,
  reply: FastifyReply,
  toBox: boolean,
): FastifyReply {
  const { bytes, sha256 } = stored;
  const etag = `"${sha256}"`;
  void reply.headers({ 'accept-ranges': 'bytes', etag, 'content-type': 'application/octet-stream' });
  // A range of another file than the one that was begun would be no continuation.
  const fits = headers['if-range'] === undefined || headers['if-range'] === etag;
  const range = fits ? parseRange(headers.range, bytes) : null;
  if (range === 'outside')
    return reply
      .status(416)
      .header('content-range', `bytes */${bytes}`)
      .type('application/json')
      .send(errorBody('request/invalid', { where: 'headers/range', bytes }));
  const { from, to } = range ?? { from: 0, to: bytes };
  if (range) void reply.status(206).header('content-range', `bytes ${from}-${to - 1}/${bytes}`);
  void reply.header('content-length', to - from);
  // Without a body fastify would say that the file is empty.
  if (method === 'HEAD') return reply.send(Readable.from([]));
  return reply.send(Readable.from(packages.read(stored, from, to, toBox), { objectMode: false }));
}
