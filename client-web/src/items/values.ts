/** Response values as the interactions want them; anything of another shape counts as no answer. Pure. */
import type { FileValue, ResponseValue } from '#protocol/paper.ts';

export type Pair = [string, string];

export function asText(value: ResponseValue): string {
  return typeof value === 'string' ? value : '';
}

/** Identifiers of a single, multiple or ordered response. */
export function asList(value: ResponseValue): string[] {
  if (typeof value === 'string') return value === '' ? [] : [value];
  return Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : [];
}

export function asPairs(value: ResponseValue): Pair[] {
  return Array.isArray(value)
    ? value.filter((one): one is Pair => Array.isArray(one) && one.length === 2)
    : [];
}

export function asFile(value: ResponseValue): FileValue | null {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? value : null;
}

/** Chosen identifiers as a value: one as such, several as a list, none as null. */
export function listValue(chosen: readonly string[], single: boolean): ResponseValue {
  if (chosen.length === 0) return null;
  return single ? (chosen[0] ?? null) : [...chosen];
}

export function pairsValue(pairs: readonly Pair[]): ResponseValue {
  return pairs.length === 0 ? null : pairs.map(([a, b]): Pair => [a, b]);
}

/** Whether one more use of a choice is possible (`max` 0: without limit). */
export function usable(max: number, used: number): boolean {
  return max === 0 || used < max;
}

/** The list with the element at `from` moved to `to`. */
export function moved<T>(list: readonly T[], from: number, to: number): T[] {
  const result = [...list];
  const [one] = result.splice(from, 1);
  if (one !== undefined) result.splice(to, 0, one);
  return result;
}

/** The longest beginning of a text that fits into `max` UTF-16 units without cutting a character as people see it. */
export function fitting(text: string, max: number): string {
  if (text.length <= max) return text;
  let fits = '';
  // Only the last few characters before the limit need a look.
  const from = Math.max(0, max - 64);
  const head = text.slice(0, from).replace(/[\uD800-\uDBFF]$/, '');
  const segments = new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(
    text.slice(head.length, max + 64),
  );
  for (const { segment } of segments) {
    if (head.length + fits.length + segment.length > max) break;
    fits += segment;
  }
  return head + fits;
}

/** A, B, … Z, AA, AB, … */
export function letter(at: number): string {
  return at < 26 ? String.fromCharCode(65 + at) : letter(Math.floor(at / 26) - 1) + letter(at % 26);
}
