import fc from 'fast-check';
import t from 'tap';
import { asFile, asList, asPairs, fitting, letter, listValue, moved } from './values.ts';

t.test('a text is never cut inside a character', async (t) => {
  t.equal(fitting('abc𠮷', 4), 'abc');
  t.equal(fitting('abc𠮷', 5), 'abc𠮷');
  t.equal(fitting('一👨‍👩‍👧‍👦', 6), '一', 'a family stays together or goes');
  const text = '👍🏽'.repeat(5_000);
  const cut = fitting(text, 9_999);
  t.equal(cut.length, 9_996);
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), fc.nat(250), (whole, max) => {
      const head = fitting(whole, max);
      return head.length <= max && whole.startsWith(head) && !/[\uD800-\uDBFF]$/.test(head);
    }),
  );
});

t.test('values of another shape count as no answer', async (t) => {
  t.same(asList([['a', 'b']]), []);
  t.same(asPairs(['a', 'b']), []);
  t.same(asPairs([['a', 'b']]), [['a', 'b']]);
  t.equal(asFile(['a']), null);
  t.equal(listValue([], false), null);
  t.equal(listValue(['a'], true), 'a');
  t.same(listValue(['a'], false), ['a']);
});

t.test('moving keeps everything', async (t) => {
  t.same(moved(['a', 'b', 'c'], 0, 2), ['b', 'c', 'a']);
  t.same(moved(['a', 'b', 'c'], 2, 0), ['c', 'a', 'b']);
  t.equal(letter(0), 'A');
  t.equal(letter(27), 'AB');
});
