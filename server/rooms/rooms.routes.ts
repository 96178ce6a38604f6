/** Rooms: list, add, change, remove. */
import type { FastifyInstance } from 'fastify';
import type { Static } from 'typebox';
import { RoomBody } from '#protocol/console.schema.ts';
import { id, strict } from '#protocol/shapes.schema.ts';
import type { Deps } from '#server/platform/deps.ts';
import { callerOf } from '#server/staff/auth.routes.ts';
import { reachOf } from '#server/staff/auth.service.ts';
import type { RoomsService } from './rooms.service.ts';

const C = '/api/v1/console';
const RoomParams = strict({ room: id('room') });

export function roomsRoutes(app: FastifyInstance, _deps: Deps, rooms: RoomsService): void {
  app.get(`${C}/rooms`, async (request) => rooms.list(reachOf(callerOf(request), 'site.read')));

  app.post<{ Body: Static<typeof RoomBody> }>(`${C}/rooms`, { schema: { body: RoomBody } }, async (request) =>
    rooms.add(request.body, callerOf(request).actor),
  );

  app.put<{ Params: Static<typeof RoomParams>; Body: Static<typeof RoomBody> }>(
    `${C}/rooms/:room`,
    { schema: { params: RoomParams, body: RoomBody } },
    async (request) => rooms.change(request.params.room, request.body, callerOf(request).actor),
  );

  app.delete<{ Params: Static<typeof RoomParams> }>(
    `${C}/rooms/:room`,
    { schema: { params: RoomParams } },
    async (request) => {
      await rooms.remove(request.params.room, callerOf(request).actor);
      return null;
    },
  );
}
