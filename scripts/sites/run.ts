/** One reconnect from end to end: headquarters prepared, batches made, sites sent, tables counted, COPY measured. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { mkdir, readFile, statfs, writeFile } from 'node:fs/promises';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { Child } from '../bench/children.ts';
import { cpuMsOf, familyCpuMsOf } from '../bench/process-use.ts';
import { type CopyRates, measureCopy } from './copy-rate.ts';
import { addressee, enrol, openPrepared, type Replica, startReplica } from './headquarters.ts';
import type { Leftovers } from './leftovers.ts';
import { packers, type SitesOptions } from './options.ts';
import type { PackHandlers } from './pack.child.ts';
import { type Addressee, type Cast, type PackedSite, propsOf, siteOf } from './pack.ts';
import {
  dropDatabase,
  newDatabase,
  type PostgresServer,
  settle,
  startPostgres,
  versionOf,
  walBytes,
} from './postgres-server.ts';
import { reconnect } from './reconnect.ts';
import { reportOf, type SitesReport } from './report.ts';
import { drawMishap } from './sender.ts';
import { tally } from './tally.ts';
import { eventsOf } from './virtual-site.ts';

/** Sites whose rows are read and hashed again at the end. */
const HASHED = 100;
/** Bytes of disk an event takes: batch file, table with indexes and log of changes, rows laid out for COPY. */
const DISK_BYTES = 3_000;

export interface RunContext {
  leftovers: Leftovers;
  signal: AbortSignal;
  /** A line for people. */
  say: (words: string) => void;
}

/** Throws where it could not be played at all; what was lost is in the report. */
export async function run(options: SitesOptions, context: RunContext): Promise<SitesReport> {
  const { leftovers, say, signal } = context;
  const cast: Cast = options;
  await checkDisk(cast);
  const folder = mkdtempSync(join(tmpdir(), 'gongyuan-sites-'));
  leftovers.add(() => rmSync(folder, { recursive: true, force: true }));
  const keep = options.keep ?? folder;
  mkdirSync(keep, { recursive: true, mode: 0o700 });

  const data = join(keep, 'hq');
  const to = await addressee(data);
  const sites = await pack(cast, to, keep, context);
  signal.throwIfAborted();

  const server = options.database === 'pglite' ? null : await findServer(leftovers);
  if (options.database === 'postgres' && !server)
    throw new Error('there is no PostgreSQL here, and HQ_DATABASE_URL names none');
  if (!server && options.replicas > 1)
    throw new Error('--replicas: the embedded database has one, and there is no PostgreSQL here');
  const url = server ? await ownDatabase(server, leftovers) : '';
  const prepared = await openPrepared(url, data);
  await enrol(prepared, sites, to.recipients[0] ?? '');
  await prepared.close();

  const replicas: Replica[] = [];
  const node = options.profile ? ['--cpu-prof', `--cpu-prof-dir=${options.profile}`] : [];
  for (let i = 0; i < options.replicas; i++)
    replicas.push(await startReplica({ data, database: url, node }, leftovers));
  if (server) await settle(server.url);
  signal.throwIfAborted();

  say(
    `${options.replicas} replica${options.replicas === 1 ? '' : 's'} of headquarters on ${server?.version ?? 'PGlite'}; the sites come back …`,
  );
  const walBefore = server && (await walBytes(server.url));
  const before = usage(replicas, server);
  const props = propsOf({ ...cast, revisions: 1 });
  const began = performance.now();
  let told = began;
  const batches = sites.reduce((sum, site) => sum + site.batches.length, 0);
  // Where the first, middle and last tenth begin and end.
  const edges = [0, 0.1, 0.45, 0.55, 0.9, 1].map((part) => Math.floor(batches * part));
  const spent = new Map([[0, spentMs(before)]]);
  const reconnected = await reconnect({
    sites,
    keyOf: ({ number }) => siteOf(cast, props, number).key,
    urls: replicas.map(({ url: at }) => at),
    hq: to.hq,
    seed: cast.seed,
    concurrency: options.concurrency,
    jitterMs: options.jitterMs,
    mishap: options.mishaps ? drawMishap : () => 'none',
    signal: AbortSignal.any([signal, AbortSignal.timeout(options.mostMs)]),
    onBatch(done) {
      if (edges.includes(done)) spent.set(done, spentMs(usage(replicas, server)));
      if (performance.now() - told < 10_000) return;
      told = performance.now();
      say(`  ${Math.round((told - began) / 1_000)} s: ${done} batches`);
    },
  });
  const after = usage(replicas, server);
  const walAfter = server && (await walBytes(server.url));
  const peaks = replicas.map((replica) => replica.peakMiB());
  signal.throwIfAborted();
  for (const replica of replicas) await replica.end();

  say('Counting …');
  const db = await openPrepared(url, data);
  const counted = await tally(db, sites, HASHED).finally(() => db.close());
  let copy: CopyRates | null = null;
  if (server && options.copy && counted.taken > 0) {
    say('COPY of the same rows …');
    const { pid } = server;
    const cpuMs = () => {
      const database = pid === null ? null : familyCpuMsOf(pid);
      return database === null ? null : database + (cpuMsOf(process.pid) ?? 0);
    };
    copy = await measureCopy(server.url, url, folder, [1, Math.max(2, cpus().length)], cpuMs, signal);
  }
  return reportOf({
    cast,
    sites,
    reconnected,
    tally: counted,
    copy,
    use: replicas.map((_, i) => ({
      cpuMs: difference(after.replicas[i], before.replicas[i]),
      peakMiB: peaks[i] ?? null,
    })),
    spentMs: edges.map((edge) => spent.get(edge) ?? null),
    databaseCpuMs: difference(after.database, before.database),
    walBytes: difference(walAfter, walBefore),
    senderCpuMs: after.own - before.own,
    database: server?.version ?? 'PGlite',
    concurrency: options.concurrency,
    jitterMs: options.jitterMs,
    machine: machine(),
  });
}

