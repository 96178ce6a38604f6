/** Resumable uploads under one address, as tus 1.0 describes them; the protocol itself is in incoming.ts. */
import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { EVIDENCE_LIMITS } from '#protocol/evidence.ts';
import { callerOf } from '#server/staff/auth.routes.ts';
import type { IncomingUploads } from './incoming.ts';

const C = '/api/v1/console';

export async function incomingRoutes(app: FastifyInstance, incoming: IncomingUploads): Promise<void> {
  // A scope of its own: here, and only here, bodies stay streams.
  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { bodyLimit: EVIDENCE_LIMITS.zipBytes }, (_request, payload, done) =>
      done(null, payload),
    );
    const handle = async (request: FastifyRequest, reply: FastifyReply) => {
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

/** The request as the web standard has it. The host does not matter: addresses in answers are relative. */
function webRequest(request: FastifyRequest): Request {
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers))
    if (typeof value === 'string') headers.set(name, value);
  const { body } = request;
  return new Request(`https://box${request.url}`, {
    method: request.method,
    headers,
    ...(body instanceof Readable
      ? // The same stream; Node and the browser's types name it twice.
        { body: Readable.toWeb(body) as ReadableStream<Uint8Array> as BodyInit, duplex: 'half' }
      : {}),
  });
}
