import { mkdtempSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { ensureAuthority, ensureServerCertificate } from '#node/certificates/certificates.ts';
import { generateBoxKey } from '#node/signing/box-key.ts';
import { FaultyHq } from './faulty-hq.testing.ts';
import { syncBox } from './fixture.testing.ts';

const certificates = t.testdir();
const BY = { address: '127.0.0.1' };

/** One box for most of them. */
const all = await syncBox(t);

t.test('connected by address and code: the code names the headquarters', async (t) => {
  const { box, sync, hq, events } = all;
  const connect = (body: { url: string; code: string; ca?: string }) =>
    box.call('POST /api/v1/console/hq', { as: 'technician', body });
  t.match((await box.call('GET /api/v1/console/hq', { as: 'auditor' })).answer, {
    connection: null,
    fault: null,
    acknowledged: 0,
    size: events().length,
  });
  t.equal((await box.call('POST /api/v1/console/hq/sync', { as: 'technician' })).code, 'sync/no-connection');
  t.equal(
    (await box.call('POST /api/v1/console/hq/courier', { as: 'technician' })).code,
    'sync/no-connection',
  );

  const code = hq.code();
  for (const url of [
    'hq.example.org',
    'http://hq.example.org',
    'https://a:b@hq.example.org',
    'ftp://127.0.0.1',
  ])
    t.equal((await connect({ url, code })).code, 'sync/address', url);
  t.equal((await connect({ url: hq.url, code: code.replace(/.$/, 'U') })).code, 'sync/code-wrong');
  t.strictSame(hq.asked, [], 'so far headquarters was not asked');
  t.equal((await connect({ url: 'http://127.0.0.1:9', code })).code, 'sync/unreachable');

  const other = await FaultyHq.open();
  t.teardown(() => other.close());
  const wrong = await connect({ url: other.url, code });
  t.equal(wrong.code, 'sync/other-hq');
  t.match(wrong.detail['fingerprint'], /^([0-9A-F]{4} ){4}[0-9A-F]{4}$/, 'whom it found there');
  t.strictSame(other.asked, ['GET /hq'], 'a stranger is not told the code');
  hq.fault = { kind: 'text', on: /GET \/hq/, text: '<html>captive portal' };
  t.equal((await connect({ url: hq.url, code })).code, 'sync/lying');
  hq.fault = null;
  t.equal(box.deps.ledger.size, events().length);

  const done = await connect({ url: `${hq.url}/`, code: ` ${code.toLowerCase()} ` });
  t.match(done.answer.connection, {
    url: hq.url,
    site: '5401-001',
    name: '自治区教育考试院',
    fingerprint: /^([0-9A-F]{4} ){4}[0-9A-F]{4}$/,
    since: box.time.wallMs(),
  });
  await sync.service.exchange();
  t.match(JSON.parse(events().findLast((text) => text.includes('HQ_CONNECTED')) ?? '').body, {
    hq: hq.key.publicKey,
  });
  const age = join(box.deps.folder.keys, 'box-age.txt');
  t.match(await readFile(age, 'utf8'), /^AGE-SECRET-KEY-1[0-9A-Z]+\n$/);
  t.equal((await stat(age)).mode & 0o777, 0o600);
  t.notMatch(box.logs.join(''), /AGE-SECRET|XXXX/);

  t.equal((await connect({ url: hq.url, code })).code, 'sync/code-wrong', 'a code is for once');
  t.equal((await connect({ url: other.url, code: other.code() })).code, 'sync/connected', 'one at a time');
  t.equal((await connect({ url: hq.url, code: hq.code() })).status, 200, 'the same once more');
  await sync.service.exchange();

  // To another headquarters: what the first one signed for says nothing of the second.
  const gone = await box.call('POST /api/v1/console/hq/disconnect', {
    as: 'administrator',
    body: { reason: '改隶' },
  });
  t.equal(gone.answer.connection, null);
  t.equal((await connect({ url: other.url, code: other.code() })).status, 200);
  await sync.service.exchange();
  t.match(await sync.service.state(), { fault: null, acknowledged: events().length });
  t.ok(
    other.events(`XZ01/${box.deps.box.box}/1`).join() === events().join(),
    'everything from the beginning',
  );

  // The same address with another key behind it is not spoken to.
  Object.assign(other, { key: generateBoxKey() });
  const { acknowledged } = await sync.service.state();
  await all.write(5);
  await sync.service.exchange();
  t.match(await sync.service.state(), { fault: { code: /^sync/ }, acknowledged });
});

t.test('who may do it', async (t) => {
  const { box } = all;
  const as = async (role: 'invigilator' | 'chief' | 'auditor') => [
    (await box.call('GET /api/v1/console/hq', { as: role })).status,
    (await box.call('GET /api/v1/console/hq/batches', { as: role })).status,
    (await box.call('POST /api/v1/console/hq', { as: role })).status,
    (await box.call('POST /api/v1/console/hq/sync', { as: role })).status,
    (await box.call('POST /api/v1/console/hq/disconnect', { as: role })).status,
    (await box.call('POST /api/v1/console/hq/courier', { as: role })).status,
    (await box.call('POST /api/v1/console/hq/receipts', { as: role })).status,
  ];
  t.strictSame(await as('invigilator'), [403, 403, 403, 403, 403, 403, 403]);
  t.strictSame(await as('chief'), [200, 200, 403, 403, 403, 403, 403]);
  t.strictSame(await as('auditor'), [200, 200, 403, 403, 403, 403, 403]);
});

async function certificate(now: number) {
  const dir = mkdtempSync(join(certificates, 'hq-'));
  const at = new Date(now);
  await ensureAuthority(dir, { siteName: 'HQ', now: at });
  return ensureServerCertificate(dir, { names: ['localhost'], addresses: ['127.0.0.1'], now: at });
}

t.test('certificates: of an own authority, expired, untrusted, no PEM at all', async (t) => {
  const good = await certificate(Date.now());
  const old = await certificate(Date.now() - 500 * 86_400_000);
  const hq = await FaultyHq.open({ key: good.key, cert: good.chain });
  const expired = await FaultyHq.open({ key: old.key, cert: old.chain });
  t.teardown(() => expired.close());
  const { sync } = await syncBox(t, hq);
  const connect = (to: FaultyHq, ca?: string) =>
    sync.connection.connect({ url: to.url, code: to.code(), ca }, BY).then(
      () => 'connected',
      (error: { code: string }) => error.code,
    );
  t.equal(await connect(hq), 'sync/certificate', 'the system does not know its authority');
  t.equal(await connect(hq, old.ca), 'sync/certificate', 'another authority');
  t.equal(await connect(hq, 'no PEM'), 'sync/certificate');
  t.equal(await connect(expired, old.ca), 'sync/certificate', 'expired');
  t.equal(await connect(hq, good.ca), 'connected');
  await sync.service.exchange();
  t.match(await sync.service.state(), { fault: null, agrees: true });
});
