/**
 * Every HTTP route of the headquarters service. `public` needs nothing, `site` a box's token, the rest an officer who is
 * signed in and has the right. The service registers exactly these (a test compares) and publishes them as OpenAPI
 * (`GET /api/v1/openapi.json`, a copy in docs/hq-openapi.json).
 */
import type { RouteEntry } from './routes.ts';

export const OFFICER_ROLES = ['director', 'operator', 'auditor'] as const;
export type OfficerRole = (typeof OFFICER_ROLES)[number];

export const OFFICER_RIGHTS = {
  'hq.see': ['director', 'operator', 'auditor'],
  /** Sites, rosters, papers, sessions, packages. */
  'hq.prepare': ['director', 'operator'],
  /** Release codes, releasing, decisions on requests. */
  'hq.decide': ['director'],
  'hq.officers': ['director'],
} as const satisfies Record<string, readonly OfficerRole[]>;
export type OfficerRight = keyof typeof OFFICER_RIGHTS;

export interface HqRoute {
  method: RouteEntry['method'];
  path: string;
  right: 'public' | 'site' | 'officer' | OfficerRight;
}

const route = (method: HqRoute['method'], path: string, right: HqRoute['right']): HqRoute => ({
  method,
  path,
  right,
});
const A = '/api/v1';
const O = '/api/v1/officer';

export const HQ_ROUTES: readonly HqRoute[] = [
  route('GET', `${A}/hq`, 'public'),
  route('GET', `${A}/health`, 'public'),
  route('GET', `${A}/openapi.json`, 'public'),
  // Anybody who holds a receipt may check it, also when the box that gave it is long gone.
  route('GET', `${A}/receipts/:code`, 'public'),
  // A site becomes known, and proves who it is.
  route('POST', `${A}/enrolments`, 'public'),
  route('POST', `${A}/challenges`, 'public'),
  route('POST', `${A}/tokens`, 'public'),
  // A box with its token
  route('POST', `${A}/site/status`, 'site'),
  route('POST', `${A}/site/batches`, 'site'),
  route('GET', `${A}/site/batches/:batch`, 'site'),
  route('PATCH', `${A}/site/batches/:batch`, 'site'),
  route('GET', `${A}/site/packages/:package`, 'site'),
  route('GET', `${A}/site/releases/:session`, 'site'),
  route('POST', `${A}/site/requests`, 'site'),
  route('GET', `${A}/site/decisions`, 'site'),
  route('POST', `${A}/site/media/missing`, 'site'),
  route('POST', `${A}/site/media`, 'site'),
  route('HEAD', `${A}/site/media/:upload`, 'site'),
  route('PATCH', `${A}/site/media/:upload`, 'site'),
  // Officers
  route('GET', `${O}/setup`, 'public'),
  route('POST', `${O}/setup`, 'public'),
  route('POST', `${O}/sign-in`, 'public'),
  route('POST', `${O}/sign-out`, 'officer'),
  route('GET', `${O}/me`, 'officer'),
  route('GET', `${O}/officers`, 'hq.officers'),
  route('POST', `${O}/officers`, 'hq.officers'),
  route('PUT', `${O}/officers/:officer`, 'hq.officers'),
  route('GET', `${O}/sites`, 'hq.see'),
  route('POST', `${O}/sites`, 'hq.prepare'),
  route('GET', `${O}/sites/:site`, 'hq.see'),
  route('PUT', `${O}/sites/:site`, 'hq.prepare'),
  route('POST', `${O}/sites/:site/enrolment-code`, 'hq.prepare'),
  route('POST', `${O}/sites/:site/revoke`, 'hq.prepare'),
  route('GET', `${O}/sites/:site/staff`, 'hq.see'),
  route('PUT', `${O}/sites/:site/staff`, 'hq.prepare'),
  route('GET', `${O}/exams`, 'hq.see'),
  route('POST', `${O}/exams`, 'hq.prepare'),
  route('GET', `${O}/exams/:exam`, 'hq.see'),
  route('POST', `${O}/exams/:exam/sites/:site/roster`, 'hq.prepare'),
  route('POST', `${O}/exams/:exam/papers`, 'hq.prepare'),
  route('DELETE', `${O}/papers/:paper`, 'hq.prepare'),
  route('POST', `${O}/exams/:exam/sessions`, 'hq.prepare'),
  route('PUT', `${O}/sessions/:session`, 'hq.prepare'),
  route('POST', `${O}/exams/:exam/packages`, 'hq.prepare'),
  route('GET', `${O}/exams/:exam/packages`, 'hq.see'),
  route('GET', `${O}/packages/:package/file`, 'hq.prepare'),
  route('POST', `${O}/sessions/:session/codes`, 'hq.decide'),
  route('POST', `${O}/sessions/:session/release`, 'hq.decide'),
  route('GET', `${O}/requests`, 'hq.see'),
  route('POST', `${O}/requests/:request/decision`, 'hq.decide'),
  route('GET', `${O}/alarms`, 'hq.see'),
  route('POST', `${O}/alarms/:alarm/seen`, 'hq.prepare'),
  route('POST', `${O}/courier`, 'hq.prepare'),
  route('GET', `${O}/exams/:exam/results`, 'hq.see'),
  route('GET', `${O}/exams/:exam/anomalies`, 'hq.see'),
  route('GET', `${O}/attempts/:attempt`, 'hq.see'),
  route('GET', `${O}/exams/:exam/exports/:format`, 'hq.see'),
];
