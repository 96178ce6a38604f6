/** One item: response processing, its score and its maximum. */
import { type Rng, seeded, subSeed } from '#domain/random/seeded.ts';
import type { PaperItem, ResponseValue } from '#protocol/paper.ts';
import type { ItemKeys, ResponseKeys, RuleNode } from '../keys.ts';
import { interactionsOf } from '../walk.ts';
import { type Maximum, maximumOf } from './maximum.ts';
import { initialOutcomes, runRules } from './rules.ts';
import type { Scope } from './scope.ts';
import { correctValue } from './scope.ts';
import { type ScoreFault, ScoringError } from './score-faults.ts';
import { templateRules } from './templates.ts';
import { type Atom, type Maybe, readResponse } from './values.ts';

/**
 * `scored`: by the rules. `unanswered`: nothing is written; scored by the rules as NULL, 0 where there are none.
 * `needs-marker`: a person gives the points (no rules, or a text or file beside them); `score` is what the rules give.
 * `failed`: the rules cannot be carried out. A text that asks nothing is `scored`, 0 of 0.
 */
export type ItemState = 'scored' | 'unanswered' | 'needs-marker' | 'failed';

export interface ItemScore {
  state: ItemState;
  /** Points, in the result of `scorePaper` times the test's weight; `null` where there is none (yet). */
  score: number | null;
  maximum: number | null;
  maximumFrom?: Maximum['from'];
  answered: boolean;
  /** Every outcome after processing; containers as lists, NULL as `null`. */
  outcomes: Record<string, Atom | Atom[] | null>;
  fault?: ScoreFault;
  /** Responses with something in them that is no value of their type, scored as not answered. */
  unreadable?: string[];
}

export interface ItemInput {
  id: string;
  keys: ItemKeys;
  answers: Readonly<Record<string, ResponseValue>> | undefined;
  /** The item as compiled, where it is known: which responses are play counters, how many values they take. */
  item?: PaperItem;
  /** The candidate's seed, for rules that draw. */
  seed?: string;
}

export interface ScoredItemResult {
  score: ItemScore;
  /** Responses and outcomes, for the outcome processing of the test; empty where the item failed. */
  values: Map<string, Maybe>;
}

function namesIn(rules: readonly RuleNode[], found = new Set<string>()): Set<string> {
  for (const { a, c } of rules) {
    if (a?.identifier !== undefined) found.add(a.identifier);
    namesIn(c ?? [], found);
  }
  return found;
}

/** Counters of how often a recording was played are no answers. */
function isCounter(name: string, keys: ResponseKeys, used: ReadonlySet<string>, item?: PaperItem): boolean {
  if (item !== undefined)
    return [...interactionsOf(item.body)].some((one) => one.type === 'media' && one.response === name);
  return (
    keys.base === 'integer' && keys.correct === undefined && keys.mapping === undefined && !used.has(name)
  );
}

/** Responses that only a person can judge: files and long texts which no rule looks at. */
function byHand(name: string, keys: ResponseKeys, used: ReadonlySet<string>, item?: PaperItem): boolean {
  if (used.has(name)) return false;
  if (keys.base === 'file') return true;
  const long =
    item &&
    [...interactionsOf(item.body)].some((one) => one.type === 'extended-text' && one.response === name);
  return long === true && keys.correct === undefined && keys.mapping === undefined;
}

function rulesFor({ processing, outcomes }: ItemKeys): RuleNode[] | undefined {
  if (processing === undefined) return undefined;
  if (processing.rules.length > 0 || processing.template === undefined) return processing.rules;
  return templateRules(processing.template, outcomes);
}

function run(
  keys: ItemKeys,
  rules: readonly RuleNode[],
  responses: ReadonlyMap<string, Maybe>,
  random: Rng | undefined,
): Map<string, Maybe> {
  const scope: Scope = {
    responses: keys.responses,
    outcomes: keys.outcomes,
    values: new Map([...responses, ...initialOutcomes(keys.outcomes)]),
    ...(random === undefined ? {} : { random }),
  };
  runRules(rules, scope);
  return scope.values;
}

/** SCORE as a number; `null` for NULL. */
function scoreIn(values: ReadonlyMap<string, Maybe>): number | null {
  const value = values.get('SCORE') ?? null;
  if (value === null) return null;
  const [points] = value.items;
  if (value.cardinality !== 'single' || typeof points !== 'number' || !Number.isFinite(points))
    throw new ScoringError('score/not-number', 'SCORE');
  return points;
}

