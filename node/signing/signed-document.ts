/** Small documents that headquarters signs: releases, decisions. Canonical JSON, the signature beside it. */
import canonicalize from 'canonicalize';
import type { Static, TSchema } from 'typebox';
import { Check } from 'typebox/value';
import type { SignedDocument } from '#protocol/hq.ts';
import { type BoxKey, sign, verify } from './box-key.ts';
import type { Purpose } from './purpose.ts';

export function signDocument(purpose: Purpose, value: object, key: BoxKey): SignedDocument {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError('no JSON form');
  return { text, signature: sign(key, purpose, Buffer.from(text)) };
}

/**
 * What was signed, when `publicKey` (raw, base64url) signed it for this purpose and it is canonical and in form; else
 * null.
 */
export function readDocument<S extends TSchema>(
  purpose: Purpose,
  { text, signature }: SignedDocument,
  publicKey: string,
  schema: S,
): Static<S> | null {
  if (!verify(publicKey, purpose, Buffer.from(text), signature)) return null;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  return Check(schema, value) && canonicalize(value) === text ? value : null;
}
