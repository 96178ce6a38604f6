/** Carrying out rules and expressions, as the importer keeps them: one tree, in QTI 2 names. */
import type { OutcomeKeys, RuleNode } from '../keys.ts';
import { CONTAINERS } from './expressions.containers.ts';
import { LOGIC, type Operator, truth } from './expressions.logic.ts';
import { NUMBERS } from './expressions.numbers.ts';
import { TEST_SCOPE } from './expressions.test-scope.ts';
import { attribute, numberIn, type Scope } from './scope.ts';
import { ScoringError } from './score-faults.ts';
import { isBase, isNumeric, keyValue, type Maybe, type Value } from './values.ts';

export const OPERATORS: Readonly<Record<string, Operator>> = {
  ...LOGIC,
  ...NUMBERS,
  ...CONTAINERS,
  ...TEST_SCOPE,
};

/** Where a fault is, from the outermost rule. */
function within<T>(node: RuleNode, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof ScoringError) error.path.unshift(node.op);
    throw error;
  }
}

/** @throws ScoringError for what cannot be carried out. */
export function evaluate(node: RuleNode, scope: Scope): Maybe {
  return within(node, () => {
    if (node.op === 'customOperator') throw new ScoringError('score/custom', node.a?.class ?? '');
    const operator = Object.hasOwn(OPERATORS, node.op) ? OPERATORS[node.op] : undefined;
    if (operator === undefined) throw new ScoringError('score/unknown-rule', node.op);
    return operator(node, scope, evaluate);
  });
}

/** A SCORE that is not declared is understood, as the standard templates need it. */
const UNDERSTOOD: Readonly<Record<string, OutcomeKeys>> = {
  SCORE: { cardinality: 'single', base: 'float' },
};

const BUILT_IN_OUTCOMES = new Set(['completionStatus', 'duration', 'numAttempts']);

function outcomeKeys(name: string, scope: Scope): OutcomeKeys | undefined {
  const declared = Object.hasOwn(scope.outcomes, name) ? scope.outcomes[name] : UNDERSTOOD[name];
  if (declared === undefined && !BUILT_IN_OUTCOMES.has(name))
    throw new ScoringError('score/undeclared', name);
  return declared;
}

/** The value as the outcome's type; whole numbers become floats, and floats that are whole become integers. */
function fitting(value: Value, name: string, declared: OutcomeKeys): Value {
  const { base, cardinality } = declared;
  if (cardinality === 'record') throw new ScoringError('score/record', name);
  if (value.cardinality !== cardinality || !isBase(base))
    throw new ScoringError('score/type', `${name}: ${cardinality} ← ${value.cardinality}`);
  if (value.base === base) return value;
  const texts = [value.base, base].every((one) => one === 'string' || one === 'identifier' || one === 'uri');
  const numbers = isNumeric(value.base) && isNumeric(base);
  const whole = base !== 'integer' || value.items.every(Number.isInteger);
  if (!texts && !(numbers && whole)) throw new ScoringError('score/type', `${name}: ${base} ← ${value.base}`);
  return { ...value, base };
}

function setOutcome(name: string, value: Maybe, scope: Scope): void {
  const declared = outcomeKeys(name, scope);
  if (declared !== undefined) scope.values.set(name, value === null ? null : fitting(value, name, declared));
}

function onlyChild(node: RuleNode): RuleNode {
  const [child, ...more] = node.c ?? [];
  if (child === undefined || more.length > 0) throw new ScoringError('score/operands', node.op);
  return child;
}

/** What a lookup table gives; `undefined` where no entry fits. NULL finds no entry. */
function lookUp(source: number | null, table: NonNullable<OutcomeKeys['table']>): string | undefined {
  if (source === null) return undefined;
  if (table.kind === 'match') return table.entries.find((entry) => entry.source === source)?.target;
  // Lower bounds, the highest first, in whatever order they are written.
  return [...table.entries]
    .sort((a, b) => b.source - a.source)
    .find((entry) => source > entry.source || (entry.includeBoundary && source === entry.source))?.target;
}

function lookUpOutcome(node: RuleNode, scope: Scope): void {
  const name = attribute(node, 'identifier');
  const declared = outcomeKeys(name, scope);
  if (declared?.table === undefined) throw new ScoringError('score/table', name);
  const value = evaluate(onlyChild(node), scope);
  const target = lookUp(value === null ? null : numberIn(value), declared.table) ?? declared.table.default;
  scope.values.set(
    name,
    target === undefined ? null : keyValue([target], declared.cardinality, declared.base),
  );
}

type Course = 'go on' | 'leave';

/** The first branch whose expression is true; NULL is not true. */
function condition(node: RuleNode, scope: Scope): Course {
  for (const branch of node.c ?? []) {
    const course = within(branch, (): Course | undefined => {
      const [first, ...rest] = branch.c ?? [];
      if (/^(response|outcome)Else$/.test(branch.op)) return runRules(branch.c ?? [], scope);
      if (!/^(response|outcome)(If|ElseIf)$/.test(branch.op))
        throw new ScoringError('score/unknown-rule', branch.op);
      if (first === undefined) throw new ScoringError('score/operands', branch.op);
      return truth(evaluate(first, scope)) === true ? runRules(rest, scope) : undefined;
    });
    if (course !== undefined) return course;
  }
  return 'go on';
}

function runRule(node: RuleNode, scope: Scope): Course {
  return within(node, () => {
    switch (node.op) {
      case 'responseCondition':
      case 'outcomeCondition':
        return condition(node, scope);
      case 'setOutcomeValue':
        setOutcome(attribute(node, 'identifier'), evaluate(onlyChild(node), scope), scope);
        return 'go on';
      case 'lookupOutcomeValue':
        lookUpOutcome(node, scope);
        return 'go on';
      case 'exitResponse':
      case 'exitTest':
        return 'leave';
      default:
        throw new ScoringError('score/unknown-rule', node.op);
    }
  });
}

/**
 * Carries out rules in order; outcomes change in `scope.values`.
 * @returns `leave` after `exitResponse` or `exitTest`.
 * @throws ScoringError for what cannot be carried out.
 */
export function runRules(rules: readonly RuleNode[], scope: Scope): Course {
  for (const rule of rules) if (runRule(rule, scope) === 'leave') return 'leave';
  return 'go on';
}

/** Outcomes before processing: the default, else 0 for single numbers, else NULL (QTI 2.2, "Outcome processing"). */
export function initialOutcomes(outcomes: Readonly<Record<string, OutcomeKeys>>): Map<string, Maybe> {
  const values = new Map<string, Maybe>();
  for (const [name, declared] of Object.entries(outcomes)) {
    const number =
      declared.cardinality === 'single' && (declared.base === 'float' || declared.base === 'integer');
    const value =
      declared.default !== undefined
        ? keyValue(declared.default, declared.cardinality, declared.base)
        : number
          ? keyValue(['0'], 'single', declared.base)
          : null;
    values.set(name, value);
  }
  return values;
}
