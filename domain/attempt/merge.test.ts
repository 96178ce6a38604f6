import fc from 'fast-check';
import t from 'tap';
import { VALUE_LIMITS } from '#protocol/paper.ts';
import { REVISION_LIMITS, type Revision, type RevisionOp } from '#protocol/revision.ts';
import {
  type AttemptContent,
  applyRevision,
  emptyContent,
  getAnswer,
  hasAnswer,
  mergeContents,
  setAnswer,
  spliceOf,
  spliceText,
  splitSplice,
  wellFormed,
} from './merge.ts';

/** Text as people write it: few different characters, many of two units, so that changes meet in their halves. */
const text = fc.string({ unit: fc.constantFrom('a', '写', '😀', '😁', '🤀', '𠮷', '\n'), maxLength: 30 });

t.test('the splice between two texts leads from one to the other, and is the smallest', async (t) => {
  fc.assert(
    fc.property(text, text, (before, after) => {
      const splice = spliceOf(before, after);
      if (splice === null) return before === after;
      const { at, del, ins } = splice;
      const shortest = Math.max(del, ins.length) <= Math.max(before.length, after.length);
      return ins.isWellFormed() && shortest && spliceText(before, at, del, ins) === after;
    }),
    { numRuns: 5_000 },
  );
  t.same(spliceOf('ab', 'axb'), { at: 1, del: 0, ins: 'x' });
  t.same(spliceOf('aab', 'aaab'), { at: 2, del: 0, ins: 'a' });
  t.same(spliceOf('写😀字', '写😁字'), { at: 1, del: 2, ins: '😁' }, 'an emoji is changed whole');
  t.same(spliceOf('😀', '🤀'), { at: 0, del: 2, ins: '🤀' }, 'also where the second half is the same');
  t.equal(spliceOf('same', 'same'), null);
});

t.test('typing anywhere gives a splice of what was typed', async () => {
  fc.assert(
    fc.property(text, text, text, text, (head, gone, put, tail) => {
      const splice = spliceOf(head + gone + tail, head + put + tail);
      return !splice || (splice.del <= gone.length && splice.ins.length <= put.length);
    }),
    { numRuns: 2_000 },
  );
});

t.test('long insertions are split into entries that fit, and come together again', async (t) => {
  fc.assert(
    fc.property(text, text, fc.nat(30), fc.nat(6), (before, piece, n, shift) => {
      const ins = `${'a'.repeat(shift)}${piece}${'😀写'.repeat(n * 400)}`;
      const cut = [...before];
      const at = cut.slice(0, cut.length >> 1).join('').length;
      const del = (cut[cut.length >> 1] ?? '').length;
      const whole = spliceText(before, at, del, ins);
      let now: string | null = before;
      for (const part of splitSplice({ at, del, ins })) {
        if (part.ins.length > REVISION_LIMITS.spliceUnits || !part.ins.isWellFormed()) return false;
        now = now === null ? null : spliceText(now, part.at, part.del, part.ins);
      }
      return now === whole;
    }),
  );
  t.same(splitSplice({ at: 3, del: 2, ins: '' }), [{ at: 3, del: 2, ins: '' }], 'a deletion is one');
  const edge = `${'x'.repeat(REVISION_LIMITS.spliceUnits - 1)}😀`;
  t.same(
    splitSplice({ at: 0, del: 0, ins: edge }).map(({ ins }) => ins.length),
    [REVISION_LIMITS.spliceUnits - 1, 2],
    'not between the halves of an emoji',
  );
});

t.test('a splice that is impossible is refused, never bent', async (t) => {
  t.equal(spliceText('abc', 4, 0, 'x'), null);
  t.equal(spliceText('abc', 2, 2, 'x'), null);
  t.equal(spliceText('abc', 3, 0, 'x'), 'abcx');
  t.equal(spliceText('😀', 1, 0, 'x'), null);
  t.equal(spliceText('a😀', 0, 2, ''), null);
  t.equal(spliceText('a😀', 0, 3, ''), '');
  const full = 'x'.repeat(VALUE_LIMITS.textUnits);
  t.equal(spliceText(full, 0, 0, 'x'), null);
  t.equal(spliceText(full, 0, 1, 'y'), `y${full.slice(1)}`);
});

t.test('well-formed as the language has it', async () => {
  const unit = fc.constantFrom('a', '\ud83d', '\ude00', '😀', '写');
  fc.assert(
    fc.property(fc.string({ unit, maxLength: 12 }), (s) => wellFormed(s) === s.toWellFormed()),
    { numRuns: 2_000 },
  );
});

