/** Reasons of incidents in the groups in which people look for them, and their words. Pure. */
import { INCIDENT_REASONS, type IncidentReason, type IncidentRow, REASON_WORDS } from '#protocol/evidence.ts';
import type { Language } from '#web/texts/language.ts';

export type ReasonGroup = 'conduct' | 'identity' | 'people' | 'technical' | 'other';

const GROUP_OF: Record<IncidentReason, ReasonGroup> = {
  contraband: 'conduct',
  communication: 'conduct',
  copying: 'conduct',
  'left-screen': 'conduct',
  'left-room': 'conduct',
  disturbance: 'conduct',
  'refused-order': 'conduct',
  'identity-doubt': 'identity',
  impersonation: 'identity',
  illness: 'people',
  'late-arrival': 'people',
  'machine-fault': 'technical',
  'peripheral-fault': 'technical',
  'network-fault': 'technical',
  'power-fault': 'technical',
  'paper-fault': 'technical',
  'audio-fault': 'technical',
  'software-fault': 'technical',
  damage: 'technical',
  other: 'other',
};

export const REASON_GROUPS: readonly { group: ReasonGroup; reasons: readonly IncidentReason[] }[] = (
  ['conduct', 'technical', 'people', 'identity', 'other'] as const
).map((group) => ({ group, reasons: INCIDENT_REASONS.filter((reason) => GROUP_OF[reason] === group) }));

export const reasonWord = (reason: IncidentReason, language: Language): string =>
  REASON_WORDS[reason][language === 'zh-CN' ? 'zh' : 'en'];

/** Open ones first, then by when it happened, newest first. */
export const inOrder = (incidents: readonly IncidentRow[]): IncidentRow[] =>
  incidents.toSorted(
    (a, b) => Number(a.outcome !== null) - Number(b.outcome !== null) || b.happenedWall - a.happenedWall,
  );
