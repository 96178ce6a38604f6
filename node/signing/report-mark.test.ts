import fc from 'fast-check';
import t from 'tap';
import { markUrl, parseMark } from '#domain/checking/mark.ts';
import { REPORT_KINDS, type ReportKind, type ReportMark } from '#protocol/reports.ts';
import { generateBoxKey, sign } from './box-key.ts';
import { readMark, signMark } from './report-mark.ts';

const mark: ReportMark = {
  c: 2,
  d: 'AbCdEfGhIjKlMnOpQrStUg',
  k: 'evidence',
  m: 1_795_265_825_000,
  r: 'rp_0123456789abcdef',
  s: 'S1',
};
const key = generateBoxKey();

t.test('a mark is read from its QR, with or without the address', async (t) => {
  const text = signMark(mark, key);
  t.same(readMark(text, key.publicKey), mark);
  const url = markUrl('https://exam.local:8443', text);
  t.match(url, /^https:\/\/exam\.local:8443\/check#[\w-]+\.[\w-]{86}$/);
  t.same(readMark(url, key.publicKey), mark);
  t.equal(readMark(text, generateBoxKey().publicKey), null, 'not by another box');
});

t.test('every letter counts', async (t) => {
  const text = signMark(mark, key);
  for (let i = 0; i < text.length; i++) {
    const other = text[i] === 'A' ? 'B' : 'A';
    t.equal(readMark(text.slice(0, i) + other + text.slice(i + 1), key.publicKey), null, `letter ${i}`);
  }
});

t.test('a mark has one spelling', async (t) => {
  const text = (json: string) =>
    `${Buffer.from(json).toString('base64url')}.${sign(key, 'gongyuan/report/v1', Buffer.from(json))}`;
  const json = Buffer.from(signMark(mark, key).split('.')[0] ?? '', 'base64url').toString();
  t.ok(readMark(text(json), key.publicKey));
  for (const other of [
    json.replace(',', ', '),
    json.replace('}', ',"x":1}'),
    json.replace('"c":2', '"c":2.0'),
    json.replace('"c":2', '"c":0'),
    json.replace('"k":"evidence"', '"k":"toString"'),
    json.replace('rp_', 'at_'),
    '{}',
    'null',
    '',
  ])
    t.equal(readMark(text(other), key.publicKey), null, other);
  t.equal(readMark(`${signMark(mark, key)}.x`, key.publicKey), null);
  t.throws(() => signMark({ ...mark, d: 'short' }, key), TypeError);
});

t.test('whatever is scanned: a mark or null', async () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.base64String(), fc.constant('#'.repeat(3_000))), (text) => {
      return parseMark(text) === null;
    }),
  );
  fc.assert(
    fc.property(
      fc.constantFrom(...(Object.keys(REPORT_KINDS) as ReportKind[])),
      fc.integer({ min: 1 }),
      fc.nat(),
      (k, c, m) =>
        JSON.stringify(readMark(signMark({ ...mark, k, c, m }, key), key.publicKey)) ===
        JSON.stringify({ ...mark, k, c, m }),
    ),
  );
});
