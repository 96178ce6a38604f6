/** Staff: list, add, change. */
import type { FastifyInstance } from 'fastify';
import type { Static } from 'typebox';
import { StaffBody, StaffChangeBody } from '#protocol/console.schema.ts';
import { id, strict } from '#protocol/shapes.schema.ts';
import type { Deps } from '#server/platform/deps.ts';
import { callerOf } from './auth.routes.ts';
import type { StaffService } from './staff.service.ts';

const C = '/api/v1/console';
const StaffParams = strict({ staff: id('staff') });

export function staffRoutes(app: FastifyInstance, _deps: Deps, staff: StaffService): void {
  app.get(`${C}/staff`, async () => staff.list());

  app.post<{ Body: Static<typeof StaffBody> }>(
    `${C}/staff`,
    { schema: { body: StaffBody } },
    async (request) => staff.add(request.body, callerOf(request).actor),
  );

  app.put<{ Params: Static<typeof StaffParams>; Body: Static<typeof StaffChangeBody> }>(
    `${C}/staff/:staff`,
    { schema: { params: StaffParams, body: StaffChangeBody } },
    async (request) => staff.change(request.params.staff, request.body, callerOf(request).actor),
  );
}
