/** Receives candidates' files, with the token that the socket gave. */

import type { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import type { Static } from 'typebox';
import { VALUE_LIMITS } from '#protocol/paper.ts';
import { Sha256Hex, strict } from '#protocol/shapes.schema.ts';
import { BoxError } from '#server/platform/box-error.ts';
import type { UploadsService } from './uploads.service.ts';

const Params = strict({ sha256: Sha256Hex });

export async function uploadsRoutes(app: FastifyInstance, uploads: UploadsService): Promise<void> {
  // A scope of its own: here, and only here, bodies of any type stay streams.
  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser(
      '*',
      { bodyLimit: VALUE_LIMITS.uploadBytesMost + 1 },
      (_request, payload, done) => done(null, payload),
    );
    scope.put<{ Params: Static<typeof Params>; Body: Readable }>(
      '/api/v1/kiosk/uploads/:sha256',
      { bodyLimit: VALUE_LIMITS.uploadBytesMost + 1, schema: { params: Params } },
      async (request, reply) => {
        const token = /^Bearer ([A-Za-z0-9_-]{32})$/.exec(request.headers.authorization ?? '')?.[1];
        if (!token) throw new BoxError('upload/not-allowed');
        uploads.allowed(token, request.params.sha256);
        await uploads.receive(token, request.params.sha256, request.body ?? request.raw);
        return reply.status(204).send();
      },
    );
  });
}
