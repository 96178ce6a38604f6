/**
 * A paper's answers → scores, by QTI response processing on the keys that the importer kept. Pure: the same keys and
 * answers give the same score on every machine. See docs/scoring.md.
 */
import type { Answers, Paper, PaperItem } from '#protocol/paper.ts';
import { pointsOf } from '../import/declarations.ts';
import type { ItemKeys, PaperKeys, RuleNode } from '../keys.ts';
import { orderPaper } from '../order.ts';
import { exactProduct, exactSum } from './numbers.ts';
import { initialOutcomes, runRules } from './rules.ts';
import type { Scope, ScoredItem } from './scope.ts';
import { type ScoreFault, ScoringError } from './score-faults.ts';
import { type ItemScore, outcomesOf, type ScoredItemResult, scoreItem } from './score-item.ts';
import type { Atom, Maybe } from './values.ts';

export const SCORE_FORMAT = 'gongyuan-score/1';

export interface PaperScore {
  format: typeof SCORE_FORMAT;
  /** Identifier of the test. */
  paper: string;
  /** `final`: nothing is left to do. `needs-marker`: the total is what the rules give. `failed`: no total. */
  state: 'final' | 'needs-marker' | 'failed';
  /** Points so far; `null` where a rule failed. */
  total: number | null;
  /** Most points of the items that the candidate had; `null` where one of them tells none. */
  maximum: number | null;
  items: Record<string, ItemScore>;
  /** Outcomes of the test, where the package has outcome processing; `{}` otherwise or where an item failed. */
  outcomes: Record<string, Atom | Atom[] | null>;
  /** Why the outcome processing of the test could not be carried out. */
  fault?: ScoreFault;
}

export interface ScoreOptions {
  /** The compiled paper, where it is at hand: sections, draws, kinds of interaction. */
  paper?: Pick<Paper, 'sections' | 'items'>;
  /** The candidate's seed, as recorded: which items were drawn. Without it every item counts as drawn. */
  seed?: string;
}

/** Sections of the paper as it is, or as it was drawn. */
interface Structure {
  id: string;
  children: readonly (Structure | { item: string })[];
}

/** Sections around each item that the candidate had. */
function placesOf(sections: readonly Structure[]): Map<string, string[]> {
  const places = new Map<string, string[]>();
  const walk = (section: Structure, around: readonly string[]) => {
    const own = [...around, section.id];
    for (const child of section.children)
      if ('children' in child) walk(child, own);
      else places.set(child.item, own);
  };
  for (const section of sections) walk(section, []);
  return places;
}

function weightsUsed(rules: readonly RuleNode[], found = new Set<string>()): Set<string> {
  for (const { a, c } of rules) {
    if (a?.weightIdentifier) found.add(a.weightIdentifier);
    weightsUsed(c ?? [], found);
  }
  return found;
}

/** The item's points in the total: times the weights that the test's own processing multiplies by. */
function factorOf(item: ItemKeys, weights: ReadonlySet<string>): number {
  return exactProduct(
    [...weights].filter((name) => Object.hasOwn(item.weights, name)).map((name) => item.weights[name] ?? 1),
  );
}

/** The points as the candidate is told them; the outcomes stay as the item's own rules give them. */
function weigh(score: ItemScore, factor: number): ItemScore {
  const times = (points: number | null) => (points === null ? null : exactProduct([points, factor]));
  return { ...score, score: times(score.score), maximum: times(score.maximum) };
}

interface TestResult {
  values: Map<string, Maybe>;
  fault?: ScoreFault;
}

function processTest(
  keys: PaperKeys,
  results: ReadonlyMap<string, ScoredItemResult>,
  places: ReadonlyMap<string, string[]> | undefined,
): TestResult {
  const items = new Map<string, ScoredItem>();
  for (const [id, item] of Object.entries(keys.items)) {
    const result = results.get(id);
    items.set(id, {
      presented: result !== undefined,
      sections: places?.get(id),
      categories: item.categories,
      weights: item.weights,
      responses: item.responses,
      declared: item.outcomes,
      values: result?.values ?? new Map(),
    });
  }
  try {
    const scope: Scope = {
      responses: {},
      outcomes: keys.outcomes,
      values: initialOutcomes(keys.outcomes),
      items,
    };
    runRules(keys.processing, scope);
    return { values: scope.values };
  } catch (error) {
    if (!(error instanceof ScoringError)) throw error;
    return { values: new Map(), fault: error.toFault() };
  }
}

