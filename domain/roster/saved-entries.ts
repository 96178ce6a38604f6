/** A confirmed roster as it is stored: identifiers are kept for what is known. */
import type { PlanEntry } from '#protocol/package.ts';
import { entryKey, type Gender, type ImportedEntry } from './entry.ts';
import type { RosterEntry } from './preview.ts';

export type SavedEntry = PlanEntry;

/** An entry with its candidate, and its subject's name. */
export interface StoredEntry extends PlanEntry {
  subjectName: string;
}

/** What an earlier import has stored, in the terms of the roster's rules. */
export function asImported({
  ticket,
  name,
  gender,
  idNumber,
  school,
  subject,
  subjectName,
}: StoredEntry): ImportedEntry {
  return {
    ticket,
    name,
    gender: gender === 'male' || gender === 'female' ? (gender satisfies Gender) : null,
    idNumber,
    school: school === '' ? null : school,
    subjectCode: subject,
    subjectName,
    room: null,
    seat: null,
    extraMinutes: null,
    extraPercent: null,
  };
}

/** New and changed entries of a list, with the identifiers that they have or get. */
export function toSave(
  entries: readonly RosterEntry[],
  stored: readonly StoredEntry[],
  newId: (kind: 'candidate' | 'entry') => string,
): SavedEntry[] {
  const known = new Map(
    stored.map((one) => [entryKey({ idNumber: one.idNumber, subjectCode: one.subject }), one.entry]),
  );
  const candidates = new Map(stored.map(({ idNumber, candidate }) => [idNumber, candidate]));
  return entries
    .filter(({ status }) => status !== 'unchanged')
    .map(({ key, idNumber, ticket, name, gender, school, subjectCode }) => {
      const candidate = candidates.get(idNumber) ?? newId('candidate');
      candidates.set(idNumber, candidate);
      return {
        entry: known.get(key) ?? newId('entry'),
        candidate,
        idNumber,
        ticket,
        name,
        gender: gender ?? '',
        school: school ?? '',
        subject: subjectCode,
      };
    });
}
