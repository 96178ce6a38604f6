/**
 * What a roster means for what an earlier import has stored: new, changed or unchanged for each entry, tickets that collide with
 * people who are not in this list, and things worth a look. A second import of the same list changes nothing.
 */
import { groupBy } from './cross-check.ts';
import { COMPARED_FIELDS, type EntryField, entryKey, type ImportedEntry } from './entry.ts';
import { ROSTER_FAULTS } from './faults.ts';
import type { ReadLine, RosterFault } from './line.ts';
import { nameDoubt } from './name.ts';
import { ROSTER_NOTICES, type RosterNoticeCode } from './notices.ts';
import type { RosterField } from './table.ts';

export type RosterNotice = {
  readonly line: number;
  readonly field: RosterField;
  readonly code: RosterNoticeCode;
  readonly value?: string;
  readonly otherValue?: string;
};

export type EntryChange = {
  readonly field: EntryField;
  readonly from: string | number | null;
  readonly to: string | number | null;
};

export type EntryComparison =
  | { readonly status: 'new'; readonly changes: readonly [] }
  | { readonly status: 'unchanged'; readonly changes: readonly [] }
  | { readonly status: 'changed'; readonly changes: readonly EntryChange[] };

export function compareEntry(entry: ImportedEntry, before: ImportedEntry | undefined): EntryComparison {
  if (before === undefined) return { status: 'new', changes: [] };
  const changes = COMPARED_FIELDS.filter((field) => entry[field] !== before[field]).map((field) => ({
    field,
    from: before[field],
    to: entry[field],
  }));
  return changes.length === 0 ? { status: 'unchanged', changes: [] } : { status: 'changed', changes };
}

/** Imported entries that this list does not mention. They keep what they have. */
export function absentEntries(
  lines: readonly ReadLine[],
  existing: readonly ImportedEntry[],
): ImportedEntry[] {
  const present = new Set<string>();
  for (const { idNumber, subjectCode } of lines) {
    if (idNumber !== undefined && subjectCode !== undefined) present.add(entryKey({ idNumber, subjectCode }));
  }
  return existing.filter((entry) => !present.has(entryKey(entry)));
}

/**
 * Tickets that after the import would belong to two people. Only entries absent from the list count, for the others get their
 * ticket from it: two people whose tickets had been swapped can be put right by one import.
 */
export function ticketConflicts(lines: readonly ReadLine[], absent: readonly ImportedEntry[]): RosterFault[] {
  const holders = groupBy(absent, (entry) => entry.ticket);
  return lines.flatMap((line): RosterFault[] => {
    if (line.ticket === undefined || line.idNumber === undefined) return [];
    const other = holders.get(line.ticket)?.find((entry) => entry.idNumber !== line.idNumber);
    if (other === undefined) return [];
    return [
      {
        line: line.line,
        field: 'ticket',
        code: ROSTER_FAULTS.ticketImportedForAnother.code,
        value: line.ticket,
        otherValue: other.name,
      },
    ];
  });
}

/** One notice for a person or a subject, on the first line it concerns. */
export function noticesOf(lines: readonly ReadLine[], absent: readonly ImportedEntry[]): RosterNotice[] {
  const notices: RosterNotice[] = [];
  const byPerson = groupBy(absent, (entry) => entry.idNumber);
  const bySubject = groupBy(absent, (entry) => entry.subjectCode);
  const told = new Set<string>();
  const once = (key: string): boolean => !told.has(key) && told.add(key) !== undefined;

  for (const { line, name, idNumber, subjectCode, subjectName } of lines) {
    const doubt = name === undefined ? undefined : nameDoubt(name);
    if (doubt?.kind === 'question-mark') {
      notices.push({ line, field: 'name', code: ROSTER_NOTICES.nameQuestionMark.code, value: name });
    } else if (doubt?.kind === 'private-use') {
      notices.push({
        line,
        field: 'name',
        code: ROSTER_NOTICES.namePrivateUse.code,
        value: name,
        otherValue: doubt.suggestion,
      });
    }
    const elsewhere =
      idNumber === undefined ? undefined : byPerson.get(idNumber)?.find((e) => e.name !== name);
    if (name !== undefined && elsewhere !== undefined && once(`person/${idNumber}`)) {
      notices.push({
        line,
        field: 'name',
        code: ROSTER_NOTICES.nameDiffersFromImported.code,
        value: name,
        otherValue: elsewhere.name,
      });
    }
    if (subjectCode === undefined || typeof subjectName !== 'string') continue;
    const called = bySubject.get(subjectCode)?.find((entry) => entry.subjectName !== subjectName);
    if (called !== undefined && once(`subject/${subjectCode}`)) {
      notices.push({
        line,
        field: 'subjectName',
        code: ROSTER_NOTICES.subjectNameDiffersFromImported.code,
        value: subjectName,
        otherValue: called.subjectName,
      });
    }
  }
  return notices;
}
