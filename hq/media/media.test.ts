import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { memoryDatabase, startTestHq, testFolder } from '#hq/test/harness.ts';
import { LedgerSite } from '#hq/test/ledger-site.testing.ts';

const hash = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const base64 = (text: string) => Buffer.from(text).toString('base64');

t.test('a photo comes in parts, over two replicas', async (t) => {
  const database = await memoryDatabase(t);
  const data = testFolder(t);
  const [a, b] = [await startTestHq(t, { database, data }), await startTestHq(t, { database, data })];
  const officer = await a.officer();
  const site = new LedgerSite('XZ01');
  await site.enrol(a, officer);
  await site.signIn(a);
  const other = new LedgerSite('XZ02');
  await other.enrol(a, officer);
  await other.signIn(a);
  const bytes = Buffer.from('照片'.repeat(500));
  const sha256 = hash(bytes);
  const missing = async () =>
    (await site.call(a, 'POST', 'media/missing', { sha256: [sha256] })).json().missing;
  t.same(await missing(), [sha256]);

  const tus = { 'tus-resumable': '1.0.0' };
  const begin = (metadata: string, length = bytes.length) =>
    site.call(a, 'POST', 'media', undefined, {
      ...tus,
      'upload-length': String(length),
      'upload-metadata': metadata,
    });
  const part = (by: LedgerSite, hq: typeof a, upload: string, from: number, body: Buffer) =>
    by.call(hq, 'PATCH', `media/${upload}`, body, {
      ...tus,
      'upload-offset': String(from),
      'content-type': 'application/offset+octet-stream',
    });
  const named = `sha256 ${base64(sha256)},kind ${base64('photo')}`;
  t.equal((await begin(`sha256 ${base64('x')}`)).json().code, 'request/invalid');
  t.equal((await begin(named, 300 * 1024 * 1024)).statusCode, 413);
  const begun = await begin(named);
  t.equal(begun.statusCode, 201);
  const upload = String(begun.headers.location).split('/').at(-1) ?? '';
  t.equal((await part(site, a, upload, 0, bytes.subarray(0, 1_000))).statusCode, 204);
  t.equal(
    (await part(other, a, upload, 1_000, bytes.subarray(1_000))).json().code,
    'upload/none',
    'another site’s',
  );
  t.equal((await site.call(b, 'HEAD', `media/${upload}`, undefined, tus)).headers['upload-offset'], '1000');
  t.equal((await part(site, b, upload, 900, bytes)).json().code, 'upload/offset');
  t.equal((await part(site, b, upload, 1_000, bytes.subarray(1_000))).statusCode, 204);
  t.same(await missing(), []);
  t.same(readFileSync(join(data, 'media', sha256.slice(0, 2), sha256)), bytes);
  t.notOk(existsSync(join(data, 'media/incoming', upload)));
  t.match(await officer.call('GET /api/v1/officer/sites/:site', { site: 'XZ01' }), { media: 1 });

  const wrong = hash(Buffer.from('other'));
  const lying = await begin(`sha256 ${base64(wrong)},kind ${base64('photo')}`);
  const second = String(lying.headers.location).split('/').at(-1) ?? '';
  t.equal((await part(site, a, second, 0, bytes)).json().code, 'hq/medium');
  t.notOk(existsSync(join(data, 'media', wrong.slice(0, 2), wrong)));
  const { rows } = await officer.call('GET /api/v1/officer/alarms', {}, { query: {} });
  t.match(rows, [{ code: 'hq/medium', site: 'XZ01' }]);
  const left = await begin(named);
  const third = String(left.headers.location).split('/').at(-1) ?? '';
  a.time.now += 8 * 24 * 3_600_000;
  await a.hq.services.media.sweep();
  t.notOk(existsSync(join(data, 'media/incoming', third)), 'what nobody goes on with is swept');
});
