import { once } from 'node:events';
import { connect } from 'node:net';
import canonicalize from 'canonicalize';
import t, { type Test } from 'tap';
import type { Database } from '#hq/platform/database.ts';
import { memoryDatabase, startTestHq, testFolder } from '#hq/test/harness.ts';
import { LedgerSite } from '#hq/test/ledger-site.testing.ts';
import { generateBoxKey, verify } from '#node/signing/box-key.ts';
import { HQ_IDENTITY_PURPOSE } from '#protocol/hq.ts';

const DAY_MS = 24 * 3_600_000;

t.test('sites', async (t) => {
  const database = await memoryDatabase(t);
  const data = testFolder(t);
  await t.test('a site is enrolled once with a code, and its box proves itself anywhere', (t) =>
    enrolled(t, database, data),
  );
  await t.test('a full disk takes nothing by halves, and a broken line loses no byte', (t) =>
    broken(t, database, data),
  );
});

async function enrolled(t: Test, database: Database, data: string): Promise<void> {
  const hq = await startTestHq(t, { database, data });
  const replica = await startTestHq(t, { database, data, time: hq.time });
  let officer = await hq.officer('operator');

  const { signature, ...said } = (await hq.inject('/api/v1/hq')).json();
  t.ok(verify(said.key, HQ_IDENTITY_PURPOSE, Buffer.from(canonicalize(said) ?? ''), signature));

  const site = new LedgerSite('XZ01');
  t.equal((await site.enrol(hq, officer)).statusCode, 200);
  t.equal((await site.signIn(hq)).json().seconds, 900);
  t.match((await site.call(replica, 'POST', 'status', site.report())).json(), {
    now: hq.time.now,
    standings: [],
    decisions: 0,
  });
  t.equal(
    await officer.refused(
      'POST /api/v1/officer/sites',
      {},
      { body: { site: 'XZ01', name: 'x', region: '' } },
    ),
    'hq/site-taken',
  );

  await t.test('the code', async (t) => {
    const newCode = async () =>
      (await officer.call('POST /api/v1/officer/sites/:site/enrolment-code', { site: 'XZ01' })).code;
    const code = await newCode();
    t.notMatch(JSON.stringify(await database.orm.query.enrolmentCode.findMany()), code.slice(0, 6));
    const second = new LedgerSite('XZ01');
    t.equal(
      (await second.claim(hq, code, generateBoxKey())).json().code,
      'hq/claim',
      'not signed by its own key',
    );
    const newer = await newCode();
    t.equal((await second.claim(hq, code)).json().code, 'hq/enrolment-code', 'a newer one was made');
    t.same((await second.claim(hq, newer)).json(), { site: 'XZ01', name: '考点 XZ01' });
    t.same(
      (await second.claim(replica, newer)).json(),
      { site: 'XZ01', name: '考点 XZ01' },
      'the answer was lost',
    );
    const third = new LedgerSite('XZ01');
    t.equal((await third.claim(hq, newer)).json().code, 'hq/enrolment-code', 'used');
    const old = await newCode();
    hq.time.now += 4 * DAY_MS;
    t.equal((await third.claim(hq, old)).json().code, 'hq/enrolment-code', 'expired');
    for (let i = 0; i < 12; i++) await third.claim(hq, old);
    t.equal((await third.claim(hq, old)).json().code, 'request/too-many');
    hq.time.now += DAY_MS;
    officer = await hq.officer('operator');
    const other = new LedgerSite('XZ02', undefined, second.key);
    t.equal((await other.enrol(hq, officer)).json().code, 'hq/key-known', 'a box belongs to one site');
  });

  await t.test('the token', async (t) => {
    const status = () => site.call(hq, 'POST', 'status', site.report());
    t.equal((await status()).json().code, 'hq/token', 'it expires by headquarters’ clock');
    t.equal((await site.signIn(hq, generateBoxKey())).json().code, 'hq/claim');
    t.equal((await new LedgerSite('XZ01').signIn(hq)).json().code, 'hq/unknown-box');
    await site.signIn(hq);
    t.equal((await status()).statusCode, 200);
    for (const authorization of ['', 'Bearer x.y', 'Bearer W10.AAAA'])
      t.equal(
        (
          await hq.inject({
            method: 'POST',
            url: '/api/v1/site/status',
            headers: { authorization },
            payload: site.report(),
          })
        ).json().code,
        'hq/token',
      );
    const body = { key: site.key.publicKey, reason: '丢失' };
    const detail = await officer.call('POST /api/v1/officer/sites/:site/revoke', { site: 'XZ01' }, { body });
    const revoked = detail.boxRows.filter((box) => box.revoked !== null);
    t.same(
      revoked.map(({ key }) => key),
      [site.key.publicKey],
    );
    t.equal((await status()).json().code, 'hq/revoked', 'at once, in every replica');
    t.equal((await site.signIn(hq)).json().code, 'hq/revoked');
    t.equal((await site.enrol(hq, officer)).statusCode, 200, 'a new code enrols it anew');
    await site.signIn(hq);
    t.equal((await status()).statusCode, 200);
  });

  await t.test('sites as officers see them', async (t) => {
    const asked = (query = {}) => officer.call('GET /api/v1/officer/sites', {}, { query });
    const report = {
      ...site.report(),
      size: 40,
      root: `${'A'.repeat(43)}=`,
      sessions: [
        {
          session: 'se_0000000000000001',
          name: '上午',
          plannedStart: 1,
          state: 'running' as const,
          candidates: 30,
          signedIn: 29,
          handedIn: 3,
        },
      ],
    };
    await site.call(hq, 'POST', 'status', report);
    t.match(await asked({ query: 'xz01' }), {
      total: 1,
      rows: [
        { site: 'XZ01', state: 'running', running: 1, candidates: 30, signedIn: 29, handedIn: 3, behind: 40 },
      ],
    });
    hq.time.now += 11 * 60_000;
    for (let i = 10; i < 15; i++)
      await officer.call(
        'POST /api/v1/officer/sites',
        {},
        { body: { site: `YN${i}`, name: `云南 ${i}`, region: '云南' } },
      );
    const first = await asked({ limit: 4 });
    t.match(first.counts, { all: 7, silent: 1, waiting: 6 });
    t.equal(first.rows[0]?.site, 'XZ01', 'trouble first');
    const rest = await asked({ limit: 4, after: first.next ?? '' });
    t.equal(rest.next, null);
    t.equal(new Set([...first.rows, ...rest.rows].map(({ site }) => site)).size, 7);
    t.equal((await asked({ sort: '-site', query: '云南' })).rows[0]?.site, 'YN14');
    const auditor = await hq.officer('auditor');
    t.equal(
      await auditor.refused(
        'PUT /api/v1/officer/sites/:site',
        { site: 'XZ01' },
        { body: { name: 'x', region: '' } },
      ),
      'auth/forbidden',
    );
    t.match(
      await officer.call(
        'PUT /api/v1/officer/sites/:site',
        { site: 'XZ01' },
        { body: { name: '新名', region: '' } },
      ),
      { name: '新名' },
    );
    t.equal(await officer.refused('GET /api/v1/officer/sites/:site', { site: 'NONE' }), 'thing/not-found');
  });
}

