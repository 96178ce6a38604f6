/** Sites for the officers. */
import type { FastifyInstance } from 'fastify';
import type { EnrolmentService } from '#hq/enrolment/enrolment.service.ts';
import { officerCall } from '#hq/platform/calls.ts';
import type { SitesService } from './sites.service.ts';

export function sitesRoutes(app: FastifyInstance, sites: SitesService, enrolment: EnrolmentService): void {
  officerCall(app, 'GET /api/v1/officer/sites', 'Sites with their state', ({ query }) => sites.list(query));
  officerCall(app, 'POST /api/v1/officer/sites', 'Adds a site', ({ caller, body }) =>
    sites.add(caller(), body),
  );
  officerCall(app, 'GET /api/v1/officer/sites/:site', 'All about one site', ({ params }) =>
    sites.detail(params.site),
  );
  officerCall(app, 'PUT /api/v1/officer/sites/:site', 'Changes a site', ({ caller, params, body }) =>
    sites.change(caller(), params.site, body),
  );
  officerCall(
    app,
    'POST /api/v1/officer/sites/:site/enrolment-code',
    'A new one-time code, shown once',
    ({ caller, params }) => enrolment.newCode(caller(), params.site),
  );
  officerCall(
    app,
    'POST /api/v1/officer/sites/:site/revoke',
    'A box is no longer believed',
    async ({ caller, params, body }) => {
      await enrolment.revoke(caller(), params.site, body.key, body.reason);
      return sites.detail(params.site);
    },
  );
}
