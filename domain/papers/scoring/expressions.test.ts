/** Every expression, with the specification's own examples where it has them. */
import fc from 'fast-check';
import t from 'tap';
import { seeded } from '#domain/random/seeded.ts';
import type { ResponseKeys, RuleNode } from '../keys.ts';
import { evaluate } from './rules.ts';
import { ScoringError } from './score-faults.ts';
import {
  answered,
  bag,
  correct,
  emptyScope,
  given,
  id,
  int,
  no,
  nothing,
  num,
  op,
  row,
  text,
  value,
  variable,
  yes,
} from './scoring.testing.ts';
import type { Atom, Maybe } from './values.ts';

type Case = [RuleNode, Atom | Atom[] | null];

function holds(name: string, cases: readonly Case[]): void {
  t.test(name, async (t) => {
    for (const [node, expected] of cases) t.same(given(node), expected, JSON.stringify(node).slice(0, 160));
  });
}

function fault(node: RuleNode, scope = emptyScope()): string {
  try {
    evaluate(node, scope);
    return 'none';
  } catch (error) {
    if (error instanceof ScoringError) return `${error.code} ${error.toFault().where}`;
    throw error;
  }
}

const anyN = (min: string, max: string, ...all: RuleNode[]) => op('anyN', { min, max }, ...all);

holds('three truths', [
  [op('and', {}, yes, yes), true],
  [op('and', {}, yes, nothing), null],
  [op('and', {}, no, nothing), false],
  [op('or', {}, no, nothing), null],
  [op('or', {}, yes, nothing), true],
  [op('or', {}, no, no), false],
  [op('not', {}, no), true],
  [op('not', {}, nothing), null],
  // QTI 2.2, "anyN": its own three examples.
  [anyN('3', '4', yes, yes, no, nothing), null],
  [anyN('3', '4', yes, no, no, nothing), false],
  [anyN('3', '4', yes, yes, yes, nothing), true],
  [anyN('0', '1', yes, yes), false],
]);

holds('match', [
  [op('match', {}, id('A'), id('A')), true],
  [op('match', {}, id('A'), nothing), null],
  [op('match', {}, bag(id('A'), id('B')), bag(id('B'), id('A'))), true],
  [op('match', {}, bag(id('A'), id('A'), id('B')), bag(id('A'), id('B'), id('B'))), false],
  [op('match', {}, row(id('A'), id('B')), row(id('B'), id('A'))), false],
  [op('match', {}, value('pair', 'A B'), value('pair', 'B A')), true],
  [op('match', {}, value('directedPair', 'A B'), value('directedPair', 'B A')), false],
  [op('match', {}, text('３'), text('3')), false],
  [op('match', {}, num(2), int(2)), true],
]);

const equal = (a: Record<string, string>, x: number, y: number) => op('equal', a, num(x), num(y));
const absolute = { toleranceMode: 'absolute' };
const rounded = (roundingMode: string, figures: string, x: number, y: number) =>
  op('equalRounded', { roundingMode, figures }, num(x), num(y));

holds('numbers compared', [
  [equal({}, 1.5, 1.5), true],
  [op('equal', {}, num(1), nothing), null],
  // On the edge: 0.7 + 0.1 is less than 0.8 in binary.
  [equal({ ...absolute, tolerance: '0.1' }, 0.7, 0.8), true],
  [equal({ ...absolute, tolerance: '0.1', includeUpperBound: 'false' }, 0.7, 0.8), false],
  [equal({ ...absolute, tolerance: '0.1' }, 0.3, 0.2), true],
  [equal({ ...absolute, tolerance: '0.1', includeLowerBound: 'false' }, 0.3, 0.2), false],
  [equal({ ...absolute, tolerance: '0 1' }, 5, 4.9), false],
  [equal({ ...absolute, tolerance: '0 1' }, 5, 6), true],
  [equal({ toleranceMode: 'relative', tolerance: '10' }, 200, 220), true],
  [equal({ toleranceMode: 'relative', tolerance: '10' }, 200, 220.01), false],
  [equal({ toleranceMode: 'relative', tolerance: '10' }, -200, -220), true],
  // QTI 2.2, "equalRounded": its own examples.
  [rounded('significantFigures', '3', 3.175, 3.183), true],
  [rounded('significantFigures', '3', 3.175, 3.1749), false],
  [rounded('decimalPlaces', '2', 1.68572, 1.69), true],
  [rounded('decimalPlaces', '2', 1.68572, 1.68432), false],
  [op('lt', {}, num(1), num(2)), true],
  [op('lte', {}, num(2), int(2)), true],
  [op('gt', {}, num(1), nothing), null],
  [op('gte', {}, num(1), num(2)), false],
  [op('durationLT', {}, value('duration', '5'), value('duration', '6')), true],
  [op('durationGTE', {}, value('duration', '5'), value('duration', '6')), false],
]);

