/**
 * Signed notes (C2SP signed-note, Ed25519 only): the form of checkpoints. The text ends with a line feed; after an empty
 * line come signature lines `— <key name> <base64(key hash || signature)>`. Here the signature covers the text alone, as
 * the format has it, without a purpose: the text's first line, the origin, does that office. So that no note can pass
 * for a purposed message, texts that begin like one are refused.
 */
import { createHash, sign, verify } from 'node:crypto';
import { decodeBase64url } from './base64url.ts';
import { type BoxKey, importPublicKey } from './box-key.ts';

const ED25519 = 0x01;
const HASH_BYTES = 4;
const SIGNATURE_BYTES = 64;
const MAX_NOTE_BYTES = 1_000_000;
const MAX_SIGNATURES = 100;
const SIGNATURE_LINE = /^— (\S+) ([A-Za-z0-9+/]+={0,2})$/;

export interface NoteKey {
  /** Key name, e.g. `site/box/epoch`: no blank, no plus. */
  name: string;
  /** Raw Ed25519 public key, base64url. */
  publicKey: string;
}

/** The whole note. Throws `TypeError` for a text or name out of form: both are ours. */
export function signNote(text: string, keyName: string, key: BoxKey): string {
  const fault = faultOfText(text) ?? faultOfName(keyName);
  if (fault !== null) throw new TypeError(fault);
  const signature = sign(null, Buffer.from(text, 'utf8'), key.privateKey);
  const hash = keyHash({ name: keyName, publicKey: key.publicKey });
  return `${text}\n— ${keyName} ${Buffer.concat([hash, signature]).toString('base64')}\n`;
}

/**
 * The text where at least one of `trusted` signed it, else `null`. A line that claims to be of a trusted key and is not
 * valid spoils the note; lines of unknown keys are passed over.
 */
export function verifyNote(note: string, trusted: readonly NoteKey[]): string | null {
  if (Buffer.byteLength(note, 'utf8') > MAX_NOTE_BYTES) return null;
  const split = note.lastIndexOf('\n\n');
  if (split < 0 || !note.endsWith('\n')) return null;
  const text = note.slice(0, split + 1);
  const lines = note.slice(split + 2, -1).split('\n');
  if (faultOfText(text) !== null || lines.length > MAX_SIGNATURES) return null;
  const message = Buffer.from(text, 'utf8');

  let signers = 0;
  for (const line of lines) {
    const match = SIGNATURE_LINE.exec(line);
    const name = match?.[1];
    const blob = match?.[2] === undefined ? null : Buffer.from(match[2], 'base64');
    if (name === undefined || faultOfName(name) !== null) return null;
    if (blob === null || blob.length <= HASH_BYTES || blob.toString('base64') !== match?.[2]) return null;
    const known = trusted.find(
      (key) => key.name === name && keyHash(key).equals(blob.subarray(0, HASH_BYTES)),
    );
    if (known === undefined) continue;
    const key = importPublicKey(known.publicKey);
    const signature = blob.subarray(HASH_BYTES);
    if (key === null || signature.length !== SIGNATURE_BYTES || !verify(null, message, key, signature))
      return null;
    signers += 1;
  }
  return signers > 0 ? text : null;
}

/** Verifier key as `golang.org/x/mod/sumdb/note` and other tools take it: `<name>+<hash>+<base64(type || key)>`. */
export function verifierKey(key: NoteKey): string {
  const encoded = Buffer.concat([Buffer.of(ED25519), rawKey(key)]).toString('base64');
  return `${key.name}+${keyHash(key).toString('hex')}+${encoded}`;
}

/** The first four bytes of SHA-256(name || line feed || 0x01 || public key). */
export function keyHash(key: NoteKey): Buffer {
  return createHash('sha256')
    .update(`${key.name}\n`, 'utf8')
    .update(Buffer.of(ED25519))
    .update(rawKey(key))
    .digest()
    .subarray(0, HASH_BYTES);
}

function rawKey(key: NoteKey): Uint8Array {
  const raw = decodeBase64url(key.publicKey, 32);
  if (raw === null) throw new TypeError('not a raw Ed25519 public key in base64url');
  return raw;
}

function faultOfName(name: string): string | null {
  return name === '' || /[\s+]/u.test(name) || !name.isWellFormed()
    ? `not a key name: ${JSON.stringify(name)}`
    : null;
}

function faultOfText(text: string): string | null {
  if (!text.endsWith('\n')) return 'the text of a note ends with a line feed';
  if (!text.isWellFormed() || /[\u0000-\u0009\u000b-\u001f]/.test(text)) return 'control character in a note';
  if (text.startsWith('gongyuan/')) return 'a note must not begin like a purposed message';
  return null;
}
