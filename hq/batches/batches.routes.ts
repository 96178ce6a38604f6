/** A box sends its batches. */
import type { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { describe } from '#hq/platform/calls.ts';
import { siteOf } from '#hq/platform/guard.ts';
import { HqError } from '#hq/platform/hq-error.ts';
import { BYTES } from '#hq/platform/http.ts';
import { BatchOfferSchema, BatchStateSchema } from '#protocol/hq.schema.ts';
import { BATCH_OFFSET_HEADER, type BatchOffer } from '#protocol/hq.ts';
import { Sha256Hex, strict } from '#protocol/shapes.schema.ts';
import type { BatchesService } from './batches.service.ts';

const Params = strict({ batch: Sha256Hex });
/** Other headers are none of ours: they are not refused. */
const Headers = Type.Object({
  [BATCH_OFFSET_HEADER]: Type.String({ pattern: '^(0|[1-9][0-9]{0,9})$' }),
});

export function batchesRoutes(app: FastifyInstance, batches: BatchesService): void {
  app.post<{ Body: BatchOffer }>(
    '/api/v1/site/batches',
    describe('Announces a batch; the answer says from which byte to go on', BatchStateSchema, {
      body: BatchOfferSchema,
    }),
    (request) => batches.offer(siteOf(request).site, request.body),
  );
  app.get<{ Params: { batch: string } }>(
    '/api/v1/site/batches/:batch',
    describe('Where a batch stands', BatchStateSchema, { params: Params }),
    (request) => batches.state(siteOf(request).site, request.params.batch),
  );
  app.patch<{ Params: { batch: string }; Body: Readable }>(
    '/api/v1/site/batches/:batch',
    describe('Bytes of the file from the offset named; 409 tells the right one', BatchStateSchema, {
      params: Params,
      headers: Headers,
      body: BYTES,
      consumes: ['application/octet-stream'],
    }),
    (request) => {
      const offset = Number(request.headers[BATCH_OFFSET_HEADER]);
      if (!request.body) throw new HqError('request/invalid', { where: 'body' });
      return batches.receive(siteOf(request).site, request.params.batch, offset, request.body);
    },
  );
}
