/** XLSX and old XLS workbooks to tables, with the kind of every cell, for a number cell has lost digits of an ID number. */
import * as XLSX from '@e965/xlsx';
import * as codePageModule from '@e965/xlsx/dist/cpexcel';
import { guessHeader } from '#domain/roster/header.ts';
import { standardForm } from '#domain/roster/private-use.ts';
import { ROSTER_READ_FAULTS } from '#domain/roster/read-faults.ts';
import type { RosterTable, TableCell } from '#domain/roster/table.ts';
import { type ReadLimits, RosterReadError } from './read-error.ts';

export type SheetInfo = {
  readonly name: string;
  /** Rows that hold anything. */
  readonly rows: number;
  readonly hidden: boolean;
};

export type WorkbookTable = RosterTable & {
  /** The sheet that was read. */
  readonly sheet: string;
  /** All sheets with cells, for a person to choose another. */
  readonly sheets: readonly SheetInfo[];
};

/** Chinese Windows: simplified (936, GBK) and its successor. */
const GB_CODE_PAGES: readonly (string | number)[] = [936, 54936, '936', '54936'];

// The module's declaration puts `utils` inside `cptable`; in the module itself it stands beside it, where the library looks for it.
const { utils } = codePageModule as unknown as Pick<typeof codePageModule.cptable, 'utils'>;

/**
 * Workbooks of Excel 95 and before write text in the code page of their Windows. The library's own table of GBK lacks the
 * 80 late characters, 䶮 among them, so the platform's decoder takes its place.
 */
const CODE_PAGES = {
  utils: {
    ...utils,
    decode(codePage: string | number, data: string | number[] | Uint8Array): string {
      if (!GB_CODE_PAGES.includes(codePage) || typeof data === 'string') return utils.decode(codePage, data);
      return standardForm(new TextDecoder('gb18030').decode(Uint8Array.from(data)));
    },
  },
};

/**
 * @param bytes an XLS file, or an XLSX that has been through `unpackWorkbook`
 * @param wanted name of the sheet; without it the visible sheet whose header says most about candidates is taken
 * @throws RosterReadError roster/read-damaged, roster/read-password, roster/read-not-a-table, roster/read-no-such-sheet,
 *   roster/read-too-many-rows, roster/read-too-many-columns, roster/read-empty (no sheet has a cell)
 */
export function readWorkbook(
  bytes: Uint8Array,
  wanted: string | undefined,
  limits: ReadLimits,
): WorkbookTable {
  const book = parseWorkbook(bytes);
  const tables = book.SheetNames.map((name, index) => {
    const sheet = book.Sheets[name];
    // The library leaves out a sheet whose part it could not parse; a half-read workbook must not pass for a whole one.
    if (sheet === undefined) throw new RosterReadError(ROSTER_READ_FAULTS.damaged);
    const rows = sheet['!type'] === undefined || sheet['!type'] === 'sheet' ? filledRows(sheet) : [];
    return { name, sheet, rows, hidden: (book.Workbook?.Sheets?.[index]?.Hidden ?? 0) !== 0 };
  });
  const sheets = tables.filter(({ rows }) => rows.length > 0);
  if (wanted !== undefined && !tables.some(({ name }) => name === wanted)) {
    throw new RosterReadError(ROSTER_READ_FAULTS.noSheet);
  }
  const candidates = wanted === undefined ? sheets : sheets.filter(({ name }) => name === wanted);
  const readable = candidates.map((one) => ({ ...one, table: () => tableOf(one.sheet, one.rows, limits) }));
  const chosen = wanted === undefined ? mostTelling(readable, limits) : readable[0];
  if (chosen === undefined) throw new RosterReadError(ROSTER_READ_FAULTS.empty);
  return {
    ...chosen.table(),
    sheet: chosen.name,
    sheets: sheets.map(({ name, rows, hidden }) => ({ name, rows: rows.length, hidden })),
  };
}

function parseWorkbook(bytes: Uint8Array): XLSX.WorkBook {
  XLSX.set_cptable(CODE_PAGES);
  try {
    return XLSX.read(bytes, {
      type: 'buffer',
      // Sparse rows: a sheet with one cell at XFD1048576 stays small.
      dense: true,
      cellDates: false,
      // The results of formulas as last computed are read, the formulas are not.
      cellFormula: false,
      cellHTML: false,
      cellNF: true,
      cellText: true,
    });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    if (/password|encrypt/i.test(reason)) throw new RosterReadError(ROSTER_READ_FAULTS.password, {}, cause);
    throw new RosterReadError(ROSTER_READ_FAULTS.damaged, {}, cause);
  }
}

