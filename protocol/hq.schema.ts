/** Shapes of what comes from outside between box and headquarters; the types are in batch.ts, package.ts and hq.ts. */
import { type Static, type TSchema, Type } from 'typebox';
import type { BatchHeader, BatchKey, BatchReceipt, SignedReceipt } from './batch.ts';
import { BATCH_FORMAT } from './batch.ts';
import {
  COURIER_FORMAT,
  type CourierIndex,
  type Decision,
  type EnrolmentClaim,
  type HqIdentity,
  MEDIA_ASKED,
  RECEIPTS_FORMAT,
  type ReceiptsFile,
  type SiteReport,
  type TokenClaim,
} from './hq.ts';
import { PACKAGE_FORMAT, type PackageHeader, type PackagePlan, type ReleaseDocument } from './package.ts';
import {
  Count,
  Hash,
  id,
  Ms,
  oneOf,
  Policy,
  ReceiptShape,
  Role,
  Sha256Hex,
  Signature,
  SubjectCode,
  strict,
  Text,
} from './shapes.schema.ts';

/** Headquarters' code of a site. */
export const SiteCode = Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$' });
export const Recipient = Type.String({ pattern: '^age1[ac-hj-np-z02-9]{58}$' });
/** base64 of 32 bytes. */
export const Root = Type.String({ pattern: '^[A-Za-z0-9+/]{43}=$' });
export const Origin = Text(300, 1);
const Recipients = Type.Array(Recipient, { minItems: 1, maxItems: 16 });
const Shares = Type.Integer({ minimum: 0, maximum: 15 });

const batchKey = { site: SiteCode, ledger: Origin, first: Count, last: Count, root: Root };
export const BatchKeySchema = strict(batchKey);
export const BatchHeaderSchema = strict({
  ...batchKey,
  format: Type.Literal(BATCH_FORMAT),
  box: id('box'),
  boxEpoch: Type.Integer({ minimum: 1, maximum: 1_000_000 }),
  key: Hash,
  before: Type.Array(Root, { maxItems: 64 }),
  checkpoints: Type.Array(Text(4_000, 1), { maxItems: 2_000 }),
  withheld: Count,
  hq: Hash,
  to: Recipients,
  made: Count,
});
export const BatchReceiptSchema = strict({
  ...batchKey,
  v: Type.Literal(1),
  hq: Hash,
  key: Hash,
  events: Count,
  taken: Count,
});
export const SignedDocumentSchema = strict({ text: Text(1_000_000, 1), signature: Signature });
export const BatchOfferSchema = strict({ ...batchKey, bytes: Count, sha256: Sha256Hex });

export const HqIdentitySchema = strict({
  name: Text(200, 1),
  key: Hash,
  recipients: Recipients,
  version: Text(32),
  signature: Signature,
});
export const EnrolmentClaimSchema = strict({
  v: Type.Literal(1),
  hq: Hash,
  code: Hash,
  box: id('box'),
  boxEpoch: Type.Integer({ minimum: 1, maximum: 1_000_000 }),
  key: Hash,
  ledger: Origin,
  recipient: Recipient,
  siteName: Text(200),
});
export const EnrolmentAnswerSchema = strict({ site: SiteCode, name: Text(200) });
export const TokenClaimSchema = strict({
  v: Type.Literal(1),
  hq: Hash,
  site: SiteCode,
  key: Hash,
  nonce: Text(200, 1),
});

export const ChallengeBodySchema = strict({ site: SiteCode, key: Hash });
export const ChallengeSchema = strict({ nonce: Text(200, 1) });
export const TokenAnswerSchema = strict({
  token: Text(2_000, 1),
  seconds: Type.Integer({ minimum: 1, maximum: 86_400 }),
});
export const MediaMissingBodySchema = strict({ sha256: Type.Array(Sha256Hex, { maxItems: MEDIA_ASKED }) });
export const MediaMissingSchema = strict({ missing: Type.Array(Sha256Hex, { maxItems: MEDIA_ASKED }) });

