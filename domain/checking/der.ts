/**
 * Reads DER (X.690) strictly and within bounds: definite lengths in their shortest form, low tag numbers, nothing behind
 * the end. What a lenient reader forgives is where forgeries hide.
 */

/** Something in untrusted bytes is not as it must be; the message says what, for tests and logs. */
export class Malformed extends Error {}

export interface Der {
  tag: number;
  /** First byte of tag, length and value together. */
  start: number;
  /** First byte of the value. */
  at: number;
  /** Behind its last byte. */
  end: number;
}

export const TAG = {
  integer: 0x02,
  bits: 0x03,
  octets: 0x04,
  oid: 0x06,
  utcTime: 0x17,
  time: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const;

const MAX_CHILDREN = 64;

/** The element at `at`, which must end at or before `limit`. */
export function readDer(bytes: Uint8Array, at: number, limit = bytes.length): Der {
  const tag = bytes[at] ?? 0;
  const first = bytes[at + 1] ?? 0;
  if (at + 2 > limit || (tag & 0x1f) === 0x1f) throw new Malformed('no element');
  let length = first;
  let value = at + 2;
  if (first >= 0x80) {
    const size = first & 0x7f;
    if (size === 0 || size > 3 || value + size > limit) throw new Malformed('length');
    length = 0;
    for (let i = 0; i < size; i++) length = length * 256 + (bytes[value + i] ?? 0);
    if (length < 0x80 || length < 256 ** (size - 1)) throw new Malformed('length not in its shortest form');
    value += size;
  }
  if (value + length > limit) throw new Malformed('longer than what holds it');
  return { tag, start: at, at: value, end: value + length };
}

/** The one element that `bytes` are. */
export function onlyDer(bytes: Uint8Array, tag: number): Der {
  const node = readDer(bytes, 0);
  if (node.tag !== tag || node.end !== bytes.length) throw new Malformed('not the one element expected');
  return node;
}

export function childrenOf(bytes: Uint8Array, parent: Der): Der[] {
  const found: Der[] = [];
  for (let at = parent.at; at < parent.end; ) {
    const child = readDer(bytes, at, parent.end);
    if (found.push(child) > MAX_CHILDREN) throw new Malformed('too many elements');
    at = child.end;
  }
  return found;
}

/** As many children as tags, each with its own; `null` takes any. */
export function shapeOf(bytes: Uint8Array, parent: Der, tags: readonly (number | null)[]): Der[] {
  const children = childrenOf(bytes, parent);
  if (children.length !== tags.length || children.some(({ tag }, i) => tags[i] !== null && tags[i] !== tag))
    throw new Malformed('not the elements expected');
  return children;
}

export function insideOf(bytes: Uint8Array, node: Der): Uint8Array {
  return bytes.subarray(node.at, node.end);
}

/** Tag, length and value. */
export function wholeOf(bytes: Uint8Array, node: Der): Uint8Array {
  return bytes.subarray(node.start, node.end);
}

/** `r || s`, 64 bytes, of an ECDSA signature in DER. */
export function rawSignature(der: Uint8Array): Uint8Array {
  const raw = new Uint8Array(64);
  const numbers = shapeOf(der, onlyDer(der, TAG.sequence), [TAG.integer, TAG.integer]);
  numbers.forEach((node, i) => {
    const value = insideOf(der, node);
    const padded = value[0] === 0 && value.length > 1;
    // Positive, and a leading zero only where the next bit asks for it.
    if (value.length === 0 || (value[0] ?? 0) >= 0x80 || (padded && (value[1] ?? 0) < 0x80))
      throw new Malformed('number');
    const bare = padded ? value.subarray(1) : value;
    if (bare.length > 32) throw new Malformed('number too long');
    raw.set(bare, 32 * (i + 1) - bare.length);
  });
  return raw;
}

export function sameBytes(one: Uint8Array, two: Uint8Array): boolean {
  return one.length === two.length && one.every((byte, i) => byte === two[i]);
}

export function hexOf(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += byte.toString(16).padStart(2, '0');
  return text;
}
