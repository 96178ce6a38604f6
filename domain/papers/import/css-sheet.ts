/** Style sheets of a package → rules with safe declarations, whose selectors hold only inside one scope. */
import { PAPER_ELEMENTS } from '#protocol/paper.ts';
import { safeDeclarations } from './css-values.ts';

export interface SafeSelector {
  /** Without scope; empty for the body itself. Class names already carry the prefix. */
  text: string;
  /** Classes that must all occur for the selector to match anything, without prefix. */
  classes: string[];
}

export interface SafeRule {
  selectors: SafeSelector[];
  css: string;
}

export interface SafeSheet {
  rules: SafeRule[];
  /** Every class that any selector names. */
  classes: Set<string>;
  /** Rules and declarations left out. */
  dropped: number;
}

/** Class names of packages never meet those of the kiosk. */
export const CLASS_PREFIX = 'q-';

const CLASS = /^[A-Za-z_][A-Za-z0-9_-]*$/;

export function isClassName(name: string): boolean {
  return CLASS.test(name) && name.length <= 100;
}

const ELEMENTS = new Set(PAPER_ELEMENTS);
/** Names that stand for the body of an item or stimulus; the scope itself takes their place. */
const BODY = new Set(['html', 'body', 'itembody', 'qti-item-body', 'qti-stimulus-body', ':root']);
/** Some authoring systems begin every selector with this class, which their own player puts around the item. */
const PLAYER_CLASS = '.custom-qti-style';

const PSEUDO =
  /^:(first-child|last-child|only-child|first-of-type|last-of-type|(nth-child|nth-last-child|nth-of-type)\((odd|even|[0-9n+ -]{1,12})\))/;

/** One compound (`td.total:first-child`), cleaned; `undefined` where it is not permitted or can match nothing. */
function safeCompound(compound: string, classes: string[]): string | undefined {
  let rest = compound;
  let out = '';
  const tag = /^(\*|[A-Za-z][A-Za-z0-9-]*)/.exec(rest)?.[0];
  if (tag !== undefined) {
    if (tag !== '*' && !ELEMENTS.has(tag.toLowerCase())) return undefined;
    out += tag.toLowerCase();
    rest = rest.slice(tag.length);
  }
  while (rest !== '') {
    const className = /^\.([A-Za-z_][A-Za-z0-9_-]*)/.exec(rest);
    const pseudo = className === null ? PSEUDO.exec(rest) : null;
    if (className !== null) {
      classes.push(className[1]!);
      out += `.${CLASS_PREFIX}${className[1]}`;
      rest = rest.slice(className[0].length);
    } else if (pseudo !== null) {
      out += pseudo[0];
      rest = rest.slice(pseudo[0].length);
    } else return undefined;
  }
  return out;
}

function safeSelector(selector: string): SafeSelector | undefined {
  const tokens = selector
    .trim()
    .replace(/\s*([>+~])\s*/g, ' $1 ')
    .split(/\s+(?![^(]*\))/)
    .filter((token) => token !== '');
  while (tokens.length > 0 && (BODY.has(tokens[0]!.toLowerCase()) || tokens[0] === PLAYER_CLASS)) {
    tokens.shift();
    if (tokens[0] === '>') tokens.shift();
  }
  const classes: string[] = [];
  const parts: string[] = [];
  for (const token of tokens) {
    const part = /^[>+~]$/.test(token) ? token : safeCompound(token, classes);
    if (part === undefined) return undefined;
    parts.push(part);
  }
  const text = parts.join(' ');
  // A combinator without anything on one side would make the whole rule invalid.
  return /^[>+~]|[>+~]$|[>+~] [>+~]/.test(text) ? undefined : { text, classes };
}

function splitSelectors(prelude: string): string[] {
  return prelude.split(/,(?![^(]*\))/);
}

/** Where the block that opens at `from` ends (index of its `}`), braces inside counted; the end of text if never. */
function blockEnd(text: string, from: number): number {
  let depth = 0;
  for (let at = from; at < text.length; at++) {
    if (text[at] === '{') depth++;
    else if (text[at] === '}' && --depth === 0) return at;
  }
  return text.length;
}

/**
 * A small reader on purpose: what it does not understand (at-rules, strings with braces, escapes) is left out, never
 * guessed. `url()`, `@import`, positions and pseudo-elements cannot get through, for nothing unlisted does.
 */
export function readSheet(source: string): SafeSheet {
  // The mark of a comment inside a string would only remove more.
  const text = source.replace(/\/\*[\s\S]*?(\*\/|$)/g, ' ').replace(/<!--|-->/g, ' ');
  const sheet: SafeSheet = { rules: [], classes: new Set(), dropped: 0 };
  let at = 0;
  while (at < text.length) {
    const open = text.indexOf('{', at);
    const semicolon = text.indexOf(';', at);
    const prelude = text.slice(at, open < 0 ? text.length : open).trim();
    if (prelude.startsWith('@') || (prelude === '' && open < 0)) {
      if (prelude !== '') sheet.dropped++;
      if (open < 0 && semicolon < 0) break;
      // An at-rule ends at its `;` or with its block, whichever comes first.
      at = semicolon >= 0 && (open < 0 || semicolon < open) ? semicolon + 1 : blockEnd(text, open) + 1;
      continue;
    }
    if (open < 0) break;
    const end = blockEnd(text, open);
    addRule(sheet, prelude, text.slice(open + 1, end));
    at = end + 1;
  }
  return sheet;
}

function addRule(sheet: SafeSheet, prelude: string, body: string): void {
  const selectors: SafeSelector[] = [];
  for (const candidate of splitSelectors(prelude)) {
    const selector = safeSelector(candidate);
    if (selector === undefined) sheet.dropped++;
    else selectors.push(selector);
  }
  if (body.includes('{')) {
    sheet.dropped++;
    return;
  }
  const { css, dropped } = safeDeclarations(body);
  sheet.dropped += dropped;
  if (selectors.length === 0 || css === '') return;
  for (const selector of selectors) for (const name of selector.classes) sheet.classes.add(name);
  sheet.rules.push({ selectors, css });
}
