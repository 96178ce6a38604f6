/** Checks a signed PDF on the box or by a script: domain/checking/signed-pdf.ts with this process's WebCrypto. */
import { X509Certificate } from 'node:crypto';
import { type CheckCrypto, checkSignedPdf, type PdfCheck } from '#domain/checking/signed-pdf.ts';

const { subtle } = globalThis.crypto;
const P256 = { name: 'ECDSA', namedCurve: 'P-256' };

/** `authority`: PEM of the site's authority. Any bytes are fine for `pdf`; throws only where the authority is none. */
export async function verifyPdf(pdf: Uint8Array, authority: string): Promise<PdfCheck> {
  return checkSignedPdf(pdf, new Uint8Array(new X509Certificate(authority).raw), CRYPTO);
}

const CRYPTO: CheckCrypto = {
  async sha256(bytes) {
    return new Uint8Array(await subtle.digest('SHA-256', own(bytes)));
  },
  async verifyP256(point, message, signature) {
    try {
      const key = await subtle.importKey('raw', own(point), P256, false, ['verify']);
      return await subtle.verify({ name: 'ECDSA', hash: 'SHA-256' }, key, own(signature), own(message));
    } catch {
      // Not a point of the curve.
      return false;
    }
  },
};

/** WebCrypto takes no view of shared memory; a view of our own is passed on without a copy. */
function own(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return bytes.buffer instanceof ArrayBuffer ? (bytes as Uint8Array<ArrayBuffer>) : new Uint8Array(bytes);
}