function numberAt(values: ReadonlyMap<string, Maybe>, name: string): number | undefined {
  const value = values.get(name);
  const [item] = value?.cardinality === 'single' ? value.items : [];
  return typeof item === 'number' && Number.isFinite(item) ? item : undefined;
}

/** Is the outcome set by any rule? Its default of 0 would otherwise pass for a total. */
function sets(rules: readonly RuleNode[], name: string): boolean {
  return rules.some(
    ({ op, a, c }) =>
      ((op === 'setOutcomeValue' || op === 'lookupOutcomeValue') && a?.identifier === name) ||
      sets(c ?? [], name),
  );
}

/** Sum of what is known; `null` where one is not. */
function sumOf(numbers: readonly (number | null)[]): number | null {
  const known = numbers.filter((number) => number !== null);
  return known.length < numbers.length ? null : exactSum(known);
}

function hadItems(keys: PaperKeys, places: ReadonlyMap<string, string[]> | undefined): [string, ItemKeys][] {
  const all = Object.entries(keys.items);
  return places === undefined ? all : all.filter(([id]) => places.has(id));
}

function itemOf(paper: ScoreOptions['paper'], id: string): PaperItem | undefined {
  return paper !== undefined && Object.hasOwn(paper.items, id) ? paper.items[id] : undefined;
}

/**
 * @param answers merged answers of the attempt, as committed. Items without an answer may be missing.
 * @returns scores of every item that the candidate had. Never throws for what a package or an answer holds: items whose
 *   rules cannot be carried out are `failed`, and then there is no total.
 */
export function scorePaper(
  keys: PaperKeys,
  answers: Answers,
  { paper, seed }: ScoreOptions = {},
): PaperScore {
  const sections: readonly Structure[] | undefined =
    paper === undefined || seed === undefined ? paper?.sections : orderPaper(paper, seed).sections;
  const places = sections === undefined ? undefined : placesOf(sections);
  const had = hadItems(keys, places);
  const results = new Map<string, ScoredItemResult>();
  for (const [id, item] of had) {
    const compiled = itemOf(paper, id);
    results.set(
      id,
      scoreItem({
        id,
        keys: item,
        answers: Object.hasOwn(answers, id) ? answers[id] : undefined,
        ...(compiled === undefined ? {} : { item: compiled }),
        ...(seed === undefined ? {} : { seed }),
      }),
    );
  }
  const weights = weightsUsed(keys.processing);
  const items = Object.fromEntries(
    had.flatMap(([id, item]) => {
      const score = results.get(id)?.score;
      return score === undefined ? [] : [[id, weigh(score, factorOf(item, weights))] as const];
    }),
  );
  const states = Object.values(items).map(({ state }) => state);
  const stranger = Object.keys(answers).find((id) => !Object.hasOwn(keys.items, id));
  const broken = states.includes('failed') || stranger !== undefined;
  const test = broken || keys.processing.length === 0 ? undefined : processTest(keys, results, places);
  const fault: ScoreFault | undefined =
    stranger === undefined ? test?.fault : { code: 'score/item', where: '', detail: stranger };
  const failed = broken || fault !== undefined;

  const summed = exactSum(Object.values(items).map(({ score }) => score ?? 0));
  const said =
    test === undefined || !sets(keys.processing, 'SCORE') ? undefined : numberAt(test.values, 'SCORE');
  // A SCORE of the test's own may be on another scale than the items: then its own maximum belongs to it.
  const set =
    test === undefined || !sets(keys.processing, 'MAXSCORE') ? undefined : numberAt(test.values, 'MAXSCORE');
  const most = set ?? (sets(keys.processing, 'SCORE') ? pointsOf(keys.outcomes) : undefined);
  return {
    format: SCORE_FORMAT,
    paper: keys.paper,
    state: failed ? 'failed' : states.includes('needs-marker') ? 'needs-marker' : 'final',
    total: failed ? null : (said ?? summed),
    maximum: most ?? sumOf(Object.values(items).map(({ maximum }) => maximum)),
    items,
    outcomes: test === undefined ? {} : outcomesOf(test.values, Object.keys(keys.outcomes)),
    ...(fault === undefined ? {} : { fault }),
  };
}
