import type { Tone } from '#web/controls/tones.ts';
import type { Answer } from '../api/call.ts';
import { m } from '../paraglide/messages.js';

export type RequestsAnswer = Answer<'GET /api/v1/officer/requests'>;
export type RequestRow = RequestsAnswer['rows'][number];

export const KIND_WORDS: Record<RequestRow['kind'], () => string> = {
  resit: m.request_resit,
  addendum: m.request_addendum,
  'late-change': m.request_late_change,
};
/** What granting does, said before it is done. */
export const GRANT_EFFECTS: Record<RequestRow['kind'], () => string> = {
  resit: m.request_resit_effect,
  addendum: m.request_addendum_effect,
  'late-change': m.request_late_change_effect,
};
export const REQUEST_LOOKS: Record<RequestRow['state'], { tone: Tone; sign: string; word: () => string }> = {
  asked: { tone: 'care', sign: '?', word: m.request_asked },
  granted: { tone: 'good', sign: '✓', word: m.request_granted },
  refused: { tone: 'plain', sign: '✕', word: m.request_refused },
};

/** Fields of an entry that people read, with what stands now and what is asked for. */
export function entryLines(row: RequestRow): { label: string; before: string; after: string }[] {
  const { entry, before } = row;
  if (!entry) return [];
  return [
    { label: m.person_name(), before: before?.name ?? '', after: entry.name },
    { label: m.ticket(), before: before?.ticket ?? '', after: entry.ticket },
    { label: m.id_number(), before: before?.idNumber ?? '', after: entry.idNumber },
    { label: m.school(), before: before?.school ?? '', after: entry.school },
    { label: m.subject(), before: before?.subject ?? '', after: entry.subject },
  ];
}
