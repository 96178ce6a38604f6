/** The guard before every route of the contract: a box's token, or an officer with the right. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { HQ_ROUTES, OFFICER_RIGHTS, type OfficerRight, type OfficerRole } from '#protocol/hq.routes.ts';
import { HqError } from './hq-error.ts';

/** A box that has proved who it is. */
export interface SiteCaller {
  site: string;
  /** Its Ed25519 key, base64url. */
  key: string;
}

/** A person of headquarters who is signed in. */
export interface OfficerCaller {
  officer: string;
  login: string;
  name: string;
  role: OfficerRole;
  tokenHash: string;
}

export interface Doors {
  site(request: FastifyRequest): Promise<SiteCaller>;
  officer(request: FastifyRequest): Promise<OfficerCaller>;
}

const GUARDED = new Map(HQ_ROUTES.map((route) => [`${route.method} ${route.path}`, route.right]));
const SITE = Symbol('site');
const OFFICER = Symbol('officer');

type Marked = FastifyRequest & { [SITE]?: SiteCaller; [OFFICER]?: OfficerCaller };

/** The box behind a `site` route. */
export function siteOf(request: FastifyRequest): SiteCaller {
  const caller = (request as Marked)[SITE];
  if (!caller) throw new HqError('hq/token');
  return caller;
}

/** The officer behind a guarded route. */
export function officerOf(request: FastifyRequest): OfficerCaller {
  const caller = (request as Marked)[OFFICER];
  if (!caller) throw new HqError('auth/required');
  return caller;
}

export function mayOfficer(role: OfficerRole, right: OfficerRight): boolean {
  return (OFFICER_RIGHTS[right] as readonly OfficerRole[]).includes(role);
}

/** Every request to a route of the contract must have its right, before its body is read. */
export function guardRoutes(app: FastifyInstance, doors: Doors): void {
  app.addHook('onRequest', async (request) => {
    const url = request.routeOptions.url ?? '';
    // fastify answers HEAD wherever there is a GET: the same right guards both.
    const right =
      GUARDED.get(`${request.method} ${url}`) ??
      (request.method === 'HEAD' ? GUARDED.get(`GET ${url}`) : undefined);
    if (right === undefined || right === 'public') return;
    if (right === 'site') {
      Object.defineProperty(request, SITE, { value: await doors.site(request) });
      return;
    }
    const caller = await doors.officer(request);
    if (right !== 'officer' && !mayOfficer(caller.role, right))
      throw new HqError('auth/forbidden', { right });
    Object.defineProperty(request, OFFICER, { value: caller });
  });
}
