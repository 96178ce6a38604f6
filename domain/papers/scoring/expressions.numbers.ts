/** Arithmetic (QTI 2.2 information model, "sum" to "statsOperator"). What has no value in the reals is NULL. */
import { pick } from '#domain/random/seeded.ts';
import type { RuleNode } from '../keys.ts';
import { type Operator, operands, rounding } from './expressions.logic.ts';
import { functionOf, INTEGER_FUNCTIONS } from './math-functions.ts';
import { exactProduct, exactSum } from './numbers.ts';
import { attribute, type Evaluate, numberIn, numberOrVariable, type Scope } from './scope.ts';
import { ScoringError } from './score-faults.ts';
import { float, integer, isNumeric, type Maybe, type Value } from './values.ts';

interface Numbers {
  numbers: number[];
  /** All operands are integers, so the result is one. */
  whole: boolean;
}

function allNumbers(value: Value): number[] {
  if (!isNumeric(value.base)) throw new ScoringError('score/type', value.base);
  return value.items.map((item) => {
    if (typeof item !== 'number') throw new ScoringError('score/type', value.base);
    return item;
  });
}

/** Numbers of all operands, containers laid open; `null` where any is NULL. */
function gather(node: RuleNode, scope: Scope, evaluate: Evaluate): Numbers | null {
  const values = operands(node, scope, evaluate, 1, Number.POSITIVE_INFINITY);
  const known = values.filter((value) => value !== null);
  const numbers = known.flatMap(allNumbers);
  if (known.length < values.length) return null;
  return { numbers, whole: known.every((value) => value.base === 'integer') };
}

function over(work: (numbers: number[]) => number): Operator {
  return (node, scope, evaluate) => {
    const found = gather(node, scope, evaluate);
    return found === null ? null : real(work(found.numbers), found.whole);
  };
}

/** NULL for what is no number; infinities are floats of QTI, but no operator may make one (see "divide", "power"). */
function real(number: number, whole: boolean): Maybe {
  if (!Number.isFinite(number)) return null;
  // There is no negative zero on a mark sheet.
  const plain = number === 0 ? 0 : number;
  return whole ? integer(plain) : float(plain);
}

/** Single operands; `null` where one is NULL. */
function singles(node: RuleNode, scope: Scope, evaluate: Evaluate, count: number): Numbers | null {
  const values = operands(node, scope, evaluate, count);
  const known = values.filter((value) => value !== null);
  const numbers = known.map(numberIn);
  if (known.length < values.length) return null;
  return { numbers, whole: known.every((value) => value.base === 'integer') };
}

function binary(work: (a: number, b: number) => number, whole: 'never' | 'same' | 'always'): Operator {
  return (node, scope, evaluate) => {
    const found = singles(node, scope, evaluate, 2);
    if (found === null) return null;
    const [a = Number.NaN, b = Number.NaN] = found.numbers;
    if (whole === 'always' && !(Number.isInteger(a) && Number.isInteger(b)))
      throw new ScoringError('score/type', node.op);
    return real(work(a, b), whole === 'always' || (whole === 'same' && found.whole));
  };
}

function unary(work: (number: number) => number, whole: boolean): Operator {
  return (node, scope, evaluate) => {
    const found = singles(node, scope, evaluate, 1);
    return found === null ? null : real(work(found.numbers[0] ?? Number.NaN), whole);
  };
}

function wholeNumbers(work: (numbers: number[]) => number): Operator {
  return (node, scope, evaluate) => {
    const found = gather(node, scope, evaluate);
    if (found === null || !found.numbers.every(Number.isSafeInteger)) return null;
    return real(work(found.numbers), true);
  };
}

function gcd(a: number, b: number): number {
  let [x, y] = [Math.abs(a), Math.abs(b)];
  while (y !== 0) [x, y] = [y, x % y];
  return x;
}

function lcm(a: number, b: number): number {
  return a === 0 || b === 0 ? 0 : Math.abs(a / gcd(a, b)) * Math.abs(b);
}

const roundToFigures: Operator = (node, scope, evaluate) => {
  const round = rounding(node, scope);
  const found = singles(node, scope, evaluate, 1);
  return found === null || round === null ? null : real(round(found.numbers[0] ?? Number.NaN), false);
};

function mean(numbers: readonly number[]): number {
  return exactSum(numbers) / numbers.length;
}

