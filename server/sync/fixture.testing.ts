/** A box with a site, and a headquarters on loopback that it is connected to. */
import { randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import type { Test } from 'tap';
import { checkpointOrigin } from '#domain/ledger/checkpoint.ts';
import type { NewEvent } from '#server/ledger/ledger.ts';
import { build, type TestBox } from '#server/test/harness.ts';
import { FaultyHq } from './faulty-hq.testing.ts';
import type { HqLimits } from './hq-http.ts';
import type { SyncMeans } from './sync.service.ts';
import { Sync } from './sync.ts';

/** Short enough that a test waits for none of them long. */
export const LIMITS: HqLimits = { connectMs: 300, idleMs: 300, wholeMs: 600, answerBytes: 200_000 };

export interface SyncBox {
  box: TestBox;
  sync: Sync;
  hq: FaultyHq;
  ledger: string;
  /** Waits that the loop asked for, in order: `run` lets one pass. */
  waits: { ms: number; run: () => void }[];
  /** Appends so many events, as a running exam would; resolves when they are committed. */
  write(events: number): Promise<void>;
  /** Bytes of all events here. */
  events(): string[];
  /** Batch files on the disk. */
  files(): string[];
}

export async function syncBox(t: Test, hq?: FaultyHq, limits: HqLimits = LIMITS): Promise<SyncBox> {
  const waits: SyncBox['waits'] = [];
  const means: SyncMeans = {
    later(work, ms) {
      const wait = { ms, run: work };
      waits.push(wait);
      return () => {
        const at = waits.indexOf(wait);
        if (at >= 0) waits.splice(at, 1);
      };
    },
    random: () => 0.5,
    pause: async () => {},
  };
  let sync: Sync | null = null;
  const box = await build(t, {
    config: { sync: 'off' },
    routes(app, deps) {
      sync = new Sync(deps, means, limits);
      sync.routes(app);
    },
  });
  if (!sync) throw new Error('no sync'); // `routes` was called
  const own: Sync = sync;
  const there = hq ?? (await FaultyHq.open());
  const { deps } = box;
  await deps.ledger.append([
    {
      kind: 'SITE_SET_UP',
      body: { site: 'XZ01', name: '一中', timeZone: 'Asia/Shanghai', contact: '', demo: false },
    },
  ]);
  const ledger = checkpointOrigin('XZ01', deps.box.box, deps.box.boxEpoch);
  deps.ledger.sign({ origin: ledger, key: deps.box.key });
  await own.start();
  t.teardown(async () => {
    await own.stop();
    await there.close();
  });
  return {
    box,
    sync: own,
    hq: there,
    ledger,
    waits,
    async write(events) {
      const all = Array.from(
        { length: events },
        (): NewEvent => ({ kind: 'CLOCK_ANCHOR', body: { boot: randomBytes(20).toString('hex'), mono: 1 } }),
      );
      for (let at = 0; at < all.length; at += 500) await deps.ledger.append(all.slice(at, at + 500));
    },
    events: () =>
      box.statements
        .all<{ bytes: string }>('SELECT bytes FROM ledger_event ORDER BY seq')
        .map(({ bytes }) => bytes),
    files: () => readdirSync(deps.folder.outbox).filter((name) => name.endsWith('.age')),
  };
}

/** Connected, with what was written so far at headquarters. */
export async function connectedBox(t: Test): Promise<SyncBox> {
  const all = await syncBox(t);
  await all.sync.connection.connect({ url: all.hq.url, code: all.hq.code() }, { address: '127.0.0.1' });
  await all.sync.service.exchange();
  return all;
}