export const SiteReportSchema = strict({
  wall: Type.Integer(),
  version: Text(32),
  ledger: Origin,
  size: Count,
  root: Type.Union([Root, Type.Literal('')]),
  acknowledged: Count,
  sessions: Type.Array(
    strict({
      session: id('session'),
      name: Text(200),
      plannedStart: Count,
      state: oneOf(['planned', 'open', 'running', 'ended']),
      candidates: Count,
      signedIn: Count,
      handedIn: Count,
    }),
    { maxItems: 500 },
  ),
});
export const PackageOfferSchema = strict({
  package: id('package'),
  exam: id('exam'),
  number: Count,
  kind: Type.Union([Type.Literal('full'), Type.Literal('addendum')]),
  bytes: Count,
  sha256: Sha256Hex,
  made: Count,
});
export const SiteStatusSchema = strict({
  now: Count,
  standings: Type.Array(
    strict({
      ledger: Origin,
      branch: Count,
      size: Count,
      root: Type.Union([Root, Type.Literal('')]),
      beyond: Type.Array(strict({ first: Count, last: Count })),
    }),
  ),
  packages: Type.Array(PackageOfferSchema),
  releases: Type.Array(id('session')),
  decisions: Count,
});
export const BatchStateSchema = Type.Union([
  strict({ state: Type.Literal('receiving'), batch: Sha256Hex, offset: Count }),
  strict({ state: Type.Literal('taken'), batch: Sha256Hex, receipt: SignedDocumentSchema }),
  strict({ state: Type.Literal('refused'), batch: Sha256Hex, code: Text(64, 1), detail: Text(1_000) }),
]);
export const DecisionSchema = strict({
  v: Type.Literal(1),
  number: Type.Integer({ minimum: 1 }),
  site: SiteCode,
  request: id('request'),
  granted: Type.Boolean(),
  reason: Text(1_000),
  officer: Text(100),
  hq: Hash,
  at: Count,
});

export const PackageHeaderSchema = strict({
  format: Type.Literal(PACKAGE_FORMAT),
  package: id('package'),
  number: Type.Integer({ minimum: 1 }),
  kind: Type.Union([Type.Literal('full'), Type.Literal('addendum')]),
  site: SiteCode,
  exam: id('exam'),
  hq: Hash,
  to: Recipient,
  made: Count,
  expires: Count,
  parts: Type.Array(
    strict({
      name: Type.String({ pattern: '^(plan\\.age|pa_[0-9a-hjkmnp-tv-z]{16}/f(0|[1-9][0-9]{0,4})\\.age)$' }),
      bytes: Count,
      sha256: Sha256Hex,
    }),
    { minItems: 1, maxItems: 20_000 },
  ),
});
export const PlanEntrySchema = strict({
  entry: id('entry'),
  candidate: id('candidate'),
  idNumber: Text(64, 1),
  ticket: Text(64, 1),
  name: Text(200, 1),
  gender: Type.Union([Type.Literal('male'), Type.Literal('female'), Type.Literal('')]),
  school: Text(200),
  subject: SubjectCode,
});
export const PackagePlanSchema = strict({
  exam: strict({ exam: id('exam'), name: Text(200, 1) }),
  subjects: Type.Array(strict({ code: SubjectCode, name: Text(200) }), { maxItems: 200 }),
  entries: Type.Array(PlanEntrySchema, { maxItems: 50_000 }),
  sessions: Type.Array(
    strict({
      session: id('session'),
      name: Text(200, 1),
      plannedStart: Ms,
      subjects: Type.Array(
        strict({
          code: SubjectCode,
          durationMs: Ms,
          papers: Type.Array(strict({ version: Text(8, 1), paper: id('paper') }), { maxItems: 8 }),
        }),
        { maxItems: 200 },
      ),
      policy: Policy,
      release: strict({ recipient: Recipient, n: Shares, m: Shares, keys: Text(200_000, 1) }),
    }),
    { maxItems: 200 },
  ),
  papers: Type.Array(
    strict({
      paper: id('paper'),
      subject: SubjectCode,
      label: Text(200, 1),
      manifest: Text(2_000_000, 1),
      manifestSig: Signature,
      items: Count,
    }),
    { maxItems: 1_000 },
  ),
  staff: Type.Array(
    strict({
      staff: id('staff'),
      login: Text(64, 1),
      name: Text(100, 1),
      role: Role,
      passwordHash: Text(300),
    }),
    { maxItems: 2_000 },
  ),
});
/**
 * `POST site/requests`: told early; what counts is REQUEST_MADE, which comes with a batch. Of one that the chief decided
 * headquarters hears by REQUEST_DECIDED.
 */
