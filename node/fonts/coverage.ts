/** Which characters the fonts have a glyph for, read from their `cmap` tables alone. */
import { type Characters, codePoints, isUnseen } from './characters.ts';
import { type FontSource, MATH_SOURCE, TEXT_SOURCES } from './font-sources.ts';
import { readSfntTable, viewOf } from './sfnt.ts';

export interface FontCoverage {
  has(source: FontSource, codePoint: number): boolean;
  /** The first source for running text that has the character, or `null`. */
  sourceOf(codePoint: number): FontSource | null;
}

/** Reads all sources: some milliseconds and some tens of kB. Keep the result where many texts are looked at. */
export function readFontCoverage(): FontCoverage {
  const ranges = new Map<FontSource, Uint32Array>();
  for (const entry of [...TEXT_SOURCES, MATH_SOURCE])
    ranges.set(entry.source, characterRanges(entry.regular));
  const has = (source: FontSource, codePoint: number) => within(ranges.get(source), codePoint);
  return {
    has,
    sourceOf: (codePoint) => TEXT_SOURCES.find((entry) => has(entry.source, codePoint))?.source ?? null,
  };
}

/** Each character that no font for running text can show, once, in order of appearance. */
export function missingGlyphs(text: Characters, coverage: FontCoverage = readFontCoverage()): string[] {
  return [...codePoints(text)]
    .filter((codePoint) => !isUnseen(codePoint) && coverage.sourceOf(codePoint) === null)
    .map((codePoint) => String.fromCodePoint(codePoint));
}

export interface FontRun {
  source: FontSource;
  text: string;
}

/**
 * Cuts a text into runs of one font each, for writers that do not fall back by themselves (PDF). A mark stays with its
 * letter. What no font has goes to `main`, which shows its box.
 */
export function fontRuns(text: string, coverage: FontCoverage = readFontCoverage()): FontRun[] {
  const runs: FontRun[] = [];
  const clusters = new Intl.Segmenter('zh', { granularity: 'grapheme' });
  for (const { segment } of clusters.segment(text)) {
    const seen = [...codePoints(segment)].filter((codePoint) => !isUnseen(codePoint));
    const whole = TEXT_SOURCES.find(({ source }) =>
      seen.every((codePoint) => coverage.has(source, codePoint)),
    );
    const last = runs.at(-1);
    // Blanks and controls belong to whatever run they stand in.
    const source =
      seen.length === 0 && last !== undefined ? last.source : (whole?.source ?? firstSource(seen));
    if (last?.source === source) last.text += segment;
    else runs.push({ source, text: segment });
  }
  return runs;

  function firstSource(seen: readonly number[]): FontSource {
    return (seen[0] === undefined ? null : coverage.sourceOf(seen[0])) ?? 'main';
  }
}

/** First and last code points of ranges, ascending, flat: `[first, last, first, last, …]`. */
function characterRanges(path: string): Uint32Array {
  const cmap = readSfntTable(path, 'cmap');
  const view = viewOf(cmap);
  const covered: number[] = [];
  const offsets = new Set<number>();
  for (let index = 0; index < view.getUint16(2); index += 1) {
    const at = 4 + index * 8;
    const platform = view.getUint16(at);
    const encoding = view.getUint16(at + 2);
    // Unicode subtables: platform 0, or Windows' BMP (1) and full repertoire (10).
    if (platform === 0 || (platform === 3 && (encoding === 1 || encoding === 10)))
      offsets.add(view.getUint32(at + 4));
  }
  for (const offset of offsets) {
    const format = view.getUint16(offset);
    if (format === 4) addFormat4(view, offset, covered);
    else if (format === 12) addFormat12(view, offset, covered);
  }
  return merged(covered);
}

/** Segments of the basic plane. */
function addFormat4(view: DataView, at: number, covered: number[]): void {
  const doubled = view.getUint16(at + 6);
  for (let step = 0; step < doubled; step += 2) {
    const last = view.getUint16(at + 14 + step);
    const first = view.getUint16(at + 16 + doubled + step);
    const delta = view.getUint16(at + 16 + 2 * doubled + step);
    const rangeAt = at + 16 + 3 * doubled + step;
    const range = view.getUint16(rangeAt);
    for (let code = first; code <= last && code < 0xffff; code += 1) {
      const raw = range === 0 ? code : view.getUint16(rangeAt + range + 2 * (code - first));
      const glyph = range !== 0 && raw === 0 ? 0 : (raw + delta) & 0xffff;
      if (glyph !== 0) covered.push(code, code);
    }
  }
}

/** Groups of the whole repertoire. */
function addFormat12(view: DataView, at: number, covered: number[]): void {
  const groups = view.getUint32(at + 12);
  for (let index = 0; index < groups; index += 1) {
    const group = at + 16 + index * 12;
    const first = view.getUint32(group) + (view.getUint32(group + 8) === 0 ? 1 : 0);
    const last = view.getUint32(group + 4);
    if (first <= last) covered.push(first, last);
  }
}

function merged(pairs: readonly number[]): Uint32Array {
  const sorted: [number, number][] = [];
  for (let at = 0; at < pairs.length; at += 2) sorted.push([pairs[at] ?? 0, pairs[at + 1] ?? 0]);
  sorted.sort((one, two) => one[0] - two[0]);
  const result: number[] = [];
  for (const [first, last] of sorted) {
    const end = result.at(-1);
    if (end !== undefined && first <= end + 1) result[result.length - 1] = Math.max(end, last);
    else result.push(first, last);
  }
  return Uint32Array.from(result);
}

function within(ranges: Uint32Array | undefined, codePoint: number): boolean {
  if (ranges === undefined) return false;
  let low = 0;
  let high = ranges.length / 2 - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    if (codePoint < (ranges[2 * middle] ?? 0)) high = middle - 1;
    else if (codePoint > (ranges[2 * middle + 1] ?? 0)) low = middle + 1;
    else return true;
  }
  return false;
}
