/** Documents that a box signs: canonical JSON with a signature by the key that the document itself names. */
import canonicalize from 'canonicalize';
import type { Static, TSchema } from 'typebox';
import type { Validator } from 'typebox/compile';
import { HqError } from '#hq/platform/hq-error.ts';
import { verify } from '#node/signing/box-key.ts';
import type { Purpose } from '#node/signing/purpose.ts';
import type { SignedDocument } from '#protocol/hq.ts';

/** Throws `hq/claim` for what is not canonical, not in its shape, or not signed by its key. */
export function readSigned<S extends TSchema>(
  { text, signature }: SignedDocument,
  purpose: Purpose,
  shape: Validator<Record<never, never>, S>,
  keyOf: (value: Static<S>) => string,
): Static<S> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new HqError('hq/claim', { problem: 'not JSON' });
  }
  if (!shape.Check(value)) throw new HqError('hq/claim', { problem: 'form' });
  const claim: Static<S> = value;
  if (canonicalize(value) !== text) throw new HqError('hq/claim', { problem: 'not canonical' });
  if (!verify(keyOf(claim), purpose, Buffer.from(text), signature))
    throw new HqError('hq/claim', { problem: 'signature' });
  return claim;
}
