/** A session as its form holds it, and the way to and from the contract. Pure. */

import type { ConsoleCalls } from '#protocol/console.calls.ts';
import type { ExamRow, SessionDetail, SessionPolicy } from '#protocol/console.ts';
import { fromLocalField, toLocalField } from '../../words/format.ts';

const MINUTE = 60_000;
export type SessionBody = ConsoleCalls['POST /api/v1/console/sessions']['body'];

export interface SessionDraft {
  name: string;
  /** As a `datetime-local` field has it, in the site's time zone. */
  start: string;
  subjects: string[];
  lateMinutes: number | null;
  earliestMinutes: number | null;
  shared: SessionPolicy['sharedAddress'];
  pledgeZh: string;
  pledgeEn: string;
  /** The candidate's PC asks for a portrait. */
  portrait: boolean;
}

export function draftOf(session: SessionDetail | null, exam: ExamRow, timeZone: string): SessionDraft {
  const policy = session?.policy;
  return {
    name: session?.name ?? '',
    start: session ? toLocalField(session.plannedStart, timeZone) : '',
    subjects: session?.subjects ?? exam.subjects.map(({ code }) => code),
    lateMinutes: Math.round((policy?.lateEntryMs ?? 15 * MINUTE) / MINUTE),
    earliestMinutes: Math.round((policy?.earliestSubmitMs ?? 30 * MINUTE) / MINUTE),
    shared: policy?.sharedAddress ?? 'refuse',
    pledgeZh: policy?.pledgeZh ?? '',
    pledgeEn: policy?.pledgeEn ?? '',
    portrait: policy?.portrait ?? false,
  };
}

/** Null while something is missing or wrong. */
export function bodyOf(draft: SessionDraft, exam: string, timeZone: string): SessionBody | null {
  const plannedStart = fromLocalField(draft.start, timeZone);
  const { lateMinutes, earliestMinutes } = draft;
  if (plannedStart === null || lateMinutes === null || earliestMinutes === null) return null;
  if (!draft.name.trim() || Boolean(draft.pledgeZh.trim()) !== Boolean(draft.pledgeEn.trim())) return null;
  return {
    exam,
    name: draft.name.trim(),
    plannedStart,
    subjects: draft.subjects,
    policy: {
      lateEntryMs: lateMinutes * MINUTE,
      earliestSubmitMs: earliestMinutes * MINUTE,
      sharedAddress: draft.shared,
      pledgeZh: draft.pledgeZh.trim(),
      pledgeEn: draft.pledgeEn.trim(),
      ...(draft.portrait ? { portrait: true } : {}),
    },
  };
}