/** @param freedom 1 for a sample (Bessel), 0 for a population. */
function variance(numbers: readonly number[], freedom: 0 | 1): number {
  if (numbers.length < 2) return Number.NaN;
  const middle = mean(numbers);
  return numbers.reduce((sum, one) => sum + (one - middle) ** 2, 0) / (numbers.length - freedom);
}

const STATISTICS: Readonly<Record<string, (numbers: readonly number[]) => number>> = {
  mean,
  sampleVariance: (numbers) => variance(numbers, 1),
  sampleSD: (numbers) => Math.sqrt(variance(numbers, 1)),
  popVariance: (numbers) => variance(numbers, 0),
  popSD: (numbers) => Math.sqrt(variance(numbers, 0)),
};

const statsOperator: Operator = (node, scope, evaluate) => {
  const name = attribute(node, 'name');
  const work = Object.hasOwn(STATISTICS, name) ? STATISTICS[name] : undefined;
  if (work === undefined) throw new ScoringError('score/attribute', `name: ${name}`);
  const [value = null] = operands(node, scope, evaluate, 1);
  return value === null ? null : real(work(allNumbers(value)), false);
};

const mathOperator: Operator = (node, scope, evaluate) => {
  const name = attribute(node, 'name');
  const { work, count } = functionOf(name);
  const found = singles(node, scope, evaluate, count);
  return found === null ? null : real(work(...found.numbers), INTEGER_FUNCTIONS.has(name));
};

const CONSTANTS: Readonly<Record<string, number>> = { pi: Math.PI, e: Math.E };

const mathConstant: Operator = (node) => {
  const name = attribute(node, 'name');
  const constant = Object.hasOwn(CONSTANTS, name) ? CONSTANTS[name] : undefined;
  if (constant === undefined) throw new ScoringError('score/attribute', `name: ${name}`);
  return float(constant);
};

function bound(node: RuleNode, name: string, scope: Scope, otherwise?: string): number | null {
  return numberOrVariable(node.a?.[name] ?? otherwise ?? attribute(node, name), scope);
}

/** Draws only from a recorded seed: marks that nobody can work out again are no marks. */
function dice(scope: Scope) {
  if (scope.random === undefined) throw new ScoringError('score/random');
  return scope.random;
}

const randomInteger: Operator = (node, scope) => {
  const least = bound(node, 'min', scope, '0');
  const most = bound(node, 'max', scope);
  const step = bound(node, 'step', scope, '1');
  if (least === null || most === null || step === null) return null;
  const choices = Math.floor((most - least) / step) + 1;
  if (![least, most, step].every(Number.isInteger) || step < 1 || choices < 1)
    throw new ScoringError('score/attribute', 'min, max, step');
  return integer(least + step * dice(scope).below(choices));
};

const randomFloat: Operator = (node, scope) => {
  const least = bound(node, 'min', scope, '0');
  const most = bound(node, 'max', scope);
  if (least === null || most === null) return null;
  if (most < least) throw new ScoringError('score/attribute', 'min, max');
  return float(least + ((most - least) * dice(scope).next()) / 0xffff_ffff);
};

const random: Operator = (node, scope, evaluate) => {
  const [value = null] = operands(node, scope, evaluate, 1);
  if (value === null) return null;
  return { cardinality: 'single', base: value.base, items: [pick(value.items, dice(scope))] };
};

export const NUMBERS: Readonly<Record<string, Operator>> = {
  sum: over(exactSum),
  product: over(exactProduct),
  max: over((numbers) => Math.max(...numbers)),
  min: over((numbers) => Math.min(...numbers)),
  subtract: binary((a, b) => exactSum([a, -b]), 'same'),
  divide: binary((a, b) => a / b, 'never'),
  power: binary((a, b) => a ** b, 'never'),
  integerDivide: binary((a, b) => Math.floor(a / b), 'always'),
  integerModulus: binary((a, b) => a - Math.floor(a / b) * b, 'always'),
  truncate: unary(Math.trunc, true),
  // n for everything in [n-0.5, n+0.5): 6.5 gives 7, -6.5 gives -6.
  round: unary(Math.round, true),
  integerToFloat: unary((number) => number, false),
  gcd: wholeNumbers((numbers) => numbers.reduce(gcd)),
  lcm: wholeNumbers((numbers) => numbers.reduce(lcm)),
  roundTo: roundToFigures,
  statsOperator,
  mathOperator,
  mathConstant,
  randomInteger,
  randomFloat,
  random,
};
