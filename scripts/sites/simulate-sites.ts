/** `npm run simulate:sites`: a national reconnect. Ends with status 1 when an event was lost or doubled. */
import { Leftovers } from './leftovers.ts';
import { readSitesOptions, type SitesOptions, USAGE } from './options.ts';
import { isClean, summaryOf } from './report.ts';
import { run } from './run.ts';

function options(): SitesOptions {
  try {
    const read = readSitesOptions(process.argv.slice(2));
    if (read) return read;
    process.stdout.write(USAGE);
    process.exit(0);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
    process.exit(2);
  }
}

const chosen = options();
const leftovers = new Leftovers();
const abort = new AbortController();
const stop = () => abort.abort(new Error('stopped'));
process.once('SIGINT', stop);
process.once('SIGTERM', stop);
try {
  const report = await run(chosen, {
    leftovers,
    signal: abort.signal,
    say: (words) => void (chosen.json || process.stdout.write(`${words}\n`)),
  });
  process.stdout.write(chosen.json ? `${JSON.stringify(report)}\n` : `\n${summaryOf(report)}`);
  process.exitCode = isClean(report) ? 0 : 1;
} catch (error) {
  const words = abort.signal.aborted ? 'stopped' : error instanceof Error ? error.message : String(error);
  process.stderr.write(`simulate:sites: ${words}\n`);
  process.exitCode = 2;
} finally {
  await leftovers.clear();
}
