/**
 * Builds the box: every part by hand, in order, in this one place. `buildApp` opens and wires; `listen` serves;
 * `stop` undoes both. server/server.ts runs it as a process.
 */

import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import {
  ensureAuthority,
  ensureServerCertificate,
  type ServerCertificate,
} from '#node/certificates/certificates.ts';
import { contentSecurityPolicy, inlineScriptHashes, readWebFiles } from '#node/web/web-files.ts';
import type { DemoAnswer } from '#protocol/console.ts';
import { ERRORS } from '#protocol/errors.ts';
import { CLOSE } from '#protocol/socket.ts';
import { uploadsRoutes } from './attempts/uploads.routes.ts';
import { boxRoutes } from './box/box.routes.ts';
import { wireCandidates } from './candidates.ts';
import { checkRoutes } from './check/check.routes.ts';
import { CheckService } from './check/check.service.ts';
import { Evidence } from './evidence/evidence.ts';
import { examsRoutes } from './exams/exams.routes.ts';
import { ExamsService } from './exams/exams.service.ts';
import { SessionsService } from './exams/sessions.service.ts';
import { kioskSocket } from './kiosk/kiosk.socket.ts';
import { logRoutes } from './log/log.routes.ts';
import { LogService } from './log/log.service.ts';
import { machinesRoutes } from './machines/machines.routes.ts';
import { ConsoleSockets } from './map/console.socket.ts';
import { mapRoutes } from './map/map.routes.ts';
import { MapService } from './map/map.service.ts';
import { announceProgress } from './map/progress.ts';
import { type OpenBox, openBox } from './open-box.ts';
import { askPackage, askRelease } from './packages/hq-line.ts';
import { packagesRoutes } from './packages/packages.routes.ts';
import { PackagesService } from './packages/packages.service.ts';
import { papersRoutes } from './papers/papers.routes.ts';
import { PapersService } from './papers/papers.service.ts';
import { systemTime, type TimeSource } from './platform/box-clock.ts';
import { BoxError } from './platform/box-error.ts';
import type { Config } from './platform/config.ts';
import type { Deps } from './platform/deps.ts';
import { buildHttp } from './platform/http.ts';
import { Statements } from './platform/statements.ts';
import { Turns } from './platform/turns.ts';
import { printingRoutes } from './printing/printing.routes.ts';
import { PrintingService } from './printing/printing.service.ts';
import { receiptsRoutes } from './receipts/receipts.routes.ts';
import { releaseRoutes } from './release/release.routes.ts';
import { ReleaseService } from './release/release.service.ts';
import { reportsRoutes } from './reports/reports.routes.ts';
import { ReportsService } from './reports/reports.service.ts';
import { RequestsExchange } from './requests/requests.exchange.ts';
import { requestsRoutes } from './requests/requests.routes.ts';
import { RequestsService } from './requests/requests.service.ts';
import { retentionRoutes } from './retention/retention.routes.ts';
import { RetentionService } from './retention/retention.service.ts';
import { roomsRoutes } from './rooms/rooms.routes.ts';
import { RoomsService } from './rooms/rooms.service.ts';
import { rosterRoutes } from './roster/roster.routes.ts';
import { RosterService } from './roster/roster.service.ts';
import { runRoutes } from './run/run.routes.ts';
import { DoorDraws } from './seating/door-draw.ts';
import { seatingRoutes } from './seating/seating.routes.ts';
import { SeatingService } from './seating/seating.service.ts';
import { setupRoutes } from './setup/setup.routes.ts';
import { SetupService } from './setup/setup.service.ts';
import { authRoutes, guardRoutes } from './staff/auth.routes.ts';
import { AuthService } from './staff/auth.service.ts';
import { staffRoutes } from './staff/staff.routes.ts';
import { StaffService } from './staff/staff.service.ts';
import { Sync } from './sync/sync.ts';
import { UiFonts } from './web/ui-fonts.ts';
import { webRoutes } from './web/web.routes.ts';

export interface AppOptions {
  config: Config;
  log: Logger;
  time?: TimeSource;
  /** Makes this the demo's box: its sign-ins, told to this computer alone. */
  demo?: () => DemoAnswer | null;
}

export interface App {
  http: FastifyInstance;
  deps: Deps;
  services: Services;
  certificate: ServerCertificate;
  listen(): Promise<void>;
  stop(reason: string): Promise<void>;
  /** Called when the storage fails: the process must end. */
  onFailure(handler: (error: BoxError) => void): void;
}

export type Services = Awaited<ReturnType<typeof wire>>['services'];

