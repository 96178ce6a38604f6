/** Variables, containers and text (QTI 2.2 information model, "Basic values" to "substring"). */
import type { RuleNode } from '../keys.ts';
import { comparable, type Operator, operands } from './expressions.logic.ts';
import { mapPoints, mapValue } from './mapping.ts';
import { matchesPattern } from './pattern.ts';
import {
  attribute,
  correctValue,
  type Evaluate,
  flag,
  numberOrVariable,
  responseKeys,
  type Scope,
  variableValue,
} from './scope.ts';
import { ScoringError } from './score-faults.ts';
import { isInside } from './shapes.ts';
import {
  bool,
  container,
  counts,
  float,
  integer,
  isNumeric,
  keyValue,
  type Maybe,
  single,
  type Value,
} from './values.ts';

const variable: Operator = (node, scope) =>
  variableValue(attribute(node, 'identifier'), scope, node.a?.weightIdentifier);

const baseValue: Operator = (node) => keyValue([node.v ?? ''], 'single', attribute(node, 'baseType'));

const byDefault: Operator = (node, scope) => {
  const name = attribute(node, 'identifier');
  const declared = Object.hasOwn(scope.responses, name) ? scope.responses[name] : scope.outcomes[name];
  if (declared === undefined) throw new ScoringError('score/undeclared', name);
  return declared.default === undefined
    ? null
    : keyValue(declared.default, declared.cardinality, declared.base);
};

const correct: Operator = (node, scope) => correctValue(responseKeys(attribute(node, 'identifier'), scope));

const mapResponse: Operator = (node, scope) => {
  const name = attribute(node, 'identifier');
  const { mapping, base } = responseKeys(name, scope);
  if (mapping === undefined || base === undefined) throw new ScoringError('score/mapping', name);
  return float(mapValue(scope.values.get(name) ?? null, mapping, base));
};

const mapResponsePoint: Operator = (node, scope) => {
  const name = attribute(node, 'identifier');
  const { areaMapping } = responseKeys(name, scope);
  if (areaMapping === undefined) throw new ScoringError('score/mapping', name);
  return float(mapPoints(scope.values.get(name) ?? null, areaMapping));
};

/** Containers of all operands that are not NULL, one after the other. */
function collect(
  cardinality: 'multiple' | 'ordered',
  node: RuleNode,
  scope: Scope,
  evaluate: Evaluate,
): Value[] {
  const values = operands(node, scope, evaluate, 0, Number.POSITIVE_INFINITY).filter((one) => one !== null);
  for (const value of values) {
    if (value.cardinality !== 'single' && value.cardinality !== cardinality)
      throw new ScoringError('score/type', value.cardinality);
    if (values[0] !== undefined) comparable(values[0], value);
  }
  return values;
}

function joined(cardinality: 'multiple' | 'ordered'): Operator {
  return (node, scope, evaluate) => {
    const values = collect(cardinality, node, scope, evaluate);
    const [first] = values;
    if (first === undefined) return null;
    return container(
      cardinality,
      first.base,
      values.flatMap((value) => value.items),
    );
  };
}

const repeat: Operator = (node, scope, evaluate) => {
  const times = numberOrVariable(attribute(node, 'numberRepeats'), scope);
  if (times === null || times < 1) return null;
  if (!Number.isInteger(times) || times > 1_000) throw new ScoringError('score/attribute', 'numberRepeats');
  const rounds = Array.from({ length: times }, () => collect('ordered', node, scope, evaluate)).flat();
  const [first] = rounds;
  if (first === undefined) return null;
  return container(
    'ordered',
    first.base,
    rounds.flatMap((value) => value.items),
  );
};

const containerSize: Operator = (node, scope, evaluate) => {
  const [value = null] = operands(node, scope, evaluate, 1);
  return integer(value?.items.length ?? 0);
};

const isNull: Operator = (node, scope, evaluate) => {
  const [value = null] = operands(node, scope, evaluate, 1);
  return bool(value === null);
};

const index: Operator = (node, scope, evaluate) => {
  const n = numberOrVariable(attribute(node, 'n'), scope);
  const [value = null] = operands(node, scope, evaluate, 1);
  if (n === null || value === null) return null;
  if (!Number.isInteger(n) || n < 1) throw new ScoringError('score/attribute', 'n');
  if (value.cardinality !== 'ordered') throw new ScoringError('score/type', value.cardinality);
  const item = value.items[n - 1];
  return item === undefined ? null : single(value.base, item);
};

