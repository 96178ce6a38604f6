/**
 * Every event of the ledger: kind → shape of its body. The envelope is `LedgerEvent` in ledger.ts. Events are never
 * changed after a release; a new need is a new kind.
 */
import { type Static, Type } from 'typebox';
import { EVIDENCE_EVENTS } from './events.evidence.schema.ts';
import { HQ_EVENTS } from './events.hq.schema.ts';
import { Revision } from './revision.schema.ts';
import {
  Address,
  Count,
  DeviceKey,
  Hash,
  Identifier,
  id,
  Label,
  Ms,
  Plan,
  Policy,
  ReceiptShape,
  Role,
  Sha256Hex,
  Signature,
  Stream,
  SubjectCode,
  strict,
  Text,
} from './shapes.schema.ts';

const Scope = strict({
  session: Type.Optional(id('session')),
  sitting: Type.Optional(id('sitting')),
  room: Type.Optional(id('room')),
  attempt: Type.Optional(id('attempt')),
});
const Anchor = { boot: Text(64, 1), mono: Ms };

export const EVENTS = {
  // The box
  BOX_STARTED: strict({
    box: id('box'),
    boxEpoch: Type.Integer({ minimum: 1 }),
    ...Anchor,
    /** How box time went on: `first`, `same-boot`, `wall` (confirmed later), see domain/time. */
    resumed: Text(16),
    gapMs: Ms,
    version: Text(32),
    origin: Text(300),
    key: Hash,
  }),
  BOX_STOPPED: strict({ ...Anchor, reason: Text(200) }),
  CLOCK_ANCHOR: strict(Anchor),
  CLOCK_CONFIRMED: strict({
    from: Type.Union([Type.Literal('machines'), Type.Literal('staff')]),
    gapMs: Ms,
    addedMs: Ms,
  }),
  SITE_SET_UP: strict({
    site: Text(64, 1),
    name: Text(200, 1),
    timeZone: Text(64, 1),
    contact: Text(500),
    demo: Type.Boolean(),
  }),

  // Staff
  STAFF_SAVED: strict({
    staff: id('staff'),
    login: Text(64, 1),
    name: Text(100, 1),
    role: Role,
    rooms: Type.Array(id('room')),
    active: Type.Boolean(),
  }),
  STAFF_PASSWORD_SET: strict({ staff: id('staff') }),
  STAFF_SIGNED_IN: strict({ staff: id('staff'), agent: Text(400) }),
  STAFF_SIGNED_OUT: strict({ staff: id('staff'), reason: Text(40) }),
  STAFF_SIGN_IN_FAILED: strict({ login: Text(64), code: Text(64) }),

  // Preparation
  EXAM_SAVED: strict({ exam: id('exam'), name: Text(200, 1) }),
  SESSION_SAVED: strict({
    session: id('session'),
    exam: id('exam'),
    name: Text(200, 1),
    plannedStart: Ms,
    subjects: Type.Array(SubjectCode, { maxItems: 200 }),
    policy: Policy,
  }),
  ROOM_SAVED: strict({ room: id('room'), name: Text(100, 1), plan: Plan }),
  ROOM_REMOVED: strict({ room: id('room') }),
  ROSTER_IMPORTED: strict({
    exam: id('exam'),
    file: Text(300),
    sha256: Sha256Hex,
    part: Count,
    parts: Count,
    subjects: Type.Array(strict({ code: SubjectCode, name: Text(200) })),
    entries: Type.Array(
      strict({
        entry: id('entry'),
        candidate: id('candidate'),
        idNumber: Text(64, 1),
        ticket: Text(64, 1),
        name: Text(200, 1),
        gender: Text(16),
        school: Text(200),
        subject: SubjectCode,
      }),
    ),
  }),
  PAPER_ADDED: strict({
    paper: id('paper'),
    exam: id('exam'),
    subject: SubjectCode,
    /** Staff's own name for it; the title stays inside the seal. */
    label: Text(200, 1),
    manifest: Text(2_000_000, 1),
    manifestSig: Signature,
    items: Count,
    source: strict({ file: Text(300), sha256: Sha256Hex }),
  }),
  PAPER_PREVIEWED: strict({ paper: id('paper') }),
  PAPER_REMOVED: strict({ paper: id('paper') }),
  SITTING_SAVED: strict({
    sitting: id('sitting'),
    session: id('session'),
    subject: SubjectCode,
    room: id('room'),
    papers: Type.Array(strict({ version: Text(8, 1), paper: id('paper') }), { maxItems: 8 }),
    durationMs: Ms,
  }),
  SITTING_REMOVED: strict({ sitting: id('sitting') }),
  SEATING_DRAWN: strict({
    session: id('session'),
    mode: Text(16, 1),
    algorithm: Text(64, 1),
    seed: Text(128, 1),
    assignments: Type.Array(
      strict({
        entry: id('entry'),
        sitting: id('sitting'),
        room: id('room'),
        seat: Label,
        version: Text(8, 1),
        orderSeed: Text(128, 1),
      }),
    ),
    unmet: Type.Array(strict({ kind: Text(40, 1), count: Count })),
  }),
  /** At the door (抽机号): one candidate's seat, drawn from what was free at that moment. */
  SEAT_DRAWN: strict({
    session: id('session'),
    entry: id('entry'),
    sitting: id('sitting'),
    room: id('room'),
    seat: Label,
    version: Text(8, 1),
    orderSeed: Text(128, 1),
    drawNumber: Count,
    freeSeats: Count,
    equalSeats: Count,
    /** Labels that could not be drawn though nobody sits there: an audit repeats the draw with them. */
    taken: Type.Array(Label, { maxItems: 3600 }),
  }),

  // Machines
  WALK_STARTED: strict({ walk: id('walk'), room: id('room'), from: Label }),
  WALK_ENDED: strict({ walk: id('walk') }),
  MACHINE_ENROLLED: strict({
    machine: id('machine'),
    key: DeviceKey,
    room: id('room'),
    seat: Label,
    address: Address,
    agent: Text(400),
    walk: Type.Union([id('walk'), Type.Null()]),
    /** The machine whose place it takes ("same PC" after a wiped store, or a new PC at the seat). */
    replaces: Type.Union([id('machine'), Type.Null()]),
  }),
  MACHINE_RETIRED: strict({ machine: id('machine'), reason: Text(200) }),
  ADDRESS_APPROVED: strict({ machine: id('machine'), address: Address }),

  // Entry
  ENTRY_OPENED: strict({ session: id('session') }),
  CANDIDATE_LOGGED_IN: strict({
    entry: id('entry'),
    sitting: id('sitting'),
    machine: id('machine'),
    epoch: Type.Integer({ minimum: 1 }),
    room: id('room'),
    seat: Label,
  }),
  LOGIN_REFUSED: strict({
    number: Text(64),
    machine: Type.Union([id('machine'), Type.Null()]),
    code: Text(64),
  }),
  IDENTITY_CONFIRMED: strict({}),
  LOGIN_WITHDRAWN: strict({}),
  PLEDGE_SIGNED: strict({ sha256: Sha256Hex }),
  PAPER_FETCHED: strict({ paper: id('paper'), files: Count, bytes: Count }),

  // Run
  PAPER_RELEASED: strict({ paper: id('paper'), manifestSha256: Sha256Hex }),
  SITTING_DELAYED: strict({ sitting: id('sitting'), plannedStart: Ms, reason: Text(500, 1) }),
  SITTING_STARTED: strict({ sitting: id('sitting') }),
  SITTING_ENDED: strict({ sitting: id('sitting'), reason: Text(500) }),
  SITTING_PAUSED: strict({ sitting: id('sitting'), reason: Text(500), from: Ms }),
  SITTING_RESUMED: strict({ sitting: id('sitting'), reason: Text(500) }),
  ENTRY_CLOSED: strict({ sitting: id('sitting'), absent: Type.Array(id('entry')) }),
  TIME_CREDITED: strict({ credit: id('credit'), scope: Scope, ms: Ms, cause: Text(500, 1) }),
  NOTICE_SENT: strict({ notice: id('notice'), scope: Scope, text: Text(2000, 1) }),
  NOTICE_SEEN: strict({ notice: id('notice') }),

  // Answers
  ANSWER_REVISED: Revision,
  REVISION_REFUSED: strict({ stream: Stream, rev: Count, hash: Hash, code: Text(64, 1) }),
  REVISION_CONFLICT: strict({ stream: Stream, rev: Count, hash: Hash, kept: Hash }),
  /** Kept apart for a person's decision: written by a fenced stream, or arrived after the end. */
  REVISION_QUARANTINED: strict({
    revision: Revision,
    lane: Type.Union([
      Type.Literal('fenced'),
      Type.Literal('in-time'),
      Type.Literal('late'),
      Type.Literal('unproved'),
    ]),
  }),
  HEAD_SIGNED: strict({ stream: Stream, rev: Count, hash: Hash, sig: Signature }),
  UPLOAD_STORED: strict({
    item: Identifier,
    resp: Identifier,
    name: Text(255, 1),
    type: Text(127),
    bytes: Count,
    sha256: Sha256Hex,
  }),
  ATTEMPT_TIMED_UP: strict({ endsAt: Ms }),
  ATTEMPT_SUBMITTED: strict({
    stream: Stream,
    rev: Count,
    hash: Hash,
    digest: Hash,
    /** The client's digest equals the box's. */
    agrees: Type.Boolean(),
    at: Ms,
    sig: Signature,
    receipt: ReceiptShape,
    receiptSig: Signature,
  }),

  ...EVIDENCE_EVENTS,
  ...HQ_EVENTS,
} as const;

export type EventKind = keyof typeof EVENTS;
export type EventBody<K extends EventKind> = Static<(typeof EVENTS)[K]>;
