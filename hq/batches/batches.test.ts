import { sql } from 'drizzle-orm';
import t, { type Test } from 'tap';
import type { Database } from '#hq/platform/database.ts';
import { openDatabase } from '#hq/platform/open-database.ts';
import {
  memoryDatabase,
  SILENT,
  startTestHq,
  type TestHq,
  type TestOfficer,
  testFolder,
} from '#hq/test/harness.ts';
import { LedgerSite, offerOf } from '#hq/test/ledger-site.testing.ts';
import { noPostgres, startPostgres } from '#hq/test/postgres.testing.ts';
import { generateBoxKey } from '#node/signing/box-key.ts';
import { batchId, type MadeBatch, readReceipt } from '#node/sync/batch-file.ts';
import { courierHead } from '#node/sync/courier-head.ts';
import type { BatchState } from '#protocol/hq.ts';

interface Pair {
  /** Two replicas on one database. */
  a: TestHq;
  b: TestHq;
  officer: TestOfficer;
  another(): Promise<TestHq>;
}

t.test('on the embedded database', async (t) => {
  const database = await memoryDatabase(t);
  await suite(t, async () => database);
});

t.test('on PostgreSQL', { skip: noPostgres() }, async (t) => {
  const postgres = await startPostgres();
  if (!postgres) throw new Error('PostgreSQL did not start');
  t.teardown(() => postgres.stop());
  const opened: Database[] = [];
  t.teardown(() => Promise.all(opened.map((database) => database.close())));
  await suite(t, async () => {
    const database = await openDatabase(postgres.url, null, SILENT);
    opened.push(database);
    return database;
  });
});

async function suite(t: Test, database: () => Promise<Database>): Promise<void> {
  const data = testFolder(t);
  const start = async () => startTestHq(t, { database: await database(), data });
  const [a, b] = [await start(), await start()];
  const pair: Pair = { a, b, officer: await a.officer(), another: start };
  let number = 0;
  /** A site of its own for each test, with so many events. */
  const site = async (events: number): Promise<LedgerSite> => {
    number += 1;
    const made = new LedgerSite(`S${number}`);
    made.write(events);
    await made.enrol(a, pair.officer);
    await made.signIn(a);
    return made;
  };
  await t.test('a batch goes on to the byte in another replica', (t) => resumed(t, pair, site));
  await t.test('twice, and two at once', (t) => twice(t, pair, site));
  await t.test('what is not a box’s own is put aside', (t) => refused(t, pair, site));
  await t.test('a gap is named, and closes', (t) => gap(t, pair, site));
  await t.test('two histories of one ledger are both kept', (t) => forked(t, pair, site));
  await t.test('the later part of a second history comes first', (t) => orphaned(t, pair, site));
  await t.test('the same events packed otherwise', (t) => repacked(t, pair, site));
  await t.test('many ways to cut and shuffle one history lead to the same tree', (t) =>
    shuffled(t, pair, site),
  );
  await t.test('on a stick', (t) => byStick(t, pair, site));
}

type Sites = (events: number) => Promise<LedgerSite>;

function receiptOf(hq: TestHq, state: BatchState) {
  if (state.state !== 'taken') throw new Error(JSON.stringify(state));
  const receipt = readReceipt(state.receipt, hq.hq.deps.keys.key.publicKey);
  if (!receipt) throw new Error('the receipt is not signed by headquarters');
  return receipt;
}

const standing = async (hq: TestHq, site: LedgerSite, number = 0) =>
  (await hq.hq.services.standings.standings(site.site)).find(({ branch }) => branch === number);

const alarms = async ({ officer }: Pair, site: LedgerSite) =>
  (await officer.call('GET /api/v1/officer/alarms', {}, { query: { site: site.site } })).rows;

