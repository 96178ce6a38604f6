/**
 * Builds the headquarters service: every part by hand, in order, in this one place. `buildHq` opens and wires; `listen`
 * serves; `stop` undoes both. hq/hq.ts runs it as a process. Any number of replicas work on one database.
 */
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { contentSecurityPolicy, inlineScriptHashes, readWebFiles } from '#node/web/web-files.ts';
import { alarmsRoutes } from './alarms/alarms.routes.ts';
import { AlarmsService } from './alarms/alarms.service.ts';
import { batchesRoutes } from './batches/batches.routes.ts';
import { BatchesService } from './batches/batches.service.ts';
import { StandingsService } from './batches/standings.service.ts';
import { courierRoutes } from './courier/courier.routes.ts';
import { CourierService } from './courier/courier.service.ts';
import { enrolmentRoutes } from './enrolment/enrolment.routes.ts';
import { EnrolmentService } from './enrolment/enrolment.service.ts';
import { TokensService } from './enrolment/tokens.service.ts';
import { AttemptsService } from './judging/attempts.service.ts';
import { JudgingService } from './judging/judging.service.ts';
import { bindKeys, openKeys } from './keys/keys.ts';
import { mediaRoutes } from './media/media.routes.ts';
import { MediaService } from './media/media.service.ts';
import { cookieWay, officersRoutes } from './officers/officers.routes.ts';
import { OfficersService } from './officers/officers.service.ts';
import { type HqConfig, readHqConfig } from './platform/config.ts';
import { type Database, loggable } from './platform/database.ts';
import { type HqDeps, type HqTime, systemTime } from './platform/deps.ts';
import { guardRoutes } from './platform/guard.ts';
import { HqError } from './platform/hq-error.ts';
import { buildHttp } from './platform/http.ts';
import { openDatabase } from './platform/open-database.ts';
import { preparationRoutes, prepareServices } from './preparation.ts';
import { receiptsRoutes } from './receipts/receipts.routes.ts';
import { resultsRoutes } from './results/results.routes.ts';
import { ResultsService } from './results/results.service.ts';
import { serviceRoutes } from './service/service.routes.ts';
import { sitesRoutes } from './sites/sites.routes.ts';
import { SitesService } from './sites/sites.service.ts';
import { statusRoutes } from './status/status.routes.ts';
import { webRoutes } from './web/web.routes.ts';

export interface HqOptions {
  config: HqConfig;
  log: Logger;
  time?: HqTime;
  /** Opened by the caller, who closes it; otherwise the configuration's is opened. */
  database?: Database;
}

export interface Hq {
  http: FastifyInstance;
  deps: HqDeps;
  services: HqServices;
  /** Where it listens, e.g. `http://127.0.0.1:8444`. */
  listen(): Promise<string>;
  stop(): Promise<void>;
}

export type HqServices = Awaited<ReturnType<typeof wire>>['services'];

const ROOT = join(import.meta.dirname, '..');
const SWEEP_MS = 3_600_000;

/** Throws `hq/config`, `hq/database…`, `hq/data-in-use`, `hq/other-keys`, `hq/escrow`, `key/…`. */
export async function buildHq({ config, log, time = systemTime, database }: HqOptions): Promise<Hq> {
  const keys = await openKeys(config.data, config.escrow);
  const db = database ?? (await openDatabase(config.database, config.data, log));
  const release = async () => {
    if (!database) await db.close();
  };
  const timers: NodeJS.Timeout[] = [];
  try {
    await bindKeys(db, keys);
    const deps: HqDeps = { config, log, time, db, keys };
    const { http, services } = await wire(deps);
    await services.media.start();
    return {
      http,
      deps,
      services,
      async listen() {
        try {
          await http.listen({ port: config.port, host: config.host });
        } catch (error) {
          if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')
            throw new HqError('hq/port-in-use', { port: config.port }, error);
          throw error;
        }
        services.judging.start();
        timers.push(
          setInterval(() => {
            services.media
              .sweep()
              .catch((error: unknown) => log.error({ err: loggable(error) }, 'sweeping failed'));
          }, SWEEP_MS),
        );
        const { port } = http.server.address() as AddressInfo; // it listens on TCP
        const host = config.host.includes(':') ? `[${config.host}]` : config.host;
        return `${config.cert === '' ? 'http' : 'https'}://${host}:${port}`;
      },
      async stop() {
        for (const timer of timers) clearInterval(timer);
        await http.close();
        await services.judging.stop();
        await release();
      },
    };
  } catch (error) {
    await release();
    throw error;
  }
}

/** The service as OpenAPI describes it, without a database: for docs/hq-openapi.json. `data` is a folder of the caller's. */
export async function describeHq(data: string, log: Logger): Promise<object> {
  const config = readHqConfig(['--data', data], {});
  const keys = await openKeys(data, '');
  const none = () => Promise.reject(new HqError('hq/database'));
  const db = { kind: 'pglite', orm: null as never, rows: none, transaction: none, close: none } as const; // nothing asks it
  const { http } = await wire({ config, log, time: systemTime, db, keys });
  await http.ready();
  const description = http.swagger();
  await http.close();
  return description;
}

async function wire(deps: HqDeps) {
  const { config, log } = deps;
  const files = readWebFiles(join(ROOT, 'hq-web/dist'), '');
  const tls = readTls(config);
  const http = await buildHttp({
    log,
    tls,
    contentSecurityPolicy: contentSecurityPolicy(inlineScriptHashes(files)),
  });

  // People
  const cookie = cookieWay(tls !== null);
  const officers = new OfficersService(deps, cookie.name);

  // Exams, rosters, papers, sessions, packages, releases, requests
  const preparation = prepareServices(deps);

  // Sites and what they send
  const alarms = new AlarmsService(deps);
  const enrolment = new EnrolmentService(deps);
  const tokens = new TokensService(deps);
  const batches = new BatchesService(deps, alarms);
  const standings = new StandingsService(deps);
  const judging = new JudgingService(deps, alarms, new AttemptsService(deps, alarms), {
    decidedByChief: (tx, site, of, at) => preparation.requests.decidedByChief(tx, site, of, at),
    packageTaken: (tx, site, id) => preparation.packages.taken(tx, site, id),
  });
  const media = new MediaService(deps, alarms);
  batches.onTaken = () => judging.wake();
  const sites = new SitesService(deps, { alarms, enrolment, standings });
  const courier = new CourierService(deps, { alarms, batches, enrolment, sites });

  // Routes
  guardRoutes(http, {
    officer: (request) => officers.caller(request),
    site: (request) => tokens.caller(request),
  });
  serviceRoutes(http, deps);
  receiptsRoutes(http, deps);
  officersRoutes(http, deps, officers, cookie);
  sitesRoutes(http, sites, enrolment);
  enrolmentRoutes(http, enrolment, tokens);
  statusRoutes(http, deps, { sites, standings, ...preparation });
  batchesRoutes(http, batches);
  courierRoutes(http, courier);
  await mediaRoutes(http, media);
  alarmsRoutes(http, alarms);
  resultsRoutes(http, new ResultsService(deps));
  preparationRoutes(http, preparation);
  webRoutes(http, files);

  return { http, services: { officers, preparation, batches, standings, enrolment, sites, judging, media } };
}

function readTls({ cert, keyFile }: HqConfig): { key: string; cert: string } | null {
  if (cert === '') return null;
  try {
    return { cert: readFileSync(cert, 'utf8'), key: readFileSync(keyFile, 'utf8') };
  } catch (error) {
    throw new HqError('hq/config', { setting: '--cert', problem: 'a file cannot be read' }, error);
  }
}
