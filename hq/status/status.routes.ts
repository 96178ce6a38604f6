/** A box tells how it stands, and hears what headquarters has and holds ready for it. */
import type { FastifyInstance } from 'fastify';
import type { StandingsService } from '#hq/batches/standings.service.ts';
import type { PackagesService } from '#hq/packages/packages.service.ts';
import { describe } from '#hq/platform/calls.ts';
import type { HqDeps } from '#hq/platform/deps.ts';
import { siteOf } from '#hq/platform/guard.ts';
import type { RequestsService } from '#hq/requests/requests.service.ts';
import type { SessionsService } from '#hq/sessions/sessions.service.ts';
import type { SitesService } from '#hq/sites/sites.service.ts';
import { SiteReportSchema, SiteStatusSchema } from '#protocol/hq.schema.ts';
import type { SiteReport, SiteStatus } from '#protocol/hq.ts';

interface Services {
  sites: SitesService;
  standings: StandingsService;
  packages: PackagesService;
  sessions: SessionsService;
  requests: RequestsService;
}

export function statusRoutes(app: FastifyInstance, deps: HqDeps, services: Services): void {
  const { sites, standings, packages, sessions, requests } = services;
  app.post<{ Body: SiteReport }>(
    '/api/v1/site/status',
    describe('A box reports; the answer says what headquarters has of it and for it', SiteStatusSchema, {
      body: SiteReportSchema,
    }),
    async (request): Promise<SiteStatus> => {
      const { site } = siteOf(request);
      await sites.told(site, request.body);
      return {
        now: deps.time.wall(),
        standings: await standings.standings(site),
        packages: await packages.offers(site),
        releases: await sessions.due(site),
        decisions: await requests.lastDecision(site),
      };
    },
  );
}
