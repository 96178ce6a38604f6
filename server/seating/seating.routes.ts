/** Seating of a session: draw, list. */
import type { FastifyInstance } from 'fastify';
import type { Static } from 'typebox';
import { SeatDrawBody, SeatingBody } from '#protocol/console.schema.ts';
import { id, strict } from '#protocol/shapes.schema.ts';
import type { Deps } from '#server/platform/deps.ts';
import { callerOf } from '#server/staff/auth.routes.ts';
import { reachOf, requireRooms } from '#server/staff/auth.service.ts';
import type { DoorDraws } from './door-draw.ts';
import type { SeatingService } from './seating.service.ts';

const PATH = '/api/v1/console/sessions/:session/seating';
const SessionParams = strict({ session: id('session') });

export function seatingRoutes(
  app: FastifyInstance,
  _deps: Deps,
  { seating, door }: { seating: SeatingService; door: DoorDraws },
): void {
  app.post<{ Params: Static<typeof SessionParams>; Body: Static<typeof SeatingBody> }>(
    PATH,
    { schema: { params: SessionParams, body: SeatingBody } },
    async (request) => seating.draw(request.params.session, request.body, callerOf(request).actor),
  );

  app.post<{ Params: Static<typeof SessionParams>; Body: Static<typeof SeatDrawBody> }>(
    '/api/v1/console/sessions/:session/seats',
    { schema: { params: SessionParams, body: SeatDrawBody } },
    async (request) => {
      const { number, room } = request.body;
      requireRooms(callerOf(request), 'seat.draw', [room]);
      return door.draw(request.params.session, number, room, callerOf(request).actor);
    },
  );

  app.get<{ Params: Static<typeof SessionParams> }>(
    PATH,
    { schema: { params: SessionParams } },
    async (request) => seating.list(request.params.session, reachOf(callerOf(request), 'site.read')),
  );
}
