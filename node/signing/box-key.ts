/**
 * The box's own Ed25519 key: it signs receipts, manifests, checkpoints and batches. Kept as PKCS#8 PEM, mode 0600.
 * It is made once and never overwritten: with another key headquarters would take the box for a stranger.
 */
import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign as signBytes,
  verify as verifyBytes,
} from 'node:crypto';
import { chmod, readFile, stat } from 'node:fs/promises';
import { systemCode, writeDurably } from '#node/files/durable-file.ts';
import { decodeBase64url, encodeBase64url } from './base64url.ts';
import { MachineryError } from './machinery-error.ts';
import { type Purpose, purposed } from './purpose.ts';

const SECRET_MODE = 0o600;
const PUBLIC_KEY_BYTES = 32;
const SIGNATURE_BYTES = 64;
/** SubjectPublicKeyInfo of Ed25519 up to the key itself (RFC 8410, section 4). */
const SPKI_HEAD = Buffer.from('302a300506032b6570032100', 'hex');

export interface BoxKey {
  readonly privateKey: KeyObject;
  /** Raw public key, 32 bytes, base64url (43 characters). */
  readonly publicKey: string;
}

export function generateBoxKey(): BoxKey {
  return fromPrivateKey(generateKeyPairSync('ed25519').privateKey);
}

/** Throws `key/exists` where there is a file already. */
export async function saveBoxKey(path: string, key: BoxKey): Promise<void> {
  const pem = key.privateKey.export({ type: 'pkcs8', format: 'pem' });
  try {
    await writeDurably(path, pem, { mode: SECRET_MODE, exclusive: true });
  } catch (error) {
    if (systemCode(error) === 'EEXIST') throw new MachineryError('key/exists', { path }, { cause: error });
    throw error;
  }
}

/** Throws `key/missing` or `key/damaged`. A file that others may read is closed to them. */
export async function loadBoxKey(path: string): Promise<BoxKey> {
  let pem: string;
  try {
    pem = await readFile(path, 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') throw new MachineryError('key/missing', { path }, { cause: error });
    throw error;
  }
  let privateKey: KeyObject;
  try {
    privateKey = createPrivateKey({ key: pem, format: 'pem' });
  } catch {
    // The cause is left out on purpose: what a parser says of a key does not belong in a log.
    throw new MachineryError('key/damaged', { path, reason: 'not a PKCS#8 PEM file' });
  }
  if (privateKey.asymmetricKeyType !== 'ed25519') {
    throw new MachineryError('key/damaged', { path, reason: 'not an Ed25519 key' });
  }
  await closeToOthers(path);
  return fromPrivateKey(privateKey);
}

/** Loads the key, or makes and saves it on the first start. Of two processes at once, both get the same key. */
export async function ensureBoxKey(path: string): Promise<BoxKey> {
  try {
    return await loadBoxKey(path);
  } catch (error) {
    if (!(error instanceof MachineryError && error.code === 'key/missing')) throw error;
  }
  try {
    await saveBoxKey(path, generateBoxKey());
  } catch (error) {
    if (!(error instanceof MachineryError && error.code === 'key/exists')) throw error;
  }
  return loadBoxKey(path);
}

/** Copies restored from other file systems come with wide permissions. */
export async function closeToOthers(path: string): Promise<void> {
  const { mode } = await stat(path);
  if ((mode & 0o077) !== 0) await chmod(path, SECRET_MODE);
}

/** Ed25519 over the purpose, a line feed and the message; base64url, 86 characters. */
export function sign(key: BoxKey, purpose: Purpose, message: Uint8Array): string {
  return encodeBase64url(signBytes(null, purposed(purpose, message), key.privateKey));
}

/** Whether `signature` (base64url) is `publicKey`'s (raw, base64url) over this message for this purpose. Bad input is `false`. */
export function verify(publicKey: string, purpose: Purpose, message: Uint8Array, signature: string): boolean {
  const key = importPublicKey(publicKey);
  const bytes = decodeBase64url(signature, SIGNATURE_BYTES);
  return key !== null && bytes !== null && verifyBytes(null, purposed(purpose, message), key, bytes);
}

export function exportPublicKey(key: KeyObject): string {
  const spki = (key.type === 'private' ? createPublicKey(key) : key).export({ type: 'spki', format: 'der' });
  return encodeBase64url(spki.subarray(SPKI_HEAD.length));
}

/** The key object of a raw Ed25519 public key in base64url, or `null` where it is none. */
export function importPublicKey(text: string): KeyObject | null {
  const raw = decodeBase64url(text, PUBLIC_KEY_BYTES);
  if (raw === null) return null;
  try {
    return createPublicKey({ key: Buffer.concat([SPKI_HEAD, raw]), format: 'der', type: 'spki' });
  } catch {
    return null;
  }
}

function fromPrivateKey(privateKey: KeyObject): BoxKey {
  return { privateKey, publicKey: exportPublicKey(privateKey) };
}
