/** Requests of sites, and their decisions. */
import type { FastifyInstance } from 'fastify';
import { type Static, Type } from 'typebox';
import { describe, officerCall } from '#hq/platform/calls.ts';
import { siteOf } from '#hq/platform/guard.ts';
import { DecisionsQuerySchema, DecisionsSchema, SiteRequestSchema } from '#protocol/hq.schema.ts';
import type { RequestsService } from './requests.service.ts';

export function requestsRoutes(app: FastifyInstance, requests: RequestsService): void {
  officerCall(app, 'GET /api/v1/officer/requests', 'What sites ask for, newest first', async ({ query }) =>
    requests.list(query),
  );
  officerCall(
    app,
    'POST /api/v1/officer/requests/:request/decision',
    'Grants or refuses; the box takes the signed decision at its next exchange',
    async ({ params, body, caller }) => requests.decide(caller(), params.request, body),
  );
  app.post<{ Body: Static<typeof SiteRequestSchema> }>(
    '/api/v1/site/requests',
    describe('A site asks; what counts comes with a batch as REQUEST_MADE', Type.Null(), {
      body: SiteRequestSchema,
    }),
    async (request) => {
      await requests.tell(siteOf(request).site, request.body);
      return null;
    },
  );
  app.get<{ Querystring: Static<typeof DecisionsQuerySchema> }>(
    '/api/v1/site/decisions',
    describe('Signed decisions with a number above `after`, in their order', DecisionsSchema, {
      querystring: DecisionsQuerySchema,
    }),
    async (request) => requests.decisions(siteOf(request).site, request.query.after ?? 0),
  );
}
