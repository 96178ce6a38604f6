/** Content of items, stimuli and rubrics → the paper's tree of allow-listed elements. */
import type { PaperNode } from '#protocol/paper.ts';
import { PAPER_ELEMENTS } from '#protocol/paper.ts';
import { safeAttributes } from './attributes.ts';
import { type BodyContext, placeOf } from './context.ts';
import { compileMath } from './math.ts';
import { compileMediaElement } from './media-elements.ts';
import { safeIdentifier } from './safe-identifier.ts';
import {
  attr,
  childElements,
  isElement,
  kind,
  MATHML_NS,
  plainText,
  SVG_NS,
  type XmlElement,
} from './xml-tree.ts';

const ELEMENTS = new Set(PAPER_ELEMENTS.filter((name) => name !== 'a-ref' && name !== 'math'));

/** HTML elements that stand for another one here. */
const SYNONYMS: Record<string, string> = {
  acronym: 'abbr',
  address: 'div',
  article: 'section',
  aside: 'section',
  big: 'span',
  center: 'div',
  details: 'div',
  dir: 'ul',
  fieldset: 'div',
  font: 'span',
  footer: 'div',
  header: 'div',
  hgroup: 'div',
  label: 'span',
  legend: 'div',
  main: 'div',
  mark: 'em',
  menu: 'ul',
  nav: 'div',
  rb: 'span',
  strike: 's',
  summary: 'div',
  time: 'span',
  tt: 'code',
};

/** Go with all that is inside. */
const REMOVED = new Set([
  'applet',
  'base',
  'button',
  'canvas',
  'dialog',
  'embed',
  'form',
  'frame',
  'frameset',
  'head',
  'iframe',
  'input',
  'link',
  'map',
  'meta',
  'noscript',
  'optgroup',
  'option',
  'param',
  'portal',
  'select',
  'style',
  'template',
  'textarea',
  'title',
]);

/** Only their children matter. */
const TRANSPARENT = new Set(['contentBody', 'stimulusBody', 'infoControl', 'wbr', 'bdt']);

/** For machines and assistive tools; candidates never saw them. */
const SILENT = new Set(['stylesheet', 'catalogInfo', 'companionMaterialsInfo', 'source', 'track']);

/** Elements between which blanks mean nothing. */
const BLOCKS = new Set(
  `blockquote caption col colgroup dd div dl dt figcaption figure h1 h2 h3 h4 h5 h6 hr li ol p pre section table tbody
  td tfoot th thead tr ul`.split(/\s+/),
);
const ROWS = new Set(['table', 'tbody', 'thead', 'tfoot', 'tr', 'colgroup', 'ul', 'ol', 'dl']);

function isBlock(node: PaperNode | undefined): boolean {
  if (node === undefined) return true;
  if (typeof node === 'string') return false;
  if ('e' in node) return BLOCKS.has(node.e);
  return 'i' in node && node.i.type !== 'text-entry' && node.i.type !== 'inline-choice';
}

/** Joins neighbouring text and drops blanks that no one sees, so that papers stay small and viewers simple. */
export function tidy(nodes: readonly PaperNode[], container: string): PaperNode[] {
  const joined: PaperNode[] = [];
  for (const node of nodes) {
    const last = joined.at(-1);
    if (typeof node === 'string' && typeof last === 'string') joined[joined.length - 1] = last + node;
    else joined.push(node);
  }
  const edges = BLOCKS.has(container);
  const result: PaperNode[] = [];
  joined.forEach((node, at) => {
    if (typeof node !== 'string') {
      result.push(node);
      return;
    }
    let text = node.replace(/[ \t\r\n]+/g, ' ');
    if (ROWS.has(container) && text.trim() === '') return;
    if (at === 0 ? edges : isBlock(joined[at - 1])) text = text.replace(/^ /, '');
    if (at === joined.length - 1 ? edges : isBlock(joined[at + 1])) text = text.replace(/ $/, '');
    if (text !== '') result.push(text);
  });
  return result;
}

/** Children of an element, in order. `container` says how blanks at the edges are treated (`div`: dropped). */
export function compileChildren(element: XmlElement, context: BodyContext, container = 'div'): PaperNode[] {
  const nodes = element.children.flatMap((child): PaperNode[] =>
    isElement(child) ? compileElement(child, context) : [child],
  );
  return context.pre === true ? nodes : tidy(nodes, container);
}

/** Compiles a list of children that are already picked, as one block. */
export function compileNodes(children: XmlElement['children'], context: BodyContext): PaperNode[] {
  return tidy(
    children.flatMap((child): PaperNode[] => (isElement(child) ? compileElement(child, context) : [child])),
    'div',
  );
}

