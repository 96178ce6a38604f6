/** Set-up, sign-in and officers. */
import type { FastifyInstance } from 'fastify';
import { officerCall } from '#hq/platform/calls.ts';
import type { HqDeps } from '#hq/platform/deps.ts';
import { mayOfficer, type OfficerCaller } from '#hq/platform/guard.ts';
import { VERSION } from '#node/version/version.ts';
import { OFFICER_RIGHTS, type OfficerRight } from '#protocol/hq.routes.ts';
import type { OfficerRecord } from './officers.repo.ts';
import type { OfficersService } from './officers.service.ts';

export interface CookieWay {
  name: string;
  secure: boolean;
}

/** The `__Host-` prefix binds a cookie to this host, HTTPS and the whole path (RFC 6265bis); plain HTTP is for loopback. */
export const cookieWay = (tls: boolean): CookieWay =>
  tls ? { name: '__Host-gongyuan-hq', secure: true } : { name: 'gongyuan-hq', secure: false };

export function officersRoutes(
  app: FastifyInstance,
  { config }: HqDeps,
  officers: OfficersService,
  cookie: CookieWay,
): void {
  const { secure } = cookie;
  const options = { path: '/', secure, httpOnly: true, sameSite: 'strict' } as const;
  const me = ({ officer, login, name, role }: OfficerCaller) => ({
    officer,
    login,
    name,
    role,
    rights: (Object.keys(OFFICER_RIGHTS) as OfficerRight[]).filter((right) => mayOfficer(role, right)),
    hq: config.name,
    version: VERSION,
  });
  const row = ({ officer, login, name, role, active }: OfficerRecord) => ({
    officer,
    login,
    name,
    role,
    active,
  });

  officerCall(app, 'GET /api/v1/officer/setup', 'Whether the first officer is wanted', async () => ({
    needed: (await officers.setupCode()) !== null,
    name: config.name,
  }));
  officerCall(app, 'POST /api/v1/officer/setup', 'Makes the first director', async ({ body }) => {
    await officers.setUp(body);
    return null;
  });
  officerCall(
    app,
    'POST /api/v1/officer/sign-in',
    'Signs in; sets a cookie',
    async ({ body, request, reply }) => {
      const { token, caller } = await officers.signIn(body.login, body.password, request.ip);
      void reply.setCookie(cookie.name, token, options);
      return me(caller);
    },
  );
  officerCall(app, 'POST /api/v1/officer/sign-out', 'Signs out', async ({ caller, reply }) => {
    await officers.signOut(caller());
    void reply.clearCookie(cookie.name, options);
    return null;
  });
  officerCall(app, 'GET /api/v1/officer/me', 'Who is signed in', async ({ caller }) => me(caller()));
  officerCall(app, 'GET /api/v1/officer/officers', 'All officers', async () =>
    (await officers.list()).map(row),
  );
  officerCall(app, 'POST /api/v1/officer/officers', 'Adds an officer', async ({ caller, body }) =>
    row(await officers.add(caller(), body)),
  );
  officerCall(
    app,
    'PUT /api/v1/officer/officers/:officer',
    'Changes an officer',
    async ({ caller, params, body }) => row(await officers.change(caller(), params.officer, body)),
  );
}