/** Nothing makes a record: a declared one is refused when it is read, so only NULL comes here. */
const fieldValue: Operator = (node, scope, evaluate) => {
  attribute(node, 'fieldIdentifier');
  const [value = null] = operands(node, scope, evaluate, 1);
  if (value !== null) throw new ScoringError('score/record');
  return null;
};

/** One item and the container it is looked for in; `null` where either is NULL. */
function itemAndContainer(node: RuleNode, scope: Scope, evaluate: Evaluate): [Value, Value] | null {
  const [one = null, many = null] = operands(node, scope, evaluate, 2);
  if (one === null || many === null) return null;
  comparable(one, many);
  if (one.cardinality !== 'single' || many.cardinality === 'single')
    throw new ScoringError('score/type', `${one.cardinality}, ${many.cardinality}`);
  return [one, many];
}

const member: Operator = (node, scope, evaluate) => {
  const pair = itemAndContainer(node, scope, evaluate);
  return pair === null ? null : bool(pair[1].items.some((item) => item === pair[0].items[0]));
};

const remove: Operator = (node, scope, evaluate) => {
  const pair = itemAndContainer(node, scope, evaluate);
  if (pair === null) return null;
  const [one, many] = pair;
  const left = many.items.filter((item) => item !== one.items[0]);
  return left.length === 0 ? null : { ...many, items: left };
};

/** Unordered: every item at least as often. Ordered: the second follows one another within the first. */
const contains: Operator = (node, scope, evaluate) => {
  const [whole = null, part = null] = operands(node, scope, evaluate, 2);
  if (whole === null || part === null) return null;
  comparable(whole, part);
  if (whole.cardinality !== part.cardinality || whole.cardinality === 'single')
    throw new ScoringError('score/type', `${whole.cardinality}, ${part.cardinality}`);
  if (whole.cardinality === 'multiple') {
    const there = counts(whole.items);
    return bool([...counts(part.items)].every(([item, count]) => (there.get(item) ?? 0) >= count));
  }
  return bool(
    whole.items.some((_item, from) => part.items.every((item, at) => whole.items[from + at] === item)),
  );
};

/** Text of a single value; numbers are no text. */
function text(value: Value): string {
  const [item] = value.items;
  if (value.cardinality !== 'single' || typeof item !== 'string' || isNumeric(value.base))
    throw new ScoringError('score/type', `${value.cardinality} ${value.base}`);
  return item;
}

function compareTexts(
  node: RuleNode,
  scope: Scope,
  evaluate: Evaluate,
  judge: (a: string, b: string) => boolean,
): Maybe {
  const [a = null, b = null] = operands(node, scope, evaluate, 2);
  if (a === null || b === null) return null;
  const fold = (value: Value) =>
    flag(node, 'caseSensitive', true) ? text(value) : text(value).toLowerCase();
  return bool(judge(fold(a), fold(b)));
}

const stringMatch: Operator = (node, scope, evaluate) =>
  compareTexts(node, scope, evaluate, (a, b) => (flag(node, 'substring', false) ? a.includes(b) : a === b));

const substring: Operator = (node, scope, evaluate) =>
  compareTexts(node, scope, evaluate, (part, whole) => whole.includes(part));

const patternMatch: Operator = (node, scope, evaluate) => {
  const pattern = attribute(node, 'pattern');
  const [value = null] = operands(node, scope, evaluate, 1);
  // A pattern that cannot be used is found out even where nothing is answered.
  const matched = matchesPattern(value === null ? '' : text(value), pattern);
  return value === null ? null : bool(matched);
};

const inside: Operator = (node, scope, evaluate) => {
  const coords = attribute(node, 'coords')
    .split(/[\s,]+/)
    .map(Number);
  const [value = null] = operands(node, scope, evaluate, 1);
  if (value === null) return null;
  if (value.base !== 'point') throw new ScoringError('score/type', value.base);
  return bool(value.items.some((point) => isInside(String(point), attribute(node, 'shape'), coords)));
};

export const CONTAINERS: Readonly<Record<string, Operator>> = {
  variable,
  baseValue,
  default: byDefault,
  correct,
  mapResponse,
  mapResponsePoint,
  null: () => null,
  multiple: joined('multiple'),
  ordered: joined('ordered'),
  repeat,
  containerSize,
  isNull,
  index,
  fieldValue,
  member,
  delete: remove,
  contains,
  stringMatch,
  substring,
  patternMatch,
  inside,
};
