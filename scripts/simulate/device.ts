/**
 * The key of a simulated machine: ECDSA P-256 as a browser makes it, but drawn from the run's seed, so that a second run
 * with the same seed comes back as the same machines. Real kiosks make theirs with `crypto.subtle` and cannot export it.
 */
import { createECDH, createHash, createPrivateKey, type KeyObject, sign } from 'node:crypto';

export class Device {
  /** Uncompressed point, base64url, 87 characters. */
  readonly publicKey: string;
  readonly #privateKey: KeyObject;

  constructor(seed: string, machine: string) {
    const { d, point } = keyPair(`gongyuan-simulate/v1\n${seed}\n${machine}`);
    this.publicKey = point.toString('base64url');
    const [x, y] = [point.subarray(1, 33), point.subarray(33)];
    this.#privateKey = createPrivateKey({
      key: { kty: 'EC', crv: 'P-256', d: b64(d), x: b64(x), y: b64(y) },
      format: 'jwk',
    });
  }

  /** Signature (r and s, base64url) over the UTF-8 of `text`. */
  sign(text: string): string {
    const key = { key: this.#privateKey, dsaEncoding: 'ieee-p1363' as const };
    return sign('sha256', Buffer.from(text), key).toString('base64url');
  }
}

function keyPair(seed: string): { d: Buffer; point: Buffer } {
  const ecdh = createECDH('prime256v1');
  for (let i = 0; ; i++) {
    const d = createHash('sha256').update(`${seed}\n${i}`).digest();
    try {
      // Refuses the few values that are not below the curve's order.
      ecdh.setPrivateKey(d);
      return { d, point: ecdh.getPublicKey() };
    } catch {
      // The next value is as good.
    }
  }
}

function b64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64url');
}
