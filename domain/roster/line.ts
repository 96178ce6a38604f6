/**
 * Reads one line of a roster by itself: every field cleaned and judged, all faults of the line collected.
 * What only several lines together can show is in cross-check.ts.
 */
import type { Gender } from './entry.ts';
import { ROSTER_FAULTS, type RosterFaultCode } from './faults.ts';
import { isScientific, readIdNumber } from './id-number.ts';
import { readName } from './name.ts';
import { cellAt, type RosterField, type RosterMapping, type TableCell } from './table.ts';
import { normaliseCode, stripAllBlanks, stripOuterBlanks, textFault, toHalfWidth } from './text.ts';

export type RosterFault = {
  /** Line of the file or row of the sheet; for faults of the mapping that of the header, or 0. */
  readonly line: number;
  /** null where the line as a whole is at fault. */
  readonly field: RosterField | null;
  readonly code: RosterFaultCode;
  /** What stands there, normalised where that was possible. */
  readonly value?: string;
  /** The other line of a contradiction. */
  readonly otherLine?: number;
  /** What stands on the other line: its name, or its value of the same field. */
  readonly otherValue?: string;
};

/**
 * One line after reading. A field is undefined where it is missing or faulty, and for the optional ones where the list has
 * no such column; null means that the column is there and the cell is empty.
 */
export type ReadLine = {
  readonly line: number;
  readonly ticket?: string;
  readonly name?: string;
  readonly idNumber?: string;
  readonly gender?: Gender;
  readonly school?: string | null;
  readonly subjectCode?: string;
  readonly subjectName?: string | null;
  readonly room?: string | null;
  readonly seat?: string | null;
  readonly extraMinutes?: number | null;
  readonly extraPercent?: number | null;
  readonly faults: readonly RosterFault[];
};

type Outcome<T> = { ok: true; value: T } | { ok: false; code: RosterFaultCode; value: string };

const good = <T>(value: T): Outcome<T> => ({ ok: true, value });
const bad = (fault: { readonly code: RosterFaultCode }, value: string): Outcome<never> => ({
  ok: false,
  code: fault.code,
  value: value.slice(0, 60),
});

const SHEET_ERROR = /^#(N\/A|REF!|VALUE!|NAME\?|DIV\/0!|NULL!|NUM!|SPILL!|CALC!|GETTING_DATA)$/i;
/** Doubles, and spreadsheets with them, keep 15 decimal digits for certain. */
const CERTAIN_DIGITS = 15;

/** Text of a cell that should hold digits: a number cell is taken only if no digit of it is lost. */
function codeText(cell: TableCell): Outcome<string> {
  const text = normaliseCode(cell.value);
  if (cell.kind === 'date') return bad(ROSTER_FAULTS.dateCell, text);
  if (cell.kind === 'number') {
    const digits = cell.number === undefined ? text : String(cell.number);
    if (!/^\d+$/.test(digits)) return bad(ROSTER_FAULTS.digitsLost, text);
    if (digits.length > CERTAIN_DIGITS) return bad(ROSTER_FAULTS.digitsLost, text);
    // A format such as 0000 shows leading zeros that belong to the code; 2.61108E+14 is only a narrow column.
    return good(/^\d+$/.test(text) && Number(text) === Number(digits) ? text : digits);
  }
  return isScientific(text) ? bad(ROSTER_FAULTS.scientific, text) : good(text);
}

function idNumberOf(cell: TableCell, notAfter: string | undefined): Outcome<string> {
  const text = codeText(cell);
  if (!text.ok) return text;
  return readIdNumber(text.value, notAfter === undefined ? {} : { notAfter });
}

function codeOf(cell: TableCell, shape: RegExp, malformed: { code: RosterFaultCode }): Outcome<string> {
  const text = codeText(cell);
  if (!text.ok || text.value === '' || shape.test(text.value)) return text;
  return bad(malformed, text.value);
}

function textOf(cell: TableCell): Outcome<string | null> {
  const text = stripOuterBlanks(cell.value);
  if (text === '') return good(null);
  const code = textFault(text);
  return code === undefined ? good(text) : bad({ code }, text);
}

/** Rooms and seats: text, with full-width digits made half-width so that ０３ and 03 are one room. */
function placeOf(cell: TableCell): Outcome<string | null> {
  if (cell.kind === 'date') return bad(ROSTER_FAULTS.dateCell, stripOuterBlanks(cell.value));
  return textOf({ ...cell, value: toHalfWidth(cell.value) });
}

/** GB/T 2261.1 codes (1 male, 2 female, 0 unknown, 9 not stated) and words in both languages. */
const GENDERS: ReadonlyMap<string, Gender> = new Map<string, Gender>([
  ...['男', '男性', '男生', 'm', 'male', 'man', '1'].map((word): [string, Gender] => [word, 'male']),
  ...['女', '女性', '女生', 'f', 'female', 'woman', '2'].map((word): [string, Gender] => [word, 'female']),
  ...['', '0', '9', '未知', '未说明', '不详', '-'].map((word): [string, Gender] => [word, null]),
]);

function genderOf(cell: TableCell): Outcome<Gender> {
  const text = normaliseCode(cell.value).toLowerCase();
  const gender = GENDERS.get(text);
  return gender === undefined ? bad(ROSTER_FAULTS.genderUnknown, stripOuterBlanks(cell.value)) : good(gender);
}

function wholeNumberOf(
  cell: TableCell,
  unit: RegExp,
  most: number,
  malformed: { code: RosterFaultCode },
): Outcome<number | null> {
  const text = stripAllBlanks(toHalfWidth(cell.value));
  if (text === '' || text === '无' || text === '-' || /^none$/i.test(text)) return good(null);
  const digits = text.replace(unit, '');
  if (cell.kind === 'date' || !/^\d{1,4}$/.test(digits) || Number(digits) > most) return bad(malformed, text);
  return good(Number(digits));
}

