import type { Tone } from '#web/controls/tones.ts';
import type { Answer } from '../api/call.ts';
import { m } from '../paraglide/messages.js';

export type Results = Answer<'GET /api/v1/officer/exams/:exam/results'>;
export type ResultRow = Results['rows'][number];
export type Anomalies = Answer<'GET /api/v1/officer/exams/:exam/anomalies'>;
export type AttemptDetail = Answer<'GET /api/v1/officer/attempts/:attempt'>;

/** `61.5 of 100`; without a maximum (items that nobody has marked) the points alone, a dash where there are none. */
export function score(
  of: { points: number | null; maximum: number | null },
  show: (value: number | null) => string,
): string {
  if (of.maximum === null) return show(of.points);
  return m.points_of({ points: show(of.points), max: show(of.maximum) });
}

export const ATTEMPT_WORDS: Record<ResultRow['state'], { tone: Tone; sign: string; word: () => string }> = {
  writing: { tone: 'busy', sign: '✎', word: m.attempt_writing },
  'timed-up': { tone: 'plain', sign: '◷', word: m.attempt_timed_up },
  'handed-in': { tone: 'good', sign: '✓', word: m.attempt_handed_in },
  superseded: { tone: 'plain', sign: '⤺', word: m.attempt_superseded },
};
export const ITEM_WORDS: Record<
  AttemptDetail['items'][number]['state'],
  { tone: Tone; sign: string; word: () => string }
> = {
  scored: { tone: 'good', sign: '✓', word: m.item_scored },
  'needs-marker': { tone: 'care', sign: '?', word: m.item_marker },
  unanswered: { tone: 'plain', sign: '—', word: m.item_unanswered },
  failed: { tone: 'trouble', sign: '⚠', word: m.item_failed },
};
