/** The roster of a site, from a file. */
import type { FastifyInstance } from 'fastify';
import { officerCall, readBody } from '#hq/platform/calls.ts';
import type { RostersService } from './rosters.service.ts';

/** More than the reader takes, so that it is the reader who says what is too large, in its words. */
const FILE_BYTES = 60 * 1024 * 1024;

export function rostersRoutes(app: FastifyInstance, rosters: RostersService): void {
  officerCall(
    app,
    'POST /api/v1/officer/exams/:exam/sites/:site/roster',
    'Looks into a roster file, or takes it',
    async ({ params, query, body, caller }) =>
      rosters.import(caller(), params.exam, params.site, query, await readBody(body, FILE_BYTES)),
  );
}
