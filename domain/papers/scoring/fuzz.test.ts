/** Whatever a package and an answer hold: a score or a named fault, and never a number that is none. */
import fc from 'fast-check';
import t from 'tap';
import type { ResponseValue } from '#protocol/paper.ts';
import { type ItemKeys, KEYS_FORMAT, type ResponseKeys, type RuleNode } from '../keys.ts';
import { SCORE_FAULTS } from './score-faults.ts';
import { scorePaper } from './score-paper.ts';
import { itemKeys, SCORE } from './scoring.testing.ts';

const NAMES =
  `and anyN baseValue containerSize contains correct customOperator default delete divide durationGTE durationLT
  equal equalRounded fieldValue gcd gt gte index inside integerDivide integerModulus integerToFloat isNull lcm lt lte
  mapResponse mapResponsePoint match mathConstant mathOperator max member min multiple not null numberCorrect or ordered
  patternMatch power product random randomInteger repeat round roundTo statsOperator stringMatch substring subtract sum
  testVariables truncate variable setOutcomeValue toString`.split(/\s+/);

const attributes = fc.dictionary(
  fc.constantFrom(
    'identifier',
    'baseType',
    'n',
    'min',
    'max',
    'figures',
    'tolerance',
    'toleranceMode',
    'name',
    'shape',
    'coords',
    'pattern',
    'numberRepeats',
    'caseSensitive',
  ),
  fc.constantFrom(
    'R',
    'S',
    'SCORE',
    'integer',
    'float',
    'string',
    'pair',
    '1',
    '2',
    '-1',
    'absolute',
    'relative',
    'sin',
    'mean',
    'log',
    'rect',
    '0,0,9,9',
    '(a|b)*',
    'true',
    '',
  ),
  { maxKeys: 4 },
);
const { expression } = fc.letrec<{ expression: RuleNode }>((tie) => ({
  expression: fc.record(
    {
      op: fc.constantFrom(...NAMES),
      a: attributes,
      c: fc.array(tie('expression'), { maxLength: 3 }),
      v: fc.constantFrom('1', '0.5', 'A', 'true', 'A B', '3 4', ''),
    },
    { requiredKeys: ['op'] },
  ),
}));
const rule: fc.Arbitrary<RuleNode> = fc.oneof(
  expression.map((one): RuleNode => ({ op: 'setOutcomeValue', a: { identifier: 'SCORE' }, c: [one] })),
  fc.tuple(expression, expression).map(
    ([test, value]): RuleNode => ({
      op: 'responseCondition',
      c: [{ op: 'responseIf', c: [test, { op: 'setOutcomeValue', a: { identifier: 'SCORE' }, c: [value] }] }],
    }),
  ),
);
const texts = fc.constantFrom('', 'A', 'B', '12', '12 kg', '0.5', 'A B', '3 4', 'true', '\u0000', '𠮷');
const answer: fc.Arbitrary<ResponseValue> = fc.oneof(
  fc.constant(null),
  texts,
  fc.array(texts, { maxLength: 3 }),
  fc.array(fc.tuple(texts, texts), { maxLength: 2 }),
  fc.constant({ name: 'a', bytes: 1, sha256: 'f'.repeat(64), type: '' }),
);
const declared: fc.Arbitrary<ResponseKeys> = fc.record(
  {
    cardinality: fc.constantFrom('single', 'multiple', 'ordered', 'record'),
    base: fc.constantFrom(
      'identifier',
      'boolean',
      'integer',
      'float',
      'string',
      'pair',
      'directedPair',
      'point',
      'file',
    ),
    correct: fc.array(texts, { maxLength: 2 }),
    mapping: fc.constant({ default: 0, entries: [{ key: 'A', value: 2, caseSensitive: false }] }),
    areaMapping: fc.constant({ default: 0, entries: [{ shape: 'rect', coords: [0, 0, 9, 9], value: 1 }] }),
  },
  { requiredKeys: ['cardinality'] },
);
const template = fc.constantFrom(
  'match_correct',
  'map_response',
  'map_response_point',
  'CC2_match_basic',
  'other',
);
const item: fc.Arbitrary<ItemKeys> = fc
  .record({ R: declared, RESPONSE: declared, rules: fc.array(rule, { maxLength: 3 }), template })
  .map(({ R, RESPONSE, rules, template }) =>
    itemKeys({ responses: { R, RESPONSE }, outcomes: SCORE, processing: { template, rules } }),
  );

t.test('a score or a fault, the same each time', async (t) => {
  const states = new Set<string>();
  fc.assert(
    fc.property(item, answer, answer, (one, R, RESPONSE) => {
      const keys = {
        format: KEYS_FORMAT,
        paper: 'p',
        items: { q: one },
        outcomes: {},
        processing: [],
      } as const;
      const run = () => scorePaper({ ...keys, processing: [] }, { q: { R, RESPONSE } });
      const result = run();
      const { q } = result.items;
      if (q === undefined) return false;
      states.add(q.state);
      const sound =
        q.state === 'failed'
          ? q.score === null && result.total === null && Object.hasOwn(SCORE_FAULTS, q.fault?.code ?? '')
          : Number.isFinite(result.total) && (q.state === 'needs-marker' || Number.isFinite(q.score));
      return sound && JSON.stringify(run()) === JSON.stringify(result);
    }),
    { numRuns: 2_000 },
  );
  for (const state of ['scored', 'unanswered', 'failed']) t.ok(states.has(state), `${state} came up`);
});
