/** Attributes of content elements: only those that name, describe or lay out. */
import { type BodyContext, placeOf } from './context.ts';
import type { XmlElement } from './xml-tree.ts';

const EVERYWHERE = new Set(['dir', 'title', 'role', 'aria-label', 'aria-hidden']);
const BY_ELEMENT: Record<string, readonly string[]> = {
  img: ['width', 'height', 'alt'],
  table: ['width'],
  col: ['width'],
  colgroup: ['width'],
  td: ['colspan', 'rowspan', 'scope', 'width', 'height'],
  th: ['colspan', 'rowspan', 'scope', 'width', 'height'],
  ol: ['start', 'type', 'reversed'],
  ul: ['type'],
};

const VALUES: Record<string, RegExp> = {
  dir: /^(ltr|rtl|auto)$/i,
  'aria-hidden': /^(true|false)$/,
  role: /^(img|list|listitem|presentation|none|table|row|cell|note|group|heading|figure|separator|math)$/,
  width: /^\d{1,5}(\.\d+)?(px|%)?$/,
  height: /^\d{1,5}(\.\d+)?(px|%)?$/,
  colspan: /^\d{1,3}$/,
  rowspan: /^\d{1,3}$/,
  scope: /^(row|col|rowgroup|colgroup)$/,
  start: /^-?\d{1,6}$/,
  reversed: /^/,
  type: /^(1|a|A|i|I|disc|circle|square)$/,
};

/** Old presentational attributes, as the styles that they stand for (HTML standard, "Rendering"). */
function presentational(element: XmlElement): string {
  const { align, valign, bgcolor, border } = element.attrs;
  const styles: string[] = [];
  if (align !== undefined && /^(left|right|center|justify)$/i.test(align))
    styles.push(
      element.name === 'table' || element.name === 'img'
        ? align.toLowerCase() === 'center'
          ? 'margin-left: auto; margin-right: auto'
          : `float: ${align}`
        : `text-align: ${align}`,
    );
  if (valign !== undefined) styles.push(`vertical-align: ${valign}`);
  if (bgcolor !== undefined) styles.push(`background-color: ${bgcolor}`);
  if (element.name === 'table' && border !== undefined && border !== '0' && border !== '')
    styles.push('border: 1px solid; border-collapse: collapse');
  return styles.join('; ');
}

/**
 * @param tag the element's name in the paper.
 * @returns allow-listed attributes; `class` already rewritten. `src`, `href`, `style`, `id` and `on*` never come through.
 */
export function safeAttributes(
  element: XmlElement,
  tag: string,
  context: BodyContext,
): Record<string, string> | undefined {
  const kept: Record<string, string> = {};
  const permitted = BY_ELEMENT[tag] ?? [];
  for (const [written, value] of Object.entries(element.attrs)) {
    const name = written.toLowerCase();
    if (name.startsWith('on')) context.report.add('item/removed-script', placeOf(context, element), name);
    if (name === 'xml:lang' || name === 'lang') {
      if (/^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$/.test(value)) kept.lang = value;
    } else if (EVERYWHERE.has(name) || permitted.includes(name)) {
      const text = value.trim();
      if (Object.hasOwn(VALUES, name) ? VALUES[name]!.test(text) : text.length <= 1_000) kept[name] = text;
    }
  }
  const classes = context.styles.classes(element.attrs.class ?? '', placeOf(context, element));
  for (const css of [presentational(element), element.attrs.style ?? '']) {
    const name = css === '' ? undefined : context.styles.inline(css, placeOf(context, element));
    if (name !== undefined && !classes.includes(name)) classes.push(name);
  }
  if (classes.length > 0) kept.class = classes.join(' ');
  return Object.keys(kept).length > 0 ? kept : undefined;
}
