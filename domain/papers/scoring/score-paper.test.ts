import t from 'tap';
import type { Answers, Paper } from '#protocol/paper.ts';
import { type ItemKeys, KEYS_FORMAT, type PaperKeys, type ResponseKeys, type RuleNode } from '../keys.ts';
import { orderPaper } from '../order.ts';
import { scorePaper } from './score-paper.ts';
import { correct, id, int, itemKeys, num, op, SCORE, set, text, value, variable } from './scoring.testing.ts';

const CHOICE: ResponseKeys = { cardinality: 'single', base: 'identifier', correct: ['B'] };
const choice = (more: Partial<ItemKeys> = {}) =>
  itemKeys({
    responses: { RESPONSE: CHOICE },
    processing: { template: 'match_correct', rules: [] },
    ...more,
  });
const byRules = (responses: Record<string, ResponseKeys>, rules: RuleNode[], more: Partial<ItemKeys> = {}) =>
  itemKeys({ responses, processing: { rules }, ...more });

function keysOf(items: Record<string, ItemKeys>, more: Partial<PaperKeys> = {}): PaperKeys {
  return { format: KEYS_FORMAT, paper: 'paper', items, outcomes: {}, processing: [], ...more };
}

function one(item: ItemKeys, answers: Answers[string] = {}) {
  const { items, state, total } = scorePaper(keysOf({ q: item }), { q: answers });
  return { ...items.q, paperState: state, total };
}

t.test('right, wrong, blank', async (t) => {
  t.match(one(choice(), { RESPONSE: 'B' }), {
    state: 'scored',
    score: 1,
    maximum: 1,
    maximumFrom: 'template',
    total: 1,
  });
  t.match(one(choice(), { RESPONSE: 'A' }), { state: 'scored', score: 0, maximum: 1, total: 0 });
  t.match(one(choice(), { RESPONSE: null }), { state: 'unanswered', score: 0, answered: false, total: 0 });
  t.match(one(choice()), { state: 'unanswered', score: 0, paperState: 'final' });
});

t.test('templates', async (t) => {
  const mapping = {
    default: -1,
    lower: 0,
    entries: ['A', 'B', 'C'].map((key, at) => ({ key, value: at, caseSensitive: true })),
  };
  const many: ResponseKeys = { cardinality: 'multiple', base: 'identifier', correct: ['B', 'C'], mapping };
  const by = (template: string, outcomes = SCORE) =>
    itemKeys({ responses: { RESPONSE: many }, processing: { template, rules: [] }, outcomes });
  t.match(one(by('map_response'), { RESPONSE: ['B', 'C'] }), { score: 3, maximum: 3 });
  t.match(
    one(by('map_response'), { RESPONSE: ['C', 'Z'] }),
    { score: 1 },
    'a value that is not listed costs a point',
  );
  t.match(one(by('map_response'), { RESPONSE: [] }), { score: 0 });
  t.match(one(by('CC2_match'), { RESPONSE: ['C', 'B'] }), { score: 1, maximum: 1 });
  const worth: ItemKeys['outcomes'] = {
    ...SCORE,
    MAXSCORE: { cardinality: 'single', base: 'float', default: ['5'] },
    FEEDBACKBASIC: { cardinality: 'single', base: 'identifier' },
  };
  t.match(one(by('CC2_match_basic', worth), { RESPONSE: ['C', 'B'] }), {
    score: 5,
    maximum: 5,
    outcomes: { FEEDBACKBASIC: 'correct' },
  });
  t.match(one(by('my_own'), { RESPONSE: ['B'] }), { state: 'failed', fault: { code: 'score/template' } });
  const place: ResponseKeys = {
    cardinality: 'single',
    base: 'point',
    areaMapping: { default: 0, entries: [{ shape: 'circle', coords: [5, 5, 2], value: 2 }] },
  };
  const spot = itemKeys({
    responses: { RESPONSE: place },
    processing: { template: 'map_response_point', rules: [] },
  });
  t.match(one(spot, { RESPONSE: '6 6' }), { score: 2, maximum: 2 });
});