async function resumed(t: Test, pair: Pair, sites: Sites): Promise<void> {
  const site = await sites(50);
  const made = await site.batch(pair.a, 0, 49);
  const third = await pair.another();
  t.match(await site.offer(third, made), { state: 'receiving', offset: 0, batch: made.batch });
  t.match((await site.part(third, made, 0, 1_000)).json(), { state: 'receiving', offset: 1_000 });
  await third.stop();
  t.match(
    (await site.call(pair.b, 'GET', `batches/${made.batch}`)).json(),
    { offset: 1_000 },
    'it knows where',
  );
  const wrong = await site.part(pair.b, made, 999, 1_200);
  t.equal(wrong.statusCode, 409);
  t.match(wrong.json(), { code: 'upload/offset', detail: { offset: 1_000 } });
  const state: BatchState = (await site.part(pair.b, made, 1_000)).json();
  t.match(receiptOf(pair.a, state), {
    site: site.site,
    ledger: site.ledger,
    first: 0,
    last: 49,
    events: 50,
    root: site.root(),
    key: site.key.publicKey,
  });
  t.match(await standing(pair.a, site), { size: 50, root: site.root(), beyond: [] });
  const { db } = pair.a.hq.deps;
  const [parts] = await db.rows<{ count: number }>(
    sql`SELECT count(*)::int AS count FROM batch_part WHERE batch = ${made.batch}`,
  );
  t.equal(parts?.count, 0, 'the parts are gone');
  const [row] = await db.rows<{ bytes: string; kind: string }>(
    sql`SELECT bytes, kind FROM event JOIN branch USING (branch) WHERE site = ${site.site} AND seq = 7`,
  );
  t.same(row, { bytes: site.events[7], kind: 'CLOCK_ANCHOR' }, 'stored as the box has it');

  t.equal((await site.part(pair.b, made, 0)).json().state, 'taken', 'more of it changes nothing');
  const long = await site.batch(pair.a, 0, 9);
  await site.offer(pair.a, long);
  const surplus = Buffer.concat([long.file, Buffer.from('x')]);
  const headers = { 'content-type': 'application/octet-stream', 'upload-offset': '0' };
  const answer = await site.call(pair.a, 'PATCH', `batches/${long.batch}`, surplus, headers);
  t.equal(answer.json().code, 'batch/too-large', 'nothing beyond what was announced');
  const other = await sites(1);
  t.equal((await other.call(pair.a, 'GET', `batches/${made.batch}`)).json().code, 'thing/not-found');
  const offered = await other.call(pair.a, 'POST', 'batches', {
    ...made.header,
    bytes: 1,
    sha256: made.sha256,
  });
  t.equal(offered.json().code, 'request/invalid', 'unknown fields are refused');
}

async function twice(t: Test, pair: Pair, sites: Sites): Promise<void> {
  const site = await sites(40);
  const first = await site.batch(pair.a, 0, 19);
  const state = await site.send(pair.a, first);
  t.same(await site.send(pair.b, first), state, 'the same receipt');
  const again = await site.batch(pair.a, 0, 19);
  t.not(again.sha256, first.sha256, 'age is randomised');
  t.same(await site.send(pair.b, again), state, 'the same batch in another file');

  const second = await site.batch(pair.a, 20, 39);
  await site.offer(pair.a, second);
  const both = await Promise.all([site.part(pair.a, second, 0), site.part(pair.b, second, 0)]);
  const taken = both.filter(({ statusCode }) => statusCode === 200);
  t.ok(taken.length >= 1, 'at least one was let through');
  const last = await site.send(pair.b, second);
  for (const response of taken) t.same(response.json(), last, 'everybody has the same receipt');
  t.match(await standing(pair.a, site), { size: 40, root: site.root() });
  const { db } = pair.a.hq.deps;
  const [row] = await db.rows<{ count: number }>(
    sql`SELECT count(*)::int AS count FROM event JOIN branch USING (branch) WHERE site = ${site.site}`,
  );
  t.equal(row?.count, 40, 'each event once');
}

