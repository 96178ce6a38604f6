/**
 * The manifest beside a sealed paper: what travels in the open. It names no title, no plain file name and no hash of
 * plain text, for a guessed paper could be checked against such a hash before the start.
 */
import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { Check } from 'typebox/value';
import { type BoxKey, sign, verify } from '#node/signing/box-key.ts';
import { MachineryError } from '#node/signing/machinery-error.ts';
import { MANIFEST_PURPOSE, type SealedFile, type SealedManifest } from '#protocol/sealed.ts';
import { recipientOf } from './age-file.ts';
import { ManifestSchema } from './manifest.schema.ts';

/** Name of the n-th file inside a seal. `0` is always the paper. */
export function sealedName(index: number): string {
  return `f${index}.age`;
}

export interface SignedManifest {
  manifest: SealedManifest;
  /** Canonical JSON, the bytes that were signed: keep and pass on these, never a re-serialisation. */
  manifestText: string;
  /** Ed25519, base64url. */
  signature: string;
}

export function signManifest(manifest: SealedManifest, key: BoxKey): SignedManifest {
  const fault = faultOf(manifest);
  if (fault !== null) throw new TypeError(`manifest: ${fault}`);
  const manifestText = canonical(manifest);
  return {
    manifest,
    manifestText,
    signature: sign(key, MANIFEST_PURPOSE, Buffer.from(manifestText, 'utf8')),
  };
}

/** The manifest, checked. Throws `paper/tampered`: not signed by `publicKey` (raw, base64url), or out of form. */
export function verifyManifest(manifestText: string, signature: string, publicKey: string): SealedManifest {
  const tampered = (reason: string) => new MachineryError('paper/tampered', { file: 'manifest', reason });
  if (!verify(publicKey, MANIFEST_PURPOSE, Buffer.from(manifestText, 'utf8'), signature)) {
    throw tampered('the signature is not valid');
  }
  let value: unknown;
  try {
    value = JSON.parse(manifestText);
  } catch {
    throw tampered('not JSON');
  }
  if (!Check(ManifestSchema, value)) throw tampered('fields missing, unknown or out of range');
  const fault = faultOf(value);
  if (fault !== null) throw tampered(fault);
  if (canonical(value) !== manifestText) throw tampered('not canonical JSON');
  return value;
}

/** The manifest's entry for this file. Throws `paper/tampered` where the ciphertext is not the one it names. */
export function checkSealed(manifest: SealedManifest, name: string, ciphertext: Uint8Array): SealedFile {
  const file = manifest.files.find((entry) => entry.name === name);
  if (file === undefined)
    throw new MachineryError('paper/tampered', { file: name, reason: 'not in the manifest' });
  if (file.bytes !== ciphertext.length || file.sha256 !== sha256Hex(ciphertext)) {
    throw new MachineryError('paper/tampered', {
      file: name,
      reason: 'size or hash differs from the manifest',
    });
  }
  return file;
}

/**
 * Whether this identity opens what the manifest describes: asked of an identity put together from release codes, for
 * shares carry no integrity of their own.
 */
export async function identityFits(manifest: SealedManifest, identity: string): Promise<boolean> {
  return (await recipientOf(identity)) === manifest.recipient;
}

export function sha256Hex(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function canonical(manifest: SealedManifest): string {
  const text = canonicalize(manifest);
  if (text === undefined) throw new TypeError('manifest: no JSON');
  return text;
}

/** What the schema cannot say. */
function faultOf(manifest: SealedManifest): string | null {
  if (manifest.n > manifest.m) return 'more release codes needed than issued';
  if ((manifest.n === 0) !== (manifest.m === 0)) return 'release codes issued and none needed';
  for (const [index, file] of manifest.files.entries()) {
    if (file.name !== sealedName(index)) return 'files are not numbered in order';
    if ((file.role === 'paper') !== (index === 0)) return 'the first file, and no other, is the paper';
  }
  return null;
}
