/**
 * `npm run bench:printing`: how much slower a revision is acknowledged at an exam's pace while the box prints the
 * admission tickets of all its candidates, as a share of the same without printing, rounds in turn (A B A B).
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { BoxHandlers } from './box.child.ts';
import { Child } from './children.ts';
import type { LoadHandlers } from './load.child.ts';

const SEED = 'bench';
/** Of the promise: not slower by more than a tenth. */
const LIMIT = 1.1;

const { values } = parseArgs({
  options: {
    candidates: { type: 'string', default: '1000' },
    seconds: { type: 'string', default: '6' },
    rounds: { type: 'string', default: '4' },
    rate: { type: 'string', default: '400' },
    data: { type: 'string', default: tmpdir() },
    json: { type: 'boolean', default: false },
  },
});
const [candidates, seconds, rounds, rate] = [
  values.candidates,
  values.seconds,
  values.rounds,
  values.rate,
].map(Number) as [number, number, number, number];
if (![candidates, seconds, rounds, rate].every((n) => Number.isFinite(n) && n > 0)) {
  process.stderr.write(
    'bench:printing [--candidates 1000] [--seconds 6] [--rounds 4] [--rate 400] [--data DIR] [--json]\n',
  );
  process.exit(2);
}

const folder = await mkdtemp(join(values.data, 'gongyuan-bench-'));
const box = new Child<BoxHandlers>('./box.child.ts', []);
const load = new Child<LoadHandlers>('./load.child.ts', []);
try {
  const result = await measure();
  process.stdout.write(
    values.json
      ? `${JSON.stringify(result)}\n`
      : `  without printing     p50 ${result.alone.p50} ms, p99 ${result.alone.p99} ms\n` +
          `  while printing       p50 ${result.printing.p50} ms, p99 ${result.printing.p99} ms (${result.files} files of ${candidates} tickets)\n` +
          `  ratio of p50         ${result.ratio} (at most ${LIMIT})  ${result.ok ? 'ok' : 'MISSED'}\n`,
  );
  process.exitCode = result.ok ? 0 : 1;
} finally {
  await Promise.all([load.end(), box.end()]);
  await rm(folder, { recursive: true, force: true });
}

async function measure() {
  const of = { candidates, enrolled: { seed: SEED }, open: true };
  const { url, site } = await box.ask('open', { data: join(folder, 'site'), of });
  await load.ask('connect', { url, site, seed: SEED });
  await box.ask('start');
  const ms = seconds * 1_000;
  const paced = async () => {
    await load.ask('prepare', { each: Math.ceil((rate * (seconds + 2)) / candidates) + 5 });
    return load.ask('paced', { perSecond: rate, ms });
  };
  await paced();
  const [alone, printing] = [[], []] as [Percentiles[], Percentiles[]];
  let files = 0;
  for (let i = 0; i < rounds; i++) {
    alone.push(await paced());
    const [during, made] = await Promise.all([paced(), box.ask('print', { ms })]);
    printing.push(during);
    files += made;
  }
  await box.ask('close');
  const ratio = Math.round((median(printing, 'p50') / median(alone, 'p50')) * 100) / 100;
  return {
    candidates,
    perSecond: rate,
    files,
    alone: { p50: median(alone, 'p50'), p99: median(alone, 'p99') },
    printing: { p50: median(printing, 'p50'), p99: median(printing, 'p99') },
    ratio,
    limit: LIMIT,
    ok: files > 0 && ratio <= LIMIT,
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