t.test('conditions, tables and leaving early', async (t) => {
  const R: ResponseKeys = { cardinality: 'single', base: 'integer', correct: ['42'] };
  const when = (name: string, ...c: RuleNode[]) => op(name, {}, ...c);
  const rules = [
    when(
      'responseCondition',
      when('responseIf', op('match', {}, variable('R'), correct('R')), set('SCORE', num(3))),
      when('responseElseIf', op('gt', {}, variable('R'), int(40)), set('SCORE', int(1)), op('exitResponse')),
      when('responseElse', set('SCORE', op('null'))),
    ),
    set('BONUS', text('through')),
  ];
  const outcomes = { ...SCORE, BONUS: { cardinality: 'single', base: 'string' } } as const;
  const item = byRules({ R }, rules, { outcomes });
  t.match(one(item, { R: '42' }), {
    score: 3,
    maximum: 3,
    maximumFrom: 'correct',
    outcomes: { BONUS: 'through' },
  });
  t.match(one(item, { R: '４１' }), { score: 1, outcomes: { BONUS: null } });
  t.match(one(item, { R: '7' }), {
    state: 'needs-marker',
    score: null,
    paperState: 'needs-marker',
    total: 0,
  });
  t.match(one(item, { R: '12 kg' }), { state: 'needs-marker', unreadable: ['R'], answered: true });

  const graded = (kind: 'match' | 'interpolation') =>
    byRules({ R }, [op('lookupOutcomeValue', { identifier: 'SCORE' }, variable('R'))], {
      outcomes: {
        SCORE: {
          cardinality: 'single',
          base: 'float',
          table: {
            kind,
            default: '0',
            entries: [
              { source: 10, target: '1', includeBoundary: true },
              { source: 20, target: '2.5', includeBoundary: false },
            ],
          },
        },
      },
    });
  const got = (kind: 'match' | 'interpolation', R: string | null) => one(graded(kind), { R }).score;
  t.same(
    ['9', '10', '20', '21'].map((R) => got('interpolation', R)),
    [0, 1, 1, 2.5],
  );
  t.same(
    ['9', '10', '20', '21'].map((R) => got('match', R)),
    [0, 1, 2.5, 0],
  );
  t.equal(got('match', null), 0);
});

t.test('an essay needs a marker, unless nothing is written', async (t) => {
  const essay = itemKeys({
    responses: { RESPONSE: { cardinality: 'single', base: 'string' } },
    outcomes: { ...SCORE, MAXSCORE: { cardinality: 'single', base: 'float', default: ['20'] } },
  });
  t.match(one(essay, { RESPONSE: 'word' }), { state: 'needs-marker', score: null, maximum: 20 });
  t.match(one(essay, { RESPONSE: ' \n' }), { state: 'unanswered', score: 0, maximum: 20 });
  const file = { name: 'a.csv', bytes: 3, sha256: 'a'.repeat(64), type: 'text/csv' };
  const upload: ResponseKeys = { cardinality: 'single', base: 'file' };
  t.match(one(itemKeys({ responses: { F: upload } }), { F: file }), { state: 'needs-marker' });
  const both = choice({ responses: { RESPONSE: CHOICE, F: upload } });
  t.match(one(both, { RESPONSE: 'B', F: file }), { state: 'needs-marker', score: 1, total: 1 });
  t.match(one(both, { RESPONSE: 'B' }), { state: 'scored', score: 1 });
  t.match(one(itemKeys({})), { state: 'scored', score: 0, maximum: 0, answered: false });
});

