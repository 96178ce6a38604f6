/**
 * `npm run courier -- write --data DIR --out FILE` writes everything that headquarters has no receipt for as one file for
 * a stick; `npm run courier -- receipts --data DIR FILE` takes the receipts that come back. For a box that is stopped: it
 * takes the data folder as a server does, and its start and stop stand in the ledger. Ends with 0, 1 when it could not, 2
 * for wrong use.
 */
import { createWriteStream } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { openBox } from '#server/open-box.ts';
import { systemTime } from '#server/platform/box-clock.ts';
import { BoxError } from '#server/platform/box-error.ts';
import { readConfig } from '#server/platform/config.ts';
import { createLog, explain } from '#server/server.ts';
import { Sync } from '#server/sync/sync.ts';

const USAGE =
  'usage: npm run courier -- write --data DIR --out FILE\n       npm run courier -- receipts --data DIR FILE';

type Task = { data: string } & ({ out: string } | { receipts: string });

function readTask(): Task | null {
  const { values, positionals } = parseArgs({
    options: { data: { type: 'string' }, out: { type: 'string' } },
    allowPositionals: true,
  });
  const [what, file, ...more] = positionals;
  const data = values.data ?? process.env['GONGYUAN_DATA'];
  if (!data || more.length > 0) return null;
  if (what === 'write' && values.out && file === undefined) return { data, out: resolve(values.out) };
  if (what === 'receipts' && file && values.out === undefined) return { data, receipts: resolve(file) };
  return null;
}

async function run(task: Task): Promise<object> {
  const config = readConfig(['--data', task.data], process.env);
  const origin = `https://${config.name}${config.port === 443 ? '' : `:${config.port}`}`;
  const box = await openBox(config, origin, systemTime(), createLog('warn'));
  const sync = new Sync(box.deps);
  try {
    await sync.mend();
    if ('receipts' in task) return await sync.courier.receipts(await readFile(task.receipts));
    const { bytes, stream } = await sync.courier.write();
    try {
      // Whole and on the stick, or not there.
      await pipeline(stream, createWriteStream(task.out, { flags: 'wx', mode: 0o640, flush: true }));
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST'))
        await rm(task.out, { force: true });
      throw error;
    }
    return { file: task.out, bytes };
  } finally {
    await sync.stop();
    await box.close('courier');
  }
}

async function main(): Promise<number> {
  let task: Task | null = null;
  try {
    task = readTask();
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
  }
  if (!task) {
    console.error(USAGE);
    return 2;
  }
  try {
    console.log(JSON.stringify(await run(task)));
    return 0;
  } catch (error) {
    const file = error instanceof Error && 'code' in error && /^E[A-Z]+$/.test(String(error.code));
    if (file && !(error instanceof BoxError)) console.error(String(error));
    else explain(error);
    return 1;
  }
}

process.exitCode = await main();
