import t from 'tap';
import { forCore, styled } from './math.ts';

const mi = (text: string) => ({ e: 'mi', c: [text] });

t.test('fences and separators of mfenced are written out', async (t) => {
  const row = forCore({ e: 'mfenced', a: { open: '[', close: ')' }, c: [mi('a'), mi('b')] });
  t.equal(row.e, 'mrow');
  t.same(
    row.c?.map((n) => (typeof n === 'object' && 'c' in n ? n.c?.[0] : n)),
    ['[', 'a', ',', 'b', ')'],
  );
  const bare = forCore({ e: 'mfenced', a: { separators: ';|' }, c: [mi('a'), mi('b'), mi('c'), mi('d')] });
  t.same(
    bare.c?.map((n) => (typeof n === 'object' && 'c' in n ? n.c?.[0] : n)),
    ['(', 'a', ';', 'b', '|', 'c', '|', 'd', ')'],
    'the last separator repeats',
  );
});

t.test('fences inside fences are reached', async (t) => {
  const row = forCore({
    e: 'math',
    c: [{ e: 'mrow', c: [{ e: 'mfenced', c: [{ e: 'mfenced', c: [mi('x')] }] }] }],
  });
  t.notMatch(JSON.stringify(row), 'mfenced');
});

t.test('styled letters become the letters that Unicode has', async (t) => {
  t.equal(styled('NZQRC', 'double-struck'), 'ℕℤℚℝℂ');
  t.equal(styled('A', 'double-struck'), '𝔸');
  t.equal(styled('x1', 'bold'), '𝐱𝟏');
  t.equal(styled('中', 'bold'), '中');
  t.equal(styled('x', 'unheard-of'), 'x');
});
