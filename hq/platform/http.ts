/** The HTTP server of headquarters and what holds for every route: validation, coded errors, headers, origin check, OpenAPI. */
import type { Readable } from 'node:stream';
import cookie from '@fastify/cookie';
import swagger from '@fastify/swagger';
import Fastify, { type FastifyInstance, type FastifyRequest, LogController } from 'fastify';
import type { Logger } from 'pino';
import { type TSchema, Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { Convert } from 'typebox/value';
import { VERSION } from '#node/version/version.ts';
import { ERRORS, type ErrorBody, type ErrorCode } from '#protocol/errors.ts';
import { HQ_ROUTES } from '#protocol/hq.routes.ts';
import { isStorageFault, loggable } from './database.ts';
import { HqError } from './hq-error.ts';

export interface HttpOptions {
  log: Logger;
  /** PEM; null: plain HTTP, for this computer alone. */
  tls: { key: string; cert: string } | null;
  contentSecurityPolicy: string;
}

/** Largest JSON body; files have their own limits. */
const BODY_BYTES = 4 * 1024 * 1024;

/** A body or an answer that is a file: bytes are not checked against a schema. */
export const BYTES = Type.Unsafe<Readable>({ type: 'string', format: 'binary' });

const ErrorSchema = Type.Object(
  {
    code: Type.String(),
    zh: Type.String(),
    en: Type.String(),
    doZh: Type.String(),
    doEn: Type.String(),
    detail: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
  },
  { description: 'What happened, and what to do, in Chinese and English. Programs go by the code.' },
);
const RIGHTS = new Map(HQ_ROUTES.map(({ method, path, right }) => [`${method} ${path}`, right]));

export async function buildHttp({ log, tls, contentSecurityPolicy }: HttpOptions): Promise<FastifyInstance> {
  const limits = { headersTimeout: 15_000, requestTimeout: 300_000, connectionsCheckingInterval: 5_000 };
  const app = Fastify({
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true }),
    trustProxy: false,
    bodyLimit: BODY_BYTES,
    routerOptions: { maxParamLength: 300 },
    ...(tls ? { https: { ...tls, minVersion: 'TLSv1.2', ...limits } } : { http: limits }),
    keepAliveTimeout: 10_000,
    forceCloseConnections: true,
  }) as unknown as FastifyInstance; // fastify types the server by its options; routes do not care.

  app.setValidatorCompiler(({ schema, httpPart }) => {
    if (schema === BYTES) return () => true;
    const compiled = Compile(schema as TSchema);
    return (data: unknown) => {
      // Query values arrive as text.
      const value = httpPart === 'querystring' ? Convert(schema as TSchema, data) : data;
      if (compiled.Check(value)) return { value };
      const [first] = compiled.Errors(value);
      return {
        error: new HqError('request/invalid', {
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
      request.log.error(
        { err: loggable(coded.cause ?? coded), route: request.routeOptions.url, code: coded.code },
        'request failed',
      );
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
      'x-frame-options': 'DENY',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'permissions-policy': 'camera=(), microphone=(), geolocation=()',
      ...(request.url.startsWith('/api/') ? { 'cache-control': 'no-store' } : {}),
      ...(tls ? { 'strict-transport-security': 'max-age=31536000' } : {}),
    });
    checkOrigin(request, tls !== null);
  });
  await app.register(cookie);
  // Files come as streams; who takes one limits it.
  for (const type of ['application/octet-stream', 'application/offset+octet-stream'])
    app.addContentTypeParser(type, (_request, payload, done) => done(null, payload));

  // Before the description is made: what all routes have in common.
  app.addHook('onRoute', (route) => {
    const method = Array.isArray(route.method) ? route.method[0] : route.method;
    const right = RIGHTS.get(`${method} ${route.url}`);
    if (right === undefined) {
      route.schema = { ...route.schema, hide: true } as typeof route.schema;
      return;
    }
    const security = right === 'public' ? [] : right === 'site' ? [{ box: [] }] : [{ officer: [] }];
    const response = {
      ...(route.schema?.response as object | undefined),
      '4xx': ErrorSchema,
      '5xx': ErrorSchema,
    };
    route.schema = {
      ...route.schema,
      security,
      response,
      tags: [right === 'site' ? 'site' : right === 'public' ? 'public' : 'officer'],
    } as typeof route.schema; // the description's fields come from its plugin
  });
  await app.register(swagger, {
    // Of HEAD routes only those of the contract are shown: the others are hidden above.
    exposeHeadRoutes: true,
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Gongyuan headquarters',
        version: VERSION,
        description:
          'What a box of an exam site needs of headquarters has the tags `public` and `site`; a headquarters with a system of its own implements those. Routes with the tag `officer` are for the pages of this service. 考点服务器所需的接口带有标签 public 和 site；其余供本服务的页面使用。',
      },
      tags: [
        { name: 'public', description: 'Needs nothing' },
        { name: 'site', description: 'A box with its token' },
        { name: 'officer', description: 'A person of headquarters who is signed in and has the right' },
      ],
      components: {
        securitySchemes: {
          box: { type: 'http', scheme: 'bearer', description: 'Token of POST /api/v1/tokens' },
          officer: { type: 'apiKey', in: 'cookie', name: 'gongyuan-hq' },
        },
      },
    },
  });
  return app;
}

/** A page of somebody else's must not act in our users' names (the cookie is SameSite=Strict besides). */
function checkOrigin(request: FastifyRequest, secure: boolean): void {
  if (request.method === 'GET' || request.method === 'HEAD') return;
  const { origin, host } = request.headers;
  if (origin === undefined) {
    if (request.headers['sec-fetch-site'] === 'cross-site') throw new HqError('auth/origin');
    return;
  }
  // Behind a proxy that ends TLS the page is https while we are not.
  const ours = origin === `https://${host}` || (!secure && origin === `http://${host}`);
  if (!ours) throw new HqError('auth/origin');
}

/** Whatever was thrown as an error of the catalogue. */
export function codedError(error: unknown): HqError {
  if (error instanceof HqError) return error;
  if (typeof error === 'object' && error !== null && 'code' in error) {
    const code = String(error.code);
    if (Object.hasOwn(ERRORS, code)) {
      const detail = 'detail' in error ? (error.detail as Record<string, unknown>) : undefined;
      return new HqError(code as ErrorCode, detail, error);
    }
    if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return new HqError('request/too-large');
    if (code.startsWith('FST_ERR_CTP') || code === 'FST_ERR_VALIDATION')
      return new HqError('request/invalid', { problem: code });
  }
  if (error instanceof SyntaxError) return new HqError('request/invalid', { problem: 'not valid JSON' });
  if (isStorageFault(error)) return new HqError('hq/storage', undefined, error);
  return new HqError('hq/internal', undefined, error);
}

export function errorBody(code: ErrorCode, detail?: Record<string, unknown>): ErrorBody {
  const { zh, en, doZh, doEn } = ERRORS[code];
  return detail === undefined ? { code, zh, en, doZh, doEn } : { code, zh, en, doZh, doEn, detail };
}
