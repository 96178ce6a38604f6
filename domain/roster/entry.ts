/** Entries 报考 as the roster gives them, and the key by which a second import finds them again. */

/** null: the list says nothing about it. */
export type Gender = 'male' | 'female' | null;

/** One person in one subject, complete. What an import stores and what `existing` hands back on the next import. */
export type ImportedEntry = {
  readonly ticket: string;
  readonly name: string;
  readonly gender: Gender;
  /** 18 characters, upper-case X. */
  readonly idNumber: string;
  readonly school: string | null;
  readonly subjectCode: string;
  readonly subjectName: string;
  readonly room: string | null;
  readonly seat: string | null;
  /** Accommodation, minutes. */
  readonly extraMinutes: number | null;
  /** Accommodation, percent of the duration (25 means a quarter more). */
  readonly extraPercent: number | null;
};

export type EntryField = keyof ImportedEntry;

/** Fields compared between imports; ID number and subject code are the key and cannot differ. */
export const COMPARED_FIELDS = [
  'ticket',
  'name',
  'gender',
  'school',
  'subjectName',
  'room',
  'seat',
  'extraMinutes',
  'extraPercent',
] as const satisfies readonly EntryField[];

/** Key of an entry inside its exam. An ID number has a fixed length, so no two pairs share a key. */
export function entryKey(entry: Pick<ImportedEntry, 'idNumber' | 'subjectCode'>): string {
  return `${entry.idNumber}/${entry.subjectCode}`;
}

/** Key of an entry over all exams: exam + ID number + subject. The exam's identifier goes last, for it may hold anything. */
export function importKey(exam: string, entry: Pick<ImportedEntry, 'idNumber' | 'subjectCode'>): string {
  return `${entryKey(entry)}@${exam}`;
}
