/**
 * The fonts of one PDF: each font file cut once to the characters of this file, and every text cut into runs of one font.
 *
 *   missingGlyphs(['张𡋾', '😀']) → ['😀']     ask first: what no font has is an error, never a box on paper
 *   FontBook.of(texts)                         all texts that will be drawn; another character later is an error
 */
import { readFileSync } from 'node:fs';
import type { FontCoverage } from '#node/fonts/coverage.ts';
import { fontRuns, missingGlyphs as missingIn, readFontCoverage } from '#node/fonts/coverage.ts';
import { type FontSource, type FontWeight, fontPath, TEXT_SOURCES } from '#node/fonts/font-sources.ts';
import { cutFont, loadHarfbuzz } from '#node/fonts/harfbuzz.ts';

/** Signs that the engine itself may put on a page: digits of page numbers and what stands around them. */
const ALWAYS = ' 0123456789/.,:;()-·…';

/**
 * Quotation marks and the apostrophe are as wide as a Chinese character in the main font, which is right between Chinese
 * characters alone. Beside Latin letters they are set in the font of those.
 */
const QUOTES = [...'‘’“”'].map((one) => one.codePointAt(0) ?? 0);
const WESTERN_QUOTE =
  /((?<=[\p{Script=Latin}\d.,!?])[’”](?!\p{Script=Han})|(?<!\p{Script=Han})[‘“](?=[\p{Script=Latin}\d]))/u;

export class MissingGlyphsError extends Error {
  readonly code = 'report/glyph';
  readonly characters: readonly string[];
  constructor(characters: readonly string[]) {
    super(`no font has ${characters.map((one) => `${one} (${hex(one)})`).join(', ')}`);
    this.characters = characters;
  }
}

function hex(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}

/** Each character of these texts that no font has, once, in order of appearance. */
export function missingGlyphs(texts: Iterable<string>): string[] {
  return missingIn(charactersOf(texts), readFontCoverage());
}

function charactersOf(texts: Iterable<string>): Set<number> {
  const characters = new Set<number>();
  for (const text of texts) for (const one of text) characters.add(one.codePointAt(0) ?? 0);
  return characters;
}

export interface FontRun {
  /** Name under which the font is registered with the PDF. */
  font: string;
  text: string;
}

export interface CutFont {
  name: string;
  bytes: Uint8Array;
}

export class FontBook {
  readonly fonts: readonly CutFont[];
  readonly #coverage: FontCoverage;
  readonly #characters: ReadonlySet<number>;
  readonly #names: ReadonlyMap<string, string>;
  readonly #runs = new Map<string, readonly FontRun[]>();

  /** Throws MissingGlyphsError before anything is drawn. About 0.1 s for the characters of a whole site. */
  static of(texts: Iterable<string>): FontBook {
    const coverage = readFontCoverage();
    const characters = charactersOf([ALWAYS, ...texts]);
    const missing = missingIn(characters, coverage);
    if (missing.length > 0) throw new MissingGlyphsError(missing);
    const harfbuzz = loadHarfbuzz();
    const names = new Map<string, string>();
    const fonts = new Map<string, CutFont>();
    for (const { source } of TEXT_SOURCES) {
      // A mark may stand on a letter of the main font: supplements are cut to all they have of this file.
      const own = [...characters].filter((one) => coverage.has(source, one));
      const needed = own.some(
        (one) => coverage.sourceOf(one) === source || (source === 'latin' && QUOTES.includes(one)),
      );
      if (!needed) continue;
      for (const weight of ['regular', 'bold'] as const) {
        const path = fontPath(source, weight);
        names.set(`${source} ${weight}`, path);
        if (!fonts.has(path))
          fonts.set(path, { name: path, bytes: cutFont(harfbuzz, readFileSync(path), own) });
      }
    }
    return new FontBook(coverage, characters, names, [...fonts.values()]);
  }

  private constructor(
    coverage: FontCoverage,
    characters: ReadonlySet<number>,
    names: ReadonlyMap<string, string>,
    fonts: readonly CutFont[],
  ) {
    this.#coverage = coverage;
    this.#characters = characters;
    this.#names = names;
    this.fonts = fonts;
  }

  /** Throws RangeError for a character that was not among the texts the book was made of: a drawing invents no words. */
  runs(text: string, weight: FontWeight): readonly FontRun[] {
    const key = `${weight} ${text}`;
    const known = this.#runs.get(key);
    if (known) return known;
    for (const one of text)
      if (!this.#characters.has(one.codePointAt(0) ?? 0))
        throw new RangeError(`${hex(one)} is drawn but was not among the texts of the report`);
    // Split by a pattern with one group: every second part is a quotation mark.
    const runs = text.split(WESTERN_QUOTE).flatMap((part, index): FontRun[] =>
      index % 2 === 1
        ? [{ font: this.#nameOf('latin', weight), text: part }]
        : fontRuns(part, this.#coverage).map(({ source, text: run }) => ({
            font: this.#nameOf(source, weight),
            text: run,
          })),
    );
    this.#runs.set(key, runs);
    return runs;
  }

  /** Lets go of what was remembered of texts; nothing on paper changes. */
  forget(): void {
    this.#runs.clear();
  }

  #nameOf(source: FontSource, weight: FontWeight): string {
    const name = this.#names.get(`${source} ${weight}`) ?? this.#names.get(`main ${weight}`);
    if (name === undefined) throw new RangeError(`no font ${source} ${weight}`);
    return name;
  }
}
