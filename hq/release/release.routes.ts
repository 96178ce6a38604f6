/** Release codes and releases. */
import type { FastifyInstance } from 'fastify';
import type { Static } from 'typebox';
import { describe, officerCall } from '#hq/platform/calls.ts';
import { siteOf } from '#hq/platform/guard.ts';
import type { SessionsService } from '#hq/sessions/sessions.service.ts';
import { SignedDocumentSchema } from '#protocol/hq.schema.ts';
import { id, strict } from '#protocol/shapes.schema.ts';
import type { ReleaseService } from './release.service.ts';

const SessionParams = strict({ session: id('session') });

export function releaseRoutes(
  app: FastifyInstance,
  release: ReleaseService,
  sessions: SessionsService,
): void {
  officerCall(
    app,
    'POST /api/v1/officer/sessions/:session/codes',
    'Makes the cards with the release codes, to be printed at once',
    async ({ params, body, reply, caller }) => {
      const bytes = await release.cards(caller(), params.session, body.renew);
      return reply
        .type('application/pdf')
        .header('content-disposition', `attachment; filename="release-codes-${params.session}.pdf"`)
        .send(Buffer.from(bytes));
    },
  );
  officerCall(
    app,
    'POST /api/v1/officer/sessions/:session/release',
    'Releases the session now: boxes may fetch it from this moment',
    async ({ params, body, caller }) => sessions.release(caller(), params.session, body.reason),
  );
  app.get<{ Params: Static<typeof SessionParams> }>(
    '/api/v1/site/releases/:session',
    describe(
      'The release of a session (protocol/package.ts, ReleaseDocument), sealed for this box',
      SignedDocumentSchema,
      {
        params: SessionParams,
      },
    ),
    async (request) => release.document(siteOf(request), request.params.session),
  );
}