export const SiteRequestSchema = strict({
  request: id('request'),
  kind: Type.Union([Type.Literal('resit'), Type.Literal('addendum'), Type.Literal('late-change')]),
  exam: id('exam'),
  reason: Text(1_000, 1),
  attempt: Type.Union([id('attempt'), Type.Null()]),
  entry: Type.Union([PlanEntrySchema, Type.Null()]),
  text: Text(2_000),
  asked: Count,
});
/** `GET site/decisions?after=N`: those with a higher number, in their order, at most 500. */
export const DecisionsQuerySchema = strict({ after: Type.Optional(Count) });
export const DecisionsSchema = Type.Array(SignedDocumentSchema, { maxItems: 500 });

export const ReleaseDocumentSchema = strict({
  v: Type.Literal(1),
  site: SiteCode,
  session: id('session'),
  recipient: Recipient,
  sealed: Text(10_000, 1),
  hq: Hash,
  at: Count,
});

/**
 * `GET receipts/:code` (H2). `proof`: what headquarters itself rebuilt from the site's ledger `agrees` with the receipt or
 * `differs`; `pending` while it has not been judged.
 */
export const HqReceiptSchema = strict({
  state: Type.Literal('genuine'),
  receipt: strict({ receipt: ReceiptShape, sig: Signature }),
  boxKey: Hash,
  siteName: Text(200),
  proof: Type.Union([Type.Literal('agrees'), Type.Literal('differs'), Type.Literal('pending')]),
});

export const CourierIndexSchema = strict({
  site: SiteCode,
  hq: Hash,
  key: Hash,
  made: Count,
  batches: Type.Array(BatchOfferSchema, { maxItems: 20_000 }),
});
export const ReceiptsFileSchema = strict({
  format: Type.Literal(RECEIPTS_FORMAT),
  site: SiteCode,
  receipts: Type.Array(SignedDocumentSchema, { maxItems: 20_000 }),
  refused: Type.Array(strict({ batch: BatchKeySchema, code: Text(64, 1), detail: Text(1_000) })),
});
export { COURIER_FORMAT };

type Same<S extends TSchema, T> = Static<S> extends T ? (T extends Static<S> ? true : never) : never;
/** Fails to compile where schema and contract part. */
export type SameAsContract = [
  Same<typeof BatchKeySchema, BatchKey>,
  Same<typeof BatchHeaderSchema, BatchHeader>,
  Same<typeof BatchReceiptSchema, BatchReceipt>,
  Same<typeof SignedDocumentSchema, SignedReceipt>,
  Same<typeof HqIdentitySchema, HqIdentity>,
  Same<typeof EnrolmentClaimSchema, EnrolmentClaim>,
  Same<typeof TokenClaimSchema, TokenClaim>,
  Same<typeof DecisionSchema, Decision>,
  Same<typeof PackageHeaderSchema, PackageHeader>,
  Same<typeof ReleaseDocumentSchema, ReleaseDocument>,
  Same<typeof CourierIndexSchema, CourierIndex>,
  Same<typeof ReceiptsFileSchema, ReceiptsFile>,
];
/** The plan and the report are read only one way: what the schema accepts is the contract's. */
export type ReadAsContract = [
  Static<typeof PackagePlanSchema> extends PackagePlan ? true : never,
  Static<typeof SiteReportSchema> extends Omit<SiteReport, 'sessions'> ? true : never,
];