t.test('what cannot be carried out is no number', async (t) => {
  const failing: [ItemKeys, Answers[string], string, string][] = [
    [
      byRules({ R: CHOICE }, [set('SCORE', variable('X'))]),
      {},
      'score/undeclared',
      'setOutcomeValue/variable',
    ],
    [byRules({ R: CHOICE }, [set('SCORE', id('A'))]), {}, 'score/type', 'setOutcomeValue'],
    [byRules({ R: CHOICE }, [set('GHOST', num(1))]), {}, 'score/undeclared', 'setOutcomeValue'],
    [byRules({ R: CHOICE }, [op('customRule')]), {}, 'score/unknown-rule', 'customRule'],
    [
      byRules({ R: CHOICE }, [set('SCORE', op('randomFloat', { max: '1' }))]),
      {},
      'score/random',
      'setOutcomeValue/randomFloat',
    ],
    [choice(), { RESPONSE: ['A', 'B'] }, 'score/response', ''],
    [
      choice({ responses: { RESPONSE: { cardinality: 'record' } } }),
      {},
      'score/key',
      'responseCondition/responseIf/match/correct',
    ],
    [
      choice({ outcomes: { SCORE: { cardinality: 'single', base: 'boolean' } } }),
      {},
      'score/type',
      'responseCondition/responseElse/setOutcomeValue',
    ],
  ];
  for (const [item, answers, code, where] of failing) {
    const result = one(item, answers);
    if (code === 'score/key') {
      t.equal(result.state, 'unanswered', 'a record without a key is NULL');
      continue;
    }
    t.match(result, {
      state: 'failed',
      score: null,
      total: null,
      paperState: 'failed',
      fault: { code, where },
    });
  }
  const stranger = scorePaper(keysOf({ q: choice() }), { q: { RESPONSE: 'B' }, ghost: { R: 'x' } });
  t.match(stranger, { state: 'failed', total: null, fault: { code: 'score/item', detail: 'ghost' } });
  t.doesNotThrow(() => scorePaper(keysOf({ q: choice() }), { q: { __proto__: null, RESPONSE: '' } }));
});

t.test('floats, pairs, order, truth', async (t) => {
  const scored = (keys: ResponseKeys, answer: Answers[string][string]) =>
    one(choice({ responses: { RESPONSE: keys } }), { RESPONSE: answer ?? null }).score;
  const pairs: ResponseKeys = { cardinality: 'multiple', base: 'pair', correct: ['A B', 'C D'] };
  t.equal(
    scored(pairs, [
      ['D', 'C'],
      ['A', 'B'],
    ]),
    1,
    'a pair is the same from both sides',
  );
  t.equal(
    scored({ ...pairs, base: 'directedPair' }, [
      ['D', 'C'],
      ['A', 'B'],
    ]),
    0,
    'a directed one is not',
  );
  t.equal(scored({ cardinality: 'single', base: 'directedPair', correct: ['A B'] }, [['A', 'B']]), 1);
  const order: ResponseKeys = { cardinality: 'ordered', base: 'identifier', correct: ['C', 'A', 'B'] };
  t.same([scored(order, ['C', 'A', 'B']), scored(order, ['A', 'B', 'C'])], [1, 0]);
  const float: ResponseKeys = { cardinality: 'single', base: 'float', correct: ['0.5'] };
  t.same(
    ['0.50', '.5', '０。５', '0,5', '1e-1'].map((typed) => scored(float, typed)),
    [1, 1, 1, 0, 0],
  );
  t.equal(scored({ cardinality: 'single', base: 'boolean', correct: ['true'] }, 'true'), 1);
  t.equal(
    scored({ cardinality: 'single', base: 'string', correct: ['e\u0301te\u0301'] }, ' \u00e9t\u00e9 '),
    1,
  );
});

const SECTIONS: Paper['sections'] = [
  {
    id: 'part',
    title: '',
    children: [
      { id: 'drawn', title: '', select: 1, children: [{ item: 'a' }, { item: 'b' }] },
      { item: 'c' },
    ],
  },
];
const test = (name: string, more: Record<string, string> = {}) => op(name, more);

