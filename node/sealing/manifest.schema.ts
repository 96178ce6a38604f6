/** The sealed manifest as it must look when it comes from outside; the type is the contract's. */
import { type Static, Type } from 'typebox';
import type { SealedManifest } from '#protocol/sealed.ts';
import { Count, Sha256Hex, strict, Text } from '#protocol/shapes.schema.ts';

export const MAX_SEALED_FILES = 10_000;
/** Of Shamir shares; the field is GF(256). */
const Shares = Type.Integer({ minimum: 0, maximum: 255 });

export const ManifestSchema = strict({
  v: Type.Literal(1),
  paper: Text(128, 1),
  sealed: Count,
  notBefore: Count,
  recipient: Type.String({ pattern: '^age1[ac-hj-np-z02-9]{58}$' }),
  n: Shares,
  m: Shares,
  files: Type.Array(
    strict({
      name: Type.String({ pattern: '^f(0|[1-9][0-9]{0,4})\\.age$' }),
      role: Type.Union([Type.Literal('paper'), Type.Literal('media'), Type.Literal('font')]),
      bytes: Count,
      sha256: Sha256Hex,
    }),
    { minItems: 1, maxItems: MAX_SEALED_FILES },
  ),
});

/** Fails to compile where schema and contract part. */
export type SameAsContract = [
  Static<typeof ManifestSchema> extends SealedManifest ? true : never,
  SealedManifest extends Static<typeof ManifestSchema> ? true : never,
];
