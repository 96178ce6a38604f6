import fc from 'fast-check';
import t from 'tap';
import { emptyContent, getAnswer, wellFormed } from '#domain/attempt/merge.ts';
import { checkRevision } from '#domain/attempt/revision.ts';
import { REVISION_LIMITS } from '#protocol/revision.ts';
import { MemoryStore } from '../../test/memory-store.ts';
import { VirtualTime } from '../../test/virtual-time.ts';
import { toUtf8 } from '../journal/bytes.ts';
import { genesis, Journal } from '../journal/journal.ts';
import { Writer } from '../journal/writer.ts';
import { Writing } from './writing.ts';

const ATTEMPT = `at_${'0'.repeat(16)}`;

function setUp(over: { maxChars?: number; base?: ReturnType<typeof emptyContent> } = {}) {
  const time = new VirtualTime();
  const writer = new Writer(new MemoryStore(), time, () => undefined);
  const journal = new Journal(writer, {
    attempt: ATTEMPT,
    epoch: 1,
    base: genesis(ATTEMPT, 1, 'D'.repeat(87)),
  });
  const problems: string[] = [];
  const deps = {
    journal,
    timers: time,
    base: over.base ?? emptyContent(),
    refused: new Set<number>(),
    at: () => time.now(),
    maxChars: () => over.maxChars ?? null,
    changed: () => undefined,
    problem: (code: string) => problems.push(code),
  };
  const writing = new Writing(deps);
  const text = () => getAnswer(writing.content.answers, 'q1', 'r');
  const ops = () => [...journal.revisions()].map(({ op }) => op);
  return { time, journal, writing, problems, text, ops, deps };
}

t.test('typing reaches the journal 250 ms after the last key, after 1 s at the latest', async (t) => {
  const { time, writing, journal } = setUp();
  writing.type('q1', 'r', 'a');
  await time.pass(200);
  writing.type('q1', 'r', 'ab');
  await time.pass(200);
  t.equal(journal.head.rev, 0);
  t.equal(writing.typing, true);
  await time.pass(60);
  t.equal(journal.head.rev, 1);
  t.equal(writing.typing, false);
  for (let i = 0; i < 12; i += 1) {
    writing.type('q1', 'r', `abc${i}`);
    await time.pass(100);
  }
  t.equal(journal.head.rev, 2, 'who types on and on is saved once a second');
});

t.test('flush journals at once; the same text again is no change', async (t) => {
  const { writing, journal, text } = setUp();
  writing.type('q1', 'r', 'now');
  writing.flush();
  t.equal(text(), 'now');
  writing.type('q1', 'r', 'now');
  writing.flush();
  t.equal(journal.head.rev, 1);
});

t.test('long text goes as splices, every 20th and on leaving in full', async (t) => {
  const { writing, ops, text } = setUp();
  let essay = 'x'.repeat(400);
  for (let i = 0; i < 45; i += 1) {
    essay += `, ${i}`;
    writing.type('q1', 'r', essay);
    writing.flush();
  }
  const kinds = ops().map(({ t }) => t);
  let since = 0;
  for (const kind of kinds) {
    since = kind === 'set' ? 0 : since + 1;
    t.ok(since <= REVISION_LIMITS.fullEvery);
  }
  t.equal(kinds.filter((kind) => kind === 'set').length, 2);
  writing.go('q2');
  t.same(
    ops()
      .slice(-2)
      .map(({ t }) => t),
    ['set', 'go'],
  );
  t.equal(text(), essay);
  writing.leave();
  t.same(ops().at(-1)?.t, 'go', 'what is in full is not written again');
});

t.test('a text that fits into no entry stays splices, each within its limit', async (t) => {
  const { writing, journal, ops, text } = setUp();
  const long = '长文😀'.repeat(20_000);
  writing.answer('q1', 'r', long);
  t.equal(text(), long);
  writing.go('q2');
  t.ok(ops().every((op) => op.t !== 'set'));
  for (const { text: entry } of journal.range(1, journal.head.rev))
    t.ok(toUtf8(entry).length <= REVISION_LIMITS.entryBytes);
});

