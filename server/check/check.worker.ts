/** Looks at one untrusted file on a thread of its own: a file of 64 MB must not hold up anybody's answers. */
import { readFileSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { claimedReport, type PdfCheck } from '#domain/checking/signed-pdf.ts';
import { verifyPdf } from '#node/signing/verify-pdf.ts';

export interface CheckTask {
  file: string;
  /** PEM of the site's authority. */
  authority: string;
}

export interface CheckFinding {
  seal: PdfCheck;
  /** Number of the report that the file says it is. */
  claimed: string | null;
}

const { file, authority } = workerData as CheckTask; // its only caller is check-file.ts
const pdf = readFileSync(file);
const finding: CheckFinding = { seal: await verifyPdf(pdf, authority), claimed: claimedReport(pdf) };
parentPort?.postMessage(finding);