const ROOT = join(import.meta.dirname, '..');
const TICK_MS = 1_000;
/** Each machine's socket is looked at once a second, a twentieth of them at a time. */
const TICK_SHARES = 20;
const PROGRESS_MS = 3_000;
const RENEW_MS = 24 * 3_600_000;

export async function buildApp({ config, log, time = systemTime(), demo }: AppOptions): Promise<App> {
  const port = config.port === 0 ? await freePort(config.host) : config.port;
  const origin = `https://${config.name}${port === 443 ? '' : `:${port}`}`;
  const box = await openBox(config, origin, time, log);
  try {
    const { http, services, certificate, parts } = await wire(box, port, demo ?? (() => null));
    const timers: NodeJS.Timeout[] = [];
    return {
      http,
      deps: box.deps,
      services,
      certificate,
      async listen() {
        try {
          await http.listen({ port, host: config.host });
        } catch (error) {
          if (typeof error === 'object' && error !== null && 'code' in error && error.code === 'EADDRINUSE')
            throw new BoxError('box/port-in-use', { port }, error);
          throw error;
        }
        timers.push(
          setInterval(() => {
            services.run.tick().catch((error: unknown) => log.error({ err: error }, 'time-up failed'));
          }, TICK_MS),
          setInterval(() => parts.connections.tickShare(TICK_SHARES), TICK_MS / TICK_SHARES),
          setInterval(() => announceProgress(box.deps.bus, parts.answers, parts.connections), PROGRESS_MS),
          setInterval(() => void renew(box.deps, http, port, time), RENEW_MS),
        );
        parts.fonts.warm();
        services.evidence.start();
        await services.sync.start();
      },
      async stop(reason) {
        for (const timer of timers) clearInterval(timer);
        for (const connection of parts.connections.all()) connection.close(CLOSE.stopping, 'box/stopping');
        services.evidence.stop();
        services.retention.stop();
        await services.sync.stop();
        await http.close();
        await services.reports.stop();
        await box.close(reason);
      },
      onFailure(handler) {
        box.deps.ledger.onFailure(handler);
      },
    };
  } catch (error) {
    await box.close('start failed');
    throw error;
  }
}

async function wire(box: OpenBox, port: number, demo: () => DemoAnswer | null) {
  const { deps } = box;
  const s = new Statements(deps.db);

  // Pages and certificate
  const files = new Map([
    ...readWebFiles(join(ROOT, 'client-web/dist'), ''),
    ...readWebFiles(join(ROOT, 'console/build'), '/console'),
  ]);
  const siteName = s.get<{ name: string }>('SELECT name FROM site')?.name ?? 'Gongyuan';
  const now = new Date(deps.clock.wall());
  const authority = await ensureAuthority(deps.folder.keys, { siteName, now });
  const certificate = await ensureServerCertificate(deps.folder.keys, { ...subjects(deps), now });
  const http = await buildHttp({
    log: deps.log,
    tls: { key: certificate.key, cert: certificate.chain },
    contentSecurityPolicy: contentSecurityPolicy(inlineScriptHashes(files)),
    hosts: () => hostsOf(deps, port),
  });

  // Staff and preparation
  const turns = new Turns();
  const auth = new AuthService(deps);
  const setup = new SetupService(deps, turns);
  const staff = new StaffService(deps, turns);
  const exams = new ExamsService(deps);
  const rooms = new RoomsService(deps, turns);
  const evidence = new Evidence(deps);
  const candidates = wireCandidates(deps, evidence.portraits);
  const { papers } = candidates;
  const paperImport = new PapersService(deps, papers, turns);
  await paperImport.start();
  const sessions = new SessionsService(deps, { turns, exams, rooms, papers: paperImport });
  const roster = new RosterService(deps, turns);
  const seating = new SeatingService(deps, turns);
  const history = new LogService(deps);
  const requests = new RequestsService(deps, turns);
  const retention = new RetentionService(deps, turns);
  await retention.start();
  const check = new CheckService(deps, authority.cert);
  await check.start();

  // Paper
  const reports = new ReportsService(deps);
  await reports.start();
  const printing = new PrintingService(deps, (page) => reports.testPage(page));

  // Candidates
  const { connections, attempts, submissions, machines, uploads, kiosk, run } = candidates;
  const map = new MapService(deps, { connections, attempts, sessionRow: (session) => sessions.row(session) });
  const sockets = new ConsoleSockets(deps, map);
  const fonts = new UiFonts(deps, textsOf());
  setup.onSetUp = () => box.signLedger();

  // Headquarters
  const sync = new Sync(deps);
  const asked = new RequestsExchange(deps, requests);
  sync.onStatus((status, client) => asked.onStatus(status, client));
  const client = () => sync.connection.client();
  const packages = new PackagesService(deps, {
    turns,
    sessions,
    papers: paperImport,
    ask: (id, offset) => askPackage(client, id, offset),
  });
  await packages.start();
  const release = new ReleaseService(deps, turns, (session) => askRelease(client, session));
  sync.onStatus(async (status) => packages.onStatus(status));
  sync.onStatus((status) => release.onStatus(status));

  // Routes
  guardRoutes(http, auth);
  boxRoutes(http, deps, { authority: authority.cert, demo, connections: () => connections.size });
  setupRoutes(http, deps, setup);
  authRoutes(http, deps, auth);
  staffRoutes(http, deps, staff);
  examsRoutes(http, deps, exams, sessions);
  rosterRoutes(http, deps, roster);
  papersRoutes(http, deps, paperImport, papers);
  roomsRoutes(http, deps, rooms);
  seatingRoutes(http, deps, { seating, door: new DoorDraws(deps, turns) });
  machinesRoutes(http, deps, machines, connections);
  runRoutes(http, deps, run, sessions);
  mapRoutes(http, deps, { map, attempts, submissions, connections, log: history });
  logRoutes(http, deps, history);
  requestsRoutes(http, requests);
  retentionRoutes(http, retention);
  sync.routes(http);
  packagesRoutes(http, packages);
  releaseRoutes(http, release);
  reportsRoutes(http, reports, printing);
  printingRoutes(http, printing);
  receiptsRoutes(http, deps);
  await checkRoutes(http, deps, check, { authority: authority.cert, files });
  sockets.register(http, auth);
  kioskSocket(http, deps, kiosk);
  await uploadsRoutes(http, uploads);
  await evidence.routes(http);
  webRoutes(http, deps, files, fonts);

  const services = {
    setup,
    staff,
    exams,
    sessions,
    rooms,
    papers,
    paperImport,
    roster,
    seating,
    run,
    machines,
    auth,
    evidence,
    reports,
    retention,
    sync,
    packages,
    release,
  };
  return { http, services, certificate, parts: { connections, answers: candidates.answers, fonts } };
}

