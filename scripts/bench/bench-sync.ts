/**
 * `npm run bench:sync`: how fast a revision is acknowledged at an exam's pace while the box sends a backlog to a
 * headquarters on the same computer, as a share of the same without sending, rounds in turn (A B A B).
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { BoxHandlers } from './box.child.ts';
import { Child } from './children.ts';
import type { HqHandlers } from './hq.child.ts';
import type { LoadHandlers } from './load.child.ts';

const SEED = 'bench';
/** Of the promise: not slower by more than a tenth. */
const LIMIT = 1.1;

const { values } = parseArgs({
  options: {
    candidates: { type: 'string', default: '1000' },
    seconds: { type: 'string', default: '6' },
    rounds: { type: 'string', default: '3' },
    rate: { type: 'string', default: '400' },
    events: { type: 'string', default: '100000' },
    data: { type: 'string', default: tmpdir() },
    json: { type: 'boolean', default: false },
  },
});
const [candidates, seconds, rounds, rate, events] = [
  values.candidates,
  values.seconds,
  values.rounds,
  values.rate,
  values.events,
].map(Number) as [number, number, number, number, number];
if (![candidates, seconds, rounds, rate, events].every((n) => Number.isFinite(n) && n > 0)) {
  process.stderr.write(
    'bench:sync [--candidates 1000] [--seconds 6] [--rounds 3] [--rate 400] [--events 100000] [--data DIR] [--json]\n',
  );
  process.exit(2);
}

const folder = await mkdtemp(join(values.data, 'gongyuan-bench-'));
const box = new Child<BoxHandlers>('./box.child.ts', []);
const load = new Child<LoadHandlers>('./load.child.ts', []);
const hq = new Child<HqHandlers>('./hq.child.ts', []);
try {
  const result = await measure();
  const { alone, sending } = result;
  process.stdout.write(
    values.json
      ? `${JSON.stringify(result)}\n`
      : `  without sending      p50 ${alone.p50} ms, p99 ${alone.p99} ms\n` +
          `  while sending        p50 ${sending.p50} ms, p99 ${sending.p99} ms (${result.sent} events, ${result.perSecond} a second)\n` +
          `  ratio of p50         ${result.ratio} (at most ${LIMIT})  ${result.ok ? 'ok' : 'MISSED'}\n`,
  );
  process.exitCode = result.ok ? 0 : 1;
} finally {
  await Promise.all([load.end(), box.end(), hq.end()]);
  await rm(folder, { recursive: true, force: true });
}

async function measure() {
  const of = { candidates, enrolled: { seed: SEED }, open: true };
  const { url, site } = await box.ask('open', { data: join(folder, 'site'), of });
  await load.ask('connect', { url, site, seed: SEED });
  await box.ask('start');
  await box.ask('connect', await hq.ask('open'));
  const ms = seconds * 1_000;
  const paced = async () => {
    await load.ask('prepare', { each: Math.ceil((rate * (seconds + 2)) / candidates) + 5 });
    return load.ask('paced', { perSecond: rate, ms });
  };
  await paced();
  const [alone, sending] = [[], []] as [Percentiles[], Percentiles[]];
  let sent = 0;
  let sendingMs = 0;
  for (let i = 0; i < rounds; i++) {
    await box.ask('exchange');
    alone.push(await paced());
    await box.ask('backlog', { events });
    const [during, exchanged] = await Promise.all([paced(), box.ask('exchange')]);
    sending.push(during);
    sent += exchanged.events;
    sendingMs += exchanged.ms;
  }
  await box.ask('close');
  const ratio = Math.round((median(sending, 'p50') / median(alone, 'p50')) * 100) / 100;
  return {
    candidates,
    rate,
    sent,
    perSecond: Math.round((sent / sendingMs) * 1_000),
    alone: { p50: median(alone, 'p50'), p99: median(alone, 'p99') },
    sending: { p50: median(sending, 'p50'), p99: median(sending, 'p99') },
    ratio,
    limit: LIMIT,
    ok: sent >= events * rounds && ratio <= LIMIT,
  };
}

interface Percentiles {
  p50: number | null;
  p99: number | null;
}

function median(of: readonly Percentiles[], which: keyof Percentiles): number {
  const sorted = of.map((one) => one[which] ?? Number.POSITIVE_INFINITY).sort((a, b) => a - b);
  return Math.round((sorted[sorted.length >> 1] ?? Number.POSITIVE_INFINITY) * 100) / 100;
}
