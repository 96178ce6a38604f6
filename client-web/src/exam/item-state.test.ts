import t from 'tap';
import type { Answers, PaperItem, PaperResponse } from '#protocol/paper.ts';
import { answerable, itemState } from './item-state.ts';
import { outline } from './outline.ts';

const response = (id: string, more: Partial<PaperResponse> = {}): PaperResponse => ({
  id,
  cardinality: 'single',
  base: 'string',
  ...more,
});
const item = (responses: PaperResponse[], body: PaperItem['body'] = []): PaperItem => ({
  id: 'i',
  title: '',
  stimuli: [],
  body,
  responses,
});

const stateOf = (of: PaperItem, answers: Answers) => itemState(of.id, answerable(of), answers);

t.test('every gap filled is answered, some are partial, blanks are none', async (t) => {
  const two = item([response('A'), response('B')]);
  t.equal(stateOf(two, {}), 'empty');
  t.equal(stateOf(two, { i: { A: ' \n' } }), 'empty');
  t.equal(stateOf(two, { i: { A: 'x' } }), 'partial');
  t.equal(stateOf(two, { i: { A: 'x', B: 'y' } }), 'answered');
  t.equal(stateOf(two, { i: { A: 'x', B: null } }), 'partial');
});

t.test('below the minimum it counts as unanswered, never as answered', async (t) => {
  const one = item([response('A', { cardinality: 'multiple', base: 'identifier', min: 2 })]);
  t.equal(stateOf(one, { i: { A: ['x'] } }), 'partial');
  t.equal(stateOf(one, { i: { A: ['x', 'y'] } }), 'answered');
});

t.test('listening alone is no question', async (t) => {
  const body = [
    { i: { type: 'media' as const, response: 'P', media: 'm', kind: 'audio' as const, maxPlays: 2 } },
  ];
  t.equal(stateOf(item([response('P', { base: 'integer' })], body), {}), 'none');
  t.equal(stateOf(item([response('P'), response('A')], body), { i: { A: 'x' } }), 'answered');
});

t.test('answers to identifiers that objects inherit are not taken for answers', async (t) => {
  t.equal(stateOf({ ...item([response('toString')]), id: 'constructor' }, {}), 'empty');
});

t.test('items are numbered through; instructions come with the first item of their section', async (t) => {
  const o = outline(
    {
      sections: [
        {
          id: 'a',
          title: '一',
          rubric: ['总'],
          children: [{ id: 'a1', title: '（一）', rubric: ['分'], children: [{ item: 'x' }] }, { item: 'y' }],
        },
        { id: 'b', title: '', children: [{ item: 'z' }] },
      ],
    },
    'seed',
  );
  t.same(o.items, ['x', 'y', 'z']);
  t.same(
    o.groups.map((g) => [g.titles, g.rubric, g.items.map((i) => i.number)]),
    [
      [['一', '（一）'], ['总', '分'], [1]],
      [['一'], [], [2]],
      [[], [], [3]],
    ],
  );
});
