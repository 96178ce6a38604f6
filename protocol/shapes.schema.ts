/** Shapes used all over the contract. */
import { type TSchema, Type } from 'typebox';
import {
  DEVICE_KEY_PATTERN,
  HASH_PATTERN,
  ID_PREFIX,
  type IdKind,
  SHA256_HEX_PATTERN,
  SIGNATURE_PATTERN,
} from './ids.ts';

/** An object that refuses unknown fields. */
export const strict = <T extends Record<string, TSchema>>(properties: T) =>
  Type.Object(properties, { additionalProperties: false });

export const id = (kind: IdKind) => Type.String({ pattern: `^${ID_PREFIX[kind]}_[0-9a-hjkmnp-tv-z]{16}$` });
export const Text = (most: number, least = 0) => Type.String({ minLength: least, maxLength: most });
/** One of these words. */
export const oneOf = <T extends string>(words: readonly T[]) => Type.Enum(words as [T, ...T[]]);
/** Non-negative safe integer. */
export const Count = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
/** Milliseconds, never negative. */
export const Ms = Count;
export const Hash = Type.String({ pattern: HASH_PATTERN });
export const Sha256Hex = Type.String({ pattern: SHA256_HEX_PATTERN });
export const DeviceKey = Type.String({ pattern: DEVICE_KEY_PATTERN });
export const Signature = Type.String({ pattern: SIGNATURE_PATTERN });
export const Stream = Type.String({ pattern: '^at_[0-9a-hjkmnp-tv-z]{16}\\.[1-9][0-9]{0,5}$' });
export const Address = Text(64, 1);
export const Label = Text(16, 1);
export const SubjectCode = Text(32, 1);
/** QTI identifiers and ours: no control characters, no blanks at the ends. */
export const Identifier = Type.String({
  minLength: 1,
  maxLength: 128,
  pattern: '^[^\\u0000-\\u001f\\u007f]+$',
});
export const Head = strict({ epoch: Type.Integer({ minimum: 1, maximum: 999_999 }), rev: Count, hash: Hash });

export const Role = Type.Union([
  Type.Literal('administrator'),
  Type.Literal('chief'),
  Type.Literal('invigilator'),
  Type.Literal('technician'),
  Type.Literal('auditor'),
]);

export const PlanCell = Type.Union([
  Type.Literal('seat'),
  Type.Literal('aisle'),
  Type.Literal('missing'),
  Type.Literal('broken'),
  Type.Literal('spare'),
]);

/** A room's floor plan; see domain/seating/floor-plan.ts for the rules. */
export const Plan = strict({
  rows: Type.Integer({ minimum: 1, maximum: 60 }),
  columns: Type.Integer({ minimum: 1, maximum: 60 }),
  front: Type.Union([
    Type.Literal('top'),
    Type.Literal('bottom'),
    Type.Literal('left'),
    Type.Literal('right'),
  ]),
  door: Type.Union([strict({ row: Type.Integer(), column: Type.Integer() }), Type.Null()]),
  cells: Type.Array(PlanCell, { maxItems: 3600 }),
  numbering: strict({
    scheme: Type.Union([
      Type.Literal('row'),
      Type.Literal('row-serpentine'),
      Type.Literal('column'),
      Type.Literal('column-serpentine'),
      Type.Literal('from-door'),
    ]),
    start: Type.Integer({ minimum: 0, maximum: 9999 }),
    width: Type.Integer({ minimum: 1, maximum: 6 }),
  }),
  overrides: Type.Optional(Type.Record(Type.String({ pattern: '^[0-9]{1,4}$' }), Label)),
});

/** What a session decides for its sittings. */
export const Policy = strict({
  /** A candidate may enter so long after the start; 0: entry closes at the start. */
  lateEntryMs: Ms,
  /** Handing in is refused so long after the start. */
  earliestSubmitMs: Ms,
  /** Two live machines on one address: refused, or allowed with a conflict shown. `loopback` allows 127.0.0.0/8 and ::1 only (demo). */
  sharedAddress: Type.Union([Type.Literal('refuse'), Type.Literal('allow'), Type.Literal('loopback')]),
  /** The pledge's text in both languages; empty: none is asked. */
  pledgeZh: Text(8000),
  pledgeEn: Text(8000),
  /** The candidate's PC asks for a portrait at sign-in (E4); nobody is kept out for want of a camera. Missing: no. */
  portrait: Type.Optional(Type.Boolean()),
});

/** What a candidate takes home (socket.ts, `Receipt`). */
export const ReceiptShape = strict({
  v: Type.Literal(1),
  attempt: id('attempt'),
  box: id('box'),
  code: Text(24, 1),
  digest: Hash,
  entry: id('entry'),
  answered: Count,
  name: Text(200),
  revisions: Count,
  site: Text(64),
  sitting: id('sitting'),
  streams: Type.Array(Head),
  subject: SubjectCode,
  submitted: Ms,
  ticket: Text(64),
});
