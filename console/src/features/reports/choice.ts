/** What may be printed, in the order of the work, and the request that a choice on the page comes to. Pure. */
import {
  REPORT_KINDS,
  type ReportKind,
  type ReportLanguage,
  type ReportRequest,
  type ReportScope,
} from '#protocol/reports.ts';
import type { Right } from '#protocol/rights.ts';

export type ReportGroup = 'before' | 'during' | 'after' | 'evidence';

export const REPORT_GROUPS: readonly { group: ReportGroup; kinds: readonly ReportKind[] }[] = [
  {
    group: 'before',
    kinds: [
      'night-pack',
      'seating-chart',
      'door-list',
      'desk-labels',
      'attendance',
      'tickets',
      'answer-sheets',
      'scratch-sheets',
      'draw-slips',
    ],
  },
  { group: 'during', kinds: ['machine-change-slip', 'incident-sheet'] },
  { group: 'after', kinds: ['room-report', 'minutes', 'machine-list', 'handover'] },
  { group: 'evidence', kinds: ['evidence', 'answers'] },
];

/** Kinds that may be made for some candidates alone, such as a ticket that was forgotten at home. */
const FOR_ENTRIES: readonly ReportKind[] = ['tickets', 'desk-labels'];

export interface ReportChoice {
  kind: ReportKind;
  lang: ReportLanguage;
  session: string;
  /** Empty: all rooms. */
  room: string;
  attempt: string;
  incident: string;
  entries: readonly string[];
  size: 'A4' | 'A3';
  view: 'lectern' | 'door';
  purpose: string;
}

interface KindFacts {
  scopes: readonly ReportScope[];
  right: Right;
  sizes: readonly ('A4' | 'A3')[];
  watermark: boolean;
  zh: string;
  en: string;
  hasView: boolean;
  forEntries: boolean;
}

export function factsOf(kind: ReportKind): KindFacts {
  const known = REPORT_KINDS[kind];
  return {
    ...known,
    watermark: 'watermark' in known,
    hasView: kind === 'seating-chart',
    forEntries: FOR_ENTRIES.includes(kind),
  };
}

/** A word from the address bar, if it is a kind. */
export const asKind = (word: string): ReportKind | null =>
  Object.hasOwn(REPORT_KINDS, word) ? (word as ReportKind) : null; // hasOwn has just shown that it is one

/** What a report is about: the narrowest thing chosen that its kind is made for. */
export function scopeOf(choice: ReportChoice): ReportScope {
  const { scopes } = factsOf(choice.kind);
  if (choice.incident && scopes.includes('incident')) return 'incident';
  if (choice.attempt && scopes.includes('attempt')) return 'attempt';
  return choice.room && scopes.includes('room') ? 'room' : 'session';
}

/** What must still be said before it can be made. */
export function missingFor(choice: ReportChoice): 'purpose' | 'attempt' | null {
  const { scopes, watermark } = factsOf(choice.kind);
  if (!scopes.includes(scopeOf(choice))) return 'attempt';
  return watermark && choice.purpose.trim() === '' ? 'purpose' : null;
}

/** Only what the kind knows: a size left over from another kind would be refused. */
export function requestOf(choice: ReportChoice): ReportRequest {
  const { sizes, watermark, hasView, forEntries } = factsOf(choice.kind);
  const scope = scopeOf(choice);
  return {
    kind: choice.kind,
    lang: choice.lang,
    session: choice.session,
    ...(scope === 'room' ? { room: choice.room } : {}),
    ...(scope === 'attempt' ? { attempt: choice.attempt } : {}),
    ...(scope === 'incident' ? { incident: choice.incident } : {}),
    ...(forEntries && choice.entries.length > 0 ? { entries: [...choice.entries] } : {}),
    ...(sizes.length > 1 ? { size: choice.size } : {}),
    ...(hasView ? { view: choice.view } : {}),
    ...(watermark ? { purpose: choice.purpose.trim() } : {}),
  };
}

/** Where the file of a report lies. */
export const fileOf = (report: string): string =>
  `/api/v1/console/reports/${encodeURIComponent(report)}/file`;