/** What the correct responses get; `undefined` where one has none or the rules cannot tell. */
function scoreOfCorrect(keys: ItemKeys, rules: readonly RuleNode[] | undefined, asked: readonly string[]) {
  if (rules === undefined || asked.length === 0) return undefined;
  try {
    const right = new Map<string, Maybe>(
      Object.entries(keys.responses).map(([name, one]) => [name, correctValue(one)]),
    );
    if (asked.some((name) => (right.get(name) ?? null) === null)) return undefined;
    return scoreIn(run(keys, rules, right, undefined)) ?? undefined;
  } catch (error) {
    if (error instanceof ScoringError) return undefined;
    throw error;
  }
}

export function outcomesOf(
  values: ReadonlyMap<string, Maybe>,
  names: Iterable<string>,
): Record<string, Atom | Atom[] | null> {
  return Object.fromEntries(
    [...names].map((name) => {
      const value = values.get(name) ?? null;
      if (value === null) return [name, null];
      return [name, value.cardinality === 'single' ? (value.items[0] ?? null) : [...value.items]];
    }),
  );
}

function judge(input: ItemInput): ScoredItemResult {
  const { keys, item } = input;
  const rules = rulesFor(keys);
  const used = new Set(rules === undefined ? [] : namesIn(rules));
  const responses = new Map<string, Maybe>();
  const unreadable: string[] = [];
  for (const [name, one] of Object.entries(keys.responses)) {
    const given =
      input.answers !== undefined && Object.hasOwn(input.answers, name) ? input.answers[name] : undefined;
    // Records cannot be asked; a declared one stays NULL until a rule looks at it.
    const read = one.cardinality === 'record' ? null : readResponse(given, one);
    responses.set(name, read?.value ?? null);
    if (read?.unreadable === true) unreadable.push(name);
  }
  const asked = Object.keys(keys.responses).filter((name) => {
    const one = keys.responses[name];
    return one !== undefined && !isCounter(name, one, used, item);
  });
  const filled = (name: string) => (responses.get(name) ?? null) !== null || unreadable.includes(name);
  const answered = asked.some(filled);
  const random = input.seed === undefined ? undefined : seeded(subSeed(input.seed, 'scoring', input.id));
  const values =
    rules === undefined
      ? new Map([...responses, ...initialOutcomes(keys.outcomes)])
      : run(keys, rules, responses, random);
  const points = rules === undefined ? null : scoreIn(values);
  const left = asked.filter((name) => {
    const one = keys.responses[name];
    return one !== undefined && filled(name) && byHand(name, one, used, item);
  });
  const asksNothing = asked.length === 0 && rules === undefined;
  const state: ItemState = asksNothing
    ? 'scored'
    : !answered
      ? 'unanswered'
      : points === null || left.length > 0
        ? 'needs-marker'
        : 'scored';
  const maximum = maximumOf(keys, values, item, () => scoreOfCorrect(keys, rules, asked));
  const none = asksNothing || state === 'unanswered' ? 0 : null;
  // Outcome processing must not take the 0 of an essay that waits for its marker for its score.
  if (points === null)
    values.set('SCORE', none === null ? null : { cardinality: 'single', base: 'float', items: [none] });
  const names = new Set([...Object.keys(keys.outcomes), 'SCORE']);
  return {
    values,
    score: {
      state,
      score: points ?? none,
      maximum: maximum?.points ?? (asksNothing ? 0 : null),
      ...(maximum === null ? {} : { maximumFrom: maximum.from }),
      answered,
      outcomes: outcomesOf(values, names),
      ...(unreadable.length > 0 ? { unreadable } : {}),
    },
  };
}

function isWritten(value: ResponseValue): boolean {
  if (value === null) return false;
  return typeof value === 'string' ? value.trim() !== '' : !Array.isArray(value) || value.length > 0;
}

/** Never throws: what cannot be carried out is in the result. */
export function scoreItem(input: ItemInput): ScoredItemResult {
  try {
    return judge(input);
  } catch (error) {
    if (!(error instanceof ScoringError)) throw error;
    const answered = Object.values(input.answers ?? {}).some(isWritten);
    return {
      values: new Map(),
      score: { state: 'failed', score: null, maximum: null, answered, outcomes: {}, fault: error.toFault() },
    };
  }
}
