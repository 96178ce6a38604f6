/** MathML → allow-listed presentation MathML. */
import type { PaperElement, PaperNode } from '#protocol/paper.ts';
import { PAPER_ATTRIBUTES, PAPER_MATH } from '#protocol/paper.ts';
import { type BodyContext, placeOf } from './context.ts';
import { childElements, isElement, textOf, type XmlElement } from './xml-tree.ts';

const ELEMENTS = new Set(PAPER_MATH);
/** Token elements hold text, all others only elements. */
const TOKENS = new Set(['mi', 'mn', 'mo', 'ms', 'mtext']);
const HTML_ONLY = new Set([
  'media',
  'id',
  'role',
  'type',
  'start',
  'scope',
  'colspan',
  'rowspan',
  'reversed',
  'aria-describedby',
]);
const ATTRIBUTES = new Set(PAPER_ATTRIBUTES.filter((name) => !HTML_ONLY.has(name) && name !== 'class'));
const CONTENT = new Set(['apply', 'ci', 'cn', 'csymbol', 'bind', 'lambda', 'piecewise', 'reln']);

function attributes(element: XmlElement): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(element.attrs)) {
    const lower = name.toLowerCase();
    if (ATTRIBUTES.has(lower) && value.length <= 200) kept[lower] = value.trim();
  }
  return kept;
}

function compile(element: XmlElement, context: BodyContext): PaperNode[] {
  const name = element.name;
  if (name === 'semantics' || name === 'maction') {
    // The first child is what is shown; annotations repeat it for machines, and may hold anything.
    const shown = childElements(element)[0];
    return shown === undefined ? [] : compile(shown, context);
  }
  if (name === 'annotation' || name === 'annotation-xml') return [];
  if (name === 'mlabeledtr') return [node('mtr', element, childElements(element).slice(1), context)];
  if (CONTENT.has(name)) {
    context.report.add('item/math-content', placeOf(context, element), name);
    return [];
  }
  if (!ELEMENTS.has(name) || name === 'math') {
    context.report.add('item/math-removed', placeOf(context, element), name);
    return childElements(element).flatMap((child) => compile(child, context));
  }
  return [node(name, element, element.children, context)];
}

function node(
  name: string,
  element: XmlElement,
  children: readonly XmlElement['children'][number][],
  context: BodyContext,
): PaperElement {
  const compiled: PaperNode[] = [];
  if (TOKENS.has(name)) {
    for (const child of children)
      if (isElement(child)) context.report.add('item/math-removed', placeOf(context, child), child.name);
    const text = textOf(element).replace(/\s+/g, ' ').trim();
    if (text !== '') compiled.push(text);
  } else for (const child of children) if (isElement(child)) compiled.push(...compile(child, context));
  const a = attributes(element);
  return {
    e: name,
    ...(Object.keys(a).length > 0 ? { a } : {}),
    ...(compiled.length > 0 ? { c: compiled } : {}),
  };
}

/** @param element the `math` element itself. */
export function compileMath(element: XmlElement, context: BodyContext): PaperElement {
  const a = attributes(element);
  if (a.display !== undefined && a.display !== 'block' && a.display !== 'inline') delete a.display;
  const c = childElements(element).flatMap((child) => compile(child, context));
  if (c.length === 0) context.report.add('item/math-content', placeOf(context, element), 'math');
  return { e: 'math', ...(Object.keys(a).length > 0 ? { a } : {}), c };
}
