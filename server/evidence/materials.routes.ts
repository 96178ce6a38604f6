/** Calls about auxiliary material. */
import type { FastifyInstance } from 'fastify';
import type { Static } from 'typebox';
import { MaterialBody } from '#protocol/evidence.schema.ts';
import { id, strict } from '#protocol/shapes.schema.ts';
import { callerOf } from '#server/staff/auth.routes.ts';
import { reachOf, requireRooms } from '#server/staff/auth.service.ts';
import { sendFile } from './file-answer.ts';
import type { MaterialsService } from './materials.service.ts';

const C = '/api/v1/console';
const SessionParams = strict({ session: id('session') });
const MaterialParams = strict({ material: id('material') });

export function materialsRoutes(app: FastifyInstance, materials: MaterialsService): void {
  app.get<{ Params: Static<typeof SessionParams> }>(
    `${C}/sessions/:session/materials`,
    { schema: { params: SessionParams } },
    async (request) => materials.list(request.params.session, reachOf(callerOf(request), 'evidence.read')),
  );
  app.post<{ Params: Static<typeof SessionParams>; Body: Static<typeof MaterialBody> }>(
    `${C}/sessions/:session/materials`,
    { schema: { params: SessionParams, body: MaterialBody } },
    async (request) => {
      const caller = callerOf(request);
      const { room } = request.body;
      requireRooms(caller, 'evidence.close', room === undefined ? null : [room]);
      return materials.add(request.params.session, request.body, caller);
    },
  );
  app.get<{ Params: Static<typeof MaterialParams> }>(
    `${C}/materials/:material/file`,
    { schema: { params: MaterialParams } },
    async (request, reply) => {
      const row = materials.material(request.params.material);
      requireRooms(callerOf(request), 'evidence.read', row.room === null ? null : [row.room]);
      const { type, name } = row;
      return sendFile(reply, {
        type,
        name,
        way: 'attachment',
        stream: materials.file(row),
        forGood: true,
      });
    },
  );
}
