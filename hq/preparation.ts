/** Preparing exams: its services and routes, wired by hand, apart from hq/app.ts for its length. */
import type { FastifyInstance } from 'fastify';
import { AlarmsService } from './alarms/alarms.service.ts';
import { examsRoutes } from './exams/exams.routes.ts';
import { ExamsService } from './exams/exams.service.ts';
import { packagesRoutes } from './packages/packages.routes.ts';
import { PackagesService } from './packages/packages.service.ts';
import { papersRoutes } from './papers/papers.routes.ts';
import { PapersService } from './papers/papers.service.ts';
import type { HqDeps } from './platform/deps.ts';
import { releaseRoutes } from './release/release.routes.ts';
import { ReleaseService } from './release/release.service.ts';
import { requestsRoutes } from './requests/requests.routes.ts';
import { RequestsService } from './requests/requests.service.ts';
import { rostersRoutes } from './rosters/rosters.routes.ts';
import { RostersService } from './rosters/rosters.service.ts';
import { sessionsRoutes } from './sessions/sessions.routes.ts';
import { SessionsService } from './sessions/sessions.service.ts';
import { siteStaffRoutes } from './site-staff/site-staff.routes.ts';
import { SiteStaffService } from './site-staff/site-staff.service.ts';

export type Preparation = ReturnType<typeof prepareServices>;

export function prepareServices(deps: HqDeps) {
  const exams = new ExamsService(deps);
  const rosters = new RostersService(deps, exams);
  const staff = new SiteStaffService(deps, exams);
  const papers = new PapersService(deps, exams);
  const sessions = new SessionsService(deps, exams, papers);
  const packages = new PackagesService(deps, { exams, rosters, papers, sessions, staff });
  const release = new ReleaseService(deps, exams, sessions);
  const requests = new RequestsService(deps, new AlarmsService(deps), rosters);
  return { exams, rosters, staff, papers, sessions, packages, release, requests };
}

export function preparationRoutes(http: FastifyInstance, services: Preparation): void {
  const { exams, rosters, staff, papers, sessions, packages, release, requests } = services;
  examsRoutes(http, { exams, papers, sessions, packages });
  rostersRoutes(http, rosters);
  siteStaffRoutes(http, staff);
  papersRoutes(http, papers);
  sessionsRoutes(http, sessions);
  packagesRoutes(http, packages);
  releaseRoutes(http, release, sessions);
  requestsRoutes(http, requests);
}
