/** Schemas of what a candidate's machine may send; the box validates every frame against them. Types are in socket.ts. */
import { Type } from 'typebox';
import { Revision } from './revision.schema.ts';
import { REVISION_LIMITS } from './revision.ts';
import {
  Count,
  DeviceKey,
  Hash,
  Identifier,
  id,
  Ms,
  Sha256Hex,
  Signature,
  Stream,
  strict,
  Text,
} from './shapes.schema.ts';
import type { ClientMessageType } from './socket.ts';

/** Request number chosen by the client, echoed in the answer. */
const Id = Type.Integer({ minimum: 1, maximum: 2_147_483_647 });
const t = <T extends ClientMessageType>(name: T) => Type.Literal(name);

export const CLIENT_MESSAGES = {
  hello: strict({
    t: t('hello'),
    v: Type.Literal(1),
    key: DeviceKey,
    sig: Signature,
    client: Text(64, 1),
    agent: Text(400),
    elapsed: Type.Optional(Ms),
    origin: Text(300, 1),
  }),
  press: strict({ t: t('press'), id: Id }),
  login: strict({ t: t('login'), id: Id, number: Text(64, 1), code: Type.Optional(Text(32, 1)) }),
  confirm: strict({ t: t('confirm'), id: Id }),
  back: strict({ t: t('back'), id: Id }),
  pledge: strict({ t: t('pledge'), id: Id, sha256: Sha256Hex }),
  attach: strict({
    t: t('attach'),
    id: Id,
    attempt: id('attempt'),
    epoch: Type.Integer({ minimum: 1, maximum: 999_999 }),
    rev: Count,
    hash: Hash,
  }),
  answers: strict({ t: t('answers'), id: Id }),
  ready: strict({ t: t('ready'), id: Id, paper: id('paper'), files: Count, bytes: Count }),
  rev: strict({ t: t('rev'), e: Type.Array(Revision, { minItems: 1, maxItems: REVISION_LIMITS.perFrame }) }),
  sign: strict({ t: t('sign'), stream: Stream, rev: Count, hash: Hash, sig: Signature }),
  submit: strict({
    t: t('submit'),
    id: Id,
    stream: Stream,
    rev: Count,
    hash: Hash,
    digest: Hash,
    at: Ms,
    sig: Signature,
  }),
  upload: strict({
    t: t('upload'),
    id: Id,
    item: Identifier,
    resp: Identifier,
    name: Text(255, 1),
    type: Text(127),
    bytes: Count,
    sha256: Sha256Hex,
  }),
  portrait: strict({ t: t('portrait'), id: Id, bytes: Count, sha256: Sha256Hex }),
  time: strict({ t: t('time'), c: Type.Number() }),
  seen: strict({ t: t('seen'), id: Id, notice: id('notice') }),
} as const satisfies Record<ClientMessageType, ReturnType<typeof strict>>;
