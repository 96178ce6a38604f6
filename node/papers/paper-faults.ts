/** What an import found, in the words that people are shown. */
import { readFileSync } from 'node:fs';
import { PAPER_FAULTS, type PaperProblem } from '#domain/papers/faults.ts';
import type { Fault } from '#protocol/console.ts';
import { ERRORS } from '#protocol/errors.ts';

export function describeProblem({ severity, code, file, item, line, detail }: PaperProblem): Fault {
  const { zh, en, doZh, doEn } = PAPER_FAULTS[code];
  const fault: Fault = { severity, code, zh, en, doZh, doEn };
  if (file !== '') fault.file = file;
  if (item !== undefined) fault.item = item;
  if (line !== undefined) fault.line = line;
  if (detail !== '') fault.detail = detail;
  return fault;
}

/** The warning that plain text may get onto the disk by way of swap, where the system has any. */
export function swapFaults(swapsFile: string): Fault[] {
  if (!isSwapOn(swapsFile)) return [];
  const { zh, en, doZh, doEn } = ERRORS['paper/swap'];
  return [{ severity: 'warning', code: 'paper/swap', zh, en, doZh, doEn }];
}

/** `/proc/swaps` has a head line, then one for each swap. Swap kept in compressed memory (zram) touches no disk. */
function isSwapOn(swapsFile: string): boolean {
  let text: string;
  try {
    text = readFileSync(swapsFile, 'utf8');
  } catch {
    return false;
  }
  return text
    .split('\n')
    .slice(1)
    .some((line) => line.trim() !== '' && !/^\/dev\/zram\d+\s/.test(line));
}
