import fc from 'fast-check';
import t from 'tap';
import { answersText } from '#domain/attempt/digest.ts';
import { emptyContent, getAnswer } from '#domain/attempt/merge.ts';
import { checkRevision, encodeRevision } from '#domain/attempt/revision.ts';
import { REVISION_LIMITS, type Revision } from '#protocol/revision.ts';
import { Journal, sha256 } from './journal.ts';

const KEY = 'B'.repeat(87);
const ATTEMPT = 'at_0123456789abcdef';
const journal = (of: Partial<ConstructorParameters<typeof Journal>[0]> = {}) =>
  new Journal({ attempt: ATTEMPT, epoch: 1, key: KEY, ...of });
const entries = (of: Journal) => of.range(1, of.rev).map((entry) => JSON.parse(entry) as Revision);

t.test('every entry continues the chain, from the genesis on', async (t) => {
  const j = journal();
  t.equal(j.genesis, sha256(`gongyuan/stream/v1\n${ATTEMPT}.1\n${KEY}`));
  j.append('Q1', { t: 'go' }, 10.4);
  j.append('Q1', { t: 'set', resp: 'R', v: ['A', 'C'] }, 12);
  j.append('Q1', { t: 'mark', on: true }, 13);
  const all = entries(j);
  t.same(
    all.map(({ rev, prev }) => [rev, prev]),
    [
      [1, j.genesis],
      [2, j.hashAt(1)],
      [3, j.hashAt(2)],
    ],
  );
  for (const [i, entry] of all.entries()) {
    t.ok(checkRevision(entry), 'the box takes its shape');
    t.equal(encodeRevision(entry), j.range(i + 1, i + 1)[0], 'and its bytes');
  }
  t.equal(all[0]?.at, 10, 'times are whole milliseconds');
  t.same(j.head, { epoch: 1, rev: 3, hash: j.hashAt(3) });
});

t.test('typed texts come out as typed, whatever is typed', async () => {
  const text = fc.string({ unit: 'grapheme', maxLength: 60 });
  fc.assert(
    fc.property(fc.array(text, { minLength: 1, maxLength: 70 }), (texts) => {
      const j = journal();
      for (const one of texts) j.type('Q', 'R', one, 0);
      const replayed = journal();
      for (const { item, op } of entries(j)) replayed.append(item, op, 0);
      const last = texts.at(-1) ?? '';
      const value = getAnswer(replayed.content.answers, 'Q', 'R') ?? '';
      return value === last && getAnswer(j.content.answers, 'Q', 'R') === (j.rev === 0 ? null : last);
    }),
  );
});

t.test('a full value at least every twentieth time, and on leaving the item', async (t) => {
  const j = journal();
  for (let i = 1; i <= 50; i++) j.type('Q', 'R', 'x'.repeat(i), i);
  const kinds = entries(j).map(({ op }) => op.t);
  let since = 0;
  for (const kind of kinds) {
    since = kind === 'set' ? 0 : since + 1;
    t.ok(since < REVISION_LIMITS.fullEvery);
  }
  t.equal(j.leave('Other', 60), 0, 'another item has nothing open');
  t.equal(j.leave('Q', 60), 1);
  t.same(entries(j).at(-1)?.op, { t: 'set', resp: 'R', v: 'x'.repeat(50) });
  t.equal(j.leave('Q', 61), 0, 'nothing is written twice');
});

t.test('a text that fits into no entry goes as splices alone', async (t) => {
  const j = journal();
  const long = '字'.repeat(15_000);
  t.ok(j.type('Q', 'R', long, 0) > 1);
  for (let i = 0; i < 25; i++) j.type('Q', 'R', `${long}${'啊'.repeat(i + 1)}`, i);
  t.notOk(entries(j).some(({ op }) => op.t === 'set'));
  t.equal(j.leave('Q', 99), 0);
  for (const entry of j.range(1, j.rev)) t.ok(Buffer.byteLength(entry) <= REVISION_LIMITS.entryBytes);
});

t.test('what the box refuses does not count, and the digest says so', async (t) => {
  const j = journal();
  j.append('Q', { t: 'set', resp: 'R', v: 'kept' }, 0);
  j.append('Q', { t: 'set', resp: 'R', v: 'refused' }, 0);
  const before = j.digest();
  j.refuse(2);
  t.equal(getAnswer(j.content.answers, 'Q', 'R'), 'kept');
  t.not(j.digest(), before);
  t.equal(j.rev, 2, 'the stream goes on behind it');
});

t.test('a later epoch starts from what the box holds, and its digest names all streams', async (t) => {
  const base = emptyContent();
  base.answers = { Q: { R: 'from before' } };
  const first = { epoch: 1, rev: 7, hash: 'h'.repeat(43) };
  const j = journal({ epoch: 2, base, others: [first, { epoch: 2, rev: 0, hash: 'x' }] });
  t.equal(
    j.digest(),
    sha256(answersText({ attempt: ATTEMPT, answers: base.answers, streams: [first] })),
    'its own empty stream is left out',
  );
  j.type('Q', 'R', 'from before and after', 5);
  t.same(entries(j)[0]?.op, { t: 'splice', resp: 'R', at: 11, del: 0, ins: ' and after' });
  t.equal(
    j.digest(),
    sha256(
      answersText({
        attempt: ATTEMPT,
        answers: { Q: { R: 'from before and after' } },
        streams: [first, j.head],
      }),
    ),
  );
  t.same(base.answers, { Q: { R: 'from before' } }, 'what it was given stays as it is');
});
