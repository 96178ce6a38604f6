/** First-run set-up: is it needed, and doing it. Both without sign-in, for there is nobody yet who could sign in. */
import type { FastifyInstance } from 'fastify';
import type { Static } from 'typebox';
import { SetupBody } from '#protocol/console.schema.ts';
import type { SetupState } from '#protocol/console.ts';
import type { Deps } from '#server/platform/deps.ts';
import { addressOf } from '#server/staff/auth.service.ts';
import type { SetupService } from './setup.service.ts';

export function setupRoutes(app: FastifyInstance, _deps: Deps, setup: SetupService): void {
  app.get('/api/v1/setup', async (): Promise<SetupState> => ({ needed: setup.needed }));

  app.post<{ Body: Static<typeof SetupBody> }>(
    '/api/v1/setup',
    { schema: { body: SetupBody } },
    async (request) => {
      await setup.setUpWithCode(request.body, addressOf(request.ip));
      return null;
    },
  );
}