const TICKET = /^[0-9A-Za-z](?:[0-9A-Za-z-]{0,30}[0-9A-Za-z])?$/;
const SUBJECT_CODE = /^[\p{L}\p{N}][\p{L}\p{N}._-]{0,31}$/u;

/** Where the list has no codes the subject's name, in the normal form of codes, is the code too. */
function codeFromName(name: string | null | undefined): string | undefined {
  return typeof name === 'string' ? normaliseCode(name) : name === null ? '' : undefined;
}

/**
 * @param row cells of the line
 * @param line where a person finds it
 * @param mapping confirmed columns and fixed values
 * @param options.notAfter latest possible birth date, YYYY-MM-DD
 * @param options.width number of header columns in delimited text; a filled cell beyond it is a fault
 */
export function readLine(
  row: readonly (string | TableCell)[],
  line: number,
  mapping: RosterMapping,
  options: { readonly notAfter?: string; readonly width?: number } = {},
): ReadLine {
  const faults: RosterFault[] = [];
  const mapped = (field: RosterField): boolean => mapping.columns[field] !== undefined;
  const fixed: { readonly [F in RosterField]?: string } = mapping.fixed ?? {};
  const cell = (field: RosterField): TableCell => {
    const column = mapping.columns[field];
    return column === undefined ? { value: fixed[field] ?? '', kind: 'text' } : cellAt(row, column);
  };

  const filled = filledCells(row, mapping);
  if (filled.mapped < 2 && Object.keys(mapping.columns).length > 2) {
    return {
      line,
      faults: [{ line, field: null, code: ROSTER_FAULTS.notAnEntry.code, value: filled.first.slice(0, 60) }],
    };
  }
  const beyond = options.width === undefined ? '' : firstFilled(row.slice(options.width));
  if (beyond !== '') {
    // The columns have shifted, so further faults of this line would only mislead.
    return {
      line,
      faults: [{ line, field: null, code: ROSTER_FAULTS.lineTooLong.code, value: beyond.slice(0, 60) }],
    };
  }

  function take<T>(field: RosterField, read: (cell: TableCell) => Outcome<T>): T | undefined {
    const content = cell(field);
    const error = stripOuterBlanks(content.value);
    const outcome = SHEET_ERROR.test(error) ? bad(ROSTER_FAULTS.sheetError, error) : read(content);
    if (outcome.ok) return outcome.value;
    faults.push({
      line,
      field,
      code: outcome.code,
      ...(outcome.value === '' ? {} : { value: outcome.value }),
    });
    return undefined;
  }
  function demand(
    field: RosterField,
    value: string | undefined,
    fault: { code: RosterFaultCode },
  ): string | undefined {
    if (value === '') faults.push({ line, field, code: fault.code });
    return value === '' ? undefined : value;
  }
  const optional = <T>(field: RosterField, read: (cell: TableCell) => Outcome<T>): T | undefined =>
    mapped(field) || fixed[field] !== undefined ? take(field, read) : undefined;

  const ticket = demand(
    'ticket',
    take('ticket', (c) => codeOf(c, TICKET, ROSTER_FAULTS.ticketMalformed)),
    ROSTER_FAULTS.ticketMissing,
  );
  const name = take('name', (c) =>
    c.kind === 'date' ? bad(ROSTER_FAULTS.dateCell, c.value) : readName(c.value),
  );
  const gender = optional('gender', genderOf);
  const idNumber = take('idNumber', (c) => idNumberOf(c, options.notAfter));
  const school = optional('school', textOf);
  const hasCode = mapped('subjectCode') || fixed.subjectCode !== undefined;
  const subjectName = optional('subjectName', textOf);
  const subjectCode = demand(
    hasCode ? 'subjectCode' : 'subjectName',
    hasCode
      ? take('subjectCode', (c) => codeOf(c, SUBJECT_CODE, ROSTER_FAULTS.subjectMalformed))
      : codeFromName(subjectName),
    ROSTER_FAULTS.subjectMissing,
  );
  const room = optional('room', placeOf);
  const seat = optional('seat', placeOf);
  const extraMinutes = optional('extraMinutes', (c) =>
    wholeNumberOf(c, /(分钟|分|minutes?|mins?|m|')$/i, 600, ROSTER_FAULTS.extraMinutesBad),
  );
  const extraPercent = optional('extraPercent', (c) =>
    wholeNumberOf(c, /(%|percent)$/i, 300, ROSTER_FAULTS.extraPercentBad),
  );
  return {
    line,
    faults,
    // exactOptionalPropertyTypes is off: undefined stands for "not there" throughout.
    ticket,
    name,
    gender,
    idNumber,
    school,
    subjectCode,
    subjectName,
    room,
    seat,
    extraMinutes,
    extraPercent,
  };
}

function filledCells(
  row: readonly (string | TableCell)[],
  mapping: RosterMapping,
): { mapped: number; first: string } {
  const mapped = Object.values(mapping.columns).filter(
    (column) => stripAllBlanks(cellAt(row, column).value) !== '',
  ).length;
  return { mapped, first: firstFilled(row) };
}

/** The first cell of a row that holds something, without outer blanks; empty if none does. */
export function firstFilled(row: readonly (string | TableCell)[]): string {
  for (let column = 0; column < row.length; column++) {
    const text = stripOuterBlanks(cellAt(row, column).value);
    if (text !== '') return text;
  }
  return '';
}
