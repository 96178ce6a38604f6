/** A box becomes known, and proves who it is. */
import type { FastifyInstance } from 'fastify';
import { describe } from '#hq/platform/calls.ts';
import {
  ChallengeBodySchema,
  ChallengeSchema,
  EnrolmentAnswerSchema,
  SignedDocumentSchema,
  TokenAnswerSchema,
} from '#protocol/hq.schema.ts';
import type { ChallengeBody, SignedDocument } from '#protocol/hq.ts';
import type { EnrolmentService } from './enrolment.service.ts';
import type { TokensService } from './tokens.service.ts';

export function enrolmentRoutes(
  app: FastifyInstance,
  enrolment: EnrolmentService,
  tokens: TokensService,
): void {
  app.post<{ Body: SignedDocument }>(
    '/api/v1/enrolments',
    describe('A box comes with its one-time code: a signed EnrolmentClaim', EnrolmentAnswerSchema, {
      body: SignedDocumentSchema,
    }),
    async (request) => enrolment.enrol(request.body, request.ip),
  );
  app.post<{ Body: ChallengeBody }>(
    '/api/v1/challenges',
    describe('Something to sign, good for two minutes', ChallengeSchema, { body: ChallengeBodySchema }),
    async ({ body }) => ({ nonce: tokens.challenge(body.site, body.key) }),
  );
  app.post<{ Body: SignedDocument }>(
    '/api/v1/tokens',
    describe('A token for a signed TokenClaim', TokenAnswerSchema, { body: SignedDocumentSchema }),
    async ({ body }) => tokens.token(body),
  );
}