const math = (name: string, ...all: number[]) => op('mathOperator', { name }, ...all.map(num));
const stats = (name: string, ...all: number[]) => op('statsOperator', { name }, bag(...all.map(num)));

holds('arithmetic', [
  [op('sum', {}, num(0.1), num(0.2)), 0.3],
  [op('sum', {}, bag(int(1), int(2)), int(3)), 6],
  [op('sum', {}, num(1), nothing), null],
  [op('product', {}, num(0.1), num(3)), 0.3],
  [op('subtract', {}, num(0.3), num(0.1)), 0.2],
  [op('divide', {}, num(1), num(0)), null],
  [op('divide', {}, int(1), int(4)), 0.25],
  [op('power', {}, num(-8), num(0.5)), null],
  [op('power', {}, num(2), num(10)), 1024],
  [op('integerDivide', {}, int(-7), int(2)), -4],
  [op('integerModulus', {}, int(-7), int(2)), 1],
  [op('integerDivide', {}, int(7), int(0)), null],
  // QTI 2.2, "truncate" and "round": their own examples.
  [op('truncate', {}, num(6.8)), 6],
  [op('truncate', {}, num(-6.8)), -6],
  [op('round', {}, num(6.8)), 7],
  [op('round', {}, num(6.5)), 7],
  [op('round', {}, num(6.49)), 6],
  [op('round', {}, num(-6.5)), -6],
  [op('roundTo', { roundingMode: 'decimalPlaces', figures: '2' }, num(1.005)), 1.01],
  [op('roundTo', { roundingMode: 'decimalPlaces', figures: '0' }, num(-2.5)), -3],
  [op('roundTo', { figures: '2' }, num(1250)), 1300],
  [op('roundTo', { figures: '3' }, num(0.00123456)), 0.00123],
  [op('max', {}, num(3), bag(int(7), int(1))), 7],
  [op('min', {}, num(3), bag(int(7), int(1))), 1],
  [op('max', {}, num(3), nothing), null],
  [op('gcd', {}, int(12), int(-18)), 6],
  [op('gcd', {}, int(0), int(0)), 0],
  [op('lcm', {}, int(4), int(6)), 12],
  [op('lcm', {}, int(4), int(0)), 0],
  [op('integerToFloat', {}, int(4)), 4],
  [op('mathConstant', { name: 'pi' }), Math.PI],
  [math('log', 1000), 3],
  [math('log', 0), null],
  [math('asin', 2), null],
  [math('cot', 0), null],
  [math('floor', -1.5), -2],
  [math('atan2', 1, 1), Math.PI / 4],
  [math('toDegrees', Math.PI), 180],
  [stats('mean', 1, 2, 6), 3],
  [stats('sampleVariance', 1, 2, 6), 7],
  [stats('popVariance', 1, 3), 1],
  [stats('sampleSD', 5), null],
]);

holds('containers', [
  [bag(id('A'), id('B'), bag(id('C'), id('D'))), ['A', 'B', 'C', 'D']],
  [bag(nothing), null],
  [row(), null],
  [op('containerSize', {}, bag(id('A'), id('A'))), 2],
  [op('containerSize', {}, nothing), 0],
  [op('isNull', {}, text('  ')), true],
  [op('isNull', {}, int(0)), false],
  [op('index', { n: '2' }, row(id('A'), id('B'))), 'B'],
  [op('index', { n: '3' }, row(id('A'), id('B'))), null],
  [op('member', {}, id('A'), bag(id('B'), id('A'))), true],
  [op('member', {}, id('C'), row(id('B'), id('A'))), false],
  [op('delete', {}, id('A'), bag(id('B'), id('A'), id('C'), id('A'))), ['B', 'C']],
  [op('delete', {}, id('A'), bag(id('A'))), null],
  // QTI 2.2, "contains": its own examples.
  [op('contains', {}, bag(id('A'), id('B'), id('C')), bag(id('C'), id('A'))), true],
  [op('contains', {}, bag(id('A'), id('B'), id('C')), bag(id('B'), id('B'))), false],
  [op('contains', {}, bag(id('A'), id('B'), id('B'), id('C')), bag(id('B'), id('B'))), true],
  [op('contains', {}, row(id('A'), id('B'), id('C')), row(id('C'), id('A'))), false],
  [op('contains', {}, row(id('A'), id('B'), id('C')), row(id('B'), id('C'))), true],
  [op('repeat', { numberRepeats: '2' }, id('A'), nothing, id('B')), ['A', 'B', 'A', 'B']],
  [op('repeat', { numberRepeats: '0' }, id('A')), null],
  [op('fieldValue', { fieldIdentifier: 'f' }, nothing), null],
]);

