/**
 * Web fonts cut to the characters of a paper or a list of names. About 0.1 s of computing for a paper: call it in the
 * paper's child process, or by `fontFacesInWorker` where the thread serves candidates.
 */
import { readFileSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { type Characters, codePoints, isUnseen } from './characters.ts';
import { type FontCoverage, readFontCoverage } from './coverage.ts';
import {
  type FontSource,
  type FontWeight,
  fontPath,
  fontSource,
  MATH_SOURCE,
  TEXT_SOURCES,
} from './font-sources.ts';
import { cutFont, loadHarfbuzz } from './harfbuzz.ts';
import { woff2 } from './woff2.ts';

/** As in CSS `format()`; `sfnt` asks for the plain font, which is OpenType or TrueType by its source. */
export type FontFormat = 'woff2' | 'opentype' | 'truetype';
export type PackedAs = 'woff2' | 'sfnt';

export interface FontSubset {
  bytes: Uint8Array;
  format: FontFormat;
  /** Characters asked for that this source has no glyph for. */
  missing: string[];
}

/** One source cut to these characters. `fontFaces` is what a paper needs: all sources that its characters call for. */
export function subsetFont(
  characters: Characters,
  weight: FontWeight,
  source: FontSource = 'main',
  packedAs: PackedAs = 'woff2',
): FontSubset {
  const wanted = codePoints(characters);
  const coverage = readFontCoverage();
  const missing = [...wanted].filter((codePoint) => !isUnseen(codePoint) && !coverage.has(source, codePoint));
  const bytes = cutFont(loadHarfbuzz(), readFileSync(fontPath(source, weight)), wanted);
  return {
    ...packed(bytes, source, packedAs),
    missing: missing.map((codePoint) => String.fromCodePoint(codePoint)),
  };
}

export interface FontRequest {
  /** Characters of running text. */
  text: Characters;
  /** Characters inside formulas (MathML); where there are any, the whole formula font comes along. */
  math?: Characters;
  /** Default: regular and bold. */
  weights?: readonly FontWeight[];
  /** Default: `woff2`. */
  packedAs?: PackedAs;
}

export interface FontFace {
  source: FontSource;
  family: string;
  /** CSS weight. */
  weight: 400 | 700;
  format: FontFormat;
  bytes: Uint8Array;
}

export interface FontFaces {
  /** In order of preference: the families in this order are the `font-family` of text. `Gongyuan Math`, last, goes first inside `math`. */
  faces: FontFace[];
  /** Characters that no font has: 文字缺失. */
  missing: string[];
}

/** The fonts that these characters need and no others. Takes no clock, network or temporary file. */
export function fontFaces({
  text,
  math = '',
  weights = ['regular', 'bold'],
  packedAs = 'woff2',
}: FontRequest): FontFaces {
  const coverage = readFontCoverage();
  const harfbuzz = loadHarfbuzz();
  const inMath = codePoints(math);
  const wanted = new Set([...codePoints(text), ...inMath]);
  const faces: FontFace[] = [];

  for (const { source, family, bold } of TEXT_SOURCES) {
    const characters = share(source, wanted, coverage);
    if (characters.length === 0) continue;
    for (const weight of new Set(weights)) {
      if (weight === 'bold' && bold === undefined && weights.includes('regular')) continue;
      const bytes = cutFont(harfbuzz, readFileSync(fontPath(source, weight)), characters);
      faces.push({ source, family, weight: cssWeight(weight, bold), ...packed(bytes, source, packedAs) });
    }
  }
  if (inMath.size > 0) {
    const bytes = new Uint8Array(readFileSync(MATH_SOURCE.regular));
    faces.push({
      source: 'math',
      family: MATH_SOURCE.family,
      weight: 400,
      ...packed(bytes, 'math', packedAs),
    });
  }

  const missing = [...wanted].filter((codePoint) => {
    if (isUnseen(codePoint) || coverage.sourceOf(codePoint) !== null) return false;
    return !(inMath.has(codePoint) && coverage.has('math', codePoint));
  });
  return { faces, missing: missing.map((codePoint) => String.fromCodePoint(codePoint)) };
}

/** `fontFaces` in a worker thread of its own. Rejects with what went wrong there. */
export function fontFacesInWorker(request: FontRequest): Promise<FontFaces> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./font-faces.worker.ts', import.meta.url), { workerData: request });
    worker.once('message', (result: FontFaces) => resolve(result));
    worker.once('error', reject);
    worker.once('exit', (code) => reject(new Error(`the font worker ended with ${code} and no result`)));
  });
}

/** What this source contributes: the characters that no source before it has. */
function share(source: FontSource, wanted: ReadonlySet<number>, coverage: FontCoverage): number[] {
  const own = [...wanted].filter((codePoint) => coverage.sourceOf(codePoint) === source);
  const seen = own.some((codePoint) => !isUnseen(codePoint));
  if (!seen) return [];
  // Browsers draw a letter and its marks from one font, so the phonetic font needs the letters as well.
  return source === 'latin' ? [...wanted].filter((codePoint) => coverage.has(source, codePoint)) : own;
}

function cssWeight(weight: FontWeight, bold: string | undefined): 400 | 700 {
  return weight === 'bold' && bold !== undefined ? 700 : 400;
}

function packed(
  bytes: Uint8Array,
  source: FontSource,
  packedAs: PackedAs,
): Pick<FontSubset, 'bytes' | 'format'> {
  return packedAs === 'woff2'
    ? { bytes: woff2(bytes), format: 'woff2' }
    : { bytes, format: fontSource(source).format };
}