t.test('the first change over an answer of an earlier stream stands alone', async (t) => {
  const base = { ...emptyContent(), answers: { q1: { r: '旧'.repeat(15_000) } } };
  const { writing, ops, text } = setUp({ base });
  writing.type('q1', 'r', `${'旧'.repeat(15_000)}新`);
  writing.flush();
  t.same(ops()[0], { t: 'set', resp: 'r', v: '' });
  t.equal(text(), `${'旧'.repeat(15_000)}新`);
});

t.test('more than the paper permits is cut, and said', async (t) => {
  const { writing, problems, text } = setUp({ maxChars: 5 });
  writing.type('q1', 'r', '1234😀6');
  writing.flush();
  t.equal(text(), '1234', 'never half a character');
  t.same(problems, ['response/too-long']);
});

t.test('a refused splice is answered by the whole text; other refusals take the change back', async (t) => {
  const { writing, journal, problems, text, ops } = setUp();
  writing.type('q1', 'r', 'y'.repeat(300));
  writing.flush();
  writing.type('q1', 'r', `${'y'.repeat(300)}z`);
  writing.flush();
  writing.refuse(2, 'revision/splice-range');
  t.equal(text(), `${'y'.repeat(300)}z`);
  t.equal(ops().at(-1)?.t, 'set');
  writing.answer('q1', 'c', ['a']);
  writing.answer('q1', 'c', ['nonsense']);
  const { rev } = journal.head;
  writing.refuse(rev, 'response/not-allowed');
  t.same(getAnswer(writing.content.answers, 'q1', 'c'), ['a']);
  t.same(problems, ['response/not-allowed']);
  writing.refuse(rev, 'response/not-allowed');
  t.equal(problems.length, 1, 'told once');
});

t.test('snapshots already handed out never change', async (t) => {
  const { writing } = setUp();
  writing.answer('q1', 'c', ['a']);
  writing.mark('q1', true);
  const { content } = writing;
  const { answers } = content;
  const of = answers['q1'];
  writing.answer('q2', 'c', ['b']);
  t.equal(writing.content.answers['q1'], of, 'what did not change is the same object');
  writing.answer('q1', 'c', []);
  writing.mark('q1', false);
  writing.go('q2');
  writing.play('q2', 'm', 1, 500.4);
  t.same(answers, { q1: { c: ['a'] } });
  t.same([...content.marks], ['q1']);
  t.same(content.plays, {});
  t.same(writing.content.plays, { m: { plays: 1, ms: 500 } });
});

t.test('whatever is typed, the journal replays to it and every entry is one the box takes', async (t) => {
  const unit = fc.constantFrom('a', '好', '😀', '\ud83d', '\ude00', '\n', '\\', '"', '\u2028', 'é');
  const edit = fc.record({
    at: fc.nat(2_000),
    del: fc.nat(40),
    ins: fc.oneof(
      { weight: 9, arbitrary: fc.string({ unit, maxLength: 12 }) },
      { weight: 1, arbitrary: fc.integer({ min: 1, max: 12_000 }).map((n) => '文😀'.repeat(n)) },
    ),
    leave: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(edit, { maxLength: 40 }), (edits) => {
      const { writing, journal, deps, text } = setUp();
      let typed = '';
      for (const { at, del, ins, leave } of edits) {
        const from = Math.min(at, typed.length);
        typed = (typed.slice(0, from) + ins + typed.slice(from + del)).slice(0, 60_000);
        writing.type('q1', 'r', typed);
        writing.flush();
        if (leave) writing.leave();
        if ((text() ?? '') !== wellFormed(typed)) throw new Error('the content differs from what was typed');
      }
      for (const revision of journal.revisions())
        if (!checkRevision(revision)) throw new Error('an entry that the box refuses');
      for (const entry of journal.range(1, journal.head.rev))
        if (toUtf8(entry.text).length > REVISION_LIMITS.entryBytes) throw new Error('an entry too large');
      const replayed = new Writing(deps);
      if (JSON.stringify(replayed.content.answers) !== JSON.stringify(writing.content.answers))
        throw new Error('a reload shows something else');
    }),
    { numRuns: 150 },
  );
  t.pass();
});
