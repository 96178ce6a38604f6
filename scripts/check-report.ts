/**
 * `npm run check-report -- FILE.pdf --data DIR [--json]`: whether the site of this data folder issued the file, as the box's
 * own check has it (server/check). Reads only: works beside a running box and on a copy. One line; ends with 0 for
 * genuine, 1 for changed or unknown, 2 for wrong use.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { claimedReport, isPdf } from '#domain/checking/signed-pdf.ts';
import { LedgerUnreadable } from '#node/ledger/faults.ts';
import { verifyPdf } from '#node/signing/verify-pdf.ts';
import { ERRORS, type ErrorCode } from '#protocol/errors.ts';
import type { CheckAnswer } from '#protocol/reports.ts';
import { selectOptionalReport, selectOptionalReportByFile, selectSite } from '#server/check/check.repo.ts';
import { judgeFile } from '#server/check/judge.ts';
import { openSource } from '#server/ledger/verify.source.ts';
import { Statements } from '#server/platform/statements.ts';

const USAGE = 'usage: npm run check-report -- FILE.pdf --data DIR [--json]';

interface Answer extends CheckAnswer {
  /** Of the file, hexadecimal. */
  sha256: string;
  signature: 'valid' | 'broken' | 'not-signed';
}

async function main(): Promise<number> {
  let data: string | undefined;
  let json = false;
  let files: string[] = [];
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: { data: { type: 'string' }, json: { type: 'boolean' } },
    });
    ({ data, json = false } = values);
    files = positionals;
  } catch (error) {
    return wrong(error instanceof Error ? error.message : String(error));
  }
  data ??= process.env['GONGYUAN_DATA'];
  const [file] = files;
  if (!data || file === undefined || files.length > 1) return wrong();
  let answer: Answer;
  try {
    answer = await check(readFileSync(file), resolve(data));
  } catch (error) {
    const known = error instanceof LedgerUnreadable || (error instanceof Error && 'code' in error);
    if (known) return wrong(error instanceof Error ? error.message : String(error));
    throw error;
  }
  console.log(json ? JSON.stringify(answer) : readable(answer));
  return answer.verdict === 'genuine' ? 0 : 1;
}

function wrong(problem = ''): number {
  console.error(problem === '' ? USAGE : `${problem}\n${USAGE}`);
  return 2;
}

async function check(pdf: Buffer, root: string): Promise<Answer> {
  const source = openSource(root);
  try {
    const s = new Statements(source.db);
    const sha256 = createHash('sha256').update(pdf).digest('hex');
    const seal = await verifyPdf(pdf, readFileSync(join(source.paths.keys, 'authority.crt'), 'latin1'));
    const number = claimedReport(pdf);
    const judgement = judgeFile({
      byFile: selectOptionalReportByFile(s, sha256),
      claimed: number === null ? null : selectOptionalReport(s, number),
      seal,
    });
    const code = judgement.code === 'check/unknown' && !isPdf(pdf) ? 'check/no-pdf' : judgement.code;
    const site = selectSite(s)?.name ?? null;
    return { ...judgement, code, site, sha256, signature: seal.verdict };
  } finally {
    source.close();
  }
}

function readable({ verdict, code, report, site }: Answer): string {
  const words = { genuine: '真实 genuine', changed: '已被改动 changed', unknown: '无法确认 unknown' }[
    verdict
  ];
  const entry = code === null ? undefined : ERRORS[code as ErrorCode]; // judge.ts gives codes of the catalogue
  const parts = [
    words,
    entry && `${code} ${entry.zh} / ${entry.en}`,
    report && `${report.report} ${report.kind} #${report.copy} ${new Date(report.madeWall).toISOString()}`,
    report && site,
  ];
  return parts.filter(Boolean).join(' · ');
}

process.exitCode = await main();
