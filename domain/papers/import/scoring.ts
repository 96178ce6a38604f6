/**
 * Response and outcome processing → a JSON tree, checked so that headquarters can carry it out: every variable
 * declared, every rule known, what a rule needs (correct response, mapping, table) given. A rule that could never give
 * a point is an error: unnoticed, it would give everybody nothing.
 */
import type { RuleNode } from '../keys.ts';
import type { ItemDeclarations } from './declarations.ts';
import type { Place, Report } from './report.ts';
import { attr, childElements, kind, textOf, type XmlElement } from './xml-tree.ts';

const RULES = `responseCondition responseIf responseElseIf responseElse outcomeCondition outcomeIf outcomeElseIf
  outcomeElse setOutcomeValue lookupOutcomeValue exitResponse exitTest responseProcessingFragment
  outcomeProcessingFragment`;
const EXPRESSIONS = `and anyN baseValue containerSize contains correct customOperator default delete divide durationGTE
  durationGte durationLT durationLt equal equalRounded fieldValue gcd gt gte index inside integerDivide integerModulus
  integerToFloat isNull lcm lt lte mapResponse mapResponsePoint match mathConstant mathOperator max member min multiple
  not null numberCorrect numberIncorrect numberPresented numberResponded numberSelected or ordered outcomeMaximum
  outcomeMinimum patternMatch power product random randomFloat randomInteger repeat round roundTo statsOperator
  stringMatch substring subtract sum testVariables truncate variable`;
/** Rules and expressions that may come through; domain/papers/scoring carries out each (a test says so). */
export const KNOWN: ReadonlySet<string> = new Set(`${RULES} ${EXPRESSIONS}`.split(/\s+/));

/** Always there without a declaration (QTI 2.2, "Built-in variables"). */
const BUILT_IN = new Set(['numAttempts', 'duration', 'completionStatus']);

export const TEMPLATES: Readonly<Record<string, 'correct' | 'mapping' | 'areaMapping'>> = {
  match_correct: 'correct',
  map_response: 'mapping',
  map_response_point: 'areaMapping',
  CC2_match: 'correct',
  CC2_match_basic: 'correct',
  CC2_map_response: 'mapping',
};