async function refused(t: Test, pair: Pair, sites: Sites): Promise<void> {
  const site = await sites(30);
  const codeOf = async (made: MadeBatch, file = made.file) => {
    const state = await site.send(pair.a, { ...made, file });
    return state.state === 'refused' ? state.code : state.state;
  };
  const good = await site.batch(pair.a, 0, 9);
  const altered = Buffer.from(good.file);
  altered[altered.length - 40] = (altered[altered.length - 40] ?? 0) ^ 1;
  t.equal(await codeOf(good, altered), 'batch/sealed', 'not the file announced');
  t.equal((await site.send(pair.a, good)).state, 'taken', 'offered again it is taken');

  const stranger = generateBoxKey();
  t.equal(await codeOf(await site.batch(pair.a, 10, 19, { checkpoints: [] }, stranger)), 'hq/unknown-box');
  const other = await sites(0);
  t.equal(
    await codeOf(await site.batch(pair.a, 10, 19, { checkpoints: [] }, other.key)),
    'hq/unknown-box',
    'another site’s',
  );
  t.equal(await codeOf(await site.batch(pair.a, 10, 19, { hq: stranger.publicKey })), 'batch/other-hq');
  t.equal(
    await codeOf(await site.batch(pair.a, 10, 19, { boxEpoch: 2 })),
    'batch/form',
    'another box’s ledger',
  );
  const lying = await site.batch(pair.a, 10, 19);
  const header = { ...lying.header, root: good.header.root };
  const offer = { site: site.site, ledger: site.ledger, first: 10, last: 19, root: header.root };
  const made = { ...lying, header, batch: batchId(offer) };
  t.equal(await codeOf(made), 'batch/form', 'announced with another root');
  t.match(await standing(pair.a, site), { size: 10 }, 'nothing of it was taken');

  const found = await alarms(pair, site);
  t.same([...new Set(found.map(({ code }) => code))].sort(), [
    'batch/form',
    'batch/other-hq',
    'batch/sealed',
    'hq/unknown-box',
  ]);
  t.ok(
    found.every(({ zh, en, doZh }) => zh && en && doZh),
    'in words',
  );
  const [kept] = await pair.a.hq.deps.db.rows<{ count: number }>(
    sql`SELECT count(*)::int AS count FROM refused_batch WHERE site = ${site.site}`,
  );
  t.equal(kept?.count, 6, 'nothing is thrown away');
  const first = found[0];
  if (first) {
    const seen = await pair.officer.call('POST /api/v1/officer/alarms/:alarm/seen', {
      alarm: String(first.alarm),
    });
    t.match(seen, { seen: pair.a.time.now, seenBy: '测试 director' });
    t.equal((await alarms(pair, site)).length, found.length - 1);
  }

  await pair.officer.call(
    'POST /api/v1/officer/sites/:site/revoke',
    { site: site.site },
    {
      body: { key: site.key.publicKey, reason: '被盗' },
    },
  );
  t.equal((await site.call(pair.b, 'POST', 'status', site.report())).json().code, 'hq/revoked');
  const late = await site.batch(pair.a, 10, 19);
  const state = await pair.a.hq.services.batches.take(
    site.site,
    { ...offer, root: late.header.root, bytes: late.file.length, sha256: late.sha256 },
    late.file,
    'stick',
  );
  t.match(state, { state: { state: 'refused', code: 'hq/revoked' } }, 'not on a stick either');
}

async function gap(t: Test, pair: Pair, sites: Sites): Promise<void> {
  const site = await sites(60);
  receiptOf(pair.a, await site.send(pair.a, await site.batch(pair.a, 0, 9)));
  receiptOf(pair.a, await site.send(pair.a, await site.batch(pair.a, 20, 29)));
  receiptOf(pair.a, await site.send(pair.b, await site.batch(pair.b, 30, 39)));
  receiptOf(pair.a, await site.send(pair.b, await site.batch(pair.b, 50, 59)));
  t.match(await standing(pair.a, site), {
    size: 10,
    root: site.root(10),
    beyond: [
      { first: 20, last: 39 },
      { first: 50, last: 59 },
    ],
  });
  const shown = await pair.officer.call('GET /api/v1/officer/sites/:site', { site: site.site });
  t.match(shown, {
    state: 'trouble',
    gaps: 2,
    ledgers: [
      {
        gaps: [
          { first: 10, last: 19 },
          { first: 40, last: 49 },
        ],
      },
    ],
  });
  await site.send(pair.b, await site.batch(pair.b, 10, 19));
  t.match(await standing(pair.a, site), { size: 40, root: site.root(40) });
  await site.send(pair.a, await site.batch(pair.b, 40, 49));
  t.match(await standing(pair.a, site), { size: 60, root: site.root(), beyond: [] });
  t.same(await alarms(pair, site), []);
}

