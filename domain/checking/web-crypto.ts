/** The sums of a check by WebCrypto, which the box and every browser have; handed in, for the rules know neither. */
import type { CheckCrypto } from './signed-pdf.ts';

/** What is used of `crypto.subtle`. */
export interface Subtle<Key> {
  digest(algorithm: 'SHA-256', data: Uint8Array<ArrayBuffer>): Promise<ArrayBuffer>;
  importKey(
    format: 'raw',
    key: Uint8Array<ArrayBuffer>,
    algorithm: { name: string; namedCurve: string },
    extractable: boolean,
    usages: 'verify'[],
  ): Promise<Key>;
  verify(
    algorithm: { name: string; hash: string },
    key: Key,
    signature: Uint8Array<ArrayBuffer>,
    data: Uint8Array<ArrayBuffer>,
  ): Promise<boolean>;
}

export function checkCrypto<Key>(subtle: Subtle<Key>): CheckCrypto {
  return {
    async sha256(bytes) {
      return new Uint8Array(await subtle.digest('SHA-256', own(bytes)));
    },
    async verifyP256(point, message, signature) {
      try {
        const key = await subtle.importKey('raw', own(point), { name: 'ECDSA', namedCurve: 'P-256' }, false, [
          'verify',
        ]);
        const algorithm = { name: 'ECDSA', hash: 'SHA-256' };
        return await subtle.verify(algorithm, key, own(signature), own(message));
      } catch {
        // Not a point of the curve.
        return false;
      }
    },
  };
}

/** WebCrypto takes no view of shared memory; a view of our own is passed on without a copy. */
function own(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return bytes.buffer instanceof ArrayBuffer ? (bytes as Uint8Array<ArrayBuffer>) : new Uint8Array(bytes);
}
