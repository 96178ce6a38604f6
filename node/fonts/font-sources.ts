/**
 * The fonts that texts are shown and printed with. The main font comes from npm; what it lacks, for names, formulas and
 * phonetic symbols, is in supplement/ (its README says how each was made). `text` sources are tried in the order given here.
 */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export type FontSource = 'main' | 'han' | 'latin' | 'symbols' | 'rare' | 'math';
export type FontWeight = 'regular' | 'bold';

export interface FontSourceEntry {
  source: FontSource;
  /** CSS family of its web fonts. */
  family: string;
  regular: string;
  /** Absent where there is but one weight; viewers then embolden by themselves. */
  bold?: string;
  format: 'opentype' | 'truetype';
}

const MAIN = join(fileURLToPath(import.meta.resolve('@embedpdf/fonts-sc')), '..', '..', 'fonts');
const SUPPLEMENT = join(import.meta.dirname, 'supplement');

/** Fonts for running text, first choice first. */
export const TEXT_SOURCES: readonly FontSourceEntry[] = [
  {
    source: 'main',
    family: 'Gongyuan Sans',
    regular: join(MAIN, 'NotoSansHans-Regular.otf'),
    bold: join(MAIN, 'NotoSansHans-Bold.otf'),
    format: 'opentype',
  },
  {
    source: 'han',
    family: 'Gongyuan Sans Supplement',
    regular: join(SUPPLEMENT, 'noto-sans-sc-supplement.otf'),
    bold: join(SUPPLEMENT, 'noto-sans-sc-supplement-bold.otf'),
    format: 'opentype',
  },
  {
    source: 'latin',
    family: 'Gongyuan Latin',
    regular: join(SUPPLEMENT, 'latin-supplement.ttf'),
    bold: join(SUPPLEMENT, 'latin-supplement-bold.ttf'),
    format: 'truetype',
  },
  {
    source: 'symbols',
    family: 'Gongyuan Symbols',
    regular: join(SUPPLEMENT, 'symbols-supplement.ttf'),
    format: 'truetype',
  },
  {
    source: 'rare',
    family: 'Gongyuan Rare Han',
    regular: join(SUPPLEMENT, 'rare-han-supplement.ttf'),
    format: 'truetype',
  },
];

/** For MathML alone: browsers need its table MATH to stretch roots, brackets and sums. */
export const MATH_SOURCE: FontSourceEntry = {
  source: 'math',
  family: 'Gongyuan Math',
  regular: join(SUPPLEMENT, 'math-supplement.otf'),
  format: 'opentype',
};

export function fontSource(source: FontSource): FontSourceEntry {
  const entry =
    source === 'math' ? MATH_SOURCE : TEXT_SOURCES.find((candidate) => candidate.source === source);
  if (entry === undefined) throw new TypeError(`no font source ${String(source)}`);
  return entry;
}

/** File of a source in this weight, or in its only one. For programs that take whole fonts, such as a PDF writer. */
export function fontPath(source: FontSource, weight: FontWeight): string {
  const entry = fontSource(source);
  return (weight === 'bold' ? entry.bold : undefined) ?? entry.regular;
}
