/**
 * MathML for MathML Core (Chrome 109 and newer): what Core left out is written in what it has. `mfenced` becomes a row
 * with its fences and separators, styled letters become the letters that Unicode has for them, enclosures get classes.
 */
import type { PaperElement, PaperNode } from '#protocol/paper.ts';

function isElement(node: PaperNode): node is PaperElement {
  return typeof node === 'object' && 'e' in node;
}

const mo = (text: string, more: Record<string, string>): PaperElement => ({ e: 'mo', a: more, c: [text] });

function fenced(node: PaperElement, inner: PaperElement[]): PaperElement {
  const { open = '(', close = ')', separators = ',', ...rest } = node.a ?? {};
  const signs = [...separators.replace(/\s+/g, '')];
  const c: PaperNode[] = [];
  if (open !== '') c.push(mo(open, { fence: 'true', form: 'prefix', stretchy: 'true' }));
  inner.forEach((child, at) => {
    // The last separator serves for all that follow (MathML 3, 3.3.8).
    const sign = signs[Math.min(at - 1, signs.length - 1)];
    if (at > 0 && sign !== undefined) c.push(mo(sign, { separator: 'true', form: 'infix' }));
    c.push(child);
  });
  if (close !== '') c.push(mo(close, { fence: 'true', form: 'postfix', stretchy: 'true' }));
  return { e: 'mrow', ...(Object.keys(rest).length > 0 ? { a: rest } : {}), c };
}

/** First code points of the mathematical alphabets: capitals, small letters, figures (0: none). */
const ALPHABETS: Record<string, [number, number, number]> = {
  bold: [0x1d400, 0x1d41a, 0x1d7ce],
  italic: [0x1d434, 0x1d44e, 0],
  'bold-italic': [0x1d468, 0x1d482, 0],
  script: [0x1d49c, 0x1d4b6, 0],
  'bold-script': [0x1d4d0, 0x1d4ea, 0],
  fraktur: [0x1d504, 0x1d51e, 0],
  'double-struck': [0x1d538, 0x1d552, 0x1d7d8],
  'bold-fraktur': [0x1d56c, 0x1d586, 0],
  'sans-serif': [0x1d5a0, 0x1d5ba, 0x1d7e2],
  'bold-sans-serif': [0x1d5d4, 0x1d5ee, 0x1d7ec],
  monospace: [0x1d670, 0x1d68a, 0x1d7f6],
};
/** Letters that had their place in Unicode before the alphabets came. */
const EARLIER: Record<string, string> = {
  'italic h': 'ℎ',
  'script B': 'ℬ',
  'script E': 'ℰ',
  'script F': 'ℱ',
  'script H': 'ℋ',
  'script I': 'ℐ',
  'script L': 'ℒ',
  'script M': 'ℳ',
  'script R': 'ℛ',
  'script e': 'ℯ',
  'script g': 'ℊ',
  'script o': 'ℴ',
  'fraktur C': 'ℭ',
  'fraktur H': 'ℌ',
  'fraktur I': 'ℑ',
  'fraktur R': 'ℜ',
  'fraktur Z': 'ℨ',
  'double-struck C': 'ℂ',
  'double-struck H': 'ℍ',
  'double-struck N': 'ℕ',
  'double-struck P': 'ℙ',
  'double-struck Q': 'ℚ',
  'double-struck R': 'ℝ',
  'double-struck Z': 'ℤ',
};

/** @param variant value of `mathvariant`. Characters that the alphabet lacks stay as they are. */
export function styled(text: string, variant: string): string {
  const alphabet = Object.hasOwn(ALPHABETS, variant) ? ALPHABETS[variant] : undefined;
  if (!alphabet) return text;
  const [capital, small, figure] = alphabet;
  return text.replace(/[A-Za-z0-9]/g, (char) => {
    const earlier = EARLIER[`${variant} ${char}`];
    if (earlier !== undefined) return earlier;
    const code = char.charCodeAt(0);
    if (code < 65) return figure === 0 ? char : String.fromCodePoint(figure + code - 48);
    return String.fromCodePoint(code < 97 ? capital + code - 65 : small + code - 97);
  });
}

const ENCLOSURES = new Set(
  'box roundedbox circle left right top bottom updiagonalstrike downdiagonalstrike horizontalstrike verticalstrike longdiv actuarial radical'.split(
    ' ',
  ),
);

function enclosed(node: PaperElement, c: PaperNode[]): PaperElement {
  const { notation = 'longdiv', ...rest } = node.a ?? {};
  const names = notation.split(/\s+/).filter((name) => ENCLOSURES.has(name));
  if (names.includes('radical')) return { e: 'msqrt', c };
  return {
    e: 'mrow',
    a: { ...rest, class: ['enclosed', ...names.map((name) => `enclosed-${name}`)].join(' ') },
    c,
  };
}

/** Cells of a table get the alignment of their column; Core knows none. */
function aligned(table: PaperElement, rows: PaperElement[]): PaperElement[] {
  const of = (node: PaperElement) => (node.a?.columnalign ?? '').split(/\s+/).filter((one) => one !== '');
  const all = of(table);
  return rows.map((row) => {
    const mine = of(row).length > 0 ? of(row) : all;
    if (mine.length === 0 || !row.c) return row;
    const c = row.c.map((cell, at): PaperNode => {
      if (!isElement(cell)) return cell;
      const align = cell.a?.columnalign ?? mine[Math.min(at, mine.length - 1)];
      return align === 'left' || align === 'right' || align === 'center'
        ? { ...cell, a: { ...cell.a, class: `align-${align}` } }
        : cell;
    });
    return { ...row, c };
  });
}

/** A `math` tree, or a part of one, for a browser that has MathML Core. */
export function forCore(node: PaperElement): PaperElement {
  const c = (node.c ?? []).map((child) => (isElement(child) ? forCore(child) : child));
  switch (node.e) {
    case 'mfenced':
      return fenced(node, c.filter(isElement));
    case 'menclose':
      return enclosed(node, c);
    case 'mtable':
      return { ...node, c: aligned(node, c.filter(isElement)) };
    case 'mi':
    case 'mn':
    case 'mo':
    case 'ms':
    case 'mtext': {
      const { mathvariant, ...rest } = node.a ?? {};
      if (mathvariant === undefined) return { ...node, c };
      // `normal` is the one value that Core keeps, for identifiers.
      const a = mathvariant === 'normal' ? { ...rest, mathvariant } : rest;
      return {
        ...node,
        a,
        c: c.map((child) => (typeof child === 'string' ? styled(child, mathvariant) : child)),
      };
    }
    default:
      return node.c ? { ...node, c } : node;
  }
}
