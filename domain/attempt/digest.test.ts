import { createHash } from 'node:crypto';
import fc from 'fast-check';
import t from 'tap';
import type { Answers } from '#protocol/paper.ts';
import {
  answeredItems,
  answersText,
  canonical,
  headText,
  parseShortCode,
  receiptText,
  shortCode,
  socketText,
  submitText,
} from './digest.ts';
import { setAnswer } from './merge.ts';

const attempt = 'at_0000000000000001';
const H = 'H'.repeat(43);

t.test('texts that are hashed and signed, to the byte', async (t) => {
  t.equal(
    answersText({
      attempt,
      answers: { Q2: { R: '', S: '写' }, Q1: { R: ['B', 'A'] }, Q3: { R: null }, Q4: { R: [] } },
      streams: [
        { epoch: 2, rev: 5, hash: H },
        { epoch: 1, rev: 9, hash: H },
        { epoch: 3, rev: 0, hash: H },
      ],
    }),
    `gongyuan/answers/v1\n{"answers":{"Q1":{"R":["B","A"]},"Q2":{"S":"写"}},"attempt":"${attempt}","streams":[{"epoch":1,"hash":"${H}","rev":9},{"epoch":2,"hash":"${H}","rev":5}]}`,
  );
  const stream = `${attempt}.1`;
  t.equal(
    headText({ stream, rev: 3, hash: H }),
    `gongyuan/head/v1\n{"hash":"${H}","rev":3,"stream":"${stream}"}`,
  );
  t.equal(
    submitText({ stream, rev: 3, hash: H, digest: H, at: 7 }),
    `gongyuan/submit/v1\n{"at":7,"digest":"${H}","hash":"${H}","rev":3,"stream":"${stream}"}`,
  );
  t.equal(
    socketText({ box: 'bx_1', boxEpoch: 2, nonce: 'n', origin: 'https://x' }),
    'gongyuan/socket/v1\n{"box":"bx_1","boxEpoch":2,"nonce":"n","origin":"https://x"}',
  );
  const more = { stream, rev: 3, hash: H, sig: 'not signed itself' };
  t.equal(headText(more), headText({ stream, rev: 3, hash: H }), 'further fields do not slip in');
  t.throws(() => canonical(undefined), TypeError);
  t.throws(() => canonical({ a: '\ud83d' }));
});

t.test(
  'the digest is the same in whatever order answers came, and another for any other answer',
  async () => {
    const name = fc.constantFrom('Q1', 'Q2', '__proto__', '题');
    const value = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 5 }),
      fc.array(fc.string(), { maxLength: 3 }),
    );
    const answers = fc.uniqueArray(fc.tuple(name, fc.constantFrom('R', 'S'), value), {
      selector: ([item, resp]) => `${item} ${resp}`,
      maxLength: 6,
    });
    const build = (all: [string, string, string | string[]][]) => {
      const of: Answers = {};
      for (const [item, resp, v] of all) setAnswer(of, item, resp, v);
      return answersText({ attempt, answers: of, streams: [] });
    };
    fc.assert(
      fc.property(answers, (all) => build(all) === build(all.toReversed())),
      { numRuns: 500 },
    );
    fc.assert(
      fc.property(answers, answers, (a, b) => {
        const counted = (all: typeof a) =>
          JSON.stringify(all.filter(([, , v]) => (typeof v === 'string' ? v.trim() : v.length)).sort());
        return (build(a) === build(b)) === (counted(a) === counted(b));
      }),
      { numRuns: 500 },
    );
  },
);

t.test('items count as answered with one answer in them', async (t) => {
  t.equal(answeredItems({ Q1: { R: '', S: 'x' }, Q2: { R: ' ' }, Q3: { R: ['A'] }, Q4: {} }), 2);
});

t.test('receipts: the text is canonical whatever the order of fields', async (t) => {
  const receipt = {
    v: 1 as const,
    attempt,
    box: 'bx_0000000000000001',
    code: 'X',
    digest: H,
    entry: 'en_0000000000000001',
    answered: 1,
    name: '𠮷',
    revisions: 2,
    site: 's',
    sitting: 'si_0000000000000001',
    streams: [{ rev: 1, epoch: 1, hash: H }],
    subject: 'YW',
    submitted: 3,
    ticket: 'T',
  };
  const turned = Object.fromEntries(Object.entries(receipt).toReversed()) as unknown as typeof receipt;
  t.equal(receiptText(turned), receiptText(receipt));
  t.match(receiptText(receipt), /^gongyuan\/receipt\/v1\n\{"answered":1,"attempt":/);
});

t.test('short codes: one wrong or two exchanged characters are noticed', async (t) => {
  const hash = (n: number) => createHash('sha256').update(String(n)).digest();
  const typed = shortCode(hash(1));
  t.match(typed, /^[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){3}$/);
  t.equal(parseShortCode(typed), typed);
  t.equal(parseShortCode(typed.toLowerCase().replace(/-/g, ' ')), typed);
  const ones =
    Array.from({ length: 300 }, (_, i) => shortCode(hash(i))).find(
      (code) => /1/.test(code) && /0/.test(code),
    ) ?? '';
  t.equal(parseShortCode(ones.replace(/1/g, 'l').replace(/0/g, 'o')), ones, 'l is read as 1, o as 0');
  t.equal(parseShortCode(`${typed}0`), null);
  t.equal(parseShortCode(typed.replace(/.$/, 'U')), null, 'U is in no code');
  const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
  fc.assert(
    fc.property(fc.nat(), fc.nat(15), fc.nat(31), (n, at, to) => {
      const plain = shortCode(hash(n)).replace(/-/g, '');
      const wrong = plain.slice(0, at) + (alphabet[to] ?? '') + plain.slice(at + 1);
      return wrong === plain || parseShortCode(wrong) === null;
    }),
    { numRuns: 2_000 },
  );
  fc.assert(
    fc.property(fc.nat(), fc.nat(13), fc.nat(13), (n, a, b) => {
      const units = [...shortCode(hash(n)).replace(/-/g, '')];
      const plain = units.join('');
      [units[a], units[b]] = [units[b] ?? '', units[a] ?? ''];
      return units.join('') === plain || parseShortCode(units.join('')) === null;
    }),
    { numRuns: 2_000 },
  );
});
