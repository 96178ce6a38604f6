/**
 * What importing a roster would do, worked out before anything is stored. All or nothing: `ok` is false if there is a single
 * fault, and then the caller imports nothing; `entries` still show what the faultless lines would become.
 */
import {
  absentEntries,
  compareEntry,
  type EntryComparison,
  noticesOf,
  type RosterNotice,
  ticketConflicts,
} from './compare.ts';
import { crossCheck, groupBy, prevailing } from './cross-check.ts';
import { entryKey, type ImportedEntry } from './entry.ts';
import { ROSTER_FAULTS, type RosterFaultCode } from './faults.ts';
import { firstFilled, type ReadLine, type RosterFault, readLine } from './line.ts';
import { cellAt, ROSTER_FIELDS, type RosterField, type RosterMapping, type RosterTable } from './table.ts';

export type RosterEntry = ImportedEntry & {
  readonly line: number;
  /** Key inside the exam; `importKey(exam, entry)` is the key over all exams. */
  readonly key: string;
} & EntryComparison;

export type RosterCounts = {
  /** Lines below the header that hold anything. */
  readonly lines: number;
  readonly entries: number;
  readonly faultyLines: number;
  readonly faults: number;
  /** Different ID numbers among the entries. */
  readonly people: number;
  readonly new: number;
  readonly changed: number;
  readonly unchanged: number;
  /** Entries imported earlier that the list does not mention; they stay as they are. */
  readonly absent: number;
  /** Entries by subject, in the order of the codes. */
  readonly subjects: readonly { readonly code: string; readonly name: string; readonly entries: number }[];
};

export type RosterPreview = {
  /** True only if there is no fault at all. */
  readonly ok: boolean;
  /** One for each line without a fault, in the order of the list. */
  readonly entries: readonly RosterEntry[];
  /** In the order of the lines, within a line in the order of the fields. */
  readonly faults: readonly RosterFault[];
  readonly notices: readonly RosterNotice[];
  readonly counts: RosterCounts;
};

export type PreviewOptions = {
  /** Latest possible birth date, YYYY-MM-DD, such as the day of the exam. Without it future dates pass. */
  readonly notAfter?: string;
};

/**
 * @param table rows as read, with their lines
 * @param mapping as confirmed; ticket, name, ID number and one of subject code and subject name are needed
 * @param existing entries of the same exam imported before
 * @returns never throws for what is in the table; a mapping that does not fit gives faults at the header's line
 */
export function previewRoster(
  table: RosterTable,
  mapping: RosterMapping,
  existing: readonly ImportedEntry[] = [],
  options: PreviewOptions = {},
): RosterPreview {
  const wrong = mappingFaults(table, mapping);
  if (wrong.length > 0) return result([], wrong, [], 0, 0);

  const lines = readLines(table, mapping, options);
  if (lines.length === 0) {
    const line = table.lineOfRow[mapping.headerRow] ?? 0;
    return result([], [{ line, field: null, code: ROSTER_FAULTS.noEntries.code }], [], 0, existing.length);
  }
  const absent = absentEntries(lines, existing);
  const faults = sorted([
    ...lines.flatMap((line) => line.faults),
    ...crossCheck(lines),
    ...ticketConflicts(lines, absent),
  ]);
  const faulty = new Set(faults.map((fault) => fault.line));
  const entries = complete(
    lines.filter((line) => !faulty.has(line.line)),
    existing,
  );
  return result(entries, faults, noticesOf(lines, absent), lines.length, absent.length);
}

/** Whether the mapping fits the table, before any line is read. Empty if it does. */
export function mappingFaults(table: RosterTable, mapping: RosterMapping): RosterFault[] {
  const { headerRow, columns, fixed } = mapping;
  const at = (field: RosterField | null, code: RosterFaultCode): RosterFault => ({
    line: table.lineOfRow[headerRow] ?? 0,
    field,
    code,
  });
  if (!Number.isInteger(headerRow) || headerRow < -1 || headerRow >= Math.max(table.rows.length, 0)) {
    return [
      at(null, table.rows.length === 0 ? ROSTER_FAULTS.noEntries.code : ROSTER_FAULTS.headerOutside.code),
    ];
  }
  const faults: RosterFault[] = [];
  for (const field of ['ticket', 'name', 'idNumber'] as const) {
    if (columns[field] === undefined) faults.push(at(field, ROSTER_FAULTS.columnMissing.code));
  }
  const hasSubject =
    columns.subjectCode !== undefined ||
    columns.subjectName !== undefined ||
    fixed?.subjectCode ||
    fixed?.subjectName;
  if (!hasSubject) faults.push(at('subjectCode', ROSTER_FAULTS.columnMissing.code));

  const width = table.rows.reduce((most, row) => Math.max(most, row.length), 0);
  const used = new Set<number>();
  for (const field of ROSTER_FIELDS) {
    const column = columns[field];
    if (column === undefined) continue;
    if (!Number.isInteger(column) || column < 0 || column >= width) {
      faults.push(at(field, ROSTER_FAULTS.columnOutside.code));
    } else if (used.has(column)) faults.push(at(field, ROSTER_FAULTS.columnTwice.code));
    used.add(column);
  }
  return faults;
}

