/** The evidence half of the box, wired: uploads, incidents, photos, material. */
import type { FastifyInstance } from 'fastify';
import type { Deps } from '#server/platform/deps.ts';
import { Turns } from '#server/platform/turns.ts';
import { incidentsRoutes } from './incidents.routes.ts';
import { IncidentsService } from './incidents.service.ts';
import { incomingRoutes } from './incoming.routes.ts';
import { IncomingUploads } from './incoming.ts';
import { materialsRoutes } from './materials.routes.ts';
import { MaterialsService } from './materials.service.ts';
import { photosRoutes } from './photos.routes.ts';
import { PhotosService } from './photos.service.ts';
import { PictureProcess } from './picture-process.ts';
import { Portraits } from './portraits.ts';
import { RegisteredService } from './registered.service.ts';
import { Scene } from './scene.ts';

const SWEEP_MS = 3_600_000;

export class Evidence {
  readonly incoming: IncomingUploads;
  readonly incidents: IncidentsService;
  readonly photos: PhotosService;
  readonly registered: RegisteredService;
  readonly materials: MaterialsService;
  readonly portraits: Portraits;
  readonly #deps: Deps;
  readonly #process: PictureProcess;
  #timer: NodeJS.Timeout | undefined;

  constructor(deps: Deps) {
    this.#deps = deps;
    this.#process = new PictureProcess(deps);
    const process = this.#process;
    const scene = new Scene(deps);
    const turns = new Turns();
    const incoming = new IncomingUploads(deps);
    this.incoming = incoming;
    this.incidents = new IncidentsService(deps, { scene, turns });
    this.photos = new PhotosService(deps, { scene, incoming, process, turns });
    this.registered = new RegisteredService(deps, { incoming, process });
    this.materials = new MaterialsService(deps, { scene, incoming, process });
    this.portraits = new Portraits(deps, { scene, process });
  }

  async routes(app: FastifyInstance): Promise<void> {
    await incomingRoutes(app, this.incoming);
    incidentsRoutes(app, this.incidents);
    photosRoutes(app, this.photos, this.registered);
    materialsRoutes(app, this.materials);
  }

  /** Once the box serves: sweeps abandoned uploads, now and every hour. */
  start(): void {
    const sweep = () =>
      this.incoming
        .sweep()
        .catch((error: unknown) => this.#deps.log.error({ err: error }, 'abandoned uploads stay'));
    void sweep();
    this.portraits
      .start()
      .catch((error: unknown) => this.#deps.log.error({ err: error }, 'portraits stay where they are'));
    this.#timer = setInterval(sweep, SWEEP_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.portraits.stop();
    this.#process.stop();
  }
}
