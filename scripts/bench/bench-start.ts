/**
 * `npm run bench:start`: a full room's worst minute. All sign in at once, the chief starts, everybody sees the paper, and
 * then saves every five seconds; the candidates are in a process of their own.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { SimulationReport } from '../simulate/report.ts';
import type { BoxHandlers } from './box.child.ts';
import { Child } from './children.ts';

const LIMITS = { loginMs: 10_000, paperSeenMs: 1_000, ackMsP99: 100, memoryMiB: 500 };

const { values } = parseArgs({
  options: {
    candidates: { type: 'string', default: '500' },
    seconds: { type: 'string', default: '60' },
    every: { type: 'string', default: '5' },
    data: { type: 'string', default: tmpdir() },
    json: { type: 'boolean', default: false },
  },
});
const candidates = Number(values.candidates);
const say = (text: string) => void (values.json || process.stdout.write(`${text}\n`));
const folder = await mkdtemp(join(values.data, 'gongyuan-start-'));
const box = new Child<BoxHandlers>('./box.child.ts');
try {
  say(`Filling a site for ${candidates} candidates, with the demo's paper …`);
  const of = { candidates, paper: 'demo' as const };
  const { url } = await box.ask('open', { data: join(folder, 'site'), of });
  say('Enrolling, signing in, starting, writing …');
  let peakMiB = 0;
  const watch = setInterval(() => {
    peakMiB = Math.max(peakMiB, box.memory()?.nowMiB ?? 0);
  }, 1_000);
  const report = await candidatesAt(url);
  clearInterval(watch);
  peakMiB = Math.max(peakMiB, box.memory()?.nowMiB ?? 0);
  const checks = {
    allSignedIn: report.loggedIn === candidates && within(report.loginMs, LIMITS.loginMs),
    allSawThePaper: report.sawPaper === candidates && within(report.paperSeenMs, LIMITS.paperSeenMs),
    ackP99: within(report.ackMsP99, LIMITS.ackMsP99),
    memory: peakMiB < LIMITS.memoryMiB,
    nothingLost: report.lost === 0 && report.undelivered === 0 && report.errors.length === 0,
    receipts: report.receiptsVerified === candidates,
  };
  const ok = Object.values(checks).every(Boolean);
  const result = { ...report, boxPeakMiB: peakMiB, limits: LIMITS, checks, ok };
  process.stdout.write(values.json ? `${JSON.stringify(result)}\n` : table(result));
  process.exitCode = ok ? 0 : 1;
} finally {
  await box.end();
  await rm(folder, { recursive: true, force: true });
}

function within(value: number | null, most: number): boolean {
  return value !== null && value <= most;
}

function candidatesAt(url: string): Promise<SimulationReport> {
  const script = join(import.meta.dirname, '../simulate/simulate.ts');
  const minutes = String(Number(values.seconds) / 60);
  const args = ['--url', url, '--candidates', String(candidates), '--minutes', minutes];
  return new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      [script, ...args, '--every', values.every, '--drop', '0', '--start', '--json'],
      { maxBuffer: 1 << 26 },
      (error, stdout, stderr) => {
        const line = stdout.trim().split('\n').at(-1) ?? '';
        if (line.startsWith('{')) resolve(JSON.parse(line) as SimulationReport);
        else reject(new Error(`the candidates failed: ${stderr || error?.message}`));
      },
    );
  });
}

function table(r: SimulationReport & { boxPeakMiB: number; checks: Record<string, boolean> }): string {
  const mark = (ok: boolean | undefined) => (ok ? 'ok' : 'MISSED');
  const { checks } = r;
  const rows = [
    [
      'all signed in',
      `${r.loggedIn} in ${r.loginMs} ms (at most ${LIMITS.loginMs})  ${mark(checks['allSignedIn'])}`,
    ],
    [
      'all saw the paper',
      `${r.sawPaper}, slowest ${r.paperSeenMs} ms, p50 ${r.paperSeenMsP50} ms (at most ${LIMITS.paperSeenMs})  ${mark(checks['allSawThePaper'])}`,
    ],
    ['', `(${r.paperOpenMs} ms of it to open the seal, which the process does once for all)`],
    [
      'saved and told',
      `p50 ${r.ackMsP50} ms, p99 ${r.ackMsP99} ms (at most ${LIMITS.ackMsP99})  ${mark(checks['ackP99'])}`,
    ],
    ['memory of the box', `${r.boxPeakMiB} MiB (below ${LIMITS.memoryMiB})  ${mark(checks['memory'])}`],
    ['lost', `${r.lost} of ${r.revisionsAcked}  ${mark(checks['nothingLost'])}`],
    ['receipts verified', `${r.receiptsVerified}  ${mark(checks['receipts'])}`],
  ];
  const notes = [...Object.entries(r.refusals).map(([code, n]) => `${code} × ${n}`), ...r.errors];
  return `\n${rows.map(([name = '', value]) => `  ${name.padEnd(18)} ${value}`).join('\n')}\n${notes.map((note) => `  ! ${note}\n`).join('')}`;
}
