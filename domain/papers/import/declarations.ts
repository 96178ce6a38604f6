/** Declarations of an item: responses with their keys, outcomes. All of it stays out of the paper. */
import type { BaseType } from '#protocol/paper.ts';
import type { AreaMapping, ItemKeys, Mapping, OutcomeKeys, ResponseKeys } from '../keys.ts';
import { isIdentifier } from './identifiers.ts';
import type { Place, Report } from './report.ts';
import { attr, childrenOf, firstChild, flagAttr, numberAttr, textOf, type XmlElement } from './xml-tree.ts';

export interface ItemDeclarations {
  responses: Map<string, { keys: ResponseKeys; element: XmlElement }>;
  outcomes: Map<string, { keys: OutcomeKeys; element: XmlElement }>;
}

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
] satisfies BaseType[];
const CARDINALITIES = ['single', 'multiple', 'ordered', 'record'] as const;

function isBase(text: string | undefined): text is BaseType {
  return text !== undefined && BASES.includes(text);
}

function cardinalityOf(element: XmlElement): ResponseKeys['cardinality'] | undefined {
  const written = attr(element, 'cardinality');
  return CARDINALITIES.find((name) => name === written);
}

/** Values of `correctResponse` or `defaultValue`; an empty `value` is none (an undecided default). */
function valuesOf(holder: XmlElement | undefined): string[] | undefined {
  if (holder === undefined) return undefined;
  const values = childrenOf(holder, 'value').map((value) => textOf(value).trim());
  const given = values.filter((value) => value !== '');
  return given.length > 0 ? given : undefined;
}

interface Reading {
  report: Report;
  place: Place;
}

function mappedValue(entry: XmlElement, reading: Reading): number {
  const value = numberAttr(entry, 'mappedValue');
  if (value !== undefined) return value;
  reading.report.add(
    'scoring/mapping-value',
    { ...reading.place, line: entry.line },
    attr(entry, 'mappedValue') ?? '',
  );
  return 0;
}

function bounds(element: XmlElement): { default: number; lower?: number; upper?: number } {
  const lower = numberAttr(element, 'lowerBound');
  const upper = numberAttr(element, 'upperBound');
  return {
    default: numberAttr(element, 'defaultValue') ?? 0,
    ...(lower === undefined ? {} : { lower }),
    ...(upper === undefined ? {} : { upper }),
  };
}

function mappingOf(element: XmlElement | undefined, reading: Reading): Mapping | undefined {
  if (element === undefined) return undefined;
  const entries = childrenOf(element, 'mapEntry').map((entry) => ({
    key: attr(entry, 'mapKey') ?? '',
    value: mappedValue(entry, reading),
    caseSensitive: flagAttr(entry, 'caseSensitive', true),
  }));
  return { ...bounds(element), entries };
}

function areaMappingOf(element: XmlElement | undefined, reading: Reading): AreaMapping | undefined {
  if (element === undefined) return undefined;
  const entries = childrenOf(element, 'areaMapEntry').map((entry) => ({
    shape: attr(entry, 'shape') ?? 'default',
    coords: (attr(entry, 'coords') ?? '')
      .split(/[\s,]+/)
      .filter((part) => part !== '')
      .map(Number),
    value: mappedValue(entry, reading),
  }));
  return { ...bounds(element), entries };
}

function tableOf(element: XmlElement): OutcomeKeys['table'] {
  const match = firstChild(element, 'matchTable');
  const table = match ?? firstChild(element, 'interpolationTable');
  if (table === undefined) return undefined;
  const otherwise = attr(table, 'defaultValue');
  return {
    kind: match === undefined ? 'interpolation' : 'match',
    ...(otherwise === undefined ? {} : { default: otherwise }),
    entries: childrenOf(table, 'matchTableEntry', 'interpolationTableEntry').map((entry) => ({
      source: numberAttr(entry, 'sourceValue') ?? 0,
      target: attr(entry, 'targetValue') ?? '',
      includeBoundary: flagAttr(entry, 'includeBoundary', true),
    })),
  };
}