const pattern = (source: string, words: string) => op('patternMatch', { pattern: source }, text(words));

holds('text', [
  [op('stringMatch', { caseSensitive: 'false' }, text('Ångström'), text('ÅNGSTRÖM')), true],
  [op('stringMatch', { caseSensitive: 'true' }, text('a'), text('A')), false],
  [op('stringMatch', { caseSensitive: 'true', substring: 'true' }, text('贡院考场'), text('考场')), true],
  [op('stringMatch', { caseSensitive: 'true' }, nothing, text('A')), null],
  [op('substring', { caseSensitive: 'false' }, text('HELL'), text('shell')), true],
  [pattern('[0-9]{1,3}', '42'), true],
  [pattern('[0-9]{1,3}', '4200'), false],
  [op('patternMatch', { pattern: 'a' }, nothing), null],
  [op('inside', { shape: 'circle', coords: '10,10,5' }, value('point', '13 14')), true],
  [op('inside', { shape: 'rect', coords: '0,0,10,10' }, value('point', '11 5')), false],
  [
    op(
      'inside',
      { shape: 'poly', coords: '0,0,10,0,0,10' },
      bag(value('point', '9 9'), value('point', '2 2')),
    ),
    true,
  ],
  [op('inside', { shape: 'ellipse', coords: '0,0,4,2' }, value('point', '3 2')), false],
  [op('inside', { shape: 'default', coords: '0' }, value('point', '99 99')), true],
]);

t.test('responses: correct, default, mapped', async (t) => {
  const mapping = {
    default: 0,
    entries: [
      ['A', 0],
      ['B', 1],
      ['C', 0.5],
      ['D', 0],
    ].map(([key, points]) => ({ key: String(key), value: Number(points), caseSensitive: true })),
  };
  const keys: ResponseKeys = {
    cardinality: 'multiple',
    base: 'identifier',
    correct: ['B', 'C'],
    default: ['A'],
    mapping,
  };
  const mapped = op('mapResponse', { identifier: 'R' });
  // QTI 2.2, "mapResponse": {C,B} is worth 1.5, and so is {B,B,C}.
  t.equal(given(mapped, answered(keys, ['C', 'B'])), 1.5);
  t.equal(given(mapped, answered(keys, ['B', 'B', 'C'])), 1.5);
  t.equal(given(mapped, answered(keys, [])), 0, 'a blank is worth nothing');
  t.same(given(correct('R'), answered(keys, null)), ['B', 'C']);
  t.same(given(op('default', { identifier: 'R' }), answered(keys, null)), ['A']);
  t.same(given(variable('R'), answered(keys, ['D'])), ['D']);

  const word: ResponseKeys = {
    cardinality: 'single',
    base: 'string',
    mapping: {
      default: -1,
      lower: -0.5,
      upper: 2,
      entries: [
        { key: 'York', value: 3, caseSensitive: false },
        { key: 'york', value: 0.5, caseSensitive: true },
      ],
    },
  };
  t.equal(
    given(mapped, answered(word, ' YORK ')),
    2,
    'blanks around a word do not count, and the upper bound holds',
  );
  t.equal(given(mapped, answered(word, 'york')), 0.5, 'the exact key goes before one that ignores case');
  t.equal(given(mapped, answered(word, 'Leeds')), -0.5, 'the lower bound holds');
  t.equal(given(mapped, answered(word, '')), 0, 'the penalty never falls on a blank');

  const place: ResponseKeys = {
    cardinality: 'multiple',
    base: 'point',
    areaMapping: {
      default: -0.25,
      entries: [
        { shape: 'circle', coords: [10, 10, 5], value: 1 },
        { shape: 'rect', coords: [50, 50, 60, 60], value: 2 },
      ],
    },
  };
  const points = op('mapResponsePoint', { identifier: 'R' });
  // QTI 2.2, "mapResponsePoint": two points in one area count once.
  t.equal(given(points, answered(place, ['10 10', '11 11'])), 1);
  t.equal(given(points, answered(place, ['10 10', '55 55', '0 0'])), 2.75);
  t.equal(given(points, answered(place, null)), 0);
});

t.test('draws only from a seed', async (t) => {
  const draw = op('randomInteger', { min: '2', max: '11', step: '3' });
  t.equal(fault(draw), 'score/random randomInteger');
  const drawn = new Set<unknown>();
  const random = seeded('a candidate');
  for (let at = 0; at < 60; at++) drawn.add(given(draw, emptyScope({ random })));
  t.same([...drawn].sort(), [11, 2, 5, 8]);
  t.ok(['A', 'B'].includes(String(given(op('random', {}, bag(id('A'), id('B'))), emptyScope({ random })))));
  const float = Number(given(op('randomFloat', { min: '1', max: '2' }), emptyScope({ random })));
  t.ok(float >= 1 && float <= 2);
});

