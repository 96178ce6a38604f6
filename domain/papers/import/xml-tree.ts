/**
 * The XML tree that the importer reads. `domain/` has no XML parser: node/xml makes the tree and is injected, so that
 * the importer itself stays free of bytes, encodings and entities.
 */

export interface XmlElement {
  /** Local name as written. */
  name: string;
  prefix: string;
  ns: string;
  /** By the name as written (`xml:lang`); without a prototype, so any name is safe as a key. */
  attrs: Record<string, string>;
  /** Elements and text in order; comments and processing instructions are gone. */
  children: XmlNode[];
  /** Where the start tag's name ends, from 1. */
  line: number;
  column: number;
}

export type XmlNode = XmlElement | string;

export type XmlFaultCode =
  | 'xml/malformed'
  | 'xml/encoding'
  | 'xml/doctype'
  | 'xml/too-large'
  | 'xml/too-deep';

export interface XmlFault {
  code: XmlFaultCode;
  /** From 1; 0 where the fault concerns the whole file. */
  line: number;
  detail: string;
}

/** Never throws for bad input: what is wrong comes back as a fault with its line. */
export type ParseXml = (bytes: Uint8Array) => { root: XmlElement } | { fault: XmlFault };

export const MATHML_NS = 'http://www.w3.org/1998/Math/MathML';
export const SVG_NS = 'http://www.w3.org/2000/svg';

function camel(kebab: string): string {
  return kebab.replace(/-([a-z0-9])/g, (_all, letter: string) => letter.toUpperCase());
}

function kebab(camelName: string): string {
  return camelName.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/**
 * One name for both dialects: `qti-choice-interaction` (QTI 3) and `choiceInteraction` (QTI 2) are both
 * `choiceInteraction`. HTML and MathML elements keep their name.
 */
export function kind(element: XmlElement): string {
  return element.name.startsWith('qti-') ? camel(element.name.slice(4)) : element.name;
}

/** An attribute by its QTI 2 name; QTI 3 writes `responseIdentifier` as `response-identifier`. Blanks are trimmed. */
export function attr(element: XmlElement, name: string): string | undefined {
  return (element.attrs[name] ?? element.attrs[kebab(name)])?.trim();
}

/** `undefined` where absent or not a whole number from 0. */
export function countAttr(element: XmlElement, name: string): number | undefined {
  const value = attr(element, name);
  if (value === undefined || !/^\d{1,9}$/.test(value)) return undefined;
  return Number(value);
}

export function numberAttr(element: XmlElement, name: string): number | undefined {
  const value = attr(element, name);
  if (value === undefined || value === '') return undefined;
  const number = Number(value);
  return Number.isFinite(number) ? number : undefined;
}

export function flagAttr(element: XmlElement, name: string, otherwise = false): boolean {
  const value = attr(element, name);
  if (value === undefined) return otherwise;
  return value === 'true' || value === '1';
}

export function isElement(node: XmlNode): node is XmlElement {
  return typeof node !== 'string';
}

export function childElements(element: XmlElement): XmlElement[] {
  return element.children.filter(isElement);
}

/** Children of one kind (both dialects). */
export function childrenOf(element: XmlElement, ...kinds: string[]): XmlElement[] {
  return childElements(element).filter((child) => kinds.includes(kind(child)));
}

export function firstChild(element: XmlElement, ...kinds: string[]): XmlElement | undefined {
  return childElements(element).find((child) => kinds.includes(kind(child)));
}

/** Every element below, in document order, without the element itself. */
export function* descendants(element: XmlElement): Generator<XmlElement> {
  for (const child of element.children) {
    if (!isElement(child)) continue;
    yield child;
    yield* descendants(child);
  }
}

/** All text below, as written. */
export function textOf(element: XmlElement): string {
  let text = '';
  for (const child of element.children) text += isElement(child) ? textOf(child) : child;
  return text;
}

/** Text with runs of blanks made one. */
export function plainText(element: XmlElement): string {
  return textOf(element).replace(/\s+/g, ' ').trim();
}
