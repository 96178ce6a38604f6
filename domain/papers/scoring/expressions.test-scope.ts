/** Expressions over the items of a test (QTI 2.2 information model, "testVariables" and the item subset). */
import type { RuleNode } from '../keys.ts';
import type { Operator } from './expressions.logic.ts';
import { attribute, correctValue, type Scope, type ScoredItem, weighted } from './scope.ts';
import { ScoringError } from './score-faults.ts';
import { container, integer, isNumeric, type Maybe, sameItems, type Value } from './values.ts';

function words(node: RuleNode, name: string): string[] {
  return (node.a?.[name] ?? '').split(/\s+/).filter((word) => word !== '');
}

/** Items that the candidate had, by section and category. */
function subset(node: RuleNode, scope: Scope): ScoredItem[] {
  if (scope.items === undefined) throw new ScoringError('score/unknown-rule', node.op);
  const section = node.a?.sectionIdentifier ?? '';
  const include = words(node, 'includeCategory');
  const exclude = words(node, 'excludeCategory');
  return [...scope.items.values()].filter((item) => {
    if (!item.presented) return false;
    if (section !== '' && item.sections === undefined) throw new ScoringError('score/sections', section);
    if (section !== '' && !item.sections?.includes(section)) return false;
    if (include.length > 0 && !include.some((category) => item.categories.includes(category))) return false;
    return !exclude.some((category) => item.categories.includes(category));
  });
}

/** Right: every response matches. Items with a response that has no correct value are not considered. */
function isRight(item: ScoredItem): boolean | undefined {
  const keys = Object.entries(item.responses);
  if (keys.length === 0 || keys.some(([, one]) => one.correct === undefined)) return undefined;
  return keys.every(([name, one]) => {
    const [given, right] = [item.values.get(name) ?? null, correctValue(one)];
    return given !== null && right !== null && sameItems(given, right);
  });
}

function hasAnswer(item: ScoredItem): boolean {
  return Object.keys(item.responses).some((name) => (item.values.get(name) ?? null) !== null);
}

function count(judge: (item: ScoredItem) => boolean): Operator {
  return (node, scope) => integer(subset(node, scope).filter(judge).length);
}

function gathered(values: readonly Value[]): Maybe {
  const whole = values.every((value) => value.base === 'integer');
  return container(
    'multiple',
    whole ? 'integer' : 'float',
    values.flatMap((value) => value.items),
  );
}

const testVariables: Operator = (node, scope) => {
  const name = attribute(node, 'variableIdentifier');
  const base = node.a?.baseType;
  const values = subset(node, scope)
    .map((item) => weighted(item.values.get(name) ?? null, item, node.a?.weightIdentifier))
    .filter((value) => value !== null)
    .filter((value) => value.cardinality === 'single')
    .filter((value) => (base === undefined ? isNumeric(value.base) : value.base === base));
  const [first] = values;
  if (first === undefined) return null;
  return isNumeric(first.base)
    ? gathered(values)
    : container(
        'multiple',
        first.base,
        values.flatMap((value) => value.items),
      );
};

function bound(name: 'normalMaximum' | 'normalMinimum', isComplete: boolean): Operator {
  return (node, scope) => {
    const outcome = attribute(node, 'outcomeIdentifier');
    const found = subset(node, scope).map((item): Maybe => {
      const declared = Object.hasOwn(item.declared, outcome) ? item.declared[outcome] : undefined;
      const number = declared?.[name];
      return number === undefined
        ? null
        : weighted({ cardinality: 'single', base: 'float', items: [number] }, item, node.a?.weightIdentifier);
    });
    // A maximum over items of which one has none is not known ("outcomeMaximum").
    if (isComplete && found.includes(null)) return null;
    return gathered(found.filter((value) => value !== null));
  };
}

export const TEST_SCOPE: Readonly<Record<string, Operator>> = {
  testVariables,
  numberCorrect: count((item) => isRight(item) === true),
  numberIncorrect: count((item) => isRight(item) === false),
  numberPresented: count(() => true),
  numberSelected: count(() => true),
  numberResponded: count(hasAnswer),
  outcomeMaximum: bound('normalMaximum', true),
  outcomeMinimum: bound('normalMinimum', false),
};
