import fc from 'fast-check';
import t from 'tap';
import { marked } from './markers.ts';
import { plain } from './tree.ts';

t.test('marks become elements, inside each other too', async (t) => {
  t.same(marked('水是 H_{2}O，**很 *重要***。'), [
    {
      e: 'p',
      c: ['水是 H', { e: 'sub', c: ['2'] }, 'O，', { e: 'b', c: ['很 ', { e: 'i', c: ['重要'] }] }, '。'],
    },
  ]);
  t.same(marked('# 题目\n正文\n\n- 甲\n- 乙\n1. 丙'), [
    { e: 'h3', c: ['题目'] },
    { e: 'p', c: ['正文'] },
    {
      e: 'ul',
      c: [
        { e: 'li', c: ['甲'] },
        { e: 'li', c: ['乙'] },
      ],
    },
    { e: 'ol', c: [{ e: 'li', c: ['丙'] }] },
  ]);
});

t.test('a mark without its partner, and markup, are shown as they stand', async (t) => {
  t.same(marked('3 * 4 < 5 <b>x</b> 2**'), [{ e: 'p', c: ['3 * 4 < 5 <b>x</b> 2**'] }]);
  t.match(plain(marked('<script>alert(1)</script>')), '<script>alert(1)</script>');
});

t.test('no word is lost in the preview', async () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('甲', '乙', '*', '**', '__', '^{', '_{', '}', ' '), { maxLength: 60 }),
      (parts) => {
        const text = parts.join('');
        const letters = (of: string) => of.replace(/[^甲乙]/g, '');
        return letters(plain(marked(text))) === letters(text);
      },
    ),
  );
});