function readLines(table: RosterTable, mapping: RosterMapping, options: PreviewOptions): ReadLine[] {
  const lines: ReadLine[] = [];
  const header = mapping.headerRow === -1 ? undefined : table.rows[mapping.headerRow];
  const width = table.delimited === true && header !== undefined ? header.length : undefined;
  for (let index = mapping.headerRow + 1; index < table.rows.length; index++) {
    const row = table.rows[index] ?? [];
    // Blank lines, and the header again at the head of each printed page, are no entries.
    if (firstFilled(row) === '' || (header !== undefined && sameCells(row, header))) continue;
    lines.push(readLine(row, table.lineOfRow[index] ?? index + 1, mapping, { ...options, width }));
  }
  return lines;
}

function sameCells(a: RosterTable['rows'][number], b: RosterTable['rows'][number]): boolean {
  return a.length === b.length && a.every((_, column) => cellAt(a, column).value === cellAt(b, column).value);
}

/**
 * Faultless lines made whole. What the list has no column for stays as it was imported; an empty cell in a column that it has
 * empties the field. A missing subject name is taken from the subject's other lines, else from earlier imports, else the code.
 */
function complete(lines: readonly ReadLine[], existing: readonly ImportedEntry[]): RosterEntry[] {
  const before = new Map(existing.map((entry) => [entryKey(entry), entry]));
  const importedNames = new Map(existing.map((entry) => [entry.subjectCode, entry.subjectName]));
  const listedNames = new Map<string, string>();
  for (const [code, group] of groupBy(lines, (line) => line.subjectCode)) {
    const said = group.flatMap((one) =>
      one.subjectName ? [{ line: one.line, value: one.subjectName }] : [],
    );
    const name = prevailing(said)?.value;
    if (name !== undefined) listedNames.set(code, name);
  }

  return lines.flatMap((line): RosterEntry[] => {
    const { ticket, name, idNumber, subjectCode } = line;
    // A line without a fault has all four; the type cannot say so.
    if (ticket === undefined || name === undefined || idNumber === undefined || subjectCode === undefined)
      return [];
    const key = entryKey({ idNumber, subjectCode });
    const old = before.get(key);
    const keep = <T>(given: T | undefined, stored: T | undefined): T | null =>
      given === undefined ? (stored ?? null) : given;
    const entry: ImportedEntry = {
      ticket,
      name,
      gender: keep(line.gender, old?.gender),
      idNumber,
      school: keep(line.school, old?.school),
      subjectCode,
      subjectName:
        line.subjectName ??
        listedNames.get(subjectCode) ??
        old?.subjectName ??
        importedNames.get(subjectCode) ??
        subjectCode,
      room: keep(line.room, old?.room),
      seat: keep(line.seat, old?.seat),
      extraMinutes: keep(line.extraMinutes, old?.extraMinutes),
      extraPercent: keep(line.extraPercent, old?.extraPercent),
    };
    return [{ line: line.line, key, ...entry, ...compareEntry(entry, old) }];
  });
}

function sorted(faults: readonly RosterFault[]): RosterFault[] {
  const order = (field: RosterField | null): number => (field === null ? -1 : ROSTER_FIELDS.indexOf(field));
  return [...faults].sort((a, b) => a.line - b.line || order(a.field) - order(b.field));
}

function result(
  entries: readonly RosterEntry[],
  faults: readonly RosterFault[],
  notices: readonly RosterNotice[],
  lines: number,
  absent: number,
): RosterPreview {
  const having = (status: EntryComparison['status']): number =>
    entries.filter((entry) => entry.status === status).length;
  const subjects = [...groupBy(entries, (entry) => entry.subjectCode)].map(([code, group]) => ({
    code,
    name: group[0]?.subjectName ?? code,
    entries: group.length,
  }));
  return {
    ok: faults.length === 0,
    entries,
    faults,
    notices,
    counts: {
      lines,
      entries: entries.length,
      faultyLines: lines === 0 ? 0 : new Set(faults.map((fault) => fault.line)).size,
      faults: faults.length,
      people: new Set(entries.map((entry) => entry.idNumber)).size,
      new: having('new'),
      changed: having('changed'),
      unchanged: having('unchanged'),
      absent,
      subjects: subjects.sort((a, b) => (a.code < b.code ? -1 : a.code > b.code ? 1 : 0)),
    },
  };
}
