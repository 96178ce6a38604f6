/** From a printed paper back to the box: a real report, its QR read off the page, its file, and one changed letter. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { parseMark } from '#domain/checking/mark.ts';
import { ensureAuthority } from '#node/certificates/certificates.ts';
import { drawPdfPage, readQr } from '#node/pdf/read-pdf.testing.ts';
import { readMark } from '#node/signing/report-mark.ts';
import { noPdfsig, pdfsig } from '#node/signing/signed-paper.testing.ts';
import type { CheckAnswer, ReportRequest } from '#protocol/reports.ts';
import { signCheckpoints } from '#server/reports/box.testing.ts';
import { ReportsService } from '#server/reports/reports.service.ts';
import { runSession } from '#server/reports/reports.testing.ts';
import { build } from '#server/test/harness.ts';
import { checkRoutes } from './check.routes.ts';
import { CheckService } from './check.service.ts';

t.test('a paper that the box made is genuine, by its QR and by its file', { timeout: 200_000 }, async (t) => {
  const box = await build(t, {
    async routes(app, deps) {
      const now = new Date(deps.clock.wall());
      const { cert } = await ensureAuthority(deps.folder.keys, { siteName: 'test', now });
      const check = new CheckService(deps, cert);
      await check.start();
      await checkRoutes(app, deps, check, { authority: cert, files: new Map() });
    },
  });
  const run = await runSession(box.deps);
  signCheckpoints(box.deps);
  await box.deps.ledger.append([], { checkpoint: true });
  const reports = new ReportsService(box.deps);
  t.teardown(() => reports.stop());
  const { staff } = await box.signIn('chief');
  const make = async (request: ReportRequest) => {
    const row = await reports.make(reports.place(request), { name: '赵主考', actor: { staff } });
    return { row, file: readFileSync(join(box.deps.folder.reports, `${row.report}.pdf`)) };
  };
  const of = { lang: 'zh-CN', session: run.site.session } as const;

  const { row: sheet, file: sheetFile } = await make({ ...of, kind: 'room-report', room: run.rooms[0] });
  const codeOn = async (pdf: Buffer) => {
    const page = await drawPdfPage(new Uint8Array(pdf), 1, 4);
    const left = Math.floor(page.width * 0.7);
    return readQr(page, left, 0, page.width - left, Math.floor(page.height * 0.2));
  };
  const qr = await codeOn(sheetFile);
  t.ok(qr, 'the QR can be read off the page');
  const mark = readMark(qr ?? '', box.deps.box.key.publicKey);
  t.match(mark, { r: sheet.report, c: 1, k: 'room-report', m: sheet.madeWall });
  t.match(qr, /^https:\/\/gongyuan\.test\/check#/);
  const byMark = await box.app.inject({
    url: `/api/v1/check/${sheet.report}`,
    query: { digest: parseMark(qr ?? '')?.mark.d ?? '' },
  });
  t.match(byMark.json(), {
    verdict: 'genuine',
    report: { report: sheet.report, pages: sheet.pages, copy: 1 },
  });

  const post = async (payload: Buffer) =>
    (
      await box.app.inject({
        method: 'POST',
        url: '/api/v1/check',
        payload,
        headers: { 'content-type': 'application/pdf' },
      })
    ).json<CheckAnswer>();
  const { row, file } = await make({
    ...of,
    kind: 'evidence',
    attempt: run.attempts.moved,
    purpose: '复核',
  });
  const covered = readMark((await codeOn(file)) ?? '', box.deps.box.key.publicKey);
  t.match(covered, { r: row.report, k: 'evidence' }, 'and under a watermark');
  t.match(await post(sheetFile), { verdict: 'genuine', report: { report: sheet.report } });
  t.match(await post(file), { verdict: 'genuine', report: { requester: '赵主考' } });
  const changed = Buffer.from(file);
  changed[1_000] = (changed[1_000] ?? 0) ^ 1;
  t.match(await post(changed), {
    verdict: 'changed',
    code: 'check/signature',
    report: { report: row.report },
  });
  t.notMatch(JSON.stringify(await post(changed)), run.people.moved.name, 'nobody’s name is told');
  t.test('and poppler agrees', { skip: noPdfsig() }, async (t) => {
    const said = pdfsig(t.testdir(), file);
    t.match(said, /Signature is Valid/);
    t.match(said, /Total document signed/);
  });
});