export function compileElement(element: XmlElement, context: BodyContext): PaperNode[] {
  if (element.ns === MATHML_NS || element.name === 'math') return [compileMath(element, context)];
  if (element.ns === SVG_NS || element.name === 'svg') {
    context.report.add('media/type', placeOf(context, element), '<svg>');
    return [];
  }
  const name = kind(element);
  const lower = element.name.toLowerCase();
  if (name.endsWith('Interaction')) return interaction(element, name, context);
  const special = SPECIAL[name];
  if (special !== undefined) return special(element, context);
  if (['img', 'object', 'audio', 'video', 'picture', 'a'].includes(lower))
    return compileMediaElement(lower, element, context, compileChildren);
  if (lower === 'script') {
    context.report.add('item/removed-script', placeOf(context, element), '<script>');
    return [];
  }
  if (REMOVED.has(lower)) {
    context.report.add('item/removed-element', placeOf(context, element), `<${element.name}>`);
    return [];
  }
  if (SILENT.has(name)) return [];
  // Speech markup (ssml:say-as) is for readers; its text is the content.
  if (TRANSPARENT.has(name) || element.ns.includes('/synthesis')) return inside(element, context);
  const tag = Object.hasOwn(SYNONYMS, lower) ? SYNONYMS[lower]! : lower;
  if (!ELEMENTS.has(tag)) {
    context.report.add('item/unknown-element', placeOf(context, element), `<${element.name}>`);
    return inside(element, context);
  }
  const a = safeAttributes(element, tag, context);
  const c = compileChildren(element, tag === 'pre' ? { ...context, pre: true } : context, tag);
  return [{ e: tag, ...(a === undefined ? {} : { a }), ...(c.length > 0 ? { c } : {}) }];
}

/** Children without the element; blanks stay, for it may be in the middle of a line. */
function inside(element: XmlElement, context: BodyContext): PaperNode[] {
  return element.children.flatMap((child): PaperNode[] =>
    isElement(child) ? compileElement(child, context) : [child],
  );
}

function interaction(element: XmlElement, name: string, context: BodyContext): PaperNode[] {
  if (context.interact !== undefined) return context.interact(element, context);
  context.report.add('stimulus/interaction', placeOf(context, element), name);
  return [];
}

function misplaced(element: XmlElement, context: BodyContext): PaperNode[] {
  context.report.add('item/misplaced', placeOf(context, element), `<${element.name}>`);
  return [];
}

function unsupportedTemplate(element: XmlElement, context: BodyContext): PaperNode[] {
  context.report.add('item/template', placeOf(context, element), `<${element.name}>`);
  return [];
}

function feedback(element: XmlElement, context: BodyContext): PaperNode[] {
  if (plainText(element) !== '' || childElements(element).length > 0)
    context.report.add('item/feedback-removed', placeOf(context, element), attr(element, 'identifier') ?? '');
  return [];
}

/** Shown to candidates only where the block says so; what markers read goes into the keys. */
export function rubric(element: XmlElement, context: BodyContext): PaperNode[] {
  const view = attr(element, 'view');
  if (view === undefined) context.report.add('item/rubric-view', placeOf(context, element));
  if ((view ?? '').split(/\s+/).includes('candidate') && attr(element, 'use') !== 'scoring') {
    const a = safeAttributes(element, 'div', context);
    const c = compileChildren(element, context);
    return c.length === 0 ? [] : [{ e: 'div', ...(a === undefined ? {} : { a }), c }];
  }
  const note = plainText(element);
  if (note !== '') context.markerNotes.push(note);
  return [];
}

const SPECIAL: Partial<Record<string, (element: XmlElement, context: BodyContext) => PaperNode[]>> = {
  rubricBlock: rubric,
  printedVariable(element, context) {
    context.report.add('item/printed-variable', placeOf(context, element), attr(element, 'identifier') ?? '');
    return [];
  },
  feedbackInline: feedback,
  feedbackBlock: feedback,
  modalFeedback: feedback,
  templateInline: unsupportedTemplate,
  templateBlock: unsupportedTemplate,
  gap(element, context) {
    if (context.gaps === undefined) return misplaced(element, context);
    const id = safeIdentifier(attr(element, 'identifier'), context, element);
    if (context.gaps.includes(id)) context.report.add('item/duplicate-choice', placeOf(context, element), id);
    context.gaps.push(id);
    return [{ g: id }];
  },
  hottext(element, context) {
    if (context.hotTexts === undefined) return misplaced(element, context);
    const id = safeIdentifier(attr(element, 'identifier'), context, element);
    if (context.hotTexts.includes(id))
      context.report.add('item/duplicate-choice', placeOf(context, element), id);
    context.hotTexts.push(id);
    return [{ h: id, c: compileChildren(element, context, 'span') }];
  },
  simpleChoice: misplaced,
  inlineChoice: misplaced,
  simpleAssociableChoice: misplaced,
  include: misplaced,
};
