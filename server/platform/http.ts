/** The HTTP server and what holds for every route: validation, coded errors, headers, origin check, sign-in and rights. */
import cookie from '@fastify/cookie';
import websocket from '@fastify/websocket';
import Fastify, { type FastifyInstance, type FastifyRequest, LogController } from 'fastify';
import type { Logger } from 'pino';
import type { TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { Convert } from 'typebox/value';
import { ERRORS, type ErrorBody, type ErrorCode } from '#protocol/errors.ts';
import { FRAME_BYTES } from '#protocol/socket.ts';
import { BoxError } from './box-error.ts';

export interface HttpOptions {
  log: Logger;
  tls: { key: string; cert: string };
  contentSecurityPolicy: string;
  /** `host:port` pairs under which pages of ours are open. */
  hosts: () => ReadonlySet<string>;
}

/** Largest JSON body; files have their own limits. */
const BODY_BYTES = 4 * 1024 * 1024;

export async function buildHttp({
  log,
  tls,
  contentSecurityPolicy,
  hosts,
}: HttpOptions): Promise<FastifyInstance> {
  const app = Fastify({
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true }),
    trustProxy: false,
    bodyLimit: BODY_BYTES,
    routerOptions: { maxParamLength: 200 },
    // Inside `https` these are heeded; beside it they are ignored.
    https: {
      ...tls,
      minVersion: 'TLSv1.2',
      headersTimeout: 15_000,
      requestTimeout: 300_000,
      connectionsCheckingInterval: 5_000,
    },
    keepAliveTimeout: 10_000,
    forceCloseConnections: true,
  }) as unknown as FastifyInstance; // fastify types the server as https.Server; routes do not care.

  app.setValidatorCompiler(({ schema, httpPart }) => {
    const compiled = Compile(schema as TSchema);
    return (data: unknown) => {
      // Query values arrive as text.
      const value = httpPart === 'querystring' ? Convert(schema as TSchema, data) : data;
      if (compiled.Check(value)) return { value };
      const [first] = compiled.Errors(value);
      return {
        error: new BoxError('request/invalid', {
          where: `${httpPart}${first?.instancePath ?? ''}`,
          problem: first?.message ?? '',
        }),
      };
    };
  });
  app.setSerializerCompiler(() => (data) => JSON.stringify(data));

  app.setErrorHandler((error: unknown, request, reply) => {
    const coded = codedError(error);
    if (coded.status >= 500)
      request.log.error({ err: error, route: request.routeOptions.url, code: coded.code }, 'request failed');
    void reply.status(coded.status).send(errorBody(coded.code, coded.detail));
  });
  app.setNotFoundHandler((_request, reply) => {
    void reply.status(404).send(errorBody('request/not-found'));
  });

  app.addHook('onRequest', async (request, reply) => {
    reply.headers({
      'content-security-policy': contentSecurityPolicy,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'x-frame-options': 'SAMEORIGIN',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'permissions-policy': 'camera=(self), microphone=(self), geolocation=()',
    });
    checkOrigin(request, hosts());
  });

  await app.register(cookie);
  await app.register(websocket, {
    options: { maxPayload: FRAME_BYTES, perMessageDeflate: false, clientTracking: false },
  });
  return app;
}

/** A page of somebody else's must not act in our users' names (the cookie is SameSite=Strict besides). */
function checkOrigin(request: FastifyRequest, hosts: ReadonlySet<string>): void {
  const { origin } = request.headers;
  if (origin === undefined) {
    if (request.headers['sec-fetch-site'] === 'cross-site' && request.method !== 'GET')
      throw new BoxError('auth/origin');
    return;
  }
  const ours = [...hosts].some((host) => origin === `https://${host}`);
  const changes = request.method !== 'GET' && request.method !== 'HEAD';
  const upgrades = request.headers.upgrade !== undefined;
  if (!ours && (changes || upgrades)) throw new BoxError('auth/origin');
}

/** Whatever was thrown as an error of the catalogue. */
export function codedError(error: unknown): BoxError {
  if (error instanceof BoxError) return error;
  if (typeof error === 'object' && error !== null && 'code' in error) {
    const code = String(error.code);
    if (code in ERRORS) {
      const detail = 'detail' in error ? (error.detail as Record<string, unknown>) : undefined;
      return new BoxError(code as ErrorCode, detail, error);
    }
    if (code === 'FST_ERR_CTP_BODY_TOO_LARGE' || code === 'FST_REQ_FILE_TOO_LARGE')
      return new BoxError('request/too-large');
    if (code.startsWith('FST_ERR_CTP') || code === 'FST_ERR_VALIDATION')
      return new BoxError('request/invalid', { problem: code });
  }
  if (error instanceof SyntaxError) return new BoxError('request/invalid', { problem: 'not valid JSON' });
  return new BoxError('box/internal', undefined, error);
}

export function errorBody(code: ErrorCode, detail?: Record<string, unknown>): ErrorBody {
  const { zh, en, doZh, doEn } = ERRORS[code];
  return detail === undefined ? { code, zh, en, doZh, doEn } : { code, zh, en, doZh, doEn, detail };
}
