/**
 * A package as uploaded → everything that is sealed: the compiled paper with fonts cut to its characters, its media, and
 * apart from them the keys. All in memory: no file, no temporary folder. Takes a second or two for a large paper, so
 * the server calls it in a short-lived process of its own.
 */
import { Buffer } from 'node:buffer';
import type { PaperProblem } from '#domain/papers/faults.ts';
import { paperCharacters } from '#domain/papers/glyphs.ts';
import { type ImportedPaper, importPaper } from '#domain/papers/import/import-paper.ts';
import type { ZipFault, ZipLimits } from '#domain/papers/import/package-limits.ts';
import type { PaperKeys } from '#domain/papers/keys.ts';
import { sealedName } from '#domain/papers/sealed-names.ts';
import { fontFaces } from '#node/fonts/font-faces.ts';
import { decodeStyleSheet } from '#node/xml/decode-text.ts';
import { parseXml } from '#node/xml/parse-xml.ts';
import { readZip } from '#node/zip/read-zip.ts';
import type { Paper, PaperFont } from '#protocol/paper.ts';

export interface PlainPart {
  role: 'media' | 'font';
  bytes: Uint8Array;
}

export interface CompiledPaper {
  /** Absent where any problem is an error; then nothing else is there either. */
  paper?: Paper;
  keys?: PaperKeys;
  /** The paper as UTF-8 JSON: `f0.age` inside the seal. */
  text?: Uint8Array;
  /** `f1.age` to `fN.age`, media first. */
  files: Map<string, PlainPart>;
  problems: PaperProblem[];
  /** Characters that none of the fonts has (文字缺失). */
  missingGlyphs: string[];
}

function asProblem(fault: ZipFault): PaperProblem {
  return { severity: 'error', code: fault.code, file: fault.file, detail: fault.detail };
}

/** Adds fonts and media; the paper names them, so it is written last. */
function finish(imported: ImportedPaper): CompiledPaper {
  const { paper, keys, problems } = imported;
  const files = new Map<string, PlainPart>();
  if (paper === undefined || keys === undefined) return { files, problems, missingGlyphs: [] };
  for (const [name, bytes] of imported.files) files.set(name, { role: 'media', bytes });
  const { faces, missing } = fontFaces(paperCharacters(paper));
  const fonts: PaperFont[] = faces.map((face) => {
    const file = sealedName(files.size + 1);
    files.set(file, { role: 'font', bytes: face.bytes });
    return { family: face.family, weight: face.weight, file, format: face.format };
  });
  const whole: Paper = { ...paper, fonts };
  if (missing.length > 0)
    problems.push({ severity: 'warning', code: 'font/missing-glyphs', file: '', detail: missing.join(' ') });
  const text = new Uint8Array(Buffer.from(JSON.stringify(whole), 'utf8'));
  return { paper: whole, keys, text, files, problems, missingGlyphs: missing };
}

/** From files that are already unpacked: the demo papers, a spreadsheet's items. */
export function compileFiles(entries: ReadonlyMap<string, Uint8Array>): CompiledPaper {
  return finish(importPaper(entries, { parseXml, decodeSheet: decodeStyleSheet }));
}

/** @param zip the uploaded file. Never rejects for a bad package: what is wrong is in `problems`. */
export async function compilePaper(zip: Uint8Array, limits?: ZipLimits): Promise<CompiledPaper> {
  const { files, faults } = await readZip(zip, limits);
  if (faults.length > 0) return { files: new Map(), problems: faults.map(asProblem), missingGlyphs: [] };
  return compileFiles(files);
}
