/** What an author uploads, by the ending of its name: a spreadsheet of questions, otherwise a QTI package. */
import { extensionOf } from '#domain/papers/import/paths.ts';
import { type CompiledPaper, compilePaper } from './compile.ts';
import { compileSpreadsheet } from './from-spreadsheet.ts';

const SPREADSHEETS: readonly string[] = ['xlsx', 'xls', 'csv', 'tsv'];

/** @param fileName as uploaded; a spreadsheet's paper is titled after it. Never rejects for a bad file. */
export function compileUpload(bytes: Uint8Array, fileName: string): Promise<CompiledPaper> {
  const extension = extensionOf(fileName);
  if (!SPREADSHEETS.includes(extension)) return compilePaper(bytes);
  const stem = fileName.slice(0, -extension.length - 1);
  return compileSpreadsheet(bytes, stem.slice(stem.search(/[^/\\]*$/)));
}
