/** `mapping` and `areaMapping` (QTI 2.2 information model, "mapResponse", "mapResponsePoint", "mapping"). */
import type { AreaMapping, Mapping, ResponseKeys } from '../keys.ts';
import { exactSum } from './numbers.ts';
import { isInside } from './shapes.ts';
import { type Atom, type Base, keyValue, type Maybe, normalText } from './values.ts';

function bounded(points: number, { lower, upper }: Pick<Mapping, 'lower' | 'upper'>): number {
  if (lower !== undefined && points < lower) return lower;
  return upper !== undefined && points > upper ? upper : points;
}

interface Entry {
  key: Atom | undefined;
  folded: string | undefined;
  value: number;
}

function entriesOf(mapping: Mapping, base: Base): Entry[] {
  return mapping.entries.map(({ key, value, caseSensitive }) => ({
    key: keyValue([key], 'single', base)?.items[0],
    folded: caseSensitive ? undefined : normalText(key).toLowerCase(),
    value,
  }));
}

/** The exact key before one that differs in case only. */
function find(item: Atom, entries: readonly Entry[]): Entry | undefined {
  const folded = typeof item === 'string' ? item.toLowerCase() : undefined;
  return (
    entries.find((entry) => entry.key === item) ??
    entries.find((entry) => folded !== undefined && entry.folded === folded)
  );
}

/**
 * Points of a value. A value that occurs several times counts once. NULL gives 0, as the template map_response has it,
 * so that the mapping's default, often a penalty, never falls on a blank; a string mapping may name the blank itself
 * (key "").
 */
export function mapValue(value: Maybe, mapping: Mapping, base: Base): number {
  if (value === null) {
    const blank = base === 'string' ? mapping.entries.find((entry) => entry.key.trim() === '') : undefined;
    return blank === undefined ? 0 : bounded(blank.value, mapping);
  }
  const entries = entriesOf(mapping, base);
  const counted = new Set<Atom | Entry>();
  const points: number[] = [];
  for (const item of value.items) {
    const entry = find(item, entries);
    if (counted.has(entry ?? item)) continue;
    counted.add(entry ?? item);
    points.push(entry?.value ?? mapping.default);
  }
  return bounded(exactSum(points), mapping);
}

/** Points of one or more places in a picture. Every area counts once; a place in no area gives the default. */
export function mapPoints(value: Maybe, mapping: AreaMapping): number {
  if (value === null) return 0;
  const hit = new Set<AreaMapping['entries'][number]>();
  let misses = 0;
  for (const point of new Set(value.items)) {
    const area = mapping.entries.find(({ shape, coords }) => isInside(String(point), shape, coords));
    if (area === undefined) misses++;
    else hit.add(area);
  }
  return bounded(
    exactSum([...[...hit].map((area) => area.value), ...Array<number>(misses).fill(mapping.default)]),
    mapping,
  );
}

/**
 * Most points that a mapping can give.
 * @param most how many values the candidate may give; 0: any number.
 */
export function mostOf(
  mapping: Mapping | AreaMapping,
  cardinality: ResponseKeys['cardinality'],
  most = 0,
): number {
  const values = mapping.entries.map((entry) => entry.value).sort((a, b) => b - a);
  if (cardinality === 'single') return bounded(Math.max(mapping.default, ...values), mapping);
  const good = values.filter((value) => value > 0);
  return bounded(exactSum(most > 0 ? good.slice(0, most) : good), mapping);
}
