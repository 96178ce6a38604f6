/** The page for checking papers as the box serves it: the built files, the box's own policy, and a real box behind. */
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import path from 'node:path';
import type { Test } from 'tap';
import { build as buildPages } from 'vite';
import { receiptCodeText, receiptText, shortCode } from '#domain/attempt/digest.ts';
import { type BoxKey, sign } from '#node/signing/box-key.ts';
import { signMark } from '#node/signing/report-mark.ts';
import { plainPdf, REPORT, signedPaper, siteSigner } from '#node/signing/signed-paper.testing.ts';
import { contentSecurityPolicy, readWebFiles } from '#node/web/web-files.ts';
import type { ReceiptAnswer } from '#protocol/console.ts';
import type { ReportMark } from '#protocol/reports.ts';
import { PURPOSE } from '#protocol/revision.ts';
import type { Receipt } from '#protocol/socket.ts';
import { checkRoutes } from '#server/check/check.routes.ts';
import { CheckService } from '#server/check/check.service.ts';
import { newId } from '#server/platform/ids.ts';
import { receiptsRoutes } from '#server/receipts/receipts.routes.ts';
import { build as buildBox } from '#server/test/harness.ts';

export interface CheckWorld {
  origin: string;
  /** Short code of a receipt that the box signed. */
  receipt: string;
  /** Signed QR texts. */
  marks: { genuine: string; otherDigest: string; unknown: string; forged: string };
  files: Record<'genuine' | 'changed' | 'stranger' | 'text', Buffer>;
  /** The page for checking without the box, as it is saved. */
  offlinePage(): Promise<string>;
}

export async function startCheckWorld(t: Test): Promise<CheckWorld> {
  const folder = t.testdir({ dist: {}, keys: {}, other: {} });
  await buildPages({
    configFile: path.resolve(import.meta.dirname, '../vite.config.ts'),
    logLevel: 'error',
    build: { outDir: path.join(folder, 'dist') },
  });
  const web = readWebFiles(path.join(folder, 'dist'), '');
  const by = await siteSigner(path.join(folder, 'keys'));
  const paper = Buffer.from(await signedPaper(by, { when: new Date('2026-11-21T06:05:00Z') }));
  const box = await buildBox(t, {
    async routes(app, deps) {
      const check = new CheckService(deps, by.ca);
      await check.start();
      await checkRoutes(app, deps, check, { authority: by.ca, files: web });
      receiptsRoutes(app, deps);
      app.get('/api/v1/box', () => ({
        boxKey: deps.box.key.publicKey,
        siteName: '第一中学考点',
        timeZone: 'Asia/Shanghai',
      }));
    },
  });
  const digest = createHash('sha256').update('report').digest();
  const made = box.time.wallMs();
  await box.deps.ledger.append([
    {
      kind: 'SITE_SET_UP',
      body: { site: 'S1', name: '第一中学考点', timeZone: 'Asia/Shanghai', contact: '', demo: false },
    },
    {
      kind: 'REPORT_MADE',
      body: {
        report: REPORT,
        kind: 'evidence',
        lang: 'zh-CN',
        title: '证据报告',
        session: newId('session'),
        room: null,
        attempt: null,
        incident: null,
        copy: 3,
        purpose: '复核',
        requester: '王主考',
        pages: 12,
        bytes: paper.length,
        sha256: createHash('sha256').update(paper).digest('hex'),
        digest: digest.toString('base64url'),
      },
    },
  ]);
  const receipt = receiptOf(box.deps.box.key);
  const policy = contentSecurityPolicy([]);
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    if (pathname === `/api/v1/receipts/${receipt.receipt.receipt.code}`) {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(receipt));
      return;
    }
    if (pathname.startsWith('/api/')) {
      const { 'content-type': type } = request.headers;
      const answer = await box.app.inject({
        method: request.method as 'GET', // GET and POST are all this page sends
        url: request.url ?? '/',
        ...(request.method === 'POST'
          ? { payload: await bodyOf(request), headers: { 'content-type': type ?? '' } }
          : {}),
      });
      response.writeHead(answer.statusCode, { 'content-type': String(answer.headers['content-type']) });
      response.end(answer.rawPayload);
      return;
    }
    const file = web.get(pathname === '/check' ? '/check.html' : pathname);
    response.writeHead(file ? 200 : 404, {
      'content-security-policy': policy,
      'content-type': file?.type ?? 'text/plain',
    });
    response.end(file?.bytes);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  t.teardown(
    () =>
      new Promise((done) => {
        server.closeAllConnections();
        server.close(done);
      }),
  );
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');

  const mark: ReportMark = {
    c: 3,
    d: digest.subarray(0, 16).toString('base64url'),
    k: 'evidence',
    m: made,
    r: REPORT,
    s: 'S1',
  };
  const { key } = box.deps.box;
  const genuine = signMark(mark, key);
  const changed = Buffer.from(paper);
  changed[300] = (changed[300] ?? 0) ^ 1;
  return {
    origin: `http://127.0.0.1:${address.port}`,
    receipt: receipt.receipt.receipt.code,
    marks: {
      genuine,
      otherDigest: signMark({ ...mark, d: 'AAAAAAAAAAAAAAAAAAAAAA' }, key),
      unknown: signMark({ ...mark, r: 'rp_zzzzzzzzzzzzzzzz' }, key),
      forged: `${signMark({ ...mark, c: 4 }, key).split('.')[0]}.${genuine.split('.')[1]}`,
    },
    files: {
      genuine: paper,
      changed,
      stranger: await plainPdf(),
      text: Buffer.from('no PDF at all'),
    },
    offlinePage: async () => (await box.app.inject('/api/v1/check/page')).payload,
  };
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

/** As the box answers for a receipt of somebody who handed in. */
function receiptOf(key: BoxKey): ReceiptAnswer {
  const attempt = newId('attempt');
  const digest = 'A'.repeat(43);
  const receipt: Receipt = {
    v: 1,
    attempt,
    box: newId('box'),
    code: shortCode(createHash('sha256').update(receiptCodeText({ attempt, digest })).digest()),
    digest,
    entry: newId('entry'),
    answered: 2,
    name: '买买提·艾力',
    revisions: 7,
    site: 'S1',
    sitting: newId('sitting'),
    streams: [],
    subject: '0101',
    submitted: Date.UTC(2026, 10, 21, 3),
    ticket: '260101001',
  };
  const text = Buffer.from(receiptText(receipt).slice(PURPOSE.receipt.length + 1));
  const sig = sign(key, PURPOSE.receipt, text);
  return { state: 'genuine', receipt: { receipt, sig }, boxKey: key.publicKey, siteName: '第一中学考点' };
}
