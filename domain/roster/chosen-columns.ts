/** A read table as a page shows it, and what a person chose back into a mapping. */
import { guessHeader } from './header.ts';
import { cellAt, type RosterField, type RosterMapping, type RosterTable } from './table.ts';

/** Fields that the ledger keeps. Room, seat and extra time of a list are named as not imported. */
export const KEPT_FIELDS = [
  'ticket',
  'name',
  'gender',
  'idNumber',
  'school',
  'subjectCode',
  'subjectName',
] as const satisfies readonly RosterField[];

export interface Understood {
  mapping: RosterMapping;
  /** Fields that the list seems to have and that are not imported. */
  unused: { field: RosterField; column: number }[];
}

/** A request that does not fit the table: part of the query, and what is wrong. */
export class ChosenColumnsError extends Error {
  readonly detail: { where: string; problem: string };

  constructor(field: 'headerLine' | 'mapping', problem: string) {
    super(`${field}: ${problem}`);
    this.detail = { where: `querystring/${field}`, problem };
  }
}

const SAMPLE_ROWS = 8;
const SAMPLE_COLUMNS = 256;

/**
 * The mapping to work with: as guessed, with the header line and the columns that a person chose. Throws
 * `ChosenColumnsError` for a line that the table does not have, or a mapping that is no object of columns.
 */
export function understand(
  table: RosterTable,
  headerLine: number | undefined,
  chosen: string | undefined,
): Understood {
  const { mapping: guessed } = guessHeader(table);
  const headerRow = headerLine === undefined ? guessed.headerRow : rowOfLine(table, headerLine);
  const columns = headerRow === guessed.headerRow ? guessed.columns : guessBelow(table, headerRow);
  const unused: Understood['unused'] = [];
  for (const field of ['room', 'seat', 'extraMinutes', 'extraPercent'] as const) {
    const column = columns[field];
    if (column !== undefined) unused.push({ field, column });
  }
  const kept = chosen === undefined ? pick(columns) : parseColumns(chosen);
  return { mapping: { headerRow, columns: kept }, unused };
}

function pick(columns: RosterMapping['columns']): RosterMapping['columns'] {
  return Object.fromEntries(
    KEPT_FIELDS.flatMap((field) => (columns[field] === undefined ? [] : [[field, columns[field]]])),
  );
}

/** Row of a line of the file; line 0 stands for a list without a header. */
function rowOfLine(table: RosterTable, line: number): number {
  if (line === 0) return -1;
  const row = table.lineOfRow.indexOf(line);
  if (row < 0) throw new ChosenColumnsError('headerLine', 'no such line');
  return row;
}

/** What the rows from a chosen header on say by themselves. */
function guessBelow(table: RosterTable, headerRow: number): RosterMapping['columns'] {
  const from = Math.max(0, headerRow);
  const below = { ...table, rows: table.rows.slice(from), lineOfRow: table.lineOfRow.slice(from) };
  const { mapping } = guessHeader(below);
  return mapping.headerRow === (headerRow === -1 ? -1 : 0) ? mapping.columns : {};
}

function parseColumns(text: string): RosterMapping['columns'] {
  const wrong = (problem: string) => new ChosenColumnsError('mapping', problem);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw wrong('not valid JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrong('not an object');
  const columns: { [F in RosterField]?: number } = {};
  for (const [name, column] of Object.entries(value)) {
    const field = KEPT_FIELDS.find((known) => known === name);
    if (field === undefined) throw wrong(`no field ${name.slice(0, 40)}`);
    if (column === null) continue;
    if (!Number.isInteger(column) || column < 0 || column >= SAMPLE_COLUMNS)
      throw wrong(`${field} is no column number`);
    columns[field] = column as number; // Number.isInteger has just said so; it is no type guard.
  }
  return columns;
}

/** Headers and the first lines below them, as text. */
export function showTable(table: RosterTable, headerRow: number): { headers: string[]; sample: string[][] } {
  const rows = table.rows.slice(headerRow + 1, headerRow + 1 + SAMPLE_ROWS);
  const header = headerRow < 0 ? [] : (table.rows[headerRow] ?? []);
  const width = Math.min(SAMPLE_COLUMNS, Math.max(header.length, ...rows.map((row) => row.length), 0));
  const text = (row: RosterTable['rows'][number]) =>
    Array.from({ length: width }, (_, column) => cellAt(row, column).value.slice(0, 200));
  return { headers: text(header), sample: rows.map(text) };
}
