import fc from 'fast-check';
import t from 'tap';
import { breakLines, pieces } from './line-breaks.ts';

const segmenter = new Intl.Segmenter('zh', { granularity: 'grapheme' });
/** Every character one em wide, as Chinese ones are; a letter with its marks is one. */
const even = (text: string) => [...segmenter.segment(text)].length;
const lines = (text: string, width: number, mode?: 'text' | 'name') =>
  breakLines(text, width, even, mode).lines;

t.test('Chinese breaks anywhere, but punctuation stays with its neighbour', async (t) => {
  t.same(lines('考场报告单', 3), ['考场报', '告单']);
  t.same(lines('监考员到，主考', 4), ['监考员', '到，主考'], 'no line begins with a comma');
  t.same(lines('见（附件）', 2), ['见', '（附', '件）'], 'no line ends with an opening bracket');
});

t.test('Latin words stay whole, numbers as well', async (t) => {
  t.same(lines('the chief invigilator', 12), ['the chief', 'invigilator']);
  t.same(lines('准考证261107010100001号', 16), ['准考证', '261107010100001号']);
  t.same(breakLines('abcdefgh', 3, even), { lines: ['abc', 'def', 'gh'], split: true });
  t.same(lines('a · b', 3), ['a ·', 'b'], 'a dot between two parts ends a line');
});

t.test('a name breaks after its dots alone', async (t) => {
  const name = '玛依热·买买提依明·阿布都热西提';
  t.same(breakLines(name, 7, even, 'name'), {
    lines: ['玛依热·', '买买提依明·', '阿布都热西提'],
    split: false,
  });
  t.ok(breakLines(name, 4, even, 'name').split, 'and says so where that is not enough');
});

t.test('line ends of the text are kept, and an empty text is one empty line', async (t) => {
  t.same(lines('甲\n\n乙丙', 9), ['甲', '', '乙丙']);
  t.same(lines('', 9), ['']);
});

t.test('nothing is lost and no line is too long, whatever the text', async () => {
  const texts = fc.string({ unit: fc.constantFrom(...'考场，。（）·abc 12-/𡋾ɑ̃\u3000') });
  fc.assert(
    fc.property(
      texts,
      fc.integer({ min: 1, max: 9 }),
      fc.constantFrom('text' as const, 'name' as const),
      (text, width, mode) => {
        const broken = breakLines(text, width, even, mode);
        const whole = broken.lines.join('').replace(/\s/g, '') === text.replace(/\s/g, '');
        const short = broken.lines.every((line) => even(line) <= width);
        return whole && short && pieces(text, mode).join('') === text;
      },
    ),
  );
});