async function broken(t: Test, real: Database, data: string): Promise<void> {
  let full = false;
  const database: Database = {
    ...real,
    transaction: (work) =>
      real.transaction((tx) =>
        work({
          ...tx,
          copy: async (...args) => {
            await tx.copy(...args);
            if (full) throw Object.assign(new Error('could not extend file'), { code: '53100' });
          },
        }),
      ),
  };
  const hq = await startTestHq(t, { database, data });
  const site = new LedgerSite('XZ81');
  site.write(20);
  await site.enrol(hq, await hq.officer());
  await site.signIn(hq);
  const made = await site.batch(hq, 0, 19);
  full = true;
  await site.offer(hq, made);
  const refused = await site.part(hq, made, 0);
  t.equal(refused.statusCode, 503);
  t.equal(refused.json().code, 'hq/storage');
  t.same(await hq.hq.services.standings.standings('XZ81'), [], 'nothing of it is there');
  full = false;
  t.match(
    (await site.call(hq, 'GET', `batches/${made.batch}`)).json(),
    { state: 'taken' },
    'its bytes were kept',
  );

  const next = new LedgerSite('XZ82');
  next.write(40);
  await next.enrol(hq, await hq.officer());
  const token = (await next.signIn(hq)).json().token;
  const second = await next.batch(hq, 0, 39);
  await next.offer(hq, second);
  const url = new URL(await hq.hq.listen());
  const socket = connect(Number(url.port), url.hostname);
  await once(socket, 'connect');
  socket.write(
    `PATCH /api/v1/site/batches/${second.batch} HTTP/1.1\r\nhost: hq\r\nauthorization: Bearer ${token}\r\n` +
      `content-type: application/octet-stream\r\nupload-offset: 0\r\ncontent-length: ${second.file.length}\r\n\r\n`,
  );
  socket.write(second.file.subarray(0, 777));
  const offset = async () => (await next.call(hq, 'GET', `batches/${second.batch}`)).json().offset as number;
  await new Promise((resolve) => setTimeout(resolve, 100));
  socket.destroy();
  while ((await offset()) === 0) await new Promise((resolve) => setTimeout(resolve, 10));
  t.equal(await offset(), 777, 'what came before the cut is kept');
  t.match((await next.part(hq, second, 777)).json(), { state: 'taken' });
}
