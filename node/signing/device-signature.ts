/**
 * Signatures of candidates' machines: ECDSA P-256 with SHA-256 as WebCrypto makes it (r and s, 32 bytes each), by a key
 * that cannot leave the browser. Everything here comes from the network: bad input is `false`, never an exception.
 */
import { createPublicKey, ECDH, type KeyObject, verify } from 'node:crypto';
import { decodeBase64url } from './base64url.ts';
import { type Purpose, purposed } from './purpose.ts';

const POINT_BYTES = 65;
const SIGNATURE_BYTES = 64;
/** SubjectPublicKeyInfo of a P-256 key up to the uncompressed point (RFC 5480). */
const SPKI_HEAD = Buffer.from('3059301306072a8648ce3d020106082a8648ce3d030107034200', 'hex');
/** Order of P-256 (FIPS 186-5): r and s are below it and above zero. */
const ORDER = Buffer.from('ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551', 'hex');
/** A site has at most some thousand machines; importing a key costs about as much as verifying with it. */
const DEFAULT_CACHED_KEYS = 4096;

export interface DeviceVerifier {
  /**
   * `publicKey`: uncompressed point (0x04, x, y), base64url, 87 characters. `signature`: r and s, base64url, 86.
   * Throws only for a purpose out of form, which is ours.
   */
  verifyDevice(publicKey: string, purpose: Purpose, message: Uint8Array, signature: string): boolean;
  /** Imported keys held now. */
  readonly cached: number;
}

/** A verifier with its own bounded cache of imported keys; the least recently used goes first. */
export function deviceVerifier(maxKeys: number = DEFAULT_CACHED_KEYS): DeviceVerifier {
  const keys = new Map<string, KeyObject>();

  function keyOf(text: string): KeyObject | null {
    const known = keys.get(text);
    const key = known ?? importDeviceKey(text);
    if (key === null) return null;
    if (known !== undefined) keys.delete(text);
    keys.set(text, key);
    if (keys.size > maxKeys) {
      const oldest = keys.keys().next();
      if (!oldest.done) keys.delete(oldest.value);
    }
    return key;
  }

  return {
    verifyDevice(publicKey, purpose, message, signature) {
      const signed = purposed(purpose, message);
      const bytes = decodeBase64url(signature, SIGNATURE_BYTES);
      if (bytes === null || !inRange(bytes.subarray(0, 32)) || !inRange(bytes.subarray(32))) return false;
      const key = keyOf(publicKey);
      if (key === null) return false;
      try {
        return verify('sha256', signed, { key, dsaEncoding: 'ieee-p1363' }, bytes);
      } catch {
        return false;
      }
    },
    get cached() {
      return keys.size;
    },
  };
}

/** One check without a cache: for enrolment, verifiers and scripts. */
export function verifyDevice(
  publicKey: string,
  purpose: Purpose,
  message: Uint8Array,
  signature: string,
): boolean {
  return deviceVerifier(1).verifyDevice(publicKey, purpose, message, signature);
}

/** The key object of a device's public key, or `null` where the text is not a point of the curve. */
export function importDeviceKey(text: string): KeyObject | null {
  const point = decodeBase64url(text, POINT_BYTES);
  if (point === null || point[0] !== 4) return null;
  try {
    // Decodes the point and so checks that it lies on the curve, whatever the key parser of the day checks.
    ECDH.convertKey(point, 'prime256v1', undefined, undefined, 'compressed');
    return createPublicKey({ key: Buffer.concat([SPKI_HEAD, point]), format: 'der', type: 'spki' });
  } catch {
    return null;
  }
}

function inRange(scalar: Uint8Array): boolean {
  return Buffer.compare(scalar, ORDER) < 0 && scalar.some((byte) => byte !== 0);
}
