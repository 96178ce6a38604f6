/** Answers of both checkers without a screen: what is asked, what is judged, what is said. */
import t from 'tap';
import { generateBoxKey } from '#node/signing/box-key.ts';
import { signMark } from '#node/signing/report-mark.ts';
import { signedPaper, siteSigner } from '#node/signing/signed-paper.testing.ts';
import type { CheckAnswer, ReportMark } from '#protocol/reports.ts';
import { FILE_BYTES } from './checker.ts';
import { offlineChecker } from './offline.ts';
import { onlineChecker } from './online.ts';
import { WORDS } from './texts.ts';

const key = generateBoxKey();
const mark: ReportMark = {
  c: 1,
  d: 'AAAAAAAAAAAAAAAAAAAAAA',
  k: 'minutes',
  m: 1_800_000_000_000,
  r: 'rp_0123456789abcdef',
  s: 'S1',
};
const report: CheckAnswer['report'] = {
  report: mark.r,
  kind: 'minutes',
  lang: 'en',
  copy: 1,
  madeWall: mark.m,
  requester: 'A',
  pages: 2,
  sha256: '',
  digest: '',
};

/** A box that answers `/api/v1/box` and one more thing. */
function box(status: number, answer: unknown, boxKey = key.publicKey) {
  const asked: string[] = [];
  const ask: typeof fetch = async (input) => {
    asked.push(String(input));
    if (String(input) === '/api/v1/box')
      return Response.json({ boxKey, siteName: 'One', timeZone: 'Asia/Shanghai' });
    return Response.json(answer, { status });
  };
  return { asked, checker: onlineChecker(ask) };
}

t.test('the box is asked with number and digest, and its word is given', async (t) => {
  const { asked, checker } = box(200, { verdict: 'genuine', code: null, report, site: 'One' });
  t.match(await checker.mark(signMark(mark, key)), {
    verdict: 'genuine',
    facts: { pages: 2, requester: 'A' },
  });
  t.same(asked, ['/api/v1/box', `/api/v1/check/${mark.r}?digest=${mark.d}`]);
  t.same(await checker.site(), { name: 'One', timeZone: 'Asia/Shanghai' });
});

t.test('a mark of another key: changed where the box knows the paper, else unknown', async (t) => {
  const text = signMark(mark, generateBoxKey());
  const known = box(200, { verdict: 'genuine', code: null, report, site: 'One' });
  t.match(await known.checker.mark(text), { verdict: 'changed', code: 'check/signature' });
  const unknown = box(200, { verdict: 'unknown', code: 'check/unknown', report: null, site: 'One' });
  t.match(await unknown.checker.mark(text), { verdict: 'unknown', code: 'check/unknown' });
});

t.test('what cannot be judged is said as such', async (t) => {
  const file = new Blob(['x']);
  t.same(await box(429, { code: 'request/too-many' }).checker.file(file), { trouble: 'too-many' });
  t.same(await box(400, { code: 'check/no-pdf' }).checker.file(file), { trouble: 'no-pdf' });
  t.same(await box(413, { code: 'request/too-large' }).checker.file(file), { trouble: 'too-large' });
  t.same(await box(500, { code: 'box/internal' }).checker.file(file), { trouble: 'unreachable' });
  t.same(await box(200, {}).checker.mark('https://elsewhere.example/'), { trouble: 'not-mark' });
  const away = onlineChecker(() => Promise.reject(new TypeError('no network')));
  t.same(await away.file(file), { trouble: 'unreachable' });
  t.same(await away.mark(signMark(mark, key)), { trouble: 'unreachable' });
  t.equal(await away.site(), null);
  const large = { size: FILE_BYTES + 1 } as Blob; // its size is all that is looked at
  const { asked, checker } = box(200, {});
  t.same(await checker.file(large), { trouble: 'too-large' });
  t.same(asked, [], 'and nothing is sent');
});

t.test('without a box: by the keys alone', async (t) => {
  const by = await siteSigner(t.testdir());
  const checker = offlineChecker({
    site: 'S1',
    siteName: 'One',
    timeZone: 'Asia/Shanghai',
    box: 'bx_0123456789abcdef',
    boxKey: key.publicKey,
    authority: by.ca.replace(/-----[^-]+-----|\s/g, ''),
    savedWall: 1,
  });
  t.match(await checker.mark(signMark(mark, key)), {
    verdict: 'genuine',
    facts: { kind: 'minutes', pages: null },
  });
  t.match(await checker.mark(signMark(mark, generateBoxKey())), { verdict: 'changed' });
  t.match(await checker.mark(signMark({ ...mark, s: 'S2' }, generateBoxKey())), { verdict: 'unknown' });
  const when = new Date('2026-11-21T06:05:00Z');
  const paper = await signedPaper(by, { when });
  t.match(await checker.file(new Blob([new Uint8Array(paper)])), {
    verdict: 'genuine',
    facts: { report: mark.r, made: when.getTime() },
  });
  t.match(await checker.file(new Blob([new Uint8Array(paper), '\n'])), { verdict: 'changed' });
  t.same(await checker.file(new Blob(['x'])), { trouble: 'no-pdf' });
});

t.test('every word is there in both languages', async (t) => {
  for (const [name, [zh, en]] of Object.entries(WORDS)) {
    t.match(zh, /[\u4e00-\u9fff]/, name);
    t.match(en, /^[A-Z][^\u4e00-\u9fff]+$/, name);
    const holes = (text: string) => [...text.matchAll(/\{[a-z]+\}/g)].map(String).sort();
    t.same(holes(zh), holes(en), `${name} asks for the same`);
  }
});
