/**
 * `npm run check`: everything about the code that can be said without running it. All parts run even when one fails;
 * what failed is shown in full, and the exit status tells. `npm run check -- types lint` runs the parts whose names
 * hold one of the words.
 */
import { availableParallelism } from 'node:os';
import { type Outcome, runAll } from './check/step.ts';
import { PREPARE, STEPS } from './check/steps.ts';

const words = process.argv.slice(2);
const chosen = STEPS.filter(({ name }) => words.length === 0 || words.some((word) => name.includes(word)));
const width = Math.min(4, Math.max(2, availableParallelism()));
const say = (line: string) => process.stdout.write(`${line}\n`);

function tell({ step, ok, ms, output }: Outcome): void {
  say(`${ok ? '✔' : '✘'} ${step.name.padEnd(24)}${(ms / 1000).toFixed(1).padStart(6)} s`);
  if (!ok) say(`    ${step.why}\n${output.trimEnd().replaceAll(/^/gm, '    ')}`);
}

if (chosen.length === 0) {
  say(`Nothing is called so. The parts: ${STEPS.map(({ name }) => name).join(', ')}`);
  process.exit(2);
}
const started = performance.now();
const prepared = await runAll(PREPARE, width, tell);
const ready = prepared.every(({ ok }) => ok);
const outcomes = [
  ...prepared,
  ...(await runAll(
    chosen.filter(({ afterPreparation = false }) => ready || !afterPreparation),
    width,
    tell,
  )),
];
const failed = outcomes.filter(({ ok }) => !ok).map(({ step }) => step.name);
const seconds = ((performance.now() - started) / 1000).toFixed(1);
say(
  failed.length === 0
    ? `check: all ${outcomes.length} parts are fine (${seconds} s)`
    : `check: ${failed.length} of ${outcomes.length} parts failed: ${failed.join(', ')} (${seconds} s)`,
);
process.exitCode = failed.length === 0 ? 0 : 1;
