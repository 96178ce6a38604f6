/** Events of headquarters: connection, packages, releases, requests, retention. Part of EVENTS (events.schema.ts). */
import { Type } from 'typebox';
import { PackageHeaderSchema, PlanEntrySchema, Recipient, Root, SiteCode } from './hq.schema.ts';
import { COURIER_FORMAT } from './hq.ts';
import {
  Count,
  Hash,
  id,
  Ms,
  oneOf,
  Sha256Hex,
  Signature,
  SubjectCode,
  strict,
  Text,
} from './shapes.schema.ts';

const Way = oneOf(['line', 'stick']);

export const HQ_EVENTS = {
  /** First event of a ledger that goes on from another: a promoted standby, or a box restored from an old copy. */
  LEDGER_OPENED: strict({
    parent: strict({ origin: Text(300, 1), size: Count, root: Root }),
    reason: oneOf(['promoted', 'restored']),
  }),
  HQ_CONNECTED: strict({
    url: Text(500, 1),
    site: SiteCode,
    name: Text(200),
    hq: Hash,
    recipient: Recipient,
  }),
  HQ_DISCONNECTED: strict({ reason: Text(500) }),
  /** Batches were written on a stick. */
  COURIER_WRITTEN: strict({
    format: Type.Literal(COURIER_FORMAT),
    sha256: Sha256Hex,
    batches: Count,
    first: Count,
    last: Count,
  }),

  /** The roster, sessions, papers and staff of the package follow as events of their own, in the same commit. */
  PACKAGE_TAKEN: strict({
    header: PackageHeaderSchema,
    signature: Signature,
    sha256: Sha256Hex,
    way: Way,
    /** Sessions with what opens them: sealed for their release identity. */
    releases: Type.Array(
      strict({
        session: id('session'),
        recipient: Recipient,
        n: Count,
        m: Count,
        keys: Text(200_000, 1),
        papers: Type.Array(id('paper'), { maxItems: 500 }),
      }),
      { maxItems: 200 },
    ),
    /** What the sittings of each session are to be. */
    planned: Type.Optional(
      Type.Array(
        strict({
          session: id('session'),
          subjects: Type.Array(
            strict({
              code: SubjectCode,
              durationMs: Ms,
              papers: Type.Array(strict({ version: Text(8, 1), paper: id('paper') }), { maxItems: 8 }),
            }),
            { maxItems: 200 },
          ),
        }),
        { maxItems: 200 },
      ),
    ),
  }),
  PACKAGE_REFUSED: strict({ sha256: Sha256Hex, code: Text(64, 1), way: Way }),
  /** A paper that headquarters sealed and signed. */
  PAPER_RECEIVED: strict({
    paper: id('paper'),
    exam: id('exam'),
    subject: SubjectCode,
    label: Text(200, 1),
    manifest: Text(2_000_000, 1),
    manifestSig: Signature,
    /** Key that signed the manifest. */
    key: Hash,
    items: Count,
    package: id('package'),
  }),
  /** One candidate corrected or added after entry was opened (P14), by a package or by an approved request. */
  ROSTER_AMENDED: strict({
    exam: id('exam'),
    entry: PlanEntrySchema,
    /** What allowed it. */
    package: Type.Union([id('package'), Type.Null()]),
    request: Type.Union([id('request'), Type.Null()]),
  }),

  /** One officer's release code was right; the code itself is nowhere. */
  RELEASE_CODE_TAKEN: strict({ session: id('session'), index: Count, taken: Count, needed: Count }),
  RELEASE_CODE_REFUSED: strict({ session: id('session'), code: Text(64, 1) }),
  /** The papers of the session can be opened from now on. */
  RELEASE_RECEIVED: strict({
    session: id('session'),
    way: oneOf(['headquarters', 'codes']),
    officers: Type.Array(id('staff'), { maxItems: 15 }),
    papers: Type.Array(id('paper'), { maxItems: 500 }),
  }),

  REQUEST_MADE: strict({
    request: id('request'),
    kind: oneOf(['resit', 'addendum', 'late-change']),
    exam: id('exam'),
    reason: Text(1_000, 1),
    /** `resit`: the attempt that is to be set aside. */
    attempt: Type.Union([id('attempt'), Type.Null()]),
    /** `addendum`: the candidate as he is to stand on the roster. */
    entry: Type.Union([PlanEntrySchema, Type.Null()]),
    /** `late-change`: what is asked for, in words. */
    text: Text(2_000),
  }),
  REQUEST_DECIDED: strict({
    request: id('request'),
    granted: Type.Boolean(),
    by: oneOf(['headquarters', 'chief']),
    reason: Text(1_000),
    /** Headquarters' signed decision; both empty where the chief decided and headquarters hears of it afterwards. */
    text: Text(10_000),
    signature: Text(86),
  }),

  /** Retention (Q9): one person asks, another confirms; what is named is then deleted here. */
  PURGE_ASKED: strict({ purge: id('purge'), session: id('session'), reason: Text(500, 1) }),
  DATA_PURGED: strict({
    purge: id('purge'),
    session: id('session'),
    /** Files deleted, by SHA-256. */
    files: Type.Array(Sha256Hex, { maxItems: 200_000 }),
    /** Attempts whose answers were deleted, and how many events lost their content for it. */
    attempts: Type.Array(id('attempt'), { maxItems: 50_000 }),
    events: Count,
    /** Receipts that cover everything deleted: up to this event. */
    acknowledged: Count,
  }),
} as const;
