/**
 * The text of an enrolment code (protocol/hq.ts): 10 secret bytes and the first 10 of SHA-256 of headquarters' raw key,
 * in 32 characters of Crockford base32, and 2 check characters: CRC-10 (x¹⁰+x⁹+x⁵+x⁴+x+1, ITU-T I.610), which finds every
 * burst of up to ten bits, so any one wrong character and any two neighbours that changed places. Pure, the same on the
 * box, at headquarters and in the browser.
 */

import type { Sha256 } from '#domain/ledger/merkle.ts';
import { ENROLMENT_CODE_BYTES } from '#protocol/hq.ts';

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const { secret: SECRET, fingerprint: FINGERPRINT } = ENROLMENT_CODE_BYTES;
const DATA = ((SECRET + FINGERPRINT) * 8) / 5;
const LENGTH = DATA + 2;
const POLYNOMIAL = 0x233;
/** Six groups of five or six are read out better than eight and a half of four. */
const GROUPS = /^(.{6})(.{6})(.{6})(.{6})(.{5})(.{5})$/;

export interface EnrolmentCode {
  secret: Uint8Array;
  /** Names the headquarters that the code is of. */
  fingerprint: Uint8Array;
}

export type EnrolmentCodeFault = 'too-short' | 'too-long' | 'character' | 'mistyped';

/** Groups with hyphens between. Throws `RangeError` for other lengths. */
export function formatEnrolmentCode({ secret, fingerprint }: EnrolmentCode): string {
  if (secret.length !== SECRET || fingerprint.length !== FINGERPRINT) throw new RangeError('length');
  const values = toBase32([...secret, ...fingerprint]);
  const sum = crc10(values);
  const text = [...values, sum >> 5, sum & 31].map((value) => ALPHABET[value]).join('');
  return text.replace(GROUPS, '$1-$2-$3-$4-$5-$6');
}

/** As typed or pasted: case, blanks, hyphens, full-width forms and the letters I, L, O are forgiven. */
export function parseEnrolmentCode(typed: string): EnrolmentCode | { fault: EnrolmentCodeFault } {
  const plain = typed
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[\s\-‐-―−_.]/g, '')
    .replaceAll('O', '0')
    .replace(/[IL]/g, '1');
  const values = [...plain].map((character) => ALPHABET.indexOf(character));
  if (values.includes(-1)) return { fault: 'character' };
  if (values.length !== LENGTH) return { fault: values.length < LENGTH ? 'too-short' : 'too-long' };
  const [high = 0, low = 0] = values.slice(DATA);
  if (crc10(values.slice(0, DATA)) !== ((high << 5) | low)) return { fault: 'mistyped' };
  const bytes = fromBase32(values.slice(0, DATA));
  return { secret: bytes.slice(0, SECRET), fingerprint: bytes.slice(SECRET) };
}

/** First bytes of the hash of headquarters' raw Ed25519 key (32 bytes). */
export function hqFingerprint(sha256: Sha256, rawKey: Uint8Array): Uint8Array {
  return sha256(rawKey).slice(0, FINGERPRINT);
}

/** Whether the code is of the headquarters with this raw key. */
export function isCodeOf(sha256: Sha256, { fingerprint }: EnrolmentCode, rawKey: Uint8Array): boolean {
  const own = hqFingerprint(sha256, rawKey);
  return own.length === fingerprint.length && own.every((byte, i) => byte === fingerprint[i]);
}

function toBase32(bytes: readonly number[]): number[] {
  const values: number[] = [];
  let bits = 0;
  let held = 0;
  for (const byte of bytes) {
    held = (held << 8) | byte;
    for (bits += 8; bits >= 5; bits -= 5) values.push((held >> (bits - 5)) & 31);
    held &= 31;
  }
  return values;
}

function fromBase32(values: readonly number[]): Uint8Array {
  const bytes: number[] = [];
  let bits = 0;
  let held = 0;
  for (const value of values) {
    held = ((held << 5) | value) & 0xfff;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes.push((held >> bits) & 255);
    }
  }
  return Uint8Array.from(bytes);
}

/** Over the characters' bits, each five from the left. */
function crc10(values: readonly number[]): number {
  let sum = 0;
  for (const value of values) {
    sum ^= value << 5;
    for (let bit = 0; bit < 5; bit++) sum = sum & 0x200 ? ((sum << 1) ^ POLYNOMIAL) & 0x3ff : sum << 1;
  }
  return sum;
}