/** The same box with another history from event `from` on. */
function twin(site: LedgerSite, from: number, events: number, mark = 'b'): LedgerSite {
  const other = new LedgerSite(site.site, site.box, site.key);
  other.events = site.events.slice(0, from);
  other.write(events - from, mark);
  return other;
}

async function forked(t: Test, pair: Pair, sites: Sites): Promise<void> {
  const site = await sites(40);
  await site.send(pair.a, await site.batch(pair.a, 0, 39));
  const other = twin(site, 25, 60);
  await other.signIn(pair.a);
  receiptOf(pair.a, await other.send(pair.a, await other.batch(pair.a, 20, 39)));
  receiptOf(pair.a, await other.send(pair.b, await other.batch(pair.a, 40, 59)));
  t.match(await standing(pair.a, site), { size: 40, root: site.root() }, 'the first stands as it stood');
  t.match(await standing(pair.a, site, 1), { size: 60, root: other.root() }, 'and the second beside it');
  const found = await alarms(pair, site);
  t.match(found, [{ code: 'ledger/forked', detail: /at 25/ }]);
  const shown = await pair.officer.call('GET /api/v1/officer/sites/:site', { site: site.site });
  t.match(shown.ledgers[1], { branch: 1, parent: { branch: 0, size: 25 }, size: 60 });
  site.write(10);
  await site.send(pair.b, await site.batch(pair.b, 40, 49));
  t.match(await standing(pair.a, site), { size: 50, root: site.root() }, 'both go on');
  const again = twin(other, 50, 55, 'c');
  receiptOf(pair.a, await other.send(pair.a, await again.batch(pair.a, 45, 54)));
  t.match(await standing(pair.a, site, 2), { size: 55, root: again.root() }, 'a fork of the fork');
}

async function orphaned(t: Test, pair: Pair, sites: Sites): Promise<void> {
  const site = await sites(40);
  await site.send(pair.a, await site.batch(pair.a, 0, 39));
  const other = twin(site, 10, 60);
  await other.signIn(pair.a);
  await other.send(pair.a, await other.batch(pair.a, 40, 49));
  t.match(
    await standing(pair.a, site, 1),
    { size: 0, beyond: [{ first: 40, last: 49 }] },
    'kept, root unknown',
  );
  t.match(await alarms(pair, site), [{ code: 'ledger/forked' }]);
  await other.send(pair.a, await other.batch(pair.a, 50, 59));
  await other.send(pair.b, await other.batch(pair.a, 5, 39));
  t.match(await standing(pair.a, site, 1), { size: 60, root: other.root(), beyond: [] });
  t.match(await standing(pair.a, site), { size: 40, root: site.root() });

  // A batch waits beyond a gap, and the gap closes with another history.
  const third = await sites(60);
  await third.send(pair.a, await third.batch(pair.a, 0, 9));
  const strange = twin(third, 15, 60);
  await strange.signIn(pair.a);
  await strange.send(pair.a, await strange.batch(pair.a, 30, 39));
  t.match(await standing(pair.a, third), { size: 10, beyond: [{ first: 30, last: 39 }] });
  await third.send(pair.b, await third.batch(pair.b, 10, 49));
  t.match(await standing(pair.a, third), { size: 50, root: third.root(50), beyond: [] });
  t.match(await standing(pair.a, third, 1), { size: 0, beyond: [{ first: 30, last: 39 }] });
  t.match(await alarms(pair, third), [{ code: 'ledger/forked' }]);
  await strange.send(pair.b, await strange.batch(pair.b, 10, 29));
  t.match(await standing(pair.a, third, 1), { size: 40, root: strange.root(40), beyond: [] });
}

