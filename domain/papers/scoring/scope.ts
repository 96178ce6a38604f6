/** What rules and expressions can see, and how they read their attributes. */
import type { Rng } from '#domain/random/seeded.ts';
import type { OutcomeKeys, ResponseKeys, RuleNode } from '../keys.ts';
import { typedNumber } from './numbers.ts';
import { ScoringError } from './score-faults.ts';
import { isNumeric, keyValue, type Maybe, type Value } from './values.ts';

/** An item as outcome processing sees it. */
export interface ScoredItem {
  /** Was it among the items drawn for the candidate? If not, its variables are NULL and nothing counts it. */
  presented: boolean;
  /** Sections around the item, outermost first; `undefined` where the paper's structure is not known. */
  sections: readonly string[] | undefined;
  categories: readonly string[];
  weights: Readonly<Record<string, number>>;
  responses: Readonly<Record<string, ResponseKeys>>;
  declared: Readonly<Record<string, OutcomeKeys>>;
  values: ReadonlyMap<string, Maybe>;
}

export interface Scope {
  responses: Readonly<Record<string, ResponseKeys>>;
  outcomes: Readonly<Record<string, OutcomeKeys>>;
  /** Values of responses and outcomes now; rules change outcomes in it. */
  values: Map<string, Maybe>;
  /** Items of the candidate, in outcome processing only. */
  items?: ReadonlyMap<string, ScoredItem>;
  /** Absent: rules that draw at random are not carried out. */
  random?: Rng;
}

export type Evaluate = (node: RuleNode, scope: Scope) => Maybe;

/** Always there without a declaration (QTI 2.2, "Built-in variables"); nobody keeps them here. */
const BUILT_IN = new Set(['numAttempts', 'duration', 'completionStatus']);

export function attribute(node: RuleNode, name: string): string {
  const text = node.a?.[name];
  if (text === undefined || text === '') throw new ScoringError('score/attribute', name);
  return text;
}

export function flag(node: RuleNode, name: string, otherwise: boolean): boolean {
  const text = node.a?.[name];
  if (text === undefined) return otherwise;
  if (text === 'true' || text === '1') return true;
  if (text === 'false' || text === '0') return false;
  throw new ScoringError('score/attribute', name);
}

/** A number as written, or the value of the variable that is named instead; `null` where that is NULL. */
export function numberOrVariable(text: string, scope: Scope): number | null {
  const written = typedNumber(text);
  if (written !== null) return written;
  const value = variableValue(text, scope);
  return value === null ? null : numberIn(value);
}

/** The number of a single numeric value. */
export function numberIn(value: Value): number {
  const [item] = value.items;
  if (value.cardinality !== 'single' || !isNumeric(value.base) || typeof item !== 'number')
    throw new ScoringError('score/type', `${value.cardinality} ${value.base}`);
  return item;
}

function itemVariable(
  name: string,
  items: ReadonlyMap<string, ScoredItem>,
): { item: ScoredItem; variable: string } | undefined {
  // Identifiers may contain full stops themselves: the longest item that fits.
  let best: string | undefined;
  for (const id of items.keys())
    if (name.startsWith(`${id}.`) && (best === undefined || id.length > best.length)) best = id;
  const item = best === undefined ? undefined : items.get(best);
  if (best === undefined || item === undefined) return undefined;
  return { item, variable: name.slice(best.length + 1) };
}

/** @param weight name of the weight that an item's variable is multiplied by (QTI 2.2, "variable"). */
export function variableValue(name: string, scope: Scope, weight?: string): Maybe {
  const own = scope.values.get(name);
  if (own !== undefined) return own;
  if (BUILT_IN.has(name)) return null;
  const found = scope.items === undefined ? undefined : itemVariable(name, scope.items);
  if (found === undefined) throw new ScoringError('score/undeclared', name);
  if (!found.item.presented) return null;
  const value = found.item.values.get(found.variable);
  if (value === undefined) {
    if (BUILT_IN.has(found.variable)) return null;
    throw new ScoringError('score/undeclared', name);
  }
  return weighted(value, found.item, weight);
}

/** Weighting makes a float; an item without that weight counts once. */
export function weighted(value: Maybe, item: ScoredItem, weight: string | undefined): Maybe {
  if (value === null || weight === undefined || weight === '') return value;
  if (value.cardinality !== 'single' || !isNumeric(value.base)) return value;
  return { ...value, base: 'float', items: [numberIn(value) * (item.weights[weight] ?? 1)] };
}

export function responseKeys(name: string, scope: Scope): ResponseKeys {
  const keys = Object.hasOwn(scope.responses, name) ? scope.responses[name] : undefined;
  if (keys === undefined) throw new ScoringError('score/undeclared', name);
  return keys;
}

export function correctValue(keys: ResponseKeys): Maybe {
  return keys.correct === undefined ? null : keyValue(keys.correct, keys.cardinality, keys.base);
}