/** Names and addresses that the certificate holds. */
function subjects(deps: Deps): { names: string[]; addresses: string[] } {
  const { name, names } = deps.config;
  const isAddress = (text: string) => /^[0-9.]+$/.test(text) || text.includes(':');
  const own = Object.values(networkInterfaces())
    .flat()
    .flatMap((one) => (one && !one.address.startsWith('fe80') ? [one.address] : []));
  const all = [...new Set([name, 'localhost', ...names])];
  return {
    names: all.filter((one) => !isAddress(one)),
    addresses: [...new Set([...all.filter(isAddress), '127.0.0.1', '::1', ...own])],
  };
}

/** `host:port` under which our own pages are open. */
function hostsOf(deps: Deps, port: number): Set<string> {
  const { names, addresses } = subjects(deps);
  const hosts = [...names, ...addresses.map((address) => (address.includes(':') ? `[${address}]` : address))];
  return new Set(hosts.flatMap((host) => (port === 443 ? [host, `${host}:443`] : [`${host}:${port}`])));
}

async function renew(deps: Deps, http: FastifyInstance, port: number, time: TimeSource): Promise<void> {
  try {
    const certificate = await ensureServerCertificate(deps.folder.keys, {
      ...subjects(deps),
      now: new Date(time.wallMs()),
    });
    const { server } = http as unknown as {
      server: { setSecureContext?: (context: { key: string; cert: string }) => void };
    };
    if (certificate.renewed) server.setSecureContext?.({ key: certificate.key, cert: certificate.chain });
  } catch (error) {
    deps.log.error({ err: error, port }, 'the certificate could not be renewed');
  }
}

/** Everything the pages may say, for the fonts. */
function textsOf(): string {
  const sources = [
    'client-web/messages/zh-CN.json',
    'client-web/src/check/texts.ts',
    'console/messages/zh-CN.json',
    'protocol/reports.ts',
  ];
  const messages = sources.map((file) => {
    try {
      return readFileSync(join(ROOT, file), 'utf8');
    } catch {
      return '';
    }
  });
  return (
    messages.join('') +
    Object.values(ERRORS)
      .map((entry) => entry.zh + entry.doZh)
      .join('')
  );
}

/** A port that is free now; the box's origin must be known before it serves. */
function freePort(host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, host, () => {
      const address = probe.address();
      probe.close(() =>
        address && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port')),
      );
    });
  });
}
