/** One item: body, responses and keys. */
import type { PaperItem, PaperNode, PaperResponse } from '#protocol/paper.ts';
import type { ItemKeys } from '../keys.ts';
import { interactionsOf } from '../walk.ts';
import { compileChildren, rubric } from './content.ts';
import { type ItemContext, placeOf } from './context.ts';
import { type ItemDeclarations, pointsOf, readDeclarations } from './declarations.ts';
import { interact } from './interactions.ts';
import type { Package } from './package.ts';
import { folderOf } from './paths.ts';
import { checkRules, checkTemplate, type RuleScope, rulesOf, setsOutcome, templateName } from './scoring.ts';
import { loadTemplate } from './scoring-template.ts';
import { attr, childElements, childrenOf, firstChild, flagAttr, kind, type XmlElement } from './xml-tree.ts';

export interface ItemReference {
  /** Identifier in the test; names the item in the paper. */
  id: string;
  path: string;
  weights: Record<string, number>;
  categories: string[];
}

export interface CompiledItem {
  item: PaperItem;
  keys: ItemKeys;
  /** Paths of the stimuli, in the order of `item.stimuli`. */
  stimuli: { id: string; path: string }[];
}

function sheetsOf(root: XmlElement): { href: string; line: number }[] {
  return childrenOf(root, 'stylesheet').map((element) => ({
    href: attr(element, 'href') ?? '',
    line: element.line,
  }));
}

function createContext(root: XmlElement, reference: ItemReference, pack: Package): ItemContext {
  const place = { file: reference.path, item: reference.id };
  const folder = folderOf(reference.path);
  const context: ItemContext = {
    folder,
    file: reference.path,
    item: reference.id,
    report: pack.report,
    media: pack.media,
    styles: pack.styles.scope(folder, sheetsOf(root), place),
    links: [],
    markerNotes: [],
    declarations: readDeclarations(root, pack.report, place),
    responses: [],
    kinds: [],
    named: [],
  };
  context.interact = (element, inner) => interact(element, { ...context, ...inner });
  return context;
}

/** What this importer cannot carry out at all; named, and the rest is still read. */
function refuseUnsupported(root: XmlElement, context: ItemContext): void {
  if (flagAttr(root, 'adaptive')) context.report.add('item/adaptive', placeOf(context, root));
  for (const element of childrenOf(root, 'templateDeclaration', 'templateProcessing'))
    context.report.add(
      'item/template',
      placeOf(context, element),
      attr(element, 'identifier') ?? kind(element),
    );
}

/** The body in one element that carries its sheets, classes and language; bare where it has none. */
export function wrapBody(
  body: XmlElement,
  nodes: PaperNode[],
  context: Pick<ItemContext, 'styles' | 'file' | 'item'>,
): PaperNode[] {
  const classes = [
    ...context.styles.wrapper,
    ...context.styles.classes(body.attrs.class ?? '', { file: context.file, item: context.item }),
  ];
  const inline = context.styles.inline(body.attrs.style ?? '', { file: context.file, item: context.item });
  if (inline !== undefined) classes.push(inline);
  return classes.length === 0 ? nodes : [{ e: 'div', a: { class: classes.join(' ') }, c: nodes }];
}

/** Files linked anywhere in the item are the starter material of its uploads, to be fetched again at any time. */
function attachStarters(body: readonly PaperNode[], links: readonly string[]): void {
  for (const interaction of interactionsOf(body))
    if (interaction.type === 'upload') interaction.starter = [...links];
}

function readStimuli(root: XmlElement, context: ItemContext, pack: Package): CompiledItem['stimuli'] {
  const found: CompiledItem['stimuli'] = [];
  for (const element of childrenOf(root, 'assessmentStimulusRef')) {
    const place = placeOf(context, element);
    const id = attr(element, 'identifier') ?? '';
    const path = pack.locate(context.folder, attr(element, 'href') ?? '', place, 'stimulus/missing');
    if (path !== undefined) found.push({ id, path });
  }
  return found;
}

function checkCorrect(context: ItemContext): void {
  for (const response of context.responses) {
    const declared = context.declarations.responses.get(response.id);
    if (declared === undefined) continue;
    const place = placeOf(context, declared.element);
    for (const value of declared.keys.correct ?? [])
      if (!isPossible(value, response)) context.report.add('scoring/correct-unknown', place, value);
    for (const entry of declared.keys.mapping?.entries ?? [])
      if (!isPossible(entry.key, response)) context.report.add('scoring/mapping-unknown', place, entry.key);
  }
}

/** Could a candidate give this value? Pairs of a `pair` count in either order. */
function isPossible(value: string, response: PaperResponse): boolean {
  const { allowed } = response;
  if (allowed === undefined) return true;
  if (response.base === 'identifier') return allowed.ids?.includes(value) ?? true;
  const [from = '', to = '', ...more] = value.split(/\s+/);
  if (more.length > 0 || to === '') return false;
  if (response.base === 'pair')
    return (allowed.ids?.includes(from) ?? true) && (allowed.ids?.includes(to) ?? true);
  if (response.base === 'directedPair')
    return (allowed.from?.includes(from) ?? true) && (allowed.to?.includes(to) ?? true);
  return true;
}

