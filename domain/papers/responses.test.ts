import fc from 'fast-check';
import t from 'tap';
import { ERRORS } from '#protocol/errors.ts';
import type { PaperItem, PaperResponse, ResponseValue } from '#protocol/paper.ts';
import { asksSomething, checkResponse, isAnswered } from './responses.ts';

function response(more: Partial<PaperResponse>): PaperResponse {
  return { id: 'R', cardinality: 'single', base: 'identifier', ...more };
}

const ONE = response({ allowed: { ids: ['A', 'B'] }, max: 1 });
const MANY = response({ cardinality: 'multiple', allowed: { ids: ['A', 'B', 'C'] }, max: 2, min: 2 });
const PAIRS = response({
  cardinality: 'multiple',
  base: 'directedPair',
  allowed: { from: ['a'], to: ['x', 'y'] },
  max: 2,
});
const FREE_PAIRS = response({ cardinality: 'multiple', base: 'pair', allowed: { ids: ['a', 'b', 'c'] } });
const TEXT = response({ base: 'string', maxChars: 5 });
const SLIDER = response({ base: 'integer', lower: -5, upper: 5 });
const FILE = response({ base: 'file', maxBytes: 100, types: ['image/*', 'text/csv'] });

const file = { name: 'a.png', bytes: 10, sha256: '0'.repeat(64), type: 'image/png' };

t.test('what candidates can do by clicking and typing is accepted', async (t) => {
  const accepted: [PaperResponse, ResponseValue][] = [
    [ONE, null],
    [ONE, 'A'],
    [MANY, []],
    [MANY, ['A']],
    [MANY, ['C', 'A']],
    [
      PAIRS,
      [
        ['a', 'x'],
        ['a', 'y'],
      ],
    ],
    [
      FREE_PAIRS,
      [
        ['b', 'a'],
        ['a', 'a'],
      ],
    ],
    [TEXT, ''],
    [TEXT, '𠮷𠮷!'],
    [response({ base: 'float' }), '-'],
    [response({ base: 'float' }), '12 kg'],
    [response({ base: 'integer' }), '一百'],
    [SLIDER, '-5'],
    [SLIDER, '5'],
    [response({ base: 'float', lower: 0, upper: 1 }), '0.25'],
    [response({ base: 'boolean' }), 'true'],
    [response({ base: 'point' }), '12 -3.5'],
    [FILE, file],
    [FILE, { ...file, name: 'a.csv', type: '' }],
    [response({ base: 'file' }), { ...file, type: 'anything/else' }],
  ];
  for (const [one, value] of accepted) t.equal(checkResponse(one, value), null, JSON.stringify(value));
});

t.test('what no honest client sends is refused with its code', async (t) => {
  const refused: [PaperResponse, ResponseValue, string][] = [
    [ONE, 'C', 'response/not-allowed'],
    [ONE, ['A'], 'response/shape'],
    [ONE, file, 'response/shape'],
    [MANY, 'A', 'response/shape'],
    [MANY, ['A', 'A'], 'response/not-allowed'],
    [MANY, ['A', 'B', 'C'], 'response/too-many'],
    [PAIRS, [['x', 'a']], 'response/not-allowed'],
    [PAIRS, ['a x'], 'response/shape'],
    [PAIRS, 'a x', 'response/shape'],
    [
      FREE_PAIRS,
      [
        ['a', 'b'],
        ['b', 'a'],
      ],
      'response/not-allowed',
    ],
    [
      response({ base: 'directedPair' }),
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
      'response/too-many',
    ],
    [TEXT, '123456', 'response/too-long'],
    [TEXT, '\ud842', 'response/shape'],
    [TEXT, ['a'], 'response/shape'],
    [response({ base: 'string' }), 'x'.repeat(100_001), 'response/too-long'],
    [SLIDER, '6', 'response/range'],
    [SLIDER, '1.5', 'response/shape'],
    [SLIDER, 'NaN', 'response/shape'],
    [SLIDER, '', 'response/shape'],
    [response({ base: 'boolean' }), 'yes', 'response/not-allowed'],
    [response({ base: 'point' }), '1', 'response/shape'],
    [FILE, 'a.png', 'response/shape'],
    [FILE, { ...file, bytes: 101 }, 'response/file'],
    [FILE, { ...file, type: 'application/pdf', name: 'a.pdf' }, 'response/file'],
    [FILE, { ...file, sha256: 'X' }, 'response/shape'],
    [FILE, { ...file, name: '' }, 'response/shape'],
    [response({ cardinality: 'multiple', base: 'string' }), Array(201).fill('x'), 'response/too-many'],
  ];
  for (const [one, value, code] of refused) {
    t.equal(checkResponse(one, value), code, JSON.stringify(value).slice(0, 60));
    t.ok(code in ERRORS, code);
  }
});

t.test('no value makes it throw', async (t) => {
  const anything = fc.anything() as fc.Arbitrary<ResponseValue>; // on purpose: what an attacker may send past the schema
  const responses = [ONE, MANY, PAIRS, FREE_PAIRS, TEXT, SLIDER, FILE];
  fc.assert(
    fc.property(anything, fc.constantFrom(...responses), (value, one) => {
      const code = checkResponse(one, value);
      return code === null || code in ERRORS;
    }),
    { numRuns: 1000 },
  );
  t.pass('1,000 values');
});

t.test('answered means every part, with as many choices as asked; plays are no answer', async (t) => {
  const item: PaperItem = {
    id: 'i',
    title: '',
    stimuli: [],
    body: [
      { e: 'div', c: [{ i: { type: 'media', response: 'PLAYS', media: 'm1', kind: 'audio', maxPlays: 2 } }] },
      { i: { type: 'text-entry', response: 'T' } },
    ],
    responses: [
      response({ id: 'PLAYS', base: 'integer' }),
      response({ id: 'T', base: 'string' }),
      { ...MANY, id: 'M' },
    ],
  };
  t.equal(isAnswered(item, undefined), false);
  t.equal(isAnswered(item, { T: 'x' }), false);
  t.equal(isAnswered(item, { T: 'x', M: ['A'] }), false, 'two are asked for');
  t.equal(isAnswered(item, { T: '  ', M: ['A', 'B'] }), false);
  t.equal(isAnswered(item, { T: 'x', M: ['A', 'B'] }), true);
  t.equal(isAnswered(item, { T: null, M: ['A', 'B'] }), false);
  const reading = { ...item, responses: [] };
  t.equal(isAnswered(reading, {}), false);
  t.equal(asksSomething(reading), false);
  t.equal(asksSomething(item), true);
});
