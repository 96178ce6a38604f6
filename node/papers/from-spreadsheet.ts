/** A paper written as a spreadsheet (XLSX, XLS, CSV) → compiled like a package. Problems name the rows of the sheet. */
import { Buffer } from 'node:buffer';
import { PAPER_FAULTS, type PaperProblem } from '#domain/papers/faults.ts';
import { readSheet, type SheetFault } from '#domain/papers/sheet/read-sheet.ts';
import { itemId, sheetPackage } from '#domain/papers/sheet/sheet-items.ts';
import { RosterReadError } from '#node/roster/read-error.ts';
import { readTable } from '#node/roster/read-table.ts';
import { type CompiledPaper, compileFiles } from './compile.ts';

function problemOf({ code, line, detail }: SheetFault): PaperProblem {
  return {
    severity: PAPER_FAULTS[code].severity,
    code,
    file: '',
    ...(line > 0 ? { line } : {}),
    detail: detail.slice(0, 200),
  };
}

function refused(problems: PaperProblem[]): CompiledPaper {
  return { files: new Map(), problems, missingGlyphs: [] };
}

/**
 * @param title of the paper; a sheet has none.
 * @returns as `compilePaper`; never rejects for a bad file.
 */
export async function compileSpreadsheet(bytes: Uint8Array, title: string): Promise<CompiledPaper> {
  let table: Awaited<ReturnType<typeof readTable>>;
  try {
    table = await readTable(bytes);
  } catch (error) {
    if (!(error instanceof RosterReadError)) throw error;
    return refused([problemOf({ code: 'sheet/unreadable', line: 0, detail: error.code })]);
  }
  const rows = table.rows.map((row) => row.map((cell) => (typeof cell === 'string' ? cell : cell.value)));
  const { questions, faults } = readSheet({ rows, lineOfRow: table.lineOfRow });
  if (faults.length > 0) return refused(faults.map(problemOf));
  const files = new Map(
    [...sheetPackage(questions, title)].map(([path, text]) => [
      path,
      new Uint8Array(Buffer.from(text, 'utf8')),
    ]),
  );
  const compiled = compileFiles(files);
  // The files exist only in memory; an author knows rows.
  const lineOf = new Map(questions.map((question, at) => [itemId(at), question.line]));
  const problems = compiled.problems.map((problem): PaperProblem => {
    const { line: _line, ...rest } = problem;
    const line = problem.item === undefined ? undefined : lineOf.get(problem.item);
    return { ...rest, file: '', ...(line === undefined ? {} : { line }) };
  });
  return { ...compiled, problems };
}
