/** The box under measurement: the real server on a real folder, filled with a synthetic site. */
import { randomBytes } from 'node:crypto';
import type { DemoAnswer } from '#protocol/console.ts';
import { type App, buildApp } from '#server/app.ts';
import { createLog } from '#server/server.ts';
import { type BenchSiteOf, fillBenchSite } from './bench-site.ts';
import { answer, type Handlers } from './children.ts';

export interface BoxReady {
  url: string;
  site: DemoAnswer;
  database: string;
}

const BACKLOG_STEP = 500;

let app: App | null = null;
let site: DemoAnswer | null = null;

async function open({ data, of }: { data: string; of: BenchSiteOf }): Promise<BoxReady> {
  const config = {
    data,
    port: 0,
    host: '127.0.0.1',
    name: 'localhost',
    names: [],
    sync: 'off',
    retention: 180,
    log: 'warn' as const,
  };
  app = await buildApp({ config, log: createLog('warn'), demo: () => site });
  site = await fillBenchSite(app, of);
  await app.listen();
  return { url: app.deps.box.origin, site, database: app.deps.folder.database };
}

async function start(): Promise<void> {
  await opened().services.run.start(site?.session ?? '', {}, {});
}

/** Prints all admission tickets of the session again and again for so long; how many files that were. */
async function print({ ms }: { ms: number }): Promise<number> {
  const { reports } = opened().services;
  const until = performance.now() + ms;
  let files = 0;
  while (performance.now() < until) {
    const placed = reports.place({ kind: 'tickets', lang: 'zh-CN', session: site?.session ?? '' });
    await reports.make(placed, { name: 'bench' });
    files += 1;
  }
  return files;
}

async function connect({ url, code }: { url: string; code: string }): Promise<void> {
  const { sync } = opened().services;
  await sync.connection.connect({ url, code }, { address: '127.0.0.1' });
  await sync.service.exchange();
}

/** Writes so many events of a revision's size that headquarters has not seen. */
async function backlog({ events }: { events: number }): Promise<void> {
  const { ledger } = opened().deps;
  for (let left = events; left > 0; left -= BACKLOG_STEP)
    await ledger.append(
      Array.from({ length: Math.min(left, BACKLOG_STEP) }, () => ({
        kind: 'CLOCK_ANCHOR' as const,
        body: { boot: randomBytes(32).toString('hex'), mono: 1 },
      })),
    );
}

/** One exchange with headquarters; how many events it has signed for, and how long that took. */
async function exchange(): Promise<{ events: number; ms: number }> {
  const { service } = opened().services.sync;
  const before = (await service.state()).acknowledged;
  const from = performance.now();
  await service.exchange();
  const { acknowledged, fault } = await service.state();
  if (fault) throw new Error(`${fault.code} ${fault.detail}`);
  return { events: acknowledged - before, ms: Math.round(performance.now() - from) };
}

async function close(): Promise<void> {
  await app?.stop('benchmark');
  app = null;
}

function opened(): App {
  if (!app) throw new Error('the box is not open');
  return app;
}

const handlers = { open, start, print, connect, backlog, exchange, close } satisfies Handlers;
export type BoxHandlers = typeof handlers;
answer(handlers, close);
