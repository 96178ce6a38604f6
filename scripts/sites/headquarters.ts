/** Headquarters to reconnect to: its database prepared, its replicas as real processes. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import pino from 'pino';
import { site, siteBox } from '#db/hq/schema.ts';
import { bindKeys, openKeys } from '#hq/keys/keys.ts';
import type { Database } from '#hq/platform/database.ts';
import { openDatabase } from '#hq/platform/open-database.ts';
import { cpuMsOf, memoryOf } from '../bench/process-use.ts';
import type { Leftovers } from './leftovers.ts';
import type { Addressee, PackedSite } from './pack.ts';

export interface Replica {
  url: string;
  pid: number;
  /** What its processes have used since it started. */
  cpuMs(): number | null;
  peakMiB(): number | null;
  end(): Promise<void>;
}

const READY_MS = 60_000;
const AT_ONCE = 500;
const HQ = join(import.meta.dirname, '../../hq/hq.ts');
export const quiet = pino({ level: 'silent' });

/** Keys of a headquarters in this folder: made, or those that are there. */
export async function addressee(data: string): Promise<Addressee> {
  const keys = await openKeys(data, '');
  return { hq: keys.key.publicKey, recipients: keys.recipients };
}

/** The database as the first replica would make it. `url` empty: the embedded one in the folder; null folder: in memory. */
export async function openPrepared(url: string, data: string, memory = false): Promise<Database> {
  const db = await openDatabase(url, memory ? null : data, quiet);
  await bindKeys(db, await openKeys(data, ''));
  return db;
}

/** Sites become known without the ceremony of codes: that is not what is measured. */
export async function enrol(db: Database, sites: readonly PackedSite[], recipient: string): Promise<void> {
  for (let from = 0; from < sites.length; from += AT_ONCE) {
    const some = sites.slice(from, from + AT_ONCE);
    await db.transaction(async (tx) => {
      await tx.orm
        .insert(site)
        .values(some.map(({ site: code }) => ({ site: code, name: code, region: '' })));
      await tx.orm.insert(siteBox).values(
        some.map(({ site: code, box, ledger, key }) => ({
          ...{ key, site: code, box, ledger, recipient },
          enrolled: 0,
        })),
      );
    });
  }
}

export interface ReplicaOf {
  data: string;
  /** Empty: embedded. */
  database: string;
  /** Options for Node, e.g. `--cpu-prof`. */
  node: readonly string[];
}

export async function startReplica(of: ReplicaOf, leftovers: Leftovers): Promise<Replica> {
  const args = [...of.node, HQ, '--json', '--port', '0', '--data', of.data, '--log', 'warn'];
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'inherit'],
    // Ctrl-C goes to a whole group of processes: these are ended by us, before their database.
    detached: true,
    // The address holds a password: the environment is not for other users to see.
    env: { ...process.env, HQ_DATABASE_URL: of.database },
  });
  const end = () => endOf(child);
  leftovers.add(end);
  const ready = await readyLine(child);
  return {
    url: ready.url,
    pid: ready.pid,
    cpuMs: () => cpuMsOf(ready.pid),
    peakMiB: () => memoryOf(ready.pid)?.peakMiB ?? null,
    end,
  };
}

async function readyLine(child: ChildProcess): Promise<{ url: string; pid: number }> {
  const late = setTimeout(() => child.kill('SIGKILL'), READY_MS);
  try {
    if (child.stdout)
      for await (const line of createInterface({ input: child.stdout })) {
        const said: unknown = JSON.parse(line);
        if (typeof said === 'object' && said && 'url' in said && 'pid' in said)
          return { url: String(said.url), pid: Number(said.pid) };
      }
  } finally {
    clearTimeout(late);
  }
  throw new Error('headquarters did not start; its own words stand above');
}

async function endOf(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  const force = setTimeout(() => child.kill('SIGKILL'), 10_000);
  child.kill('SIGTERM');
  await ended;
  clearTimeout(force);
}
