/** Signed papers for tests: a site's keys in a folder, a small PDF as pdfkit writes it, and poppler's word on both. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import PDFDocument from 'pdfkit';
import { ensureAuthority } from '#node/certificates/certificates.ts';
import { type DocumentSigner, ensureDocumentCertificate } from '#node/certificates/document-certificate.ts';
import { signPdf } from './pades.ts';

export const REPORT = 'rp_0123456789abcdef';

export async function siteSigner(
  keys: string,
  { siteName = '第一中学', now = new Date() } = {},
): Promise<DocumentSigner> {
  await ensureAuthority(keys, { siteName, now });
  return ensureDocumentCertificate(keys, { siteName, now });
}

/** Two pages, a link (so that there is an annotation already) and a title beyond ASCII. */
export function plainPdf(words = 'Seating chart'): Promise<Buffer> {
  return new Promise((resolve) => {
    const document = new PDFDocument({ size: 'A4', info: { Title: `座次表 (${words}) >> /Root 9 0 R` } });
    const parts: Buffer[] = [];
    document.on('data', (part: Buffer) => parts.push(part));
    document.on('end', () => resolve(Buffer.concat(parts)));
    document.text(words).link(40, 40, 100, 20, 'https://exam.example/a(b)c');
    document.addPage().text('2');
    document.end();
  });
}

export async function signedPaper(
  by: DocumentSigner,
  { words = 'Seating chart', when = new Date(), report = REPORT } = {},
): Promise<Uint8Array> {
  return signPdf(await plainPdf(words), by, { reason: `座次表 ${report}`, location: '第一中学', when });
}

/** Why poppler cannot be asked here, or false. */
export function noPdfsig(): string | false {
  try {
    execFileSync('pdfsig', ['-v'], { stdio: 'ignore' });
    return false;
  } catch {
    return 'pdfsig (poppler-utils) is not installed';
  }
}

/** What poppler says of the file. */
export function pdfsig(folder: string, pdf: Uint8Array): string {
  const file = join(folder, 'paper.pdf');
  writeFileSync(file, pdf);
  try {
    return execFileSync('pdfsig', [file], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  } catch (error) {
    // It ends with an error where the file is broken, and says why on standard output.
    return typeof error === 'object' && error !== null && 'stdout' in error ? String(error.stdout) : '';
  }
}
