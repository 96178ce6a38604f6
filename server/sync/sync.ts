/** Everything of the exchange with headquarters, put together. */
import type { FastifyInstance } from 'fastify';
import type { Deps } from '#server/platform/deps.ts';
import { ConnectionService } from './connection.service.ts';
import { CourierService } from './courier.service.ts';
import type { StatusHook } from './exchange.ts';
import { HQ_LIMITS, type HqLimits } from './hq-http.ts';
import { MediaSender } from './media.ts';
import { Outbox } from './outbox.ts';
import { Packer } from './packer.ts';
import { syncRoutes } from './sync.routes.ts';
import { type SyncMeans, SyncService, systemMeans } from './sync.service.ts';

export class Sync {
  readonly connection: ConnectionService;
  readonly service: SyncService;
  readonly courier: CourierService;
  readonly #outbox: Outbox;

  /** The others are for tests. */
  constructor(deps: Deps, means: SyncMeans = systemMeans, limits: HqLimits = HQ_LIMITS) {
    const packer = new Packer({
      database: deps.folder.database,
      outbox: deps.folder.outbox,
      key: deps.box.key,
    });
    const outbox = new Outbox(deps, packer);
    this.#outbox = outbox;
    this.connection = new ConnectionService(deps, outbox, limits);
    this.courier = new CourierService(deps, outbox, () => this.connection.require());
    const parts = { connection: this.connection, outbox, packer, media: new MediaSender(deps) };
    this.service = new SyncService(deps, parts, means);
  }

  /** See `SyncService.onStatus`. */
  onStatus(hook: StatusHook): void {
    this.service.onStatus(hook);
  }

  /** Puts right what a crash left in the outbox; the first part of `start`. */
  mend(): Promise<void> {
    return this.#outbox.start();
  }

  async start(): Promise<void> {
    await this.mend();
    this.service.start();
  }

  stop(): Promise<void> {
    return this.service.stop();
  }

  routes(app: FastifyInstance): void {
    syncRoutes(app, this);
  }
}
