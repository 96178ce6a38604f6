/** The log. */
import type { FastifyInstance } from 'fastify';
import type { Static } from 'typebox';
import { LogQuery } from '#protocol/console.schema.ts';
import type { Deps } from '#server/platform/deps.ts';
import type { LogService } from './log.service.ts';

export function logRoutes(app: FastifyInstance, _deps: Deps, log: LogService): void {
  app.get<{ Querystring: Static<typeof LogQuery> }>(
    '/api/v1/console/log',
    { schema: { querystring: LogQuery } },
    async (request) => log.list(request.query),
  );
}
