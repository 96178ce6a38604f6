/**
 * An age X25519 identity as its 32 bytes and back: Bech32 (BIP 173) with the prefix `AGE-SECRET-KEY-`, as
 * https://age-encryption.org/v1 has it. The library keeps its encoder to itself, and shares are made of bytes.
 */
const ALPHABET = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l';
const PREFIX = 'age-secret-key-';
const IDENTITY_BYTES = 32;
const DATA = 52;
const CHECK = 6;

/** `AGE-SECRET-KEY-1…` of 32 bytes. Throws `RangeError` for another length. */
export function identityOfBytes(bytes: Uint8Array): string {
  if (bytes.length !== IDENTITY_BYTES) throw new RangeError('an identity has 32 bytes');
  const values = regroup(bytes, 8, 5);
  const sum = checksum([...values, ...new Array<number>(CHECK).fill(0)]) ^ 1;
  const check = Array.from({ length: CHECK }, (_, i) => (sum >> (5 * (CHECK - 1 - i))) & 31);
  return `${PREFIX}1${[...values, ...check].map((value) => ALPHABET[value]).join('')}`.toUpperCase();
}

/** The 32 bytes, or `null` where the text is no identity (its checksum tells). */
export function bytesOfIdentity(identity: string): Uint8Array | null {
  if (!identity.startsWith(`${PREFIX}1`.toUpperCase())) return null;
  const values = [...identity.slice(PREFIX.length + 1)].map((c) => ALPHABET.indexOf(c.toLowerCase()));
  if (values.length !== DATA + CHECK || values.includes(-1) || checksum(values) !== 1) return null;
  const bytes = Uint8Array.from(regroup(values.slice(0, DATA), 5, 8)).subarray(0, IDENTITY_BYTES);
  // Left-over bits must be empty: one text for one identity.
  return identityOfBytes(bytes) === identity ? bytes : null;
}

function checksum(values: readonly number[]): number {
  const head = [...PREFIX].map((c) => c.charCodeAt(0));
  const all = [...head.map((code) => code >> 5), 0, ...head.map((code) => code & 31), ...values];
  let sum = 1;
  for (const value of all) {
    const top = sum >> 25;
    sum = ((sum & 0x1ffffff) << 5) ^ value;
    for (const [i, part] of [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3].entries())
      if ((top >> i) & 1) sum ^= part;
  }
  return sum;
}

/** Bits regrouped from words of `from` bits to words of `to`; the last is filled up with zeros. */
function regroup(words: Iterable<number>, from: number, to: number): number[] {
  const out: number[] = [];
  let held = 0;
  let bits = 0;
  for (const word of words) {
    held = ((held << from) | word) & 0xffff;
    for (bits += from; bits >= to; bits -= to) out.push((held >> (bits - to)) & (2 ** to - 1));
  }
  if (bits > 0) out.push((held << (to - bits)) & (2 ** to - 1));
  return out;
}
