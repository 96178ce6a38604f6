/** Schema of a revision; the fast check and encoder in domain/attempt/revision.ts is held equal to it by a property test. */
import { Type } from 'typebox';
import { VALUE_LIMITS } from './paper.ts';
import { REVISION_LIMITS } from './revision.ts';
import { Count, Hash, Identifier, Ms, Sha256Hex, Stream, strict, Text } from './shapes.schema.ts';

export const FileValue = strict({ name: Text(255, 1), bytes: Count, sha256: Sha256Hex, type: Text(127) });

export const ResponseValue = Type.Union([
  Type.Null(),
  Text(VALUE_LIMITS.textUnits),
  Type.Array(Text(VALUE_LIMITS.identifier), { maxItems: VALUE_LIMITS.values }),
  Type.Array(Type.Tuple([Identifier, Identifier]), { maxItems: VALUE_LIMITS.values }),
  FileValue,
]);

export const RevisionOp = Type.Union([
  strict({ t: Type.Literal('set'), resp: Identifier, v: ResponseValue }),
  strict({
    t: Type.Literal('splice'),
    resp: Identifier,
    at: Count,
    del: Count,
    ins: Text(REVISION_LIMITS.spliceUnits),
  }),
  strict({ t: Type.Literal('mark'), on: Type.Boolean() }),
  strict({ t: Type.Literal('go') }),
  strict({ t: Type.Literal('play'), media: Identifier, plays: Count, ms: Ms }),
]);

export const Revision = strict({
  at: Ms,
  item: Identifier,
  op: RevisionOp,
  prev: Hash,
  rev: Type.Integer({ minimum: 1, maximum: REVISION_LIMITS.perStream }),
  stream: Stream,
});
