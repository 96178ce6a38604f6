/** Ranges of events, by the numbers of their first and last, and what they leave out. */
import type { LedgerStanding } from '#protocol/hq.ts';

export interface Range {
  first: number;
  last: number;
}

/** How many events lie in them; they do not overlap. */
export function countIn(ranges: readonly Range[]): number {
  return ranges.reduce((sum, { first, last }) => sum + last - first + 1, 0);
}

/** What lies in [0, size) and in none of them, in order. They may overlap and come in any order. */
export function uncovered(ranges: readonly Range[], size: number): Range[] {
  const gaps: Range[] = [];
  let next = 0;
  for (const { first, last } of [...ranges].sort((a, b) => a.first - b.first)) {
    if (first >= size) break;
    if (first > next) gaps.push({ first: next, last: first - 1 });
    next = Math.max(next, last + 1);
  }
  if (next < size) gaps.push({ first: next, last: size - 1 });
  return gaps;
}

/** Events from 0 without a gap. */
export function contiguous(ranges: readonly Range[]): number {
  let next = 0;
  for (const { first, last } of [...ranges].sort((a, b) => a.first - b.first)) {
    if (first > next) break;
    next = Math.max(next, last + 1);
  }
  return next;
}

/**
 * What headquarters says that it lacks, below the highest event that it has or that it once signed for (`signed`: how
 * many of its receipts cover without a gap). Null for a standing: it has nothing.
 */
export function lacking(standing: LedgerStanding | null, signed: number): Range[] {
  const size = standing?.size ?? 0;
  const beyond = standing?.beyond ?? [];
  const top = beyond.reduce((most, { last }) => Math.max(most, last + 1), Math.max(size, signed));
  const has = size > 0 ? [{ first: 0, last: size - 1 }, ...beyond] : beyond;
  return uncovered(has, top);
}

export function overlap(a: Range, b: Range): boolean {
  return a.first <= b.last && b.first <= a.last;
}
