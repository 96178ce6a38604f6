/** Calls about headquarters: connection, exchange, batches, courier. */
import type { FastifyInstance } from 'fastify';
import { type Static, Type } from 'typebox';
import { HqConnectBody, ReasonBody } from '#protocol/delivery.schema.ts';
import type { BatchRow, HqState } from '#protocol/delivery.ts';
import { strict } from '#protocol/shapes.schema.ts';
import { BoxError } from '#server/platform/box-error.ts';
import { callerOf } from '#server/staff/auth.routes.ts';
import type { ConnectionService } from './connection.service.ts';
import type { CourierService } from './courier.service.ts';
import type { SyncService } from './sync.service.ts';

const C = '/api/v1/console';
const NoBody = Type.Union([Type.Null(), Type.Undefined(), strict({})]);
/** Receipts of 20,000 batches. */
const RECEIPTS_BYTES = 24 * 1024 * 1024;

export interface SyncServices {
  connection: ConnectionService;
  service: SyncService;
  courier: CourierService;
}

export function syncRoutes(app: FastifyInstance, { connection, service, courier }: SyncServices): void {
  app.get(`${C}/hq`, async (): Promise<HqState> => service.state());
  app.post<{ Body: Static<typeof HqConnectBody> }>(
    `${C}/hq`,
    { schema: { body: HqConnectBody } },
    async (request): Promise<HqState> => {
      await connection.connect(request.body, callerOf(request).actor);
      service.now();
      return service.state();
    },
  );
  app.post<{ Body: Static<typeof ReasonBody> }>(
    `${C}/hq/disconnect`,
    { schema: { body: ReasonBody } },
    async (request): Promise<HqState> => {
      await connection.disconnect(request.body.reason, callerOf(request).actor);
      return service.state();
    },
  );
  app.post(`${C}/hq/sync`, { schema: { body: NoBody } }, async (): Promise<HqState> => {
    service.now();
    return service.state();
  });
  app.get(`${C}/hq/batches`, async (): Promise<BatchRow[]> => service.batches());
  app.post(`${C}/hq/courier`, { schema: { body: NoBody } }, async (request, reply) => {
    const { name, bytes, stream } = await courier.write(callerOf(request).actor);
    return reply
      .headers({
        'content-type': 'application/octet-stream',
        'content-length': String(bytes),
        'content-disposition': `attachment; filename="${name}"`,
        'cache-control': 'private, no-store',
      })
      .send(stream);
  });
  // A scope of its own: only here is a file's body collected.
  app.register(async (scope) => {
    scope.addContentTypeParser(
      'application/octet-stream',
      { parseAs: 'buffer', bodyLimit: RECEIPTS_BYTES },
      (_request, body, done) => done(null, body),
    );
    scope.post<{ Body: Buffer | undefined }>(`${C}/hq/receipts`, async (request) => {
      if (!Buffer.isBuffer(request.body)) throw new BoxError('request/invalid', { where: 'body' });
      return courier.receipts(request.body);
    });
  });
}
