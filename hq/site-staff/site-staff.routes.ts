/** Staff of a site. */
import type { FastifyInstance } from 'fastify';
import { officerCall } from '#hq/platform/calls.ts';
import type { PlanStaff } from '#protocol/package.ts';
import type { SiteStaffService } from './site-staff.service.ts';

export function siteStaffRoutes(app: FastifyInstance, staff: SiteStaffService): void {
  const row = ({ passwordHash, ...one }: PlanStaff) => ({ ...one, password: passwordHash !== '' });
  officerCall(
    app,
    'GET /api/v1/officer/sites/:site/staff',
    'Staff that headquarters names for the site',
    async ({ params }) => (await staff.list(params.site)).map(row),
  );
  officerCall(
    app,
    'PUT /api/v1/officer/sites/:site/staff',
    'Replaces the list; it reaches the box with the next full package',
    async ({ params, body, caller }) => (await staff.replace(caller(), params.site, body.staff)).map(row),
  );
}
