/** Checking papers over the wire: genuine, changed or unknown, bounded, and without a word of candidates. */
import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { markJson } from '#domain/checking/mark.ts';
import { readMark, signMark } from '#node/signing/report-mark.ts';
import { plainPdf, REPORT, signedPaper, siteSigner } from '#node/signing/signed-paper.testing.ts';
import { OFFLINE_PAGE } from '#protocol/check-page.ts';
import type { ErrorBody } from '#protocol/errors.ts';
import type { CheckAnswer } from '#protocol/reports.ts';
import { newId } from '#server/platform/ids.ts';
import { build } from '#server/test/harness.ts';
import { checkRoutes } from './check.routes.ts';
import { CheckService } from './check.service.ts';
import { FILE_BYTES } from './check-file.ts';

const DIGEST = createHash('sha256').update('the report').digest();
const HEAD = DIGEST.subarray(0, 16).toString('base64url');

async function start(t: Test) {
  const keys = t.testdir();
  const by = await siteSigner(keys);
  const paper = Buffer.from(await signedPaper(by));
  const page = Buffer.from('<script type="application/json">%GONGYUAN_SITE%</script>');
  const file = { bytes: page, br: null, type: 'text/html', etag: '', immutable: false };
  let incoming = '';
  const box = await build(t, {
    async routes(app, deps) {
      incoming = deps.folder.incoming;
      writeFileSync(join(incoming, 'check-left-by-a-crash'), 'x');
      const check = new CheckService(deps, by.ca);
      await check.start();
      await checkRoutes(app, deps, check, {
        authority: by.ca,
        files: new Map([[OFFLINE_PAGE, file]]),
      });
    },
  });
  const body = {
    report: REPORT,
    kind: 'seating-chart' as const,
    lang: 'zh-CN' as const,
    title: '座次表 欧阳雨桐',
    session: newId('session'),
    room: null,
    attempt: null,
    incident: null,
    copy: 3,
    purpose: 'purpose-of-it',
    requester: '主考 王',
    pages: 2,
    bytes: paper.length,
    sha256: createHash('sha256').update(paper).digest('hex'),
    digest: DIGEST.toString('base64url'),
  };
  await box.deps.ledger.append([{ kind: 'REPORT_MADE', body, by: { staff: newId('staff') } }]);
  const post = async (bytes: Buffer, type = 'application/pdf') =>
    (
      await box.app.inject({
        method: 'POST',
        url: '/api/v1/check',
        payload: bytes,
        headers: { 'content-type': type },
      })
    ).json<CheckAnswer & ErrorBody>();
  const get = async (report: string, digest?: string) =>
    (
      await box.app.inject({
        url: `/api/v1/check/${report}`,
        query: digest === undefined ? {} : { digest },
      })
    ).json<CheckAnswer & ErrorBody>();
  return { box, by, keys, paper, post, get, incoming: () => readdirSync(incoming), body };
}

t.test('the file that was issued is genuine, and only the public side of it is told', async (t) => {
  const { box, paper, post, incoming, body } = await start(t);
  const answer = await post(paper);
  t.same(answer, {
    verdict: 'genuine',
    code: null,
    report: {
      report: REPORT,
      kind: 'seating-chart',
      lang: 'zh-CN',
      copy: 3,
      madeWall: box.time.wallMs(),
      requester: '主考 王',
      pages: 2,
      sha256: body.sha256,
      digest: body.digest,
    },
    site: null,
  });
  t.notMatch(JSON.stringify(answer), /欧阳|purpose-of-it|se_/);
  t.same(incoming(), [], 'nothing of the file is kept, nor of one that a crash had left');
  t.match(await post(paper, 'text/plain'), { verdict: 'genuine' }, 'whatever the browser calls it');
});

t.test('a changed file is told from one that never was ours', async (t) => {
  const { by, paper, post, keys } = await start(t);
  const flipped = Buffer.from(paper);
  flipped[300] = (flipped[300] ?? 0) ^ 1;
  t.match(await post(flipped), {
    verdict: 'changed',
    code: 'check/signature',
    report: { report: REPORT, copy: 3 },
  });
  t.match(await post(Buffer.concat([paper, Buffer.from('\n%%EOF\n')])), {
    verdict: 'changed',
    code: 'check/signature',
  });
  const other = Buffer.from(await signedPaper(by, { words: 'other words' }));
  t.match(await post(other), { verdict: 'changed', code: 'check/changed', report: { report: REPORT } });
  const elsewhere = Buffer.from(await signedPaper(by, { report: 'rp_zzzzzzzzzzzzzzzz' }));
  t.match(await post(elsewhere), { verdict: 'unknown', code: 'check/not-recorded', report: null });
  t.match(await post(await plainPdf()), { verdict: 'unknown', code: 'check/unknown', report: null });
  const stranger = await siteSigner(join(keys, 'stranger'), { siteName: 'elsewhere' });
  t.match(await post(Buffer.from(await signedPaper(stranger, { report: 'rp_zzzzzzzzzzzzzzzz' }))), {
    verdict: 'unknown',
    code: 'check/unknown',
  });
});

