/** Checks a signed PDF on the box or by a script: domain/checking/signed-pdf.ts with this process's WebCrypto. */
import { X509Certificate } from 'node:crypto';
import { checkSignedPdf, type PdfCheck } from '#domain/checking/signed-pdf.ts';
import { checkCrypto } from '#domain/checking/web-crypto.ts';

/** `authority`: PEM of the site's authority. Any bytes are fine for `pdf`; throws only where the authority is none. */
export async function verifyPdf(pdf: Uint8Array, authority: string): Promise<PdfCheck> {
  const trusted = new Uint8Array(new X509Certificate(authority).raw);
  return checkSignedPdf(pdf, trusted, checkCrypto(globalThis.crypto.subtle));
}
