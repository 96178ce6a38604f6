/** A box sends photos and files: which are missing, then resumable uploads as tus 1.0 describes them. */
import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { describe } from '#hq/platform/calls.ts';
import { siteOf } from '#hq/platform/guard.ts';
import { MediaMissingBodySchema, MediaMissingSchema } from '#protocol/hq.schema.ts';
import type { MediaMissingBody } from '#protocol/hq.ts';
import { MEDIA_PATH, type MediaService } from './media.service.ts';

type UploadRequest = FastifyRequest<{ Params: { upload?: string } }>;
const Empty = Type.String({ description: 'Empty; the headers of tus 1.0 tell' });

export async function mediaRoutes(app: FastifyInstance, media: MediaService): Promise<void> {
  app.post<{ Body: MediaMissingBody }>(
    `${MEDIA_PATH}/missing`,
    describe('Which of these files headquarters lacks', MediaMissingSchema, { body: MediaMissingBodySchema }),
    async (request) => ({ missing: await media.missing(siteOf(request).site, request.body.sha256) }),
  );
  // A scope of its own: here bodies stay streams, and creating an upload has none.
  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
    const handle = async (request: UploadRequest, reply: FastifyReply) => {
      const response = await media.handle(webRequest(request), siteOf(request));
      void reply.code(response.status).headers(Object.fromEntries(response.headers));
      return reply.send(await response.text());
    };
    const tus = (summary: string, status: number) => ({
      schema: { ...describe(summary, Empty).schema, response: { [status]: Empty } },
    });
    scope.post(
      MEDIA_PATH,
      tus('Begins an upload (tus creation); upload-metadata: sha256, kind', 201),
      handle,
    );
    scope.head(`${MEDIA_PATH}/:upload`, tus('How much of an upload is here', 200), handle);
    scope.patch(`${MEDIA_PATH}/:upload`, tus('Goes on with an upload', 204), handle);
  });
}

/** The request as the web standard has it; its address is made anew from the parameter. */
function webRequest(request: UploadRequest): Request {
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers))
    if (typeof value === 'string') headers.set(name, value);
  const { body, params } = request;
  const part = params.upload === undefined ? '' : `/${encodeURIComponent(params.upload)}`;
  return new Request(`https://hq${MEDIA_PATH}${part}`, {
    method: request.method,
    headers,
    ...(body instanceof Readable
      ? // The same stream; Node and the browser's types name it twice.
        { body: Readable.toWeb(body) as ReadableStream<Uint8Array> as BodyInit, duplex: 'half' }
      : {}),
  });
}