function checkUse(context: ItemContext, body: XmlElement): void {
  for (const [id, { element }] of context.declarations.responses)
    if (!context.named.includes(id))
      context.report.add('item/unused-response', placeOf(context, element), id);
  if (context.kinds.length === 0) context.report.add('item/no-interaction', placeOf(context, body));
}

function isObjective(context: ItemContext): boolean {
  return context.responses.some(({ id }) => {
    const keys = context.declarations.responses.get(id)?.keys;
    return keys?.correct !== undefined || keys?.mapping !== undefined || keys?.areaMapping !== undefined;
  });
}

/** Sets nothing to score apart: neither template nor rule. */
function readProcessing(root: XmlElement, context: ItemContext, pack: Package): ItemKeys['processing'] {
  const element = firstChild(root, 'responseProcessing');
  const scope: RuleScope = {
    report: context.report,
    place: placeOf(context),
    declarations: context.declarations,
  };
  const template = element === undefined ? undefined : attr(element, 'template');
  if (element !== undefined && childElements(element).length > 0) {
    checkRules(element, scope);
    const rules = rulesOf(element);
    if (!setsOutcome(rules) && context.responses.length > 0)
      context.report.add('scoring/no-score', placeOf(context, element));
    return template === undefined ? { rules } : { template: templateName(template), rules };
  }
  if (element !== undefined && template !== undefined && template !== '') {
    const own = loadTemplate(element, context, pack);
    if (own !== undefined) {
      checkRules(own, scope);
      return { template: templateName(template), rules: rulesOf(own) };
    }
    checkTemplate(element, templateName(template), scope);
    return { template: templateName(template), rules: [] };
  }
  const line = (element ?? root).line;
  if (context.kinds.some((name) => name !== 'mediaInteraction'))
    context.report.add(isObjective(context) ? 'scoring/absent' : 'scoring/by-hand', {
      ...placeOf(context),
      line,
    });
  return undefined;
}

function plainRecord<K>(map: ReadonlyMap<string, { keys: K }>): Record<string, K> {
  return Object.fromEntries([...map].map(([id, { keys }]) => [id, keys]));
}

function keysOf(
  root: XmlElement,
  reference: ItemReference,
  context: ItemContext,
  declarations: ItemDeclarations,
  processing: ItemKeys['processing'],
): ItemKeys {
  return {
    identifier: attr(root, 'identifier') ?? '',
    responses: plainRecord(declarations.responses),
    outcomes: plainRecord(declarations.outcomes),
    ...(processing === undefined ? {} : { processing }),
    weights: reference.weights,
    categories: reference.categories,
    markerNotes: context.markerNotes,
  };
}

export function languageOf(...elements: (XmlElement | undefined)[]): string | undefined {
  for (const element of elements) {
    const tag = element?.attrs['xml:lang'] ?? element?.attrs.lang;
    if (tag !== undefined && /^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$/.test(tag)) return tag;
  }
  return undefined;
}

/** @returns `undefined` where the file is no item; the reason is in the report. */
export function compileItem(reference: ItemReference, pack: Package): CompiledItem | undefined {
  const place = { file: reference.path, item: reference.id };
  const root = pack.load(reference.path, place);
  if (root === undefined) return undefined;
  if (kind(root) !== 'assessmentItem') {
    const old = root.name === 'questestinterop' || root.name === 'item';
    pack.report.add(
      old ? 'package/old-qti' : 'item/not-item',
      { ...place, line: root.line },
      `<${root.name}>`,
    );
    return undefined;
  }
  const context = createContext(root, reference, pack);
  refuseUnsupported(root, context);
  const bodyElement = firstChild(root, 'itemBody');
  if (bodyElement === undefined) {
    pack.report.add('item/no-body', { ...place, line: root.line });
    return undefined;
  }
  const nodes = compileChildren(bodyElement, context);
  // Some packages put the marking guide beside the body instead of into it.
  for (const beside of childrenOf(root, 'rubricBlock')) nodes.push(...rubric(beside, context));
  const body = wrapBody(bodyElement, nodes, context);
  attachStarters(body, context.links);
  checkUse(context, bodyElement);
  checkCorrect(context);
  const stimuli = readStimuli(root, context, pack);
  const processing = readProcessing(root, context, pack);
  const keys = keysOf(root, reference, context, context.declarations, processing);
  const points = pointsOf(keys.outcomes);
  const language = languageOf(bodyElement, root);
  return {
    item: {
      id: reference.id,
      title: attr(root, 'title') ?? '',
      ...(language === undefined ? {} : { language }),
      stimuli: stimuli.map((stimulus) => stimulus.id),
      body,
      responses: context.responses,
      ...(points === undefined ? {} : { points }),
    },
    keys,
    stimuli,
  };
}
