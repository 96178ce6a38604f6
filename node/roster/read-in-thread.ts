/**
 * A roster file, as bytes, to a table. The contents decide what it is, not the name: registries call web pages .xls and
 * spreadsheets .csv.
 */
import { ROSTER_READ_FAULTS } from '#domain/roster/read-faults.ts';
import type { RosterTable } from '#domain/roster/table.ts';
import { countLineBreaks, decodeText, type TextEncoding } from './decode-text.ts';
import { type Delimiter, readCsv } from './read-csv.ts';
import { megabytes, READ_LIMITS, type ReadLimits, RosterReadError } from './read-error.ts';
import { readWorkbook, type SheetInfo } from './read-workbook.ts';
import { unpackWorkbook } from './unpack-workbook.ts';

/** A table with where it came from, to show beside the proposed mapping. */
export type ReadTable = RosterTable &
  (
    | { readonly format: 'csv'; readonly encoding: TextEncoding; readonly delimiter: Delimiter }
    | { readonly format: 'xlsx' | 'xls'; readonly sheet: string; readonly sheets: readonly SheetInfo[] }
  );

export type ReadOptions = {
  /** Name of the sheet of a workbook; by default the one that looks most like a roster. */
  readonly sheet?: string;
  readonly limits?: Partial<ReadLimits>;
};

/**
 * Reads CSV (comma, semicolon or tab; UTF-8, GBK, GB18030, or UTF-16 with its mark), XLSX and XLS (Excel 95 to 2003).
 * Rows without content are left out; `lineOfRow` has the physical line of the text or the row number of the sheet.
 *
 * For the thread that `readTable` starts, and for tests: a large workbook keeps the thread busy for seconds, and a damaged XLS can
 * make the spreadsheet library loop for ever (a few in ten thousand randomly damaged ones do).
 * @throws RosterReadError and nothing else
 */
export async function readTableInThread(bytes: Uint8Array, options: ReadOptions = {}): Promise<ReadTable> {
  const limits = { ...READ_LIMITS, ...options.limits };
  try {
    return await read(bytes, options.sheet, limits);
  } catch (cause) {
    // Whatever a crafted file makes the libraries raise, the caller sees a file that could not be read.
    throw cause instanceof RosterReadError
      ? cause
      : new RosterReadError(ROSTER_READ_FAULTS.damaged, {}, cause);
  }
}

async function read(bytes: Uint8Array, sheet: string | undefined, limits: ReadLimits): Promise<ReadTable> {
  if (bytes.length === 0) throw new RosterReadError(ROSTER_READ_FAULTS.empty);
  if (bytes.length > limits.maxBytes) {
    throw new RosterReadError(ROSTER_READ_FAULTS.tooLarge, { limit: megabytes(limits.maxBytes) });
  }
  if (startsWith(bytes, ZIP_MAGIC)) {
    return { format: 'xlsx', ...readWorkbook(await unpackWorkbook(bytes, limits), sheet, limits) };
  }
  // The container of XLS; an XLSX with a password comes in the same one.
  if (startsWith(bytes, COMPOUND_FILE_MAGIC)) return { format: 'xls', ...readWorkbook(bytes, sheet, limits) };
  return readText(bytes, limits);
}

const ZIP_MAGIC = [0x50, 0x4b];
const COMPOUND_FILE_MAGIC = [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];

function startsWith(bytes: Uint8Array, magic: readonly number[]): boolean {
  return magic.every((byte, index) => bytes[index] === byte);
}

function readText(bytes: Uint8Array, limits: ReadLimits): ReadTable {
  const utf16 = startsWith(bytes, [0xff, 0xfe]) || startsWith(bytes, [0xfe, 0xff]);
  if (!utf16) refuseBinary(bytes);
  const { text, encoding } = decodeText(bytes);
  if (utf16 && text.includes('\0')) {
    throw new RosterReadError(ROSTER_READ_FAULTS.nulByte, {
      line: countLineBreaks(text.slice(0, text.indexOf('\0'))) + 1,
    });
  }
  if (/^\s*<(!doctype|html|table|head|meta|body|\?xml)/i.test(text))
    throw new RosterReadError(ROSTER_READ_FAULTS.webPage);
  // Files from DOS programs end with Ctrl-Z.
  const table = readCsv(text.replace(/\u001A+\s*$/, ''), limits);
  if (table.rows.length === 0) throw new RosterReadError(ROSTER_READ_FAULTS.empty);
  return { format: 'csv', encoding, delimited: true, ...table };
}

/**
 * Text holds no NUL and next to no control bytes. A few are let through: the preview names the line and the field they are in.
 */
function refuseBinary(bytes: Uint8Array): void {
  let control = 0;
  let lines = 1;
  let firstNul = -1;
  let nulLine = 0;
  for (let index = 0; index < bytes.length; index++) {
    const byte = bytes[index] ?? 0;
    if (byte === 0x0a) lines++;
    if (byte === 0 && firstNul === -1) {
      firstNul = index;
      nulLine = lines;
    }
    if (byte < 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d) control++;
  }
  if (control > 4 && control * 50 > bytes.length) throw new RosterReadError(ROSTER_READ_FAULTS.notATable);
  if (firstNul !== -1) throw new RosterReadError(ROSTER_READ_FAULTS.nulByte, { line: nulLine });
}