t.test('outcome processing of the test', async (t) => {
  const item = (category: string) => choice({ weights: { W: 2 }, categories: [category] });
  const outcome = (base: string) => ({ cardinality: 'single', base }) as const;
  const keys = keysOf(
    { a: item('easy'), b: item('easy'), c: item('hard') },
    {
      outcomes: {
        SCORE: outcome('float'),
        RIGHT: outcome('integer'),
        HARD: outcome('integer'),
        GRADE: outcome('string'),
      },
      processing: [
        set(
          'SCORE',
          op('sum', {}, test('testVariables', { variableIdentifier: 'SCORE', weightIdentifier: 'W' })),
        ),
        set('RIGHT', test('numberCorrect')),
        set('HARD', test('numberIncorrect', { includeCategory: 'hard' })),
        op(
          'outcomeCondition',
          {},
          op('outcomeIf', {}, op('equal', {}, variable('c.SCORE'), num(1)), op('exitTest')),
          op('outcomeElse', {}, set('GRADE', value('string', 'again'))),
        ),
        set('GRADE', value('string', 'late')),
      ],
    },
  );
  const all = { a: { RESPONSE: 'B' }, b: { RESPONSE: 'A' }, c: { RESPONSE: 'B' } };
  t.match(scorePaper(keys, all), {
    state: 'final',
    total: 4,
    maximum: 6,
    outcomes: { SCORE: 4, RIGHT: 2, HARD: 0, GRADE: null },
    items: { a: { score: 2, maximum: 2, outcomes: { SCORE: 1 } }, b: { score: 0, maximum: 2 } },
  });
  t.match(scorePaper(keys, {}), { total: 0, maximum: 6, outcomes: { RIGHT: 0, HARD: 1, GRADE: 'late' } });

  const paper = { sections: SECTIONS, items: {} };
  const seed = ['1', '2', '3', '4', '5'].find((one) => orderPaper(paper, one).items.includes('a')) ?? '';
  const drawn = scorePaper(keys, all, { paper, seed });
  t.same(Object.keys(drawn.items), ['a', 'c'], 'only what the candidate had');
  t.match(drawn, { total: 4, maximum: 4 });

  const bySection = keysOf(keys.items, {
    outcomes: { N: outcome('integer') },
    processing: [set('N', test('numberPresented', { sectionIdentifier: 'drawn' }))],
  });
  t.match(scorePaper(bySection, all, { paper }), { outcomes: { N: 2 } });
  t.match(scorePaper(bySection, all, { paper, seed }), { outcomes: { N: 1 } });
  t.match(scorePaper(bySection, all), { state: 'failed', total: null, fault: { code: 'score/sections' } });
  const aboutB = keysOf(keys.items, {
    outcomes: { X: outcome('float') },
    processing: [set('X', variable('b.SCORE'))],
  });
  t.match(
    scorePaper(aboutB, all, { paper, seed }),
    { state: 'final', outcomes: { X: null } },
    'not drawn is NULL',
  );
});

t.test('a total on a scale of its own has a maximum of its own', async (t) => {
  const percent = (outcomes: PaperKeys['outcomes'], ...more: RuleNode[]) =>
    keysOf(
      { a: choice(), b: choice() },
      {
        outcomes,
        processing: [
          set('SCORE', op('divide', {}, op('product', {}, test('numberCorrect'), int(100)), int(2))),
          ...more,
        ],
      },
    );
  const float = { cardinality: 'single', base: 'float' } as const;
  const answers = { a: { RESPONSE: 'B' } };
  t.match(scorePaper(percent({ SCORE: { ...float, normalMaximum: 100 } }), answers), {
    total: 50,
    maximum: 100,
  });
  const byRule = percent({ SCORE: float, MAXSCORE: float }, set('MAXSCORE', num(100)));
  t.match(scorePaper(byRule, answers), { total: 50, maximum: 100 });
});

t.test('an unmarked essay is not taken for 0 points', async (t) => {
  const essay = itemKeys({ responses: { RESPONSE: { cardinality: 'single', base: 'string' } } });
  const counted = keysOf(
    { a: choice(), e: essay },
    {
      outcomes: { N: { cardinality: 'single', base: 'integer' } },
      processing: [set('N', op('containerSize', {}, test('testVariables', { variableIdentifier: 'SCORE' })))],
    },
  );
  t.match(scorePaper(counted, { a: { RESPONSE: 'B' }, e: { RESPONSE: 'x' } }), {
    state: 'needs-marker',
    total: 1,
    outcomes: { N: 1 },
  });
  t.match(scorePaper(counted, { a: { RESPONSE: 'B' } }), { state: 'final', total: 1, outcomes: { N: 2 } });
});
