/**
 * A key as people compare it, on the phone or on paper: the first 10 bytes of SHA-256 of the raw key in hexadecimal, 5
 * groups of 4. For headquarters' key these are the bytes that its enrolment codes bear.
 */
import type { Sha256 } from '#domain/ledger/merkle.ts';

const BYTES = 10;

export function keyFingerprint(sha256: Sha256, rawKey: Uint8Array): string {
  const hex = [...sha256(rawKey).slice(0, BYTES)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return (hex.toUpperCase().match(/.{4}/g) ?? []).join(' ');
}
