/**
 * A small national reconnect against two headquarters on one embedded database: nothing is lost or doubled whatever
 * befalls the lines, and the counter says so when something is.
 */
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import t from 'tap';
import { buildHq } from '#hq/app.ts';
import { readHqConfig } from '#hq/platform/config.ts';
import { addressee, enrol, openPrepared, quiet } from './headquarters.ts';
import { type Cast, packSites, propsOf, siteOf } from './pack.ts';
import { reconnect } from './reconnect.ts';
import { isClean, reportOf, summaryOf } from './report.ts';
import type { Mishap } from './sender.ts';
import { tally } from './tally.ts';

const cast: Cast = { seed: 'test', sites: 6, candidates: 4, revisions: 12 };
const MISHAPS: Mishap[] = ['cut', 'twice', 'both', 'wander', 'none'];

const folder = t.testdir({});
const data = join(folder, 'hq');
const to = await addressee(data);
const sites = await packSites(cast, to, join(folder, 'batches.bin'), { from: 0, step: 1 });
const all = sites.reduce((sum, { events }) => sum + events, 0);
const db = await openPrepared('', data, true);
t.teardown(() => db.close());
await enrol(db, sites, to.recipients[0] ?? '');
const config = readHqConfig(['--data', data, '--port', '0', '--log', 'silent'], {});
const replicas = [
  await buildHq({ config, log: quiet, database: db }),
  await buildHq({ config, log: quiet, database: db }),
];
t.teardown(() => Promise.all(replicas.map((hq) => hq.stop())));
const urls = [await replicas[0]?.listen(), await replicas[1]?.listen()].filter((url) => url !== undefined);

const props = propsOf(cast);
const send = (some: typeof sites) => {
  let turn = 0;
  return reconnect({
    sites: some,
    keyOf: ({ number }) => siteOf(cast, props, number).key,
    urls,
    hq: to.hq,
    seed: cast.seed,
    concurrency: 4,
    jitterMs: 50,
    mishap: () => MISHAPS[turn++ % MISHAPS.length] ?? 'none',
    signal: AbortSignal.timeout(60_000),
  });
};
const report = async (reconnected: Awaited<ReturnType<typeof send>>) =>
  reportOf({
    cast,
    sites,
    reconnected,
    tally: await tally(db, sites, sites.length),
    copy: null,
    use: urls.map(() => ({ cpuMs: null, peakMiB: null })),
    databaseCpuMs: null,
    walBytes: null,
    spentMs: [],
    senderCpuMs: 0,
    database: 'PGlite',
    concurrency: 4,
    jitterMs: 50,
    machine: 'test',
  });

t.test('a site that never sent is counted as lost', async (t) => {
  const [missing, ...others] = sites;
  const found = await report(await send(others));
  t.equal(found.eventsSent, all);
  t.equal(found.lost, missing?.events);
  t.equal(found.eventsTaken, all - (missing?.events ?? 0));
  t.equal(found.duplicates, 0);
  t.notOk(isClean(found));
  t.match(
    summaryOf(found),
    new RegExp(`! ${missing?.site}: ${missing?.events} of ${missing?.events} events`),
  );
});

t.test('all come back, some again: nothing is lost, nothing doubled', async (t) => {
  const reconnected = await send(sites);
  const found = await report(reconnected);
  t.same(reconnected.faults, []);
  t.match(found, { eventsSent: all, eventsTaken: all, lost: 0, duplicates: 0, sitesHashed: sites.length });
  t.ok(isClean(found), summaryOf(found));
  t.ok(
    MISHAPS.every((mishap) => (found.mishaps[mishap] ?? 0) > 0),
    JSON.stringify(found.mishaps),
  );
});

t.test('the counter finds what a database lost, altered or has twice', async (t) => {
  const [one, two, three] = sites;
  const branch = (site = '') => sql`(SELECT branch FROM branch WHERE site = ${site} AND number = 0)`;
  await db.rows(sql`DELETE FROM event WHERE branch = ${branch(one?.site)} AND seq = 7`);
  await db.rows(sql`UPDATE event SET bytes = bytes || ' ' WHERE branch = ${branch(two?.site)} AND seq = 3`);
  await db.rows(sql`
    INSERT INTO event SELECT 9999, seq, kind, attempt, wall, bytes, leaf FROM event WHERE branch = ${branch(three?.site)} AND seq < 5`);
  await db.rows(sql`
    INSERT INTO branch (branch, site, ledger, number, key, parent_size, size, range)
    SELECT 9999, site, ledger, 1, key, 0, 5, range FROM branch WHERE branch = ${branch(three?.site)}`);
  const found = await tally(db, sites, sites.length);
  t.equal(found.lost, 1 + (two?.events ?? 0), 'one row, and a whole site whose history is another');
  t.equal(found.duplicates, 5);
  t.equal(found.faults.length, 3, found.faults.join('\n'));
});
