/** Requests of the site: list, ask, and the chief's own decisions. */
import type { FastifyInstance } from 'fastify';
import type { Static } from 'typebox';
import { DecideBody, RequestBody } from '#protocol/delivery.schema.ts';
import { id, strict } from '#protocol/shapes.schema.ts';
import { callerOf } from '#server/staff/auth.routes.ts';
import type { RequestsService } from './requests.service.ts';

const C = '/api/v1/console';
const RequestParams = strict({ request: id('request') });

export function requestsRoutes(app: FastifyInstance, requests: RequestsService): void {
  app.get(`${C}/requests`, async () => requests.list());

  app.post<{ Body: Static<typeof RequestBody> }>(
    `${C}/requests`,
    { schema: { body: RequestBody } },
    async (request) => requests.ask(request.body, callerOf(request).actor),
  );

  app.post<{ Params: Static<typeof RequestParams>; Body: Static<typeof DecideBody> }>(
    `${C}/requests/:request/decide`,
    { schema: { params: RequestParams, body: DecideBody } },
    async (request) =>
      requests.decide(
        request.params.request,
        request.body.granted,
        request.body.reason,
        callerOf(request).actor,
      ),
  );
}
