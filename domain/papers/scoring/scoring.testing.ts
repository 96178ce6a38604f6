/** Small trees and keys for tests of scoring. */
import type { ItemKeys, OutcomeKeys, ResponseKeys, RuleNode } from '../keys.ts';
import { evaluate } from './rules.ts';
import type { Scope } from './scope.ts';
import { type Atom, type Maybe, readResponse } from './values.ts';

/** An operator with attributes and operands. */
export function op(name: string, a: Record<string, string> = {}, ...c: RuleNode[]): RuleNode {
  return { op: name, ...(Object.keys(a).length > 0 ? { a } : {}), ...(c.length > 0 ? { c } : {}) };
}

export const value = (base: string, v: string): RuleNode => ({ op: 'baseValue', a: { baseType: base }, v });
export const int = (number: number) => value('integer', String(number));
export const num = (number: number) => value('float', String(number));
export const text = (words: string) => value('string', words);
export const id = (name: string) => value('identifier', name);
export const yes = value('boolean', 'true');
export const no = value('boolean', 'false');
export const nothing = op('null');
export const bag = (...c: RuleNode[]) => op('multiple', {}, ...c);
export const row = (...c: RuleNode[]) => op('ordered', {}, ...c);
export const variable = (identifier: string) => op('variable', { identifier });
export const correct = (identifier: string) => op('correct', { identifier });
export const set = (identifier: string, expression: RuleNode) =>
  op('setOutcomeValue', { identifier }, expression);

export function emptyScope(more: Partial<Scope> = {}): Scope {
  return { responses: {}, outcomes: {}, values: new Map(), ...more };
}

/** What an expression gives: an item, a list of items, or `null` for NULL. */
export function given(node: RuleNode, scope: Scope = emptyScope()): Atom | Atom[] | null {
  return plain(evaluate(node, scope));
}

export function plain(result: Maybe): Atom | Atom[] | null {
  if (result === null) return null;
  return result.cardinality === 'single' ? (result.items[0] ?? null) : [...result.items];
}

/** A scope with one response R that holds what is given. */
export function answered(keys: ResponseKeys, answer: Parameters<typeof readResponse>[0]): Scope {
  return emptyScope({ responses: { R: keys }, values: new Map([['R', readResponse(answer, keys).value]]) });
}

export const SCORE: Record<string, OutcomeKeys> = { SCORE: { cardinality: 'single', base: 'float' } };

export function itemKeys(more: Partial<ItemKeys>): ItemKeys {
  return {
    identifier: 'item',
    responses: {},
    outcomes: SCORE,
    weights: {},
    categories: [],
    markerNotes: [],
    ...more,
  };
}
