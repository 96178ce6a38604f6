import t from 'tap';
import { PAPER_FORMAT, type Paper } from '#protocol/paper.ts';
import { paperCharacters } from './glyphs.ts';

const EMPTY: Paper = {
  format: PAPER_FORMAT,
  id: 'p',
  title: '',
  language: 'zh-CN',
  sections: [],
  items: {},
  stimuli: {},
  media: {},
  styles: '',
  fonts: [],
};

/** A paper with one Chinese character in every place where text can be. */
const FULL: Paper = {
  ...EMPTY,
  title: '甲',
  sections: [
    {
      id: 's',
      title: '乙',
      rubric: ['丙'],
      children: [{ id: 'n', title: '丁', rubric: [{ e: 'p', c: ['戊'] }], children: [] }],
    },
  ],
  items: {
    i: {
      id: 'i',
      title: '己',
      stimuli: [],
      responses: [],
      body: [
        { e: 'img', a: { alt: '庚', media: 'm1', class: '无' } },
        { e: 'p', a: { title: '辛', 'aria-label': '壬' }, c: ['癸'] },
        { e: 'math', c: [{ e: 'mi', c: ['∮'] }, { e: 'mfenced', a: { open: '⟨' }, c: [] }, { e: 'msqrt' }] },
        {
          i: {
            type: 'choice',
            response: 'R',
            prompt: ['子'],
            shuffle: false,
            max: 1,
            min: 0,
            choices: [{ id: '否', c: ['丑'] }],
          },
        },
        { i: { type: 'text-entry', response: 'R', placeholder: '寅' } },
        {
          i: { type: 'hot-text', response: 'R', max: 0, min: 0, body: [{ h: 'h', c: ['卯'] }, { g: '不' }] },
        },
        {
          i: {
            type: 'match',
            response: 'R',
            shuffle: false,
            max: 0,
            min: 0,
            rows: [{ id: 'a', max: 1, c: ['辰'] }],
            columns: [{ id: 'b', max: 1, c: ['巳'] }],
          },
        },
        {
          i: {
            type: 'gap-match',
            response: 'R',
            shuffle: false,
            words: [{ id: 'w', max: 1, c: ['午'] }],
            body: ['未'],
          },
        },
        {
          i: {
            type: 'graphic-gap-match',
            response: 'R',
            picture: { media: 'm', width: 1, height: 1, alt: '申' },
            spots: [{ id: 's', shape: 'default', coords: [], label: '酉' }],
            words: [{ id: 'w', max: 1, c: ['戌'] }],
          },
        },
        { i: { type: 'media', response: '', media: 'm', kind: 'audio', maxPlays: 0, label: '亥' } },
      ],
    },
  },
  stimuli: { s: { id: 's', title: '金', body: ['木𠮷'] } },
  media: { m1: { id: 'm1', kind: 'file', file: 'f1.age', name: '水.csv', type: 'text/csv', bytes: 1 } },
};

t.test('characters come from every place that is shown, and from no other', async (t) => {
  const { text, math } = paperCharacters(FULL);
  const han = [...text].filter((character) => /\p{Script=Han}/u.test(character));
  t.same(new Set(han), new Set('甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥金木𠮷水'));
  t.same(new Set(math), new Set('∮⟨(),√'));
});

t.test('each once, in one order, with what viewers add by themselves', async (t) => {
  const { text, math } = paperCharacters(EMPTY);
  t.equal(math, '');
  t.equal(new Set(text).size, [...text].length);
  t.match(text, /0123456789/);
  t.ok(text.includes('•') && text.includes('…'));
  t.same(paperCharacters(FULL), paperCharacters(structuredClone(FULL)));
});
