/** The columns of a roster as a person sees and changes them. Pure. */
import { FIELD_NAMES } from '#domain/roster/fault-text.ts';
import { ROSTER_FIELDS, type RosterField } from '#domain/roster/table.ts';
import type { Language } from '#web/texts/language.ts';

/** Without these nothing can be imported; of subject code and name one is enough. */
const NEEDED: readonly RosterField[] = ['ticket', 'name', 'idNumber', 'subjectCode'];

export interface FieldRow {
  field: RosterField;
  name: string;
  needed: boolean;
}

export function fieldRows(language: Language): FieldRow[] {
  return ROSTER_FIELDS.map((field) => ({
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

/** An empty list with the headings that the box knows, as UTF-8 with a mark, so that Excel opens it rightly. */
export function templateCsv(language: Language): string {
  const headings = fieldRows(language)
    .filter(({ field }) => field !== 'extraPercent')
    .map(({ name }) => name);
  return `\uFEFF${headings.join(',')}\r\n`;
}
