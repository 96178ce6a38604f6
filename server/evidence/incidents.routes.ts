/** Calls about incidents. An invigilator sees and records those of the own rooms. */
import type { FastifyInstance } from 'fastify';
import type { Static } from 'typebox';
import { IncidentBody, InRoomQuery, NoteBody, OutcomeBody } from '#protocol/evidence.schema.ts';
import { id, strict } from '#protocol/shapes.schema.ts';
import { callerOf } from '#server/staff/auth.routes.ts';
import { reachOf, requireRooms } from '#server/staff/auth.service.ts';
import type { IncidentsService } from './incidents.service.ts';

const C = '/api/v1/console';
const SessionParams = strict({ session: id('session') });
const IncidentParams = strict({ incident: id('incident') });

export function incidentsRoutes(app: FastifyInstance, incidents: IncidentsService): void {
  app.get<{ Params: Static<typeof SessionParams>; Querystring: Static<typeof InRoomQuery> }>(
    `${C}/sessions/:session/incidents`,
    { schema: { params: SessionParams, querystring: InRoomQuery } },
    async (request) => {
      const { room } = request.query;
      const rows = incidents.list(request.params.session, reachOf(callerOf(request), 'evidence.read'));
      return room === undefined ? rows : rows.filter((row) => row.room === room);
    },
  );
  app.post<{ Params: Static<typeof SessionParams>; Body: Static<typeof IncidentBody> }>(
    `${C}/sessions/:session/incidents`,
    { schema: { params: SessionParams, body: IncidentBody } },
    async (request) => {
      const caller = callerOf(request);
      requireRooms(caller, 'evidence.write', [request.body.room]);
      return incidents.record(request.params.session, request.body, caller.actor);
    },
  );
  app.post<{ Params: Static<typeof IncidentParams>; Body: Static<typeof NoteBody> }>(
    `${C}/incidents/:incident/notes`,
    { schema: { params: IncidentParams, body: NoteBody } },
    async (request) => {
      const caller = callerOf(request);
      const { incident } = request.params;
      requireRooms(caller, 'evidence.write', [incidents.roomOf(incident)]);
      return incidents.note(incident, request.body.text, caller.actor);
    },
  );
  app.post<{ Params: Static<typeof IncidentParams>; Body: Static<typeof OutcomeBody> }>(
    `${C}/incidents/:incident/close`,
    { schema: { params: IncidentParams, body: OutcomeBody } },
    async (request) => {
      const caller = callerOf(request);
      const { incident } = request.params;
      requireRooms(caller, 'evidence.close', [incidents.roomOf(incident)]);
      return incidents.close(incident, request.body.outcome, caller.actor);
    },
  );
}
