/** Bytes in and out of text, and the one hash of the client. Chrome 109 has no `Uint8Array.toBase64`. */
import { sha256 } from '@noble/hashes/sha2.js';

const utf8 = new TextEncoder();

export function toUtf8(text: string): Uint8Array<ArrayBuffer> {
  return utf8.encode(text);
}

export function base64url(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
}

/** Bytes of base64url text; throws `InvalidCharacterError` when it is none. */
export function fromBase64url(text: string): Uint8Array {
  const plain = atob(text.replace(/-/g, '+').replace(/_/g, '/'));
  return Uint8Array.from(plain, (character) => character.charCodeAt(0));
}

export function hex(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += byte.toString(16).padStart(2, '0');
  return text;
}

/** base64url SHA-256 of the UTF-8 of `text`: hashes of entries, genesis and answers. */
export function hashText(text: string): string {
  return base64url(sha256(toUtf8(text)));
}
