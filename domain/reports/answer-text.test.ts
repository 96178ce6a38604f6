/** Questions and answers as plain text, of each kind of item. */
import t from 'tap';
import type { Interaction, PaperItem, PaperNode, ResponseValue } from '#protocol/paper.ts';
import { answerLines, plainText } from './answer-text.ts';

const choices = [
  { id: 'A', c: ['北京'] },
  { id: 'B', c: [{ e: 'b', c: ['上海'] }] },
];
const of = (interaction: Interaction): PaperItem => ({
  id: 'Q',
  title: 'Q',
  stimuli: [],
  body: [{ i: interaction }],
  responses: [{ id: 'R', cardinality: 'single', base: 'string' }],
});
const said = (interaction: Interaction, value: ResponseValue) =>
  answerLines(of(interaction), { R: value })[0]?.text;

t.test('content', async (t) => {
  const body: PaperNode[] = [
    { e: 'p', c: ['首都是  ', { i: { type: 'text-entry', response: 'R' } }, '。'] },
    { e: 'img', a: { alt: '地图', media: 'm' } },
    { i: { type: 'choice', response: 'R', shuffle: false, max: 1, min: 0, prompt: ['请选择'], choices } },
  ];
  t.equal(plainText(body), '首都是 ____ 。\n[地图]\n请选择');
  t.equal(plainText([]), '');
});

t.test('each kind of answer', async (t) => {
  const choice: Interaction = { type: 'choice', response: 'R', shuffle: true, max: 2, min: 0, choices };
  t.equal(said(choice, 'B'), 'B 上海');
  t.equal(said(choice, ['A', 'B']), 'A 北京\nB 上海');
  t.equal(said(choice, 'Z'), 'Z', 'what the paper does not know is still told');
  t.equal(
    said({ type: 'order', response: 'R', shuffle: true, min: 0, max: 0, choices }, ['B', 'A']),
    '1. B 上海\n2. A 北京',
  );
  const pairs: Interaction = {
    type: 'match',
    response: 'R',
    shuffle: false,
    max: 0,
    min: 0,
    rows: [{ id: 'r1', max: 1, c: ['猫'] }],
    columns: [{ id: 'c1', max: 1, c: ['cat'] }],
  };
  t.equal(said(pairs, [['r1', 'c1']]), 'r1 猫 → c1 cat');
  t.equal(said({ type: 'extended-text', response: 'R', rich: false }, '一\n二'), '一\n二');
  t.equal(
    said(
      {
        type: 'hotspot',
        response: 'R',
        max: 1,
        min: 0,
        picture: { media: 'm', width: 1, height: 1, alt: '' },
        spots: [{ id: 's1', shape: 'rect', coords: [], label: '左上' }],
      },
      's1',
    ),
    's1 左上',
  );
  t.equal(
    said(
      { type: 'hot-text', response: 'R', max: 1, min: 0, body: [{ e: 'p', c: [{ h: 'h1', c: ['错字'] }] }] },
      ['h1'],
    ),
    'h1 错字',
  );
  const file = { name: '作文.docx', bytes: 12, sha256: 'f'.repeat(64), type: 'x' };
  t.equal(
    said({ type: 'upload', response: 'R', types: [], maxBytes: 1, starter: [] }, file),
    `作文.docx (12 B)\nSHA-256 ${'f'.repeat(64)}`,
  );
  t.equal(said(choice, null), '');
  t.same(answerLines(of(choice), {}), [{ response: 'R', text: '' }]);
});
