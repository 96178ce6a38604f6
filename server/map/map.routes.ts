/** The map once over HTTP, and what is known of one attempt. */
import type { FastifyInstance } from 'fastify';
import type { Static } from 'typebox';
import { answeredItems } from '#domain/attempt/digest.ts';
import type { AttemptDetail } from '#protocol/console.ts';
import { id, strict } from '#protocol/shapes.schema.ts';
import type { LiveAttempts } from '#server/attempts/live-attempts.ts';
import type { SubmissionService } from '#server/attempts/submission.service.ts';
import type { Connections } from '#server/kiosk/connections.ts';
import type { LogService } from '#server/log/log.service.ts';
import { roomsInReach } from '#server/machines/machines.routes.ts';
import { BoxError } from '#server/platform/box-error.ts';
import type { Deps } from '#server/platform/deps.ts';
import { Statements } from '#server/platform/statements.ts';
import { callerOf } from '#server/staff/auth.routes.ts';
import { requireRooms } from '#server/staff/auth.service.ts';
import type { MapService } from './map.service.ts';

const SessionParams = strict({ session: id('session') });
const AttemptParams = strict({ attempt: id('attempt') });
const TIMELINE = 200;

export interface MapRouteParts {
  map: MapService;
  attempts: LiveAttempts;
  submissions: SubmissionService;
  connections: Connections;
  log: LogService;
}

export function mapRoutes(app: FastifyInstance, deps: Deps, parts: MapRouteParts): void {
  const s = new Statements(deps.db);

  app.get<{ Params: Static<typeof SessionParams> }>(
    '/api/v1/console/sessions/:session/map',
    { schema: { params: SessionParams } },
    async (request) =>
      parts.map.session(request.params.session, roomsInReach(callerOf(request), 'room.watch')),
  );

  app.get<{ Params: Static<typeof AttemptParams> }>(
    '/api/v1/console/attempts/:attempt',
    { schema: { params: AttemptParams } },
    async (request): Promise<AttemptDetail> => {
      const { attempt } = request.params;
      const facts = parts.attempts.fresh(attempt);
      if (!facts) throw new BoxError('thing/not-found', { attempt });
      requireRooms(callerOf(request), 'room.watch', [facts.row.room]);
      const { row, entry, seating, sitting } = facts;
      const receipt = parts.submissions.receipt(attempt);
      const connection = parts.connections.ofAttempt(attempt);
      const revisions = s.get<{ n: number | null }>(
        'SELECT sum(rev) AS n FROM stream WHERE attempt = ?',
        attempt,
      );
      const items = s.get<{ items: number }>('SELECT items FROM paper WHERE paper = ?', facts.paper ?? '');
      return {
        attempt,
        status: facts.status,
        name: entry.name,
        ticket: entry.ticket,
        idTail: entry.idNumber.slice(-4),
        school: entry.school,
        subject: entry.subjectName,
        room: sitting.roomName,
        seat: row.seat,
        version: seating.version,
        machine: row.machine === '' ? null : row.machine,
        address: connection?.address ?? null,
        startedAt: sitting.time.startedAt,
        endsAt: facts.deadline.endsAt,
        creditMs: row.creditMs + sitting.creditMs,
        answered: receipt?.receipt.answered ?? answeredItems(parts.submissions.answers(attempt, row.epoch)),
        items: items?.items ?? 0,
        revisions: revisions?.n ?? 0,
        quarantined: row.quarantined,
        receipt,
        timeline: parts.log.ofAttempt(attempt, TIMELINE),
      };
    },
  );
}
