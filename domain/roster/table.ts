/**
 * What a candidate list looks like after reading and before understanding: rows of cells, each row with the
 * line a person finds it at. CSV and spreadsheet readers produce it (node/roster), `guessHeader` and
 * `previewRoster` take it.
 */

/** One cell. A plain string means text. */
export type TableCell = {
  /** What a person sees in the cell: for numbers and dates the formatted text. */
  readonly value: string;
  readonly kind: 'text' | 'number' | 'date';
  /** The stored number behind a cell of kind `number` (a double: at most 15 digits are certain). */
  readonly number?: number;
};

export type RosterTable = {
  readonly rows: readonly (readonly (string | TableCell)[])[];
  /** For each row the line of the text file (1 is the first) or the row number of the sheet. */
  readonly lineOfRow: readonly number[];
  /**
   * True for delimited text. There a cell beyond the header's last column means that a stray delimiter
   * has shifted the line; in a sheet it is only a remark beside the table.
   */
  readonly delimited?: boolean;
};

/** The facts a roster can hold about one entry 报考 (one person in one subject). */
export const ROSTER_FIELDS = [
  'ticket',
  'name',
  'gender',
  'idNumber',
  'school',
  'subjectCode',
  'subjectName',
  'room',
  'seat',
  'extraMinutes',
  'extraPercent',
] as const;

export type RosterField = (typeof ROSTER_FIELDS)[number];

/** Fields whose value may be given once for the whole list instead of in a column. */
export type FixedField = 'subjectCode' | 'subjectName' | 'school' | 'room';

/** Which column holds which field, as guessed by `guessHeader` and confirmed or changed by a person. */
export type RosterMapping = {
  /** Index in `rows` of the header; the entries begin on the next row. -1: there is no header. */
  readonly headerRow: number;
  /** Column index (from 0) of each field; fields that the list does not have are left out. */
  readonly columns: { readonly [F in RosterField]?: number };
  /** Values for all lines, used only for fields without a column (a list of a single subject, say). */
  readonly fixed?: { readonly [F in FixedField]?: string };
};

/** The cell at a column of a row; an empty text cell where the row ends earlier. */
export function cellAt(row: readonly (string | TableCell)[], column: number): TableCell {
  const cell = row[column];
  if (cell === undefined) return { value: '', kind: 'text' };
  return typeof cell === 'string' ? { value: cell, kind: 'text' } : cell;
}
