/**
 * The whole server on a data folder, for the crash tests: filled with a synthetic site at its first start, then as it
 * is. Prints one line of JSON when it serves. Ends cleanly on SIGTERM.
 */
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DemoAnswer } from '#protocol/console.ts';
import { buildApp } from '#server/app.ts';
import { createLog } from '#server/server.ts';
import { fillBenchSite } from '../bench/bench-site.ts';

const [data, machines, seed, port] = process.argv.slice(2);
if (!data || !machines || !seed || !port) throw new TypeError('server-child.ts DATA MACHINES SEED PORT');

/** Written last, beside the data folder: a folder without it was killed while it was being filled. */
const filled = `${data}.filled.json`;
if (!existsSync(filled)) for (const name of readdirSync(data)) rmSync(join(data, name), { recursive: true });

let site: DemoAnswer | null = null;
const log = createLog('error');
const app = await buildApp({
  config: {
    data,
    port: Number(port),
    host: '127.0.0.1',
    name: 'localhost',
    names: [],
    sync: 'off',
    retention: 180,
    log: 'error',
  },
  log,
  demo: () => site,
});
if (existsSync(filled)) site = JSON.parse(readFileSync(filled, 'utf8')) as DemoAnswer;
else {
  site = await fillBenchSite(app, { candidates: Number(machines), enrolled: { seed }, open: true });
  await app.services.run.start(site.session, {}, {});
  writeFileSync(filled, JSON.stringify(site));
}
app.onFailure((error) => {
  console.error(error);
  process.exit(1);
});
process.on('SIGTERM', () => {
  app.stop('SIGTERM').then(
    () => process.exit(0),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});
await app.listen();
console.log(JSON.stringify({ url: app.deps.box.origin, site }));
