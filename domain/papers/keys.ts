/**
 * The other half of an import: correct responses, mappings and scoring rules. They never enter the compiled paper;
 * sealed apart, they go to headquarters, where scoring follows QTI response processing.
 */
import type { BaseType } from '#protocol/paper.ts';

export const KEYS_FORMAT = 'gongyuan-keys/1';

export interface PaperKeys {
  format: typeof KEYS_FORMAT;
  /** Identifier of the test, as in `Paper.id`. */
  paper: string;
  /** By the item's identifier in the paper. */
  items: Record<string, ItemKeys>;
  outcomes: Record<string, OutcomeKeys>;
  /** Outcome processing of the test. */
  processing: RuleNode[];
}

export interface ItemKeys {
  /** Identifier that the item gives itself; differs from the test's name for it in some packages. */
  identifier: string;
  responses: Record<string, ResponseKeys>;
  outcomes: Record<string, OutcomeKeys>;
  /** Absent: no automatic scoring. */
  processing?: { template?: string; rules: RuleNode[] };
  weights: Record<string, number>;
  categories: string[];
  /** What markers are told, as plain text. */
  markerNotes: string[];
}

export interface ResponseKeys {
  cardinality: 'single' | 'multiple' | 'ordered' | 'record';
  base?: BaseType;
  /** Values as written: pairs as "A B", points as "x y". */
  correct?: string[];
  default?: string[];
  mapping?: Mapping;
  areaMapping?: AreaMapping;
}

export interface Mapping {
  default: number;
  lower?: number;
  upper?: number;
  entries: { key: string; value: number; caseSensitive: boolean }[];
}

export interface AreaMapping {
  default: number;
  lower?: number;
  upper?: number;
  entries: { shape: string; coords: number[]; value: number }[];
}

export interface OutcomeKeys {
  cardinality: 'single' | 'multiple' | 'ordered' | 'record';
  base?: string;
  default?: string[];
  /** Bounds and mastery as the declaration gives them. */
  normalMinimum?: number;
  normalMaximum?: number;
  masteryValue?: number;
  /** `match`: exact source values; `interpolation`: lower bounds, from the highest down. */
  table?: {
    kind: 'match' | 'interpolation';
    default?: string;
    entries: { source: number; target: string; includeBoundary: boolean }[];
  };
}

/** A rule or expression of response or outcome processing, by its QTI 2 name (`match`, `setOutcomeValue`). */
export interface RuleNode {
  op: string;
  /** Attributes by their QTI 2 names (`identifier`, `baseType`). */
  a?: Record<string, string>;
  c?: RuleNode[];
  /** Text of `baseValue`. */
  v?: string;
}