/** Batches of an earlier run with the same figures and keys are used again. */
async function pack(cast: Cast, to: Addressee, keep: string, context: RunContext): Promise<PackedSite[]> {
  const { seed, sites: count, candidates, revisions } = cast;
  const made = { seed, sites: count, candidates, revisions, to, folder: keep };
  const index = join(keep, 'index.json');
  const earlier = await readIndex(index);
  if (earlier && JSON.stringify(earlier.made) === JSON.stringify(made)) {
    context.say(`Batches of ${count} sites are there already.`);
    return earlier.sites;
  }
  context.say(`Making the ledgers and batches of ${count} sites (not counted) …`);
  const folder = join(keep, 'batches');
  await mkdir(folder, { recursive: true });
  const step = Math.min(packers(), count);
  const children = Array.from({ length: step }, () => new Child<PackHandlers>('../sites/pack.child.ts'));
  const end = () => Promise.all(children.map((child) => child.end()));
  context.leftovers.add(end);
  const stop = () => void end();
  context.signal.addEventListener('abort', stop, { once: true });
  const indices = await Promise.all(
    children.map((child, from) =>
      child.ask('pack', { cast: made, to, file: join(folder, `${from}.bin`), from, step }),
    ),
  );
  context.signal.removeEventListener('abort', stop);
  await end();
  const parts = await Promise.all(
    indices.map(async (file) => JSON.parse(await readFile(file, 'utf8')) as PackedSite[]), // written by our child
  );
  const sites = parts.flat().sort((a, b) => a.number - b.number);
  await writeFile(index, JSON.stringify({ made, sites }));
  return sites;
}

async function readIndex(file: string): Promise<{ made: unknown; sites: PackedSite[] } | null> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as { made: unknown; sites: PackedSite[] }; // written by us
  } catch {
    return null;
  }
}

async function findServer(leftovers: Leftovers): Promise<PostgresServer | null> {
  const given = process.env['HQ_DATABASE_URL'];
  if (given) return { url: given, pid: null, version: await versionOf(given) };
  return startPostgres(leftovers);
}

async function ownDatabase(server: PostgresServer, leftovers: Leftovers): Promise<string> {
  const name = `gongyuan_sites_${process.pid}`;
  const url = await newDatabase(server.url, name);
  leftovers.add(() => dropDatabase(server.url, name));
  return url;
}

async function checkDisk(cast: Cast): Promise<void> {
  const need = cast.sites * eventsOf(cast) * DISK_BYTES;
  const { bavail, bsize } = await statfs(tmpdir());
  const gb = (bytes: number) => `${(bytes / 1e9).toFixed(1)} GB`;
  if (bavail * bsize < need)
    throw new Error(
      `this may take ${gb(need)} of disk, and ${tmpdir()} has ${gb(bavail * bsize)}: fewer --sites or --revisions`,
    );
}

function usage(replicas: readonly Replica[], server: PostgresServer | null) {
  return {
    replicas: replicas.map((replica) => replica.cpuMs()),
    database: server?.pid ? familyCpuMsOf(server.pid) : null,
    own: cpuMsOf(process.pid) ?? 0,
  };
}

/** Of headquarters: replicas and, where it is ours, their database. */
function spentMs({ replicas, database }: ReturnType<typeof usage>): number {
  return replicas.reduce((sum: number, ms) => sum + (ms ?? 0), database ?? 0);
}

function difference(after: number | null | undefined, before: number | null | undefined): number | null {
  return typeof after === 'number' && typeof before === 'number' ? after - before : null;
}

function machine(): string {
  const [first] = cpus();
  return `${cpus().length} × ${first?.model.trim() ?? 'processor'}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}`;
}
