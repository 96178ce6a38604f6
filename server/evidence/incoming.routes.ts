/** Resumable uploads under one address, as tus 1.0 describes them; the protocol itself is in incoming.ts. */
import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { EVIDENCE_LIMITS } from '#protocol/evidence.ts';
import { callerOf } from '#server/staff/auth.routes.ts';
import { type IncomingUploads, UPLOADS_PATH } from './incoming.ts';

const C = '/api/v1/console';

type UploadRequest = FastifyRequest<{ Params: { upload?: string } }>;

export async function incomingRoutes(app: FastifyInstance, incoming: IncomingUploads): Promise<void> {
  // A scope of its own: here, and only here, bodies stay streams.
  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { bodyLimit: EVIDENCE_LIMITS.zipBytes }, (_request, payload, done) =>
      done(null, payload),
    );
    const handle = async (request: UploadRequest, reply: FastifyReply) => {
      const response = await incoming.handle(webRequest(request), callerOf(request));
      void reply.code(response.status).headers(Object.fromEntries(response.headers));
      return reply.send(await response.text());
    };
    const options = { bodyLimit: EVIDENCE_LIMITS.zipBytes };
    scope.post(`${C}/uploads`, options, handle);
    scope.head(`${C}/uploads/:upload`, handle);
    scope.patch(`${C}/uploads/:upload`, options, handle);
    scope.delete(`${C}/uploads/:upload`, handle);
  });
}

/**
 * The request as the web standard has it. Its address is made anew from the parameter: the server of the protocol takes
 * the last part of whatever stands there, a query too, and must mean the upload whose owner is asked for here. The host
 * does not matter, for addresses in answers are relative.
 */
function webRequest(request: UploadRequest): Request {
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers))
    if (typeof value === 'string') headers.set(name, value);
  const { body, params } = request;
  const part = params.upload === undefined ? '' : `/${encodeURIComponent(params.upload)}`;
  return new Request(`https://box${UPLOADS_PATH}${part}`, {
    method: request.method,
    headers,
    ...(body instanceof Readable
      ? // The same stream; Node and the browser's types name it twice.
        { body: Readable.toWeb(body) as ReadableStream<Uint8Array> as BodyInit, duplex: 'half' }
      : {}),
  });
}
