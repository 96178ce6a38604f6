/** The columns of a roster as a person sees and changes them. Pure. */
import { FIELD_NAMES } from '#domain/roster/fault-text.ts';
import { ROSTER_FIELDS, type RosterField } from '#domain/roster/table.ts';
import type { Language } from '#web/texts/language.ts';

/** What a site decides for itself is not headquarters' matter: rooms and seats, time added. */
const OF_THE_SITE: readonly RosterField[] = ['room', 'seat', 'extraMinutes', 'extraPercent'];
const NEEDED: readonly RosterField[] = ['ticket', 'name', 'idNumber', 'subjectCode'];

export function fieldRows(language: Language): { field: RosterField; name: string; needed: boolean }[] {
  return ROSTER_FIELDS.filter((field) => !OF_THE_SITE.includes(field)).map((field) => ({
    field,
    name: language === 'zh-CN' ? FIELD_NAMES[field].zh : FIELD_NAMES[field].en,
    needed: NEEDED.includes(field),
  }));
}

/** A field has one column and a column one field: what is chosen anew is taken away elsewhere. */
export function remap(
  mapping: Readonly<Record<string, number | null>>,
  field: string,
  column: number | null,
): Record<string, number | null> {
  const changed: Record<string, number | null> = {};
  for (const [name, at] of Object.entries(mapping))
    changed[name] = column !== null && at === column && name !== field ? null : at;
  changed[field] = column;
  return changed;
}
