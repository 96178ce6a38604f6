/**
 * Logic and comparison with QTI's three values: true, false and NULL, which here means "cannot be known" (QTI 2.2
 * information model, "and", "or", "not", "anyN", "match", "equal" and following).
 */
import type { RuleNode } from '../keys.ts';
import {
  addDecimals,
  compareDecimals,
  decimalOf,
  negative,
  numberOf,
  roundTo,
  timesDecimals,
} from './numbers.ts';
import { attribute, type Evaluate, flag, numberIn, numberOrVariable, type Scope } from './scope.ts';
import { ScoringError } from './score-faults.ts';
import { bool, isNumeric, type Maybe, sameItems, type Value } from './values.ts';

export type Operator = (node: RuleNode, scope: Scope, evaluate: Evaluate) => Maybe;

/** Operands, whose number must be within bounds. */
export function operands(
  node: RuleNode,
  scope: Scope,
  evaluate: Evaluate,
  least: number,
  most: number = least,
): Maybe[] {
  const children = node.c ?? [];
  if (children.length < least || children.length > most)
    throw new ScoringError('score/operands', `${node.op}: ${children.length}`);
  return children.map((child) => evaluate(child, scope));
}

/** Truth of a single boolean; NULL is `null`. */
export function truth(value: Maybe): boolean | null {
  if (value === null) return null;
  const [item] = value.items;
  if (value.cardinality !== 'single' || typeof item !== 'boolean')
    throw new ScoringError('score/type', `${value.cardinality} ${value.base}`);
  return item;
}

function truths(node: RuleNode, scope: Scope, evaluate: Evaluate): (boolean | null)[] {
  return operands(node, scope, evaluate, 1, Number.POSITIVE_INFINITY).map(truth);
}

const and: Operator = (node, scope, evaluate) => {
  const all = truths(node, scope, evaluate);
  return bool(all.includes(false) ? false : all.includes(null) ? null : true);
};

const or: Operator = (node, scope, evaluate) => {
  const all = truths(node, scope, evaluate);
  return bool(all.includes(true) ? true : all.includes(null) ? null : false);
};

const not: Operator = (node, scope, evaluate) => {
  const [value = null] = operands(node, scope, evaluate, 1);
  const known = truth(value);
  return bool(known === null ? null : !known);
};

const anyN: Operator = (node, scope, evaluate) => {
  const all = truths(node, scope, evaluate);
  const least = numberOrVariable(attribute(node, 'min'), scope);
  const most = numberOrVariable(attribute(node, 'max'), scope);
  if (least === null || most === null) return null;
  const yes = all.filter((one) => one === true).length;
  const unknown = all.filter((one) => one === null).length;
  if (yes > most || yes + unknown < least) return bool(false);
  return bool(yes >= least && yes + unknown <= most ? true : null);
};

/** Operands must be of one type; whole and broken numbers compare, and so do words and identifiers. */
export function comparable(a: Value, b: Value): void {
  const text = (value: Value) =>
    value.base === 'identifier' || value.base === 'string' || value.base === 'uri';
  const fits = a.base === b.base || (isNumeric(a.base) && isNumeric(b.base)) || (text(a) && text(b));
  if (!fits) throw new ScoringError('score/type', `${a.base}, ${b.base}`);
}

const match: Operator = (node, scope, evaluate) => {
  const [a = null, b = null] = operands(node, scope, evaluate, 2);
  if (a === null || b === null) return null;
  comparable(a, b);
  if (a.cardinality !== b.cardinality)
    throw new ScoringError('score/type', `${a.cardinality}, ${b.cardinality}`);
  return bool(sameItems(a, b));
};

function pairOfNumbers(node: RuleNode, scope: Scope, evaluate: Evaluate): [number, number] | null {
  const [a = null, b = null] = operands(node, scope, evaluate, 2);
  return a === null || b === null ? null : [numberIn(a), numberIn(b)];
}

function compare(judge: (a: number, b: number) => boolean): Operator {
  return (node, scope, evaluate) => {
    const pair = pairOfNumbers(node, scope, evaluate);
    return pair === null ? null : bool(judge(...pair));
  };
}

/** One or two tolerances, numbers or variables; `null` where one of them is NULL. */
function tolerances(node: RuleNode, scope: Scope): [number, number] | null {
  const written = attribute(node, 'tolerance').split(/\s+/);
  const [low = null, high = low] = written.map((text) => numberOrVariable(text, scope));
  if (written.length > 2) throw new ScoringError('score/attribute', 'tolerance');
  if (low === null || high === null) return null;
  if (low < 0 || high < 0) throw new ScoringError('score/attribute', 'tolerance');
  return [low, high];
}

/** The second number within the range around the first, in exact decimals. */
const equal: Operator = (node, scope, evaluate) => {
  const mode = node.a?.toleranceMode ?? 'exact';
  const pair = pairOfNumbers(node, scope, evaluate);
  if (mode === 'exact') return pair === null ? null : bool(pair[0] === pair[1]);
  if (mode !== 'absolute' && mode !== 'relative') throw new ScoringError('score/attribute', 'toleranceMode');
  const range = tolerances(node, scope);
  if (pair === null || range === null) return null;
  if (!pair.every(Number.isFinite)) return bool(pair[0] === pair[1]);
  const [x, y] = [decimalOf(pair[0]), decimalOf(pair[1])];
  const step = (tolerance: number) => {
    const decimal = decimalOf(tolerance);
    // A percentage of the first number, whatever its sign.
    const part = { ...decimal, scale: decimal.scale + 2 };
    return mode === 'absolute' ? decimal : timesDecimals(part, decimalOf(Math.abs(numberOf(x))));
  };
  const below = compareDecimals(y, addDecimals(x, negative(step(range[0]))));
  const above = compareDecimals(y, addDecimals(x, step(range[1])));
  const lower = flag(node, 'includeLowerBound', true) ? below >= 0 : below > 0;
  const upper = flag(node, 'includeUpperBound', true) ? above <= 0 : above < 0;
  return bool(lower && upper);
};

/** `roundingMode` and `figures`, as `equalRounded` and `roundTo` have them; `null` where figures are NULL. */
export function rounding(node: RuleNode, scope: Scope): ((number: number) => number) | null {
  const mode = node.a?.roundingMode ?? 'significantFigures';
  if (mode !== 'significantFigures' && mode !== 'decimalPlaces')
    throw new ScoringError('score/attribute', 'roundingMode');
  const figures = numberOrVariable(attribute(node, 'figures'), scope);
  if (figures === null) return null;
  const least = mode === 'significantFigures' ? 1 : 0;
  if (!Number.isInteger(figures) || figures < least || figures > 100)
    throw new ScoringError('score/attribute', 'figures');
  return (number) => roundTo(number, mode, figures);
}

const equalRounded: Operator = (node, scope, evaluate) => {
  const round = rounding(node, scope);
  const pair = pairOfNumbers(node, scope, evaluate);
  return pair === null || round === null ? null : bool(round(pair[0]) === round(pair[1]));
};

export const LOGIC: Readonly<Record<string, Operator>> = {
  and,
  or,
  not,
  anyN,
  match,
  equal,
  equalRounded,
  lt: compare((a, b) => a < b),
  lte: compare((a, b) => a <= b),
  gt: compare((a, b) => a > b),
  gte: compare((a, b) => a >= b),
  durationLT: compare((a, b) => a < b),
  durationLt: compare((a, b) => a < b),
  durationGTE: compare((a, b) => a >= b),
  durationGte: compare((a, b) => a >= b),
};
