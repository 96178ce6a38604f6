/** Sign-in, sign-out, who am I; and the guard that stands before every route of the contract. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Static } from 'typebox';
import { SignInBody } from '#protocol/console.schema.ts';
import type { Me } from '#protocol/console.ts';
import { extent, RIGHTS, type Right } from '#protocol/rights.ts';
import { ROUTES } from '#protocol/routes.ts';
import { BoxError } from '#server/platform/box-error.ts';
import type { Deps } from '#server/platform/deps.ts';
import { Statements } from '#server/platform/statements.ts';
import { type AuthService, addressOf, type Caller, COOKIE } from './auth.service.ts';

const GUARDED = new Map(ROUTES.map((route) => [`${route.method} ${route.path}`, route.right]));
const CALLER = Symbol('caller');

/** The signed-in person behind a guarded route. */
export function callerOf(request: FastifyRequest): Caller {
  const caller = (request as FastifyRequest & { [CALLER]?: Caller })[CALLER];
  if (!caller) throw new BoxError('auth/required');
  return caller;
}

/** Every request to a route of the contract must have its right, before its body is read. */
export function guardRoutes(app: FastifyInstance, auth: AuthService): void {
  app.addHook('onRequest', async (request) => {
    const url = request.routeOptions.url ?? '';
    // fastify answers HEAD wherever there is a GET: the same right guards both.
    const right =
      GUARDED.get(`${request.method} ${url}`) ??
      (request.method === 'HEAD' ? GUARDED.get(`GET ${url}`) : undefined);
    if (right === undefined || right === 'public' || right === 'token') return;
    const caller = auth.caller(request);
    if (right !== 'staff') auth.require(caller, right);
    Object.defineProperty(request, CALLER, { value: caller });
  });
}

export function authRoutes(app: FastifyInstance, deps: Deps, auth: AuthService): void {
  const s = new Statements(deps.db);
  const me = (caller: Pick<Caller, 'staff'>): Me => {
    const { staff, login, name, role, rooms } = caller.staff;
    const site = s.get<{ name: string; demo: number }>('SELECT name, demo FROM site');
    const rights = (Object.keys(RIGHTS) as Right[]).filter((right) => extent(role, right) !== 'none');
    return { staff, login, name, role, rooms, rights, siteName: site?.name ?? '', demo: site?.demo === 1 };
  };

  app.post<{ Body: Static<typeof SignInBody> }>(
    '/api/v1/console/sign-in',
    { schema: { body: SignInBody } },
    async (request, reply) => {
      const { login, password } = request.body;
      const { token, staff } = await auth.signIn(
        login,
        password,
        addressOf(request.ip),
        request.headers['user-agent'] ?? '',
      );
      void reply.setCookie(COOKIE, token, { path: '/', secure: true, httpOnly: true, sameSite: 'strict' });
      return me({ staff });
    },
  );
  app.post('/api/v1/console/sign-out', async (request, reply) => {
    await auth.signOut(callerOf(request));
    void reply.clearCookie(COOKIE, { path: '/', secure: true, httpOnly: true, sameSite: 'strict' });
    return null;
  });
  app.get('/api/v1/console/me', async (request) => me(callerOf(request)));
}
