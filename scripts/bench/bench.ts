/**
 * `npm run bench`: durable acknowledged revisions per second over wss, as a share of a bare wss echo of the same frames,
 * rounds in turn (A B A B); and the time of a single revision at an exam's pace, in multiples of this disk's fsync.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openReader } from '#db/site/open.ts';
import type { BoxHandlers } from './box.child.ts';
import { Child, type Handlers } from './children.ts';
import type { EchoHandlers } from './echo.child.ts';
import { probeFsync } from './fsync-probe.ts';
import type { LoadHandlers, Round } from './load.child.ts';

const SEED = 'bench';
/** Of the promise: durable over bare echo, and latencies in multiples of fsync plus the way over the network. */
const LIMITS = { ratio: 0.6, p50: { fsyncs: 2, ms: 1 }, p99: { fsyncs: 3, ms: 5 } };

const { values } = parseArgs({
  options: {
    connections: { type: 'string', default: '2000' },
    seconds: { type: 'string', default: '5' },
    rounds: { type: 'string', default: '3' },
    depth: { type: 'string', default: '1' },
    rate: { type: 'string', default: '400' },
    data: { type: 'string', default: tmpdir() },
    'cpu-prof': { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});
const connections = Number(values.connections);
const ms = Number(values.seconds) * 1_000;
const rounds = Number(values.rounds);
const depth = Number(values.depth);
const rate = Number(values.rate);
if (![connections, ms, rounds, depth, rate].every((n) => Number.isFinite(n) && n > 0)) {
  process.stderr.write(
    'bench [--connections 2000] [--seconds 5] [--rounds 3] [--depth 1] [--rate 400] [--data DIR] [--cpu-prof] [--json]\n',
  );
  process.exit(2);
}

const say = (text: string) => void (values.json || process.stdout.write(`${text}\n`));
const folder = await mkdtemp(join(values.data, 'gongyuan-bench-'));
const box = new Child<BoxHandlers>(
  './box.child.ts',
  values['cpu-prof'] ? ['--cpu-prof', '--cpu-prof-dir=bench-profile'] : [],
);
const echo = new Child<EchoHandlers>('./echo.child.ts');
const load = new Child<LoadHandlers>('./load.child.ts');
try {
  const result = await measure();
  process.stdout.write(values.json ? `${JSON.stringify(result)}\n` : table(result));
  process.exitCode = result.ok ? 0 : 1;
} finally {
  await Promise.all([load.end(), echo.end(), box.end()]);
  await rm(folder, { recursive: true, force: true });
}

async function measure() {
  say(`Filling a site for ${connections} candidates …`);
  const data = join(folder, 'site');
  const of = { candidates: connections, enrolled: { seed: SEED }, open: true };
  const { url, site, database } = await box.ask('open', { data, of });
  const bare = await echo.ask('open', { keys: join(folder, 'echo') });
  say('Connecting, signing in …');
  const login = await load.ask('connect', { url, site, seed: SEED });
  await load.ask('connectEcho', bare);
  await box.ask('start');

  say('Warming up …');
  await load.ask('prepare', { each: 60 });
  await load.ask('round', { target: 'echo', ms: 1_500, depth });
  const warm = await load.ask('round', { target: 'box', ms: 2_000, depth });
  const measured: Pair[] = [];
  for (let i = 0; i < rounds; i++) {
    const each = Math.ceil(((perSecond(warm) * ms) / 1_000 / connections) * 2) + 20;
    await load.ask('prepare', { each });
    const a = await timed('echo', echo);
    const b = await timed('box', box);
    measured.push({ echo: a, box: b });
    say(`  round ${i + 1}: echo ${words(a)}; box ${words(b)}`);
  }

  say(`At ${rate}/s …`);
  await load.ask('prepare', { each: Math.ceil((rate * (ms / 1_000 + 2)) / connections) + 5 });
  const [paced, fsync] = await Promise.all([
    load.ask('paced', { perSecond: rate, ms }),
    probeFsync(folder, { ms, perSecond: 40 }),
  ]);

  const memory = box.memory();
  const heads = await load.ask('acknowledgedHeads');
  const refusals = await load.ask('refused');
  await box.ask('close');
  const lost = countLost(database, heads);
  const ratio = median(measured.map((one) => one.box.perSecond / one.echo.perSecond));
  const limits = {
    p50: LIMITS.p50.fsyncs * fsync.p50 + LIMITS.p50.ms,
    p99: LIMITS.p99.fsyncs * fsync.p99 + LIMITS.p99.ms,
  };
  const checks = {
    ratio: ratio >= LIMITS.ratio,
    p50: (paced.p50 ?? Number.POSITIVE_INFINITY) <= limits.p50,
    p99: (paced.p99 ?? Number.POSITIVE_INFINITY) <= limits.p99,
    nothingLost: lost === 0,
    everyRoundFed: measured.every((one) => one.box.starved === 0),
  };
  return {
    connections,
    depth,
    processors: availableParallelism(),
    signInAllMs: Math.round(login.ms),
    echo: medians(measured.map((one) => one.echo)),
    box: medians(measured.map((one) => one.box)),
    ratio: round2(ratio),
    rounds: measured,
    paced: { perSecond: rate, ...paced },
    fsync,
    limits: { ratio: LIMITS.ratio, p50: round2(limits.p50), p99: round2(limits.p99) },
    boxMemoryMiB: memory,
    acknowledged: heads.reduce((sum, head) => sum + head.rev, 0),
    lost,
    refusals,
    checks,
    ok: Object.values(checks).every(Boolean),
  };
}

/** Acknowledged revisions that are not in the database of the stopped box. */
function countLost(database: string, heads: { stream: string; rev: number; hash: string }[]): number {
  const db = openReader(database);
  try {
    const rows = db.prepare("SELECT attempt || '.' || epoch AS stream, rev, hash FROM stream").all() as {
      stream: string;
      rev: number;
      hash: string;
    }[];
    const stored = new Map(rows.map((row) => [row.stream, row]));
    return heads.reduce((lost, { stream, rev, hash }) => {
      const row = stored.get(stream);
      if (!row || row.rev < rev) return lost + rev - (row?.rev ?? 0);
      return lost + (row.rev === rev && row.hash !== hash ? 1 : 0);
    }, 0);
  } finally {
    db.close();
  }
}

interface Timed {
  perSecond: number;
  starved: number;
  /** Processor time of the server (all threads) and of the load for one revision, in microseconds. */
  serverCpuUs: number;
  loadCpuUs: number;
}

interface Pair {
  echo: Timed;
  box: Timed;
}

async function timed(target: 'echo' | 'box', server: Pick<Child<Handlers>, 'cpuMs'>): Promise<Timed> {
  const before = [server.cpuMs() ?? 0, load.cpuMs() ?? 0] as const;
  const from = process.hrtime.bigint() / 1_000n;
  const of = await load.ask('round', { target, ms, depth });
  // Profiles count microseconds of the same clock: so the round can be found in them.
  if (values['cpu-prof']) say(`    ${target} from ${from} to ${process.hrtime.bigint() / 1_000n}`);
  const each = (now: number | null, then: number) => round2((((now ?? 0) - then) * 1_000) / of.revisions);
  return {
    perSecond: Math.round(perSecond(of)),
    starved: of.starved,
    serverCpuUs: each(server.cpuMs(), before[0]),
    loadCpuUs: each(load.cpuMs(), before[1]),
  };
}

function medians(of: Timed[]): Omit<Timed, 'starved'> {
  return {
    perSecond: median(of.map((one) => one.perSecond)),
    serverCpuUs: median(of.map((one) => one.serverCpuUs)),
    loadCpuUs: median(of.map((one) => one.loadCpuUs)),
  };
}

function words(of: Timed): string {
  return `${of.perSecond}/s (${of.serverCpuUs} µs of processor each, load ${of.loadCpuUs} µs)`;
}

function perSecond(of: Round): number {
  return (of.revisions / of.ms) * 1_000;
}

function median(numbers: number[]): number {
  const ascending = [...numbers].sort((a, b) => a - b);
  const half = ascending.length >> 1;
  return ascending.length % 2 === 1
    ? (ascending[half] ?? 0)
    : ((ascending[half - 1] ?? 0) + (ascending[half] ?? 0)) / 2;
}

function round2(n: number): number {
  return Math.round(n * 100) / 100;
}

function table(r: Awaited<ReturnType<typeof measure>>): string {
  const mark = (ok: boolean) => (ok ? 'ok' : 'MISSED');
  const { checks, paced, limits, fsync } = r;
  const rows = [
    ['connections', `${r.connections}, ${r.processors} processors, all signed in after ${r.signInAllMs} ms`],
    ['bare wss echo', words({ ...r.echo, starved: 0 })],
    ['box, durable', words({ ...r.box, starved: 0 })],
    ['share of the echo', `${r.ratio} (at least ${limits.ratio})  ${mark(checks.ratio)}`],
    ['fsync of this disk', `p50 ${fsync.p50} ms, p99 ${fsync.p99} ms`],
    [`at ${paced.perSecond}/s, p50`, `${paced.p50} ms (at most ${limits.p50})  ${mark(checks.p50)}`],
    [`at ${paced.perSecond}/s, p99`, `${paced.p99} ms (at most ${limits.p99})  ${mark(checks.p99)}`],
    [
      'memory of the box',
      r.boxMemoryMiB ? `${r.boxMemoryMiB.nowMiB} MiB, most ${r.boxMemoryMiB.peakMiB} MiB` : '–',
    ],
    ['lost', `${r.lost} of ${r.acknowledged} acknowledged  ${mark(checks.nothingLost)}`],
  ];
  const starved = checks.everyRoundFed ? '' : '  ! a round ran out of prepared revisions\n';
  return `\n${rows.map(([name = '', value]) => `  ${name.padEnd(20)} ${value}`).join('\n')}\n${starved}`;
}