t.test('what is no PDF, or too large, is refused and leaves nothing', async (t) => {
  const { post, incoming } = await start(t);
  for (const bytes of [
    Buffer.alloc(0),
    Buffer.from('%PDF'),
    Buffer.from('PK\u0003\u0004 a zip'),
    randomBytes(100),
  ])
    t.match(await post(bytes), { code: 'check/no-pdf' });
  const large = Buffer.alloc(FILE_BYTES + 2);
  large.write('%PDF-1.7\n');
  t.match(await post(large), { code: 'request/too-large' });
  t.same(incoming(), []);
});

t.test('by its QR: genuine, another digest, another number', async (t) => {
  const { get, box } = await start(t);
  t.match(await get(REPORT, HEAD), { verdict: 'genuine', code: null, report: { copy: 3, pages: 2 } });
  t.match(await get(REPORT), { verdict: 'genuine' });
  t.match(await get(REPORT, randomBytes(16).toString('base64url')), {
    verdict: 'changed',
    code: 'check/changed',
    report: { report: REPORT },
  });
  t.match(await get(newId('report'), HEAD), { verdict: 'unknown', code: 'check/unknown', report: null });
  t.match(await get(REPORT, 'short'), { code: 'request/invalid' });
  t.match(await get('xx'), { code: 'request/invalid' });
  const mark = {
    c: 3,
    d: HEAD,
    k: 'seating-chart' as const,
    m: box.time.wallMs(),
    r: REPORT,
    s: 'S1',
  };
  const text = signMark(mark, box.deps.box.key);
  t.equal(markJson(mark), markJson(readMark(text, box.deps.box.key.publicKey) ?? mark));
});

t.test('guessing is slowed down, and each address has its own count', async (t) => {
  const { box, get, paper, post } = await start(t);
  for (let i = 0; i < 30; i++) await get(newId('report'), HEAD);
  t.match(await get(REPORT, HEAD), { code: 'request/too-many' });
  t.match(await post(paper), { code: 'request/too-many' });
  const elsewhere = await box.app.inject({ url: `/api/v1/check/${REPORT}`, remoteAddress: '10.0.0.9' });
  t.match(elsewhere.json(), { verdict: 'genuine' });
  box.time.pass(61_000);
  t.match(await get(REPORT, HEAD), { verdict: 'genuine' });
});

t.test('three files at once from one address are too many, and others are not kept waiting', async (t) => {
  const { box, paper, by } = await start(t);
  const other = Buffer.from(await signedPaper(by, { words: 'x' }));
  const post = (remoteAddress: string, payload: Buffer) =>
    box.app.inject({
      method: 'POST',
      url: '/api/v1/check',
      payload,
      remoteAddress,
      headers: { 'content-type': 'application/pdf' },
    });
  const answers = await Promise.all([
    ...Array.from({ length: 3 }, () => post('10.0.0.1', other)),
    post('10.0.0.2', paper),
  ]);
  const codes = answers.map((answer) => answer.json<CheckAnswer>().code);
  t.same(codes.slice(0, 3).sort(), ['check/changed', 'check/changed', 'request/too-many']);
  t.equal(codes[3], null);
});

t.test('the offline page comes as a file, with the keys inside and no way out of its place', async (t) => {
  const { box, by } = await start(t);
  await box.deps.ledger.append([
    {
      kind: 'SITE_SET_UP',
      body: {
        site: 'S1',
        name: '</script><b>$& 一中',
        timeZone: 'Asia/Shanghai',
        contact: '',
        demo: false,
      },
    },
  ]);
  const answer = await box.app.inject('/api/v1/check/page');
  t.match(answer.headers['content-disposition'], /^attachment; filename="gongyuan-check\.html"$/);
  const [, json = ''] = /<script type="application\/json">(.*?)<\/script>/s.exec(answer.payload) ?? [];
  const site = JSON.parse(json) as Record<string, string>;
  t.match(site, { site: 'S1', siteName: '</script><b>$& 一中', boxKey: box.deps.box.key.publicKey });
  t.ok(by.ca.replace(/\s/g, '').includes(site['authority'] ?? '?'));
});
