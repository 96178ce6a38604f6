/**
 * Values of QTI: a base type, a cardinality and, unless NULL, at least one item (QTI 2.2 information model, "Item
 * variables": an empty container and an empty string are NULL, and NULL has every type).
 */
import type { ResponseValue } from '#protocol/paper.ts';
import type { ResponseKeys } from '../keys.ts';
import { typedNumber } from './numbers.ts';
import { ScoringError } from './score-faults.ts';

export type Base =
  | 'identifier'
  | 'boolean'
  | 'integer'
  | 'float'
  | 'string'
  | 'pair'
  | 'directedPair'
  | 'point'
  | 'file'
  | 'duration'
  | 'uri';

/** One item: a number for numeric types and durations (seconds), a truth value, or the normal form as text. */
export type Atom = string | number | boolean;

export interface Value {
  cardinality: 'single' | 'multiple' | 'ordered';
  base: Base;
  /** Exactly one for `single`, at least one otherwise. */
  items: readonly Atom[];
}

/** `null` is NULL. */
export type Maybe = Value | null;

const BASES: readonly string[] = [
  'identifier',
  'boolean',
  'integer',
  'float',
  'string',
  'pair',
  'directedPair',
  'point',
  'file',
  'duration',
  'uri',
] satisfies Base[];

export function isBase(text: string | undefined): text is Base {
  return text !== undefined && BASES.includes(text);
}

export function isNumeric(base: Base): boolean {
  return base === 'integer' || base === 'float' || base === 'duration';
}

export const TRUE: Value = { cardinality: 'single', base: 'boolean', items: [true] };
export const FALSE: Value = { cardinality: 'single', base: 'boolean', items: [false] };

export function bool(truth: boolean | null): Maybe {
  return truth === null ? null : truth ? TRUE : FALSE;
}

export function float(number: number): Value {
  return { cardinality: 'single', base: 'float', items: [number] };
}

export function integer(number: number): Value {
  return { cardinality: 'single', base: 'integer', items: [number] };
}

export function single(base: Base, item: Atom): Maybe {
  return item === '' ? null : { cardinality: 'single', base, items: [item] };
}

export function container(cardinality: 'multiple' | 'ordered', base: Base, items: readonly Atom[]): Maybe {
  return items.length === 0 ? null : { cardinality, base, items };
}

/** Strings as candidates type them: no white space around, composed characters (NFC). Nothing else is changed. */
export function normalText(text: string): string {
  return text.normalize('NFC').trim();
}

function pairText(left: string, right: string, base: Base): string {
  // A pair without direction is the same from both sides.
  return base === 'pair' && right < left ? `${right} ${left}` : `${left} ${right}`;
}

/** `null` where the text is none of the type. */
function atomOf(text: string, base: Base): Atom | null {
  const bare = text.trim();
  switch (base) {
    case 'boolean':
      return bare === 'true' || bare === '1' ? true : bare === 'false' || bare === '0' ? false : null;
    case 'integer':
    case 'float':
    case 'duration': {
      const number = typedNumber(text);
      return number === null || (base === 'integer' && !Number.isInteger(number)) ? null : number;
    }
    case 'pair':
    case 'directedPair': {
      const [left = '', right = '', ...more] = bare.split(/\s+/);
      return right === '' || more.length > 0 ? null : pairText(left, right, base);
    }
    case 'point': {
      const [x, y, ...more] = bare.split(/\s+/).map(Number);
      if (x === undefined || y === undefined || more.length > 0) return null;
      return Number.isFinite(x) && Number.isFinite(y) ? `${x} ${y}` : null;
    }
    case 'string':
      return normalText(text);
    default:
      return bare;
  }
}

/** Values of keys and rules; unreadable ones are a fault of the package. */
export function keyValue(texts: readonly string[], cardinality: string, base: string | undefined): Maybe {
  if (cardinality === 'record') throw new ScoringError('score/record');
  if (!isBase(base)) throw new ScoringError('score/key', base ?? 'baseType');
  const items = texts.map((text) => {
    const item = atomOf(text, base);
    if (item === null) throw new ScoringError('score/key', `${base}: ${text}`);
    return item;
  });
  if (cardinality === 'multiple' || cardinality === 'ordered') return container(cardinality, base, items);
  const [first, ...more] = items;
  if (more.length > 0) throw new ScoringError('score/key', 'single');
  return first === undefined ? null : single(base, first);
}

export interface ReadResponse {
  value: Maybe;
  /** Something is written that is no value of the type, such as "12 kg" for a number: scored as NULL. */
  unreadable: boolean;
}

const NOTHING: ReadResponse = { value: null, unreadable: false };

function textsOf(value: ResponseValue): string[] {
  if (value === null) return [];
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.map((one) => (typeof one === 'string' ? one : one.join(' ')));
  // A file: which one it is matters only for "is there one".
  return [value.sha256];
}

/** A candidate's answer; a form that the declaration does not have is a fault, not a wrong answer. */
export function readResponse(value: ResponseValue | undefined, keys: ResponseKeys): ReadResponse {
  if (value === undefined || value === null) return NOTHING;
  const { base, cardinality } = keys;
  if (cardinality === 'record' || base === undefined) throw new ScoringError('score/record');
  const texts = textsOf(value);
  if (typeof value === 'object' && !Array.isArray(value) !== (base === 'file'))
    throw new ScoringError('score/response', base);
  const written = texts.filter((text) => text.trim() !== '');
  if (cardinality === 'single' && written.length > 1) throw new ScoringError('score/response', cardinality);
  const items = written.map((text) => atomOf(text, base)).filter((item) => item !== null);
  const unreadable = items.length < written.length;
  if (cardinality !== 'single') return { value: container(cardinality, base, items), unreadable };
  const [first] = items;
  return { value: first === undefined ? null : single(base, first), unreadable };
}

/** Same item? Numbers by value, everything else by its normal form. */
export function sameItems(a: Value, b: Value): boolean {
  if (a.items.length !== b.items.length) return false;
  if (a.cardinality !== 'multiple') return a.items.every((item, at) => item === b.items[at]);
  const left = counts(a.items);
  for (const [item, count] of counts(b.items)) if (left.get(item) !== count) return false;
  return true;
}

export function counts(items: readonly Atom[]): Map<Atom, number> {
  const result = new Map<Atom, number>();
  for (const item of items) result.set(item, (result.get(item) ?? 0) + 1);
  return result;
}
