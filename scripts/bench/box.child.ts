/** The box under measurement: the real server on a real folder, filled with a synthetic site. */
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

async function close(): Promise<void> {
  await app?.stop('benchmark');
  app = null;
}

function opened(): App {
  if (!app) throw new Error('the box is not open');
  return app;
}

const handlers = { open, start, print, close } satisfies Handlers;
export type BoxHandlers = typeof handlers;
answer(handlers, close);
