/** `npm run simulate`: a room full of candidates without browsers. Ends with status 1 when anything was lost. */
import { BoxAnswer } from './box-access.ts';
import { readOptions, type SimulationOptions, USAGE } from './options.ts';
import { isClean, liveLine, summary } from './report.ts';
import { simulate } from './simulation.ts';

function options(): SimulationOptions {
  try {
    const read = readOptions(process.argv.slice(2));
    if (read) return read;
    process.stdout.write(USAGE);
    process.exit(0);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
    process.exit(2);
  }
}

const chosen = options();
const abort = new AbortController();
// The first Ctrl-C lets everybody hand in, the second ends it.
process.once('SIGINT', () => abort.abort());
try {
  const report = await simulate(chosen, {
    signal: abort.signal,
    onProgress: (progress) => {
      if (!chosen.json) process.stdout.write(`${liveLine(progress.metrics, progress)}\n`);
    },
  });
  process.stdout.write(chosen.json ? `${JSON.stringify(report)}\n` : `\n${summary(report)}`);
  process.exitCode = isClean(report, chosen.submits) ? 0 : 1;
} catch (error) {
  const words = error instanceof BoxAnswer ? `the box answered ${error.message}` : (error as Error).message;
  process.stderr.write(`simulate: ${words}\n`);
  process.exitCode = 2;
}
// Sockets that the box does not close must not keep the process.
setTimeout(() => process.exit(), 2_000).unref();
