import fc from 'fast-check';
import t from 'tap';
import { fitText } from './fit-text.ts';

/** Every character one em wide. */
const even = (text: string) => [...text].length;

t.test('the largest size that fits, by half points', async (t) => {
  t.match(fitText('马浩敏', { width: 60, height: 30 }, { size: 24, least: 11 }, even), {
    size: 20,
    lines: ['马浩敏'],
  });
  t.match(fitText('马浩敏', { width: 200, height: 30 }, { size: 24, least: 11 }, even), { size: 24 });
});

t.test(
  'a name rather breaks after its dot than gets small, and gets small rather than breaks elsewhere',
  async (t) => {
    const name = '阿卜杜热合曼·吐尔逊';
    const style = { size: 17, least: 8, breaks: 'name' } as const;
    t.match(fitText(name, { width: 77, height: 40 }, style, even), {
      size: 11,
      lines: ['阿卜杜热合曼·', '吐尔逊'],
    });
    t.match(fitText(name, { width: 56, height: 40 }, style, even), { size: 8 });
  },
);

t.test('whatever the box, all of a name is there', async () => {
  const names = fc.string({ unit: fc.constantFrom(...'阿卜杜热合曼·𡋾'), minLength: 1, maxLength: 24 });
  const side = fc.integer({ min: 4, max: 200 });
  fc.assert(
    fc.property(names, side, side, (name, width, height) => {
      const { lines, size } = fitText(name, { width, height }, { size: 20, least: 11, breaks: 'name' }, even);
      return lines.join('') === name && size >= 4 && size <= 20;
    }),
  );
});

t.test('without a height the text only wraps', async (t) => {
  t.match(fitText('一二三四五', { width: 30 }, { size: 10, leading: 1.5 }, even), {
    size: 10,
    lines: ['一二三', '四五'],
    height: 25,
  });
});