function optional<K extends string, V>(key: K, value: V | undefined): { [name in K]?: V } {
  // A computed key widens to an index signature; the one property has exactly this key.
  return value === undefined ? {} : ({ [key]: value } as { [name in K]?: V });
}

function responseKeys(element: XmlElement, reading: Reading): ResponseKeys | undefined {
  const cardinality = cardinalityOf(element);
  const base = attr(element, 'baseType');
  const id = attr(element, 'identifier') ?? '';
  if (cardinality === undefined) {
    reading.report.add(
      'item/cardinality',
      reading.place,
      `${id} ${attr(element, 'cardinality') ?? ''}`.trim(),
    );
    return undefined;
  }
  if (cardinality !== 'record' && !isBase(base)) {
    reading.report.add('item/base-type', reading.place, `${id} ${base ?? ''}`.trim());
    return undefined;
  }
  const correct = valuesOf(firstChild(element, 'correctResponse'));
  if (cardinality === 'single' && correct !== undefined && correct.length > 1)
    reading.report.add('scoring/correct-count', reading.place, `${id} ${correct.length}`);
  return {
    cardinality,
    ...(isBase(base) ? { base } : {}),
    ...optional('correct', correct),
    ...optional('default', valuesOf(firstChild(element, 'defaultValue'))),
    ...optional('mapping', mappingOf(firstChild(element, 'mapping'), reading)),
    ...optional('areaMapping', areaMappingOf(firstChild(element, 'areaMapping'), reading)),
  };
}

function outcomeKeys(element: XmlElement, reading: Reading): OutcomeKeys {
  const cardinality = cardinalityOf(element);
  const base = attr(element, 'baseType');
  const id = attr(element, 'identifier') ?? '';
  if (cardinality === undefined || (base !== undefined && !isBase(base)))
    reading.report.add('scoring/outcome', reading.place, id);
  return {
    cardinality: cardinality ?? 'single',
    ...optional('base', base),
    ...optional('default', valuesOf(firstChild(element, 'defaultValue'))),
    ...optional('normalMinimum', numberAttr(element, 'normalMinimum')),
    ...optional('normalMaximum', numberAttr(element, 'normalMaximum')),
    ...optional('masteryValue', numberAttr(element, 'masteryValue')),
    ...optional('table', tableOf(element)),
  };
}

/** Reads all declarations of an item or test; a response that is declared wrongly is reported and kept out. */
export function readDeclarations(root: XmlElement, report: Report, place: Place): ItemDeclarations {
  const result: ItemDeclarations = { responses: new Map(), outcomes: new Map() };
  for (const element of childrenOf(root, 'responseDeclaration', 'outcomeDeclaration')) {
    const reading: Reading = { report, place: { ...place, line: element.line } };
    const id = attr(element, 'identifier') ?? '';
    if (!isIdentifier(id)) {
      report.add('item/identifier', reading.place, `<${element.name}> ${id}`.trim());
      continue;
    }
    if (result.responses.has(id) || result.outcomes.has(id)) {
      report.add('item/duplicate-response', reading.place, id);
      continue;
    }
    if (element.name.toLowerCase().includes('outcome')) {
      result.outcomes.set(id, { keys: outcomeKeys(element, reading), element });
      continue;
    }
    const keys = responseKeys(element, reading);
    if (keys !== undefined) result.responses.set(id, { keys, element });
  }
  return result;
}

/** Highest score where the declarations say one: of SCORE, otherwise the default of MAXSCORE (a common custom). */
export function pointsOf(outcomes: ItemKeys['outcomes']): number | undefined {
  const said = outcomes.SCORE?.normalMaximum;
  if (said !== undefined && said >= 0) return said;
  for (const name of ['MAXSCORE', 'MAX_SCORE']) {
    const value = Number(outcomes[name]?.default?.[0] ?? Number.NaN);
    if (Number.isFinite(value) && value >= 0) return value;
  }
  return undefined;
}
