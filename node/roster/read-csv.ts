/** Delimited text to a table whose rows know the physical line they begin on. */
import { type CsvError, parse } from 'csv-parse/sync';
import { ROSTER_READ_FAULTS } from '#domain/roster/read-faults.ts';
import { countLineBreaks } from './decode-text.ts';
import { type ReadLimits, RosterReadError } from './read-error.ts';

export type Delimiter = ',' | ';' | '\t';

export type CsvTable = {
  readonly rows: readonly (readonly string[])[];
  readonly lineOfRow: readonly number[];
  readonly delimiter: Delimiter;
};

const DELIMITERS: readonly Delimiter[] = [',', '\t', ';'];
/** One record longer than this is an unclosed quotation mark that swallowed the file. */
const MAX_RECORD_CHARACTERS = 64 * 1024;

/**
 * @param text decoded, without byte order mark
 * @throws RosterReadError roster/read-quote-open, roster/read-too-many-rows, roster/read-too-many-columns, roster/read-not-a-table
 */
export function readCsv(text: string, limits: ReadLimits): CsvTable {
  // Excel's own hint, on a line of its own; the parser sees an empty line instead, so that line numbers stay.
  const hint = /^sep=([,;\t])(?=\r|\n)/i.exec(text);
  const body = hint === null ? text : text.slice(hint[0].length);
  const delimiter = DELIMITERS.find((one) => one === hint?.[1]) ?? guessDelimiter(body);

  const rows: string[][] = [];
  const lineOfRow: number[] = [];
  let line = 1;
  try {
    parse(body, {
      delimiter,
      record_delimiter: ['\r\n', '\n', '\r'],
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: false,
      max_record_size: MAX_RECORD_CHARACTERS,
      raw: true,
      // With `raw` each record arrives with the text it was read from; the type declares plain records only.
      on_record: (given: unknown) => {
        const { record, raw } = given as { record: string[]; raw: string };
        if (record.some((cell) => cell.trim() !== '')) {
          if (record.length > limits.maxColumns) {
            throw new RosterReadError(ROSTER_READ_FAULTS.tooManyColumns, {
              line,
              limit: String(limits.maxColumns),
            });
          }
          if (rows.length >= limits.maxRows) {
            throw new RosterReadError(ROSTER_READ_FAULTS.tooManyRows, { limit: String(limits.maxRows) });
          }
          rows.push(record.map(plainText));
          lineOfRow.push(line);
        }
        line += countLineBreaks(raw);
        return null;
      },
    });
  } catch (cause) {
    if (cause instanceof RosterReadError) throw cause;
    // Everything else the parser raises is a CsvError with a code.
    const { code } = cause as CsvError;
    if (code === 'CSV_QUOTE_NOT_CLOSED' || code === 'CSV_MAX_RECORD_SIZE') {
      throw new RosterReadError(ROSTER_READ_FAULTS.quoteOpen, { line }, cause);
    }
    throw new RosterReadError(ROSTER_READ_FAULTS.notATable, {}, cause);
  }
  return { rows, lineOfRow, delimiter };
}

/** ="0101" is how some exports keep a spreadsheet from reading a code as a number. */
function plainText(cell: string): string {
  return /^="([^"]*)"$/.exec(cell)?.[1] ?? cell;
}

/**
 * The delimiter that splits most of the first lines into the same number of cells, of equals the one that splits them
 * into more. Delimiters within quotation marks do not count.
 */
export function guessDelimiter(text: string): Delimiter {
  const candidates: readonly string[] = DELIMITERS;
  const counts = DELIMITERS.map(() => new Map<number, number>());
  let current = DELIMITERS.map(() => 0);
  let quoted = false;
  let lines = 0;
  const head = `${text.slice(0, MAX_RECORD_CHARACTERS)}\n`;
  for (const character of head) {
    if (character === '"') quoted = !quoted;
    else if (!quoted && (character === '\n' || character === '\r')) {
      current.forEach((count, index) => {
        if (count > 0) counts[index]?.set(count, (counts[index]?.get(count) ?? 0) + 1);
      });
      current = DELIMITERS.map(() => 0);
      if (++lines >= 100) break;
    } else if (!quoted) {
      const index = candidates.indexOf(character);
      if (index !== -1) current[index] = (current[index] ?? 0) + 1;
    }
  }
  let best: Delimiter = ',';
  let bestScore = 0;
  DELIMITERS.forEach((delimiter, index) => {
    for (const [count, agreeing] of counts[index] ?? []) {
      const score = agreeing * 1000 + Math.min(count, 999);
      if (score > bestScore) {
        best = delimiter;
        bestScore = score;
      }
    }
  });
  return best;
}