async function repacked(t: Test, pair: Pair, sites: Sites): Promise<void> {
  const site = await sites(50);
  await site.send(pair.a, await site.batch(pair.a, 0, 19));
  await site.send(pair.a, await site.batch(pair.a, 10, 29));
  await site.send(pair.a, await site.batch(pair.a, 35, 44));
  await site.send(pair.a, await site.batch(pair.a, 5, 14));
  t.match(await standing(pair.a, site), { size: 30, root: site.root(30) });
  await site.send(pair.a, await site.batch(pair.a, 25, 39));
  t.match(await standing(pair.a, site), { size: 45, root: site.root(45) });
  await site.send(pair.b, await site.batch(pair.b, 0, 49));
  t.match(await standing(pair.a, site), { size: 50, root: site.root(), beyond: [] });
  t.same(await alarms(pair, site), []);
}

async function shuffled(t: Test, pair: Pair, sites: Sites): Promise<void> {
  for (let seed = 1; seed <= 2; seed++) {
    const site = await sites(30);
    const random = stepsOf(seed);
    const cuts = [0, ...Array.from({ length: 5 }, () => random(29) + 1), 30];
    const bounds = [...new Set(cuts)].sort((x, y) => x - y);
    const parts = bounds.slice(0, -1).map((first, i) => ({ first, last: (bounds[i + 1] ?? 30) - 1 }));
    parts.push({ first: random(15), last: 15 + random(15) });
    for (let i = parts.length - 1; i > 0; i--) {
      const j = random(i + 1);
      [parts[i], parts[j]] = [parts[j] as (typeof parts)[0], parts[i] as (typeof parts)[0]];
    }
    for (const { first, last } of parts) await site.send(pair.a, await site.batch(pair.a, first, last));
    t.match(await standing(pair.a, site), { size: 30, root: site.root(), beyond: [] }, `seed ${seed}`);
    t.same(await alarms(pair, site), [], 'nobody is alarmed');
  }
}

/** Whole numbers below a bound, the same for the same seed (Lehmer). */
function stepsOf(seed: number): (below: number) => number {
  let state = seed * 7_919;
  return (below) => {
    state = (state * 48_271) % 0x7fffffff;
    return state % below;
  };
}

async function byStick(t: Test, pair: Pair, sites: Sites): Promise<void> {
  const site = await sites(30);
  const made = [
    await site.batch(pair.a, 0, 9),
    await site.batch(pair.a, 10, 19),
    await site.batch(pair.a, 20, 29),
  ];
  const index = {
    site: site.site,
    hq: pair.a.hq.deps.keys.key.publicKey,
    key: site.key.publicKey,
    made: pair.a.time.now,
    batches: made.map(offerOf),
  };
  const file = Buffer.concat([courierHead(index, site.key), ...made.map(({ file }) => file)]);
  const bring = (body: Uint8Array) =>
    pair.officer.raw('POST /api/v1/officer/courier', {}, { query: { file: 'stick.gyc' }, body });
  const altered = Buffer.from(file);
  altered[30] = (altered[30] ?? 0) ^ 1;
  t.match((await bring(altered)).json().code, /^courier\//, 'its head is signed');
  const stranger = Buffer.concat([courierHead({ ...index, key: generateBoxKey().publicKey }, site.key)]);
  t.equal((await bring(stranger)).json().code, 'courier/signature');

  const damaged = Buffer.from(file);
  const inSecond = file.length - (made[2]?.file.length ?? 0) - 50;
  damaged[inSecond] = (damaged[inSecond] ?? 0) ^ 1;
  const partly = (await bring(damaged)).json();
  t.match(
    partly.batches.map(({ state }: { state: string }) => state),
    ['taken', 'refused', 'taken'],
    'what is whole is taken',
  );
  t.match(partly.receipts.refused, [{ batch: { first: 10 }, code: 'batch/sealed' }]);
  t.equal(
    (await bring(file.subarray(0, -1))).json().code,
    'courier/form',
    'cut short: what was whole before is taken all the same',
  );
  const whole = (await bring(file)).json();
  t.same(
    whole.batches.map(({ state, again }: { state: string; again: boolean }) => [state, again]),
    [
      ['taken', true],
      ['taken', true],
      ['taken', true],
    ],
  );
  const twice = (await bring(file)).json();
  t.same(twice.receipts, whole.receipts, 'double delivery gives the same receipts');
  for (const receipt of whole.receipts.receipts) t.ok(readReceipt(receipt, index.hq));
  t.match(await standing(pair.a, site), { size: 30, root: site.root() });
}