t.test('what cannot be carried out is named, with its place', async (t) => {
  t.equal(fault(op('and', {}, yes, op('gt', {}, num(1)))), 'score/operands and/gt');
  t.equal(fault(op('not', {}, num(1))), 'score/type not');
  t.equal(fault(op('match', {}, num(1), text('1'))), 'score/type match');
  t.equal(fault(op('match', {}, bag(id('A')), id('A'))), 'score/type match');
  t.equal(fault(variable('NOBODY')), 'score/undeclared variable');
  t.equal(fault(op('customOperator', { class: 'x' })), 'score/custom customOperator');
  t.equal(fault(op('constructor')), 'score/unknown-rule constructor');
  t.equal(fault(op('testVariables', { variableIdentifier: 'SCORE' })), 'score/unknown-rule testVariables');
  t.equal(fault(value('integer', '1.5')), 'score/key baseValue');
  t.equal(fault(op('equal', { toleranceMode: 'absolute' }, num(1), num(1))), 'score/attribute equal');
  t.equal(fault(op('roundTo', { figures: '0' }, num(1))), 'score/attribute roundTo');
  t.equal(fault(op('mathOperator', { name: 'toString' }, num(1))), 'score/attribute mathOperator');
  t.equal(
    fault(op('inside', { shape: 'star', coords: '1,2' }, value('point', '1 1'))),
    'score/attribute inside',
  );
  t.equal(fault(pattern('(', 'x')), 'score/pattern patternMatch');
});

const truths = fc.constantFrom(yes, no, nothing);

t.test('logic keeps its laws with NULL', async () => {
  fc.assert(
    fc.property(fc.array(truths, { minLength: 1, maxLength: 6 }), (all) => {
      const not = (node: RuleNode) => op('not', {}, node);
      const [left, right] = [given(not(op('and', {}, ...all))), given(op('or', {}, ...all.map(not)))];
      const known = all.filter((one) => one !== nothing);
      // What is known already decides, whatever the unknown ones turn out to be.
      const settled = known.length > 0 ? given(op('or', {}, ...known)) : null;
      return left === right && (settled !== true || given(op('or', {}, ...all)) === true);
    }),
  );
});

t.test('anyN is what the two ways of filling in the unknown agree on', async () => {
  fc.assert(
    fc.property(fc.array(truths, { minLength: 1, maxLength: 6 }), fc.nat(6), fc.nat(6), (all, min, max) => {
      fc.pre(min <= max);
      const filled = (by: RuleNode) => {
        const yeses = all.filter((one) => (one === nothing ? by : one) === yes).length;
        return yeses;
      };
      const possible = [];
      for (let count = filled(no); count <= filled(yes); count++) possible.push(count >= min && count <= max);
      const expected = new Set(possible).size > 1 ? null : possible[0];
      return given(anyN(String(min), String(max), ...all)) === expected;
    }),
  );
});

t.test('match: symmetric; order matters for ordered alone', async () => {
  const names = fc.array(fc.constantFrom('A', 'B', 'C'), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(names, names, (left, right) => {
      const judge = (make: typeof bag, a: string[], b: string[]) =>
        given(op('match', {}, make(...a.map(id)), make(...b.map(id))));
      const sorted = (all: string[]) => [...all].sort().join();
      return (
        judge(bag, left, right) === judge(bag, right, left) &&
        judge(bag, left, right) === (sorted(left) === sorted(right)) &&
        judge(row, left, right) === (left.join() === right.join())
      );
    }),
  );
});

t.test('a mapping never leaves its bounds', async () => {
  const points = fc.integer({ min: -5, max: 5 });
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('A', 'B', 'C', 'D'), { maxLength: 6 }),
      fc.array(points, { minLength: 4, maxLength: 4 }),
      points,
      (chosen, values, otherwise) => {
        const mapping = {
          default: otherwise,
          lower: -1,
          upper: 2,
          entries: values
            .slice(1)
            .map((one, at) => ({ key: 'ABC'[at] ?? '', value: one, caseSensitive: true })),
        };
        const scope = answered({ cardinality: 'multiple', base: 'identifier', mapping }, chosen);
        const got = Number(given(op('mapResponse', { identifier: 'R' }), scope));
        return got >= -1 && got <= 2 && (chosen.length > 0 || got === 0);
      },
    ),
  );
});

t.test('sums are those of pencil and paper', async () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: -10_000, max: 10_000 }), { minLength: 1, maxLength: 20 }),
      (cents) => {
        const total = cents.reduce((sum, one) => sum + one, 0);
        const result: Maybe = evaluate(op('sum', {}, ...cents.map((one) => num(one / 100))), emptyScope());
        return result?.items[0] === (total === 0 ? 0 : total / 100);
      },
    ),
  );
});