const r = (item: string, op: RevisionOp): Revision => ({ at: 1, item, op, prev: '', rev: 1, stream: '' });
function after(...revisions: Revision[]): AttemptContent {
  const content = emptyContent();
  for (const one of revisions) applyRevision(content, one);
  return content;
}

t.test('revisions add up: values, texts, marks, place, plays', async (t) => {
  const content = after(
    r('Q1', { t: 'go' }),
    r('Q1', { t: 'set', resp: 'R', v: ['A', 'B'] }),
    r('Q2', { t: 'go' }),
    r('Q2', { t: 'splice', resp: 'R', at: 0, del: 0, ins: '写字' }),
    r('Q2', { t: 'splice', resp: 'R', at: 1, del: 1, ins: '下' }),
    r('Q1', { t: 'mark', on: true }),
    r('Q2', { t: 'mark', on: true }),
    r('Q1', { t: 'mark', on: false }),
    r('Q2', { t: 'play', media: 'M', plays: 2, ms: 90 }),
  );
  t.same(content.answers, { Q1: { R: ['A', 'B'] }, Q2: { R: '写下' } });
  t.same([...content.marks], ['Q2']);
  t.same([...content.seen], ['Q1', 'Q2']);
  t.equal(content.item, 'Q2');
  t.same(content.plays, { M: { plays: 2, ms: 90 } });
});

t.test('a splice on what is no text, or out of it, changes nothing and says so', async (t) => {
  const content = after(
    r('Q1', { t: 'set', resp: 'R', v: ['A'] }),
    r('Q2', { t: 'set', resp: 'R', v: 'ab' }),
  );
  t.equal(
    applyRevision(content, r('Q1', { t: 'splice', resp: 'R', at: 0, del: 0, ins: 'x' })),
    'revision/splice-range',
  );
  t.equal(
    applyRevision(content, r('Q2', { t: 'splice', resp: 'R', at: 9, del: 0, ins: 'x' })),
    'revision/splice-range',
  );
  t.same(content.answers, { Q1: { R: ['A'] }, Q2: { R: 'ab' } });
  t.equal(applyRevision(content, r('Q2', { t: 'set', resp: 'R', v: null })), null);
  t.equal(applyRevision(content, r('Q2', { t: 'splice', resp: 'R', at: 0, del: 0, ins: 'x' })), null);
  t.equal(getAnswer(content.answers, 'Q2', 'R'), 'x', 'a cleared response is an empty text');
});

t.test('names that mean something to the language are names like any other', async (t) => {
  for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
    t.equal(getAnswer({}, name, name), null);
    const content = after(
      r(name, { t: 'set', resp: name, v: 'mine' }),
      r(name, { t: 'play', media: name, plays: 1, ms: 2 }),
    );
    t.equal(getAnswer(content.answers, name, name), 'mine');
    t.same(Object.entries(content.plays), [[name, { plays: 1, ms: 2 }]]);
    const merged = mergeContents([after(r('Q1', { t: 'set', resp: 'R', v: 'x' })), content]);
    t.equal(getAnswer(merged.answers, name, name), 'mine');
    t.same(Object.entries(merged.plays), [[name, { plays: 1, ms: 2 }]]);
  }
});

t.test('of streams in order, the later wins response by response', async (t) => {
  const first = after(
    r('Q1', { t: 'set', resp: 'R', v: 'old' }),
    r('Q2', { t: 'set', resp: 'R', v: 'kept' }),
    r('Q1', { t: 'go' }),
    r('Q1', { t: 'mark', on: true }),
  );
  const second = after(r('Q1', { t: 'set', resp: 'R', v: 'new' }), r('Q3', { t: 'go' }));
  const merged = mergeContents([first, second]);
  t.same(merged.answers, { Q1: { R: 'new' }, Q2: { R: 'kept' } });
  t.equal(merged.item, 'Q3');
  t.same([...merged.seen].sort(), ['Q1', 'Q3']);
  t.same([...merged.marks], [], 'marks are those of the last stream');
  t.same(mergeContents([]), emptyContent());
  setAnswer(second.answers, 'Q1', 'R', null);
  t.equal(getAnswer(mergeContents([first, second]).answers, 'Q1', 'R'), null, 'a cleared value wins too');
});

t.test('what counts as an answer', async (t) => {
  for (const v of ['x', ' x ', '0', ['A'], [['A', 'B']] as [string, string][]])
    t.ok(hasAnswer(v), JSON.stringify(v));
  for (const v of [null, '', ' \n\t', '\u3000', '\ufeff', []]) t.notOk(hasAnswer(v), JSON.stringify(v));
  t.ok(hasAnswer({ name: 'a', bytes: 0, sha256: '', type: '' }));
});