/** Name of a standard template from its address: `…/rptemplates/match_correct(.xml)`. */
export function templateName(address: string): string {
  return address
    .trim()
    .replace(/[?#].*$/s, '')
    .replace(/^.*[/\\]/s, '')
    .replace(/\.xml$/i, '');
}

/** The tree as written, in QTI 2 names; nothing is judged yet. */
export function ruleOf(element: XmlElement): RuleNode {
  const a: Record<string, string> = {};
  for (const name of Object.keys(element.attrs)) {
    if (name.includes(':') || name === 'xmlns') continue;
    a[name.replace(/-([a-z])/g, (_all, letter: string) => letter.toUpperCase())] =
      element.attrs[name]!.trim();
  }
  const c = childElements(element).map(ruleOf);
  const op = kind(element);
  return {
    op,
    ...(Object.keys(a).length > 0 ? { a } : {}),
    ...(c.length > 0 ? { c } : {}),
    ...(op === 'baseValue' ? { v: textOf(element).trim() } : {}),
  };
}

/** Rules of a processing element; fragments are laid open. */
export function rulesOf(processing: XmlElement): RuleNode[] {
  return childElements(processing).flatMap((child) =>
    /^(response|outcome)ProcessingFragment$/.test(kind(child)) ? rulesOf(child) : [ruleOf(child)],
  );
}

export interface RuleScope {
  report: Report;
  place: Place;
  declarations: ItemDeclarations;
  /** In a test: is `ITEM.VARIABLE` the variable of an item? */
  itemVariable?: (name: string) => boolean;
}

const NUMERIC = new Set(['integer', 'float', 'duration']);

function baseOfVariable(id: string, scope: RuleScope): string | undefined {
  return scope.declarations.responses.get(id)?.keys.base ?? scope.declarations.outcomes.get(id)?.keys.base;
}

/** Type of simple expressions; `undefined` where it would need an evaluation. */
function baseOfExpression(element: XmlElement, scope: RuleScope): string | undefined {
  const id = attr(element, 'identifier') ?? '';
  switch (kind(element)) {
    case 'baseValue':
      return attr(element, 'baseType');
    case 'variable':
    case 'correct':
    case 'default':
      return baseOfVariable(id, scope);
    case 'mapResponse':
    case 'mapResponsePoint':
      return 'float';
    case 'match':
    case 'and':
    case 'or':
    case 'not':
    case 'isNull':
      return 'boolean';
    default:
      return undefined;
  }
}

function checkResponseNeed(
  element: XmlElement,
  need: 'correct' | 'mapping' | 'areaMapping',
  id: string,
  scope: RuleScope,
): void {
  const place = { ...scope.place, line: element.line };
  const declared = scope.declarations.responses.get(id);
  if (declared === undefined) scope.report.add('scoring/undeclared', place, id);
  else if (declared.keys[need] === undefined)
    scope.report.add(need === 'correct' ? 'scoring/no-correct' : 'scoring/no-mapping', place, id);
}

function checkOutcome(element: XmlElement, scope: RuleScope): void {
  const id = attr(element, 'identifier') ?? '';
  const place = { ...scope.place, line: element.line };
  const outcome = scope.declarations.outcomes.get(id);
  if (outcome === undefined) {
    if (!BUILT_IN.has(id)) scope.report.add('scoring/undeclared', place, id);
    return;
  }
  if (kind(element) === 'lookupOutcomeValue') {
    if (outcome.keys.table === undefined) scope.report.add('scoring/no-table', place, id);
    return;
  }
  const value = childElements(element)[0];
  const from = value === undefined ? undefined : baseOfExpression(value, scope);
  const to = outcome.keys.base;
  if (from === undefined || to === undefined || from === to) return;
  if (NUMERIC.has(from) && NUMERIC.has(to)) return;
  scope.report.add('scoring/type', place, `${id}: ${to} ← ${from}`);
}

function checkVariable(element: XmlElement, scope: RuleScope): void {
  const id = attr(element, 'identifier') ?? '';
  const { responses, outcomes } = scope.declarations;
  if (responses.has(id) || outcomes.has(id) || BUILT_IN.has(id)) return;
  if (scope.itemVariable?.(id) === true) return;
  scope.report.add('scoring/undeclared', { ...scope.place, line: element.line }, id);
}

function checkRule(element: XmlElement, scope: RuleScope): void {
  const op = kind(element);
  const place = { ...scope.place, line: element.line };
  const id = attr(element, 'identifier') ?? '';
  if (op === 'customOperator') scope.report.add('scoring/custom', place, attr(element, 'class') ?? '');
  else if (!KNOWN.has(op)) scope.report.add('scoring/unknown-rule', place, `<${element.name}>`);
  else if (op === 'variable' || op === 'default') checkVariable(element, scope);
  else if (op === 'correct') checkResponseNeed(element, 'correct', id, scope);
  else if (op === 'mapResponse') checkResponseNeed(element, 'mapping', id, scope);
  else if (op === 'mapResponsePoint') checkResponseNeed(element, 'areaMapping', id, scope);
  else if (op === 'setOutcomeValue' || op === 'lookupOutcomeValue') checkOutcome(element, scope);
  for (const child of childElements(element)) checkRule(child, scope);
}

/** Names everything in the rules that could not be carried out. */
export function checkRules(processing: XmlElement, scope: RuleScope): void {
  for (const child of childElements(processing)) checkRule(child, scope);
}

/** A standard template works on RESPONSE and SCORE; a SCORE that is not declared is understood. */
export function checkTemplate(processing: XmlElement, name: string, scope: RuleScope): void {
  const need = Object.hasOwn(TEMPLATES, name) ? TEMPLATES[name] : undefined;
  if (need === undefined) {
    scope.report.add('scoring/template', { ...scope.place, line: processing.line }, name);
    return;
  }
  checkResponseNeed(processing, need, 'RESPONSE', scope);
}

/** Does any rule set a score? */
export function setsOutcome(rules: readonly RuleNode[]): boolean {
  return rules.some(
    (rule) => rule.op === 'setOutcomeValue' || rule.op === 'lookupOutcomeValue' || setsOutcome(rule.c ?? []),
  );
}
