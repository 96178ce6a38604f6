/**
 * What a stream's revisions add up to, and how an attempt's streams merge. The same code runs in the browser (to show
 * answers), on the box (projection, receipts) and at headquarters.
 */
import type { Answers, ResponseValue } from '#protocol/paper.ts';
import { VALUE_LIMITS } from '#protocol/paper.ts';
import { REVISION_LIMITS, type Revision } from '#protocol/revision.ts';

export interface AttemptContent {
  answers: Answers;
  marks: Set<string>;
  /** Where the candidate is. */
  item: string | null;
  plays: Record<string, { plays: number; ms: number }>;
  seen: Set<string>;
}

export function emptyContent(): AttemptContent {
  return { answers: {}, marks: new Set(), item: null, plays: {}, seen: new Set() };
}

/** Applies a splice; null when it lies outside the text, cuts a character in half or makes the text too long. */
export function spliceText(text: string, at: number, del: number, ins: string): string | null {
  if (at > text.length || del > text.length - at) return null;
  if (text.length - del + ins.length > VALUE_LIMITS.textUnits) return null;
  const after = text.slice(0, at) + ins + text.slice(at + del);
  const wellFormedAround = !cutsPair(text, at) && !cutsPair(text, at + del);
  return wellFormedAround ? after : null;
}

function cutsPair(text: string, at: number): boolean {
  return at > 0 && at < text.length && isHigh(text.charCodeAt(at - 1)) && isLow(text.charCodeAt(at));
}
const isHigh = (unit: number) => unit >= 0xd800 && unit <= 0xdbff;
const isLow = (unit: number) => unit >= 0xdc00 && unit <= 0xdfff;

/** Own property only: item and response names come from outside and may be `__proto__`. */
function own<T>(of: Record<string, T>, key: string): T | undefined {
  return Object.hasOwn(of, key) ? of[key] : undefined;
}

export function setAnswer(answers: Answers, item: string, resp: string, value: ResponseValue): void {
  let of = own(answers, item);
  if (!of) {
    of = {};
    Object.defineProperty(answers, item, { value: of, enumerable: true, writable: true, configurable: true });
  }
  Object.defineProperty(of, resp, { value, enumerable: true, writable: true, configurable: true });
}

export function getAnswer(answers: Answers, item: string, resp: string): ResponseValue {
  const of = own(answers, item);
  return (of && own(of, resp)) ?? null;
}

function setPlayed(content: AttemptContent, media: string, value: { plays: number; ms: number }): void {
  Object.defineProperty(content.plays, media, {
    value,
    enumerable: true,
    writable: true,
    configurable: true,
  });
}

/** Applies one revision; a code (and nothing changed) when its content is impossible. */
export function applyRevision(content: AttemptContent, r: Revision): null | 'revision/splice-range' {
  const { op, item } = r;
  switch (op.t) {
    case 'set':
      setAnswer(content.answers, item, op.resp, op.v);
      return null;
    case 'splice': {
      const before = getAnswer(content.answers, item, op.resp);
      if (before !== null && typeof before !== 'string') return 'revision/splice-range';
      const after = spliceText(before ?? '', op.at, op.del, op.ins);
      if (after === null) return 'revision/splice-range';
      setAnswer(content.answers, item, op.resp, after);
      return null;
    }
    case 'mark':
      if (op.on) content.marks.add(item);
      else content.marks.delete(item);
      return null;
    case 'go':
      content.item = item;
      content.seen.add(item);
      return null;
    case 'play':
      setPlayed(content, op.media, { plays: op.plays, ms: op.ms });
      return null;
  }
}

/**
 * Merges contents of an attempt's streams, given in ascending epoch: a later stream's value of a response wins over an
 * earlier one's. Each stream's content starts from what the streams before it had merged to, so in practice the last
 * one wins where it wrote at all.
 */
export function mergeContents(inEpochOrder: readonly AttemptContent[]): AttemptContent {
  const merged = emptyContent();
  for (const one of inEpochOrder) {
    for (const [item, of] of Object.entries(one.answers))
      for (const [resp, value] of Object.entries(of)) setAnswer(merged.answers, item, resp, value);
    merged.marks = new Set(one.marks);
    merged.item = one.item ?? merged.item;
    for (const [media, played] of Object.entries(one.plays)) setPlayed(merged, media, played);
    for (const item of one.seen) merged.seen.add(item);
  }
  return merged;
}

/** The smallest splice that turns `before` into `after`; never cuts a surrogate pair. Null when they are equal. */
export function spliceOf(before: string, after: string): { at: number; del: number; ins: string } | null {
  if (before === after) return null;
  const most = Math.min(before.length, after.length);
  let start = 0;
  while (start < most && before.charCodeAt(start) === after.charCodeAt(start)) start++;
  if (cutsPair(before, start) || cutsPair(after, start)) start--;
  let end = 0;
  while (
    end < most - start &&
    before.charCodeAt(before.length - 1 - end) === after.charCodeAt(after.length - 1 - end)
  )
    end++;
  if (end > 0 && (cutsPair(before, before.length - end) || cutsPair(after, after.length - end))) end--;
  return { at: start, del: before.length - start - end, ins: after.slice(start, after.length - end) };
}

/** A splice as several whose insertions fit into an entry (`REVISION_LIMITS.spliceUnits`), to be applied in order. */
export function splitSplice(splice: {
  at: number;
  del: number;
  ins: string;
}): { at: number; del: number; ins: string }[] {
  const parts: { at: number; del: number; ins: string }[] = [];
  let { at, del } = splice;
  let rest = splice.ins;
  do {
    let size = Math.min(rest.length, REVISION_LIMITS.spliceUnits);
    if (cutsPair(rest, size)) size--;
    parts.push({ at, del, ins: rest.slice(0, size) });
    at += size;
    del = 0;
    rest = rest.slice(size);
  } while (rest.length > 0);
  return parts;
}

/** The text with lone surrogates replaced by U+FFFD (what `String.prototype.toWellFormed` does; Chrome 109 lacks it). */
export function wellFormed(text: string): string {
  return text.replace(/[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g, '\uFFFD');
}

/** A value that counts as an answer. */
export function hasAnswer(value: ResponseValue): boolean {
  if (value === null) return false;
  if (typeof value === 'string') return value.trim() !== '';
  return Array.isArray(value) ? value.length > 0 : true;
}
