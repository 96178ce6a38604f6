/** What is sealed in a session package: the plan for the box, the papers' identities for the session's release. */
import canonicalize from 'canonicalize';
import { type Static, type TSchema, Type } from 'typebox';
import { Check } from 'typebox/value';
import { openFile, sealFile } from '#node/sealing/age-file.ts';
import { MachineryError } from '#node/signing/machinery-error.ts';
import { PackagePlanSchema } from '#protocol/hq.schema.ts';
import type { PackagePlan, ReleaseKeys } from '#protocol/package.ts';

const KeysSchema = Type.Record(
  Type.String({ pattern: '^pa_[0-9a-hjkmnp-tv-z]{16}$' }),
  Type.String({ pattern: '^AGE-SECRET-KEY-1[AC-HJ-NP-Z02-9]{58}$' }),
);

/** Throws `seal/recipient`, `TypeError` for a plan out of form. */
export async function sealPlan(plan: PackagePlan, recipient: string): Promise<Uint8Array> {
  const text = canonicalize(plan);
  if (text === undefined || !Check(PackagePlanSchema, plan)) throw new TypeError('plan out of form');
  return sealFile(Buffer.from(text), recipient);
}

/** Throws `package/plan`: sealed for another box, damaged, or out of form. */
export async function openPlan(bytes: Uint8Array, identity: string): Promise<PackagePlan> {
  const plan = await opened(bytes, identity, PackagePlanSchema);
  if (plan === null) throw new MachineryError('package/plan', {});
  return plan;
}

/** base64 of the papers' identities, sealed for a session's release identity. */
export async function sealReleaseKeys(keys: ReleaseKeys, recipient: string): Promise<string> {
  const text = canonicalize(keys);
  if (text === undefined || !Check(KeysSchema, keys)) throw new TypeError('keys out of form');
  return Buffer.from(await sealFile(Buffer.from(text), recipient)).toString('base64');
}

/** Throws `release/keys`: the identity does not open them, or they are damaged. */
export async function openReleaseKeys(sealed: string, identity: string): Promise<ReleaseKeys> {
  const keys = await opened(Buffer.from(sealed, 'base64'), identity, KeysSchema);
  if (keys === null) throw new MachineryError('release/keys', {});
  return keys;
}

async function opened<S extends TSchema>(
  bytes: Uint8Array,
  identity: string,
  schema: S,
): Promise<Static<S> | null> {
  try {
    const plain = await openFile(bytes, identity);
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(plain);
    const value: unknown = JSON.parse(text);
    return Check(schema, value) && canonicalize(value) === text ? value : null;
  } catch {
    return null;
  }
}
