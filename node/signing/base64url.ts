/**
 * Strict base64url without padding. `Buffer.from` skips what it does not know and ignores left-over bits, so two texts
 * could stand for the same bytes; whoever compares or caches by the text must not accept the second.
 */

export function encodeBase64url(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64url');
}

/** The bytes, or `null` where `text` is not the one encoding of exactly `length` bytes. */
export function decodeBase64url(text: unknown, length: number): Uint8Array | null {
  if (typeof text !== 'string' || text.length !== Math.ceil((length * 4) / 3)) return null;
  const bytes = Buffer.from(text, 'base64url');
  return bytes.length === length && bytes.toString('base64url') === text ? bytes : null;
}