type Row = { readonly index: number; readonly cells: readonly (XLSX.CellObject | undefined)[] };

/** Rows with content. `forEach` visits only what a sparse array holds. */
function filledRows(sheet: XLSX.WorkSheet): Row[] {
  const rows: Row[] = [];
  sheet['!data']?.forEach((cells, index) => {
    if (cells?.some((cell) => cell !== undefined && textOf(cell).trim() !== '')) rows.push({ index, cells });
  });
  return rows;
}

function textOf(cell: XLSX.CellObject): string {
  if (cell.t === 'z' || cell.v === undefined || cell.v === null) return '';
  // Formatted text is for numbers and dates; text cells are taken as they are stored.
  return cell.t === 's' ? String(cell.v) : (cell.w ?? String(cell.v));
}

function cellOf(cell: XLSX.CellObject | undefined): TableCell {
  if (cell === undefined) return { value: '', kind: 'text' };
  const value = textOf(cell);
  if (cell.t !== 'n' || typeof cell.v !== 'number') return { value, kind: cell.t === 'd' ? 'date' : 'text' };
  const date = cell.z !== undefined && XLSX.SSF.is_date(String(cell.z));
  return date ? { value, kind: 'date' } : { value, kind: 'number', number: cell.v };
}

function tableOf(sheet: XLSX.WorkSheet, rows: readonly Row[], limits: ReadLimits): RosterTable {
  if (rows.length > limits.maxRows) {
    throw new RosterReadError(ROSTER_READ_FAULTS.tooManyRows, { limit: String(limits.maxRows) });
  }
  const cells = rows.map(({ index, cells }) => {
    const row: TableCell[] = [];
    cells.forEach((cell, column) => {
      const one = cellOf(cell);
      if (one.value.trim() === '') return;
      if (column >= limits.maxColumns) {
        throw new RosterReadError(ROSTER_READ_FAULTS.tooManyColumns, {
          line: index + 1,
          limit: String(limits.maxColumns),
        });
      }
      while (row.length < column) row.push({ value: '', kind: 'text' });
      row[column] = one;
    });
    return row;
  });
  fillMergedDown(sheet['!merges'] ?? [], rows, cells);
  return { rows: cells, lineOfRow: rows.map(({ index }) => index + 1) };
}

/**
 * A school written once in cells merged over thirty candidates is the school of all thirty. Cells merged across stay as they are:
 * those are titles.
 */
function fillMergedDown(
  merges: readonly XLSX.Range[],
  rows: readonly Row[],
  cells: readonly TableCell[][],
): void {
  const position = new Map(rows.map(({ index }, at) => [index, at]));
  for (const { s, e } of merges) {
    const from = position.get(s.r);
    const value = from === undefined ? undefined : cells[from]?.[s.c];
    if (from === undefined || value === undefined || value.value === '') continue;
    for (let at = from + 1; at < rows.length && (rows[at]?.index ?? 0) <= e.r; at++) {
      const row = cells[at];
      if (row === undefined || (row[s.c]?.value ?? '') !== '') continue;
      while (row.length < s.c) row.push({ value: '', kind: 'text' });
      row[s.c] = value;
    }
  }
}

type Choice = {
  readonly name: string;
  readonly hidden: boolean;
  readonly rows: readonly Row[];
  readonly table: () => RosterTable;
};

/** Visible before hidden, then the one with most fields found, then the first. */
function mostTelling(choices: readonly Choice[], limits: ReadLimits): Choice | undefined {
  const visible = choices.filter(({ hidden }) => !hidden);
  let best: Choice | undefined;
  let bestFields = -1;
  for (const choice of visible.length > 0 ? visible : choices) {
    // A sheet past the limits is only an error if it is the one to be read.
    const fields = choice.rows.length > limits.maxRows ? 0 : fieldsFound(choice);
    if (fields > bestFields) {
      best = choice;
      bestFields = fields;
    }
  }
  return best;
}

function fieldsFound(choice: Choice): number {
  try {
    return Object.keys(guessHeader(choice.table()).mapping.columns).length;
  } catch (error) {
    if (error instanceof RosterReadError) return 0;
    throw error;
  }
}
