/**
 * What a check comes to, from what the ledger knows and what the file says of itself. The ledger comes first: only a
 * report that it names is genuine.
 */
import type { PdfCheck } from '#domain/checking/signed-pdf.ts';
import type { CheckAnswer } from '#protocol/reports.ts';
import type { KnownReport } from './check.repo.ts';

type Judgement = Pick<CheckAnswer, 'verdict' | 'code' | 'report'>;

const UNKNOWN: Judgement = { verdict: 'unknown', code: 'check/unknown', report: null };

/** By a number and the first 16 bytes of the digest from the paper's QR (base64url), which a typed number lacks. */
export function judgeMark(known: KnownReport | null, digest: string | undefined): Judgement {
  if (known === null) return UNKNOWN;
  if (digest !== undefined && !begins(known.digest, digest))
    return { verdict: 'changed', code: 'check/changed', report: known };
  return { verdict: 'genuine', code: null, report: known };
}

/**
 * By the file. `byFile`: the report made with these very bytes; `claimed`: the one whose number the file bears; `seal`:
 * what its signature is worth, null where that was not asked.
 */
export function judgeFile(of: {
  byFile: KnownReport | null;
  claimed: KnownReport | null;
  seal: PdfCheck | null;
}): Judgement {
  if (of.byFile) return { verdict: 'genuine', code: null, report: of.byFile };
  if (of.seal?.verdict === 'broken')
    return { verdict: 'changed', code: 'check/signature', report: of.claimed };
  if (of.claimed) return { verdict: 'changed', code: 'check/changed', report: of.claimed };
  // Signed by the site, and this ledger does not know it: made by its other box, or before this one was set back.
  if (of.seal?.verdict === 'valid') return { verdict: 'unknown', code: 'check/not-recorded', report: null };
  return UNKNOWN;
}

function begins(digest: string, head: string): boolean {
  const bytes = Buffer.from(head, 'base64url');
  return bytes.length === 16 && Buffer.from(digest, 'base64url').subarray(0, 16).equals(bytes);
}
