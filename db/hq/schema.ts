/**
 * Headquarters' database (PostgreSQL; PGlite to try it). All replicas share it and keep nothing themselves. Times are
 * headquarters' wall time in milliseconds since 1970 UTC. Secrets (papers' and releases' identities, correct responses)
 * are stored sealed for headquarters' recipients: a copy of the database opens nothing.
 *
 * `event` is partitioned by hash of `branch` (see docs/scale.md); drizzle-kit does not know partitions, so the statement
 * in the migration is written by hand.
 */
import {
  bigint,
  bigserial,
  boolean,
  customType,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  serial,
  text,
  uniqueIndex,
} from 'drizzle-orm/pg-core';

const bytea = customType<{ data: Uint8Array; driverData: Uint8Array }>({ dataType: () => 'bytea' });
const wall = (name: string) => bigint(name, { mode: 'number' });
const count = wall;

export const setting = pgTable('setting', { key: text('key').primaryKey(), value: text('value').notNull() });

// People
export const officer = pgTable('officer', {
  officer: text('officer').primaryKey(),
  login: text('login').notNull().unique(),
  name: text('name').notNull(),
  role: text('role').notNull(),
  hash: text('hash').notNull(),
  active: boolean('active').notNull(),
});
export const officerSignIn = pgTable('officer_sign_in', {
  tokenHash: text('token_hash').primaryKey(),
  officer: text('officer').notNull(),
  expires: wall('expires').notNull(),
});
/** Who did what: nothing is changed at headquarters without a line here. */
export const action = pgTable('action', {
  action: bigserial('action', { mode: 'number' }).primaryKey(),
  officer: text('officer').notNull(),
  at: wall('at').notNull(),
  what: text('what').notNull(),
  detail: jsonb('detail').notNull(),
});

// Sites
export const site = pgTable('site', {
  site: text('site').primaryKey(),
  name: text('name').notNull(),
  region: text('region').notNull(),
  /** What its box told last (SiteReport) and when. */
  report: jsonb('report'),
  seen: wall('seen'),
});
export const enrolmentCode = pgTable('enrolment_code', {
  /** base64url SHA-256 of the secret bytes. */
  code: text('code').primaryKey(),
  site: text('site').notNull(),
  expires: wall('expires').notNull(),
  used: wall('used'),
});
export const siteBox = pgTable(
  'site_box',
  {
    /** Ed25519 key, raw, base64url. */
    key: text('key').primaryKey(),
    site: text('site').notNull(),
    box: text('box').notNull(),
    ledger: text('ledger').notNull(),
    recipient: text('recipient').notNull(),
    enrolled: wall('enrolled').notNull(),
    revoked: wall('revoked'),
  },
  (t) => [index('site_box_site').on(t.site)],
);
export const siteStaff = pgTable(
  'site_staff',
  {
    site: text('site').notNull(),
    staff: text('staff').notNull(),
    login: text('login').notNull(),
    name: text('name').notNull(),
    role: text('role').notNull(),
    passwordHash: text('password_hash').notNull(),
  },
  (t) => [primaryKey({ columns: [t.site, t.staff] }), uniqueIndex('site_staff_login').on(t.site, t.login)],
);

// Exams
export const exam = pgTable('exam', {
  exam: text('exam').primaryKey(),
  name: text('name').notNull(),
  /** Grows with each change of subjects, papers or sessions: a package knows by it that it is out of date. */
  revision: integer('revision').notNull().default(0),
});
/** The sites of an exam: those that have a roster for it. `revision` grows with each change of roster or staff. */
export const examSite = pgTable(
  'exam_site',
  {
    exam: text('exam').notNull(),
    site: text('site').notNull(),
    revision: integer('revision').notNull(),
    /** Subject → entries: a page that shows an exam counts no millions of rows. */
    subjects: jsonb('subjects').notNull().default({}),
  },
  (t) => [primaryKey({ columns: [t.exam, t.site] }), index('exam_site_site').on(t.site)],
);
export const subject = pgTable(
  'subject',
  { exam: text('exam').notNull(), code: text('code').notNull(), name: text('name').notNull() },
  (t) => [primaryKey({ columns: [t.exam, t.code] })],
);
export const rosterEntry = pgTable(
  'roster_entry',
  {
    entry: text('entry').primaryKey(),
    exam: text('exam').notNull(),
    site: text('site').notNull(),
    candidate: text('candidate').notNull(),
    idNumber: text('id_number').notNull(),
    ticket: text('ticket').notNull(),
    name: text('name').notNull(),
    gender: text('gender').notNull(),
    school: text('school').notNull(),
    subject: text('subject').notNull(),
  },
  (t) => [
    index('roster_entry_site').on(t.exam, t.site),
    uniqueIndex('roster_entry_person').on(t.exam, t.site, t.idNumber, t.subject),
  ],
);
export const paper = pgTable(
  'paper',
  {
    paper: text('paper').primaryKey(),
    exam: text('exam').notNull(),
    subject: text('subject').notNull(),
    label: text('label').notNull(),
    manifest: text('manifest').notNull(),
    manifestSig: text('manifest_sig').notNull(),
    items: integer('items').notNull(),
    /** age files for headquarters: the identity that opens the paper, and the correct responses (PaperKeys as JSON). */
    identity: bytea('identity').notNull(),
    keys: bytea('keys').notNull(),
    source: text('source').notNull(),
    added: wall('added').notNull(),
  },
  (t) => [index('paper_exam').on(t.exam)],
);
export const paperFile = pgTable(
  'paper_file',
  { paper: text('paper').notNull(), name: text('name').notNull(), bytes: bytea('bytes').notNull() },
  (t) => [primaryKey({ columns: [t.paper, t.name] })],
);
export const examSession = pgTable(
  'exam_session',
  {
    session: text('session').primaryKey(),
    exam: text('exam').notNull(),
    name: text('name').notNull(),
    plannedStart: wall('planned_start').notNull(),
    /** PlanSession['subjects']. */
    subjects: jsonb('subjects').notNull(),
    policy: jsonb('policy').notNull(),
    /** The release identity: its recipient, and itself sealed for headquarters. Codes: needed and issued (0: none). */
    recipient: text('recipient').notNull(),
    identity: bytea('identity').notNull(),
    /** Papers' identities sealed for `recipient`, base64: the same bytes in every package. */
    keys: text('keys').notNull(),
    n: integer('n').notNull(),
    m: integer('m').notNull(),
    /** From when boxes may fetch the release over the line; null: never by itself. */
    releaseAt: wall('release_at'),
    codesMade: wall('codes_made'),
  },
  (t) => [index('exam_session_exam').on(t.exam)],
);
export const sessionPackage = pgTable(
  'session_package',
  {
    package: text('package').primaryKey(),
    exam: text('exam').notNull(),
    site: text('site').notNull(),
    number: integer('number').notNull(),
    kind: text('kind').notNull(),
    /** Canonical header and headquarters' signature; parts: `plan` here, the rest in `paper_file`. */
    header: text('header').notNull(),
    signature: text('signature').notNull(),
    plan: bytea('plan').notNull(),
    bytes: count('bytes').notNull(),
    sha256: text('sha256').notNull(),
    made: wall('made').notNull(),
    officer: text('officer').notNull(),
    fetched: wall('fetched'),
    /** Revisions of exam and site that it was made of; the box's plan is sealed, so what was sent is noted here. */
    examRevision: integer('exam_revision').notNull().default(0),
    siteRevision: integer('site_revision').notNull().default(0),
    /** Entries that the site has with it: entry → digest of what was sent. */
    entries: jsonb('entries').notNull().default({}),
  },
  (t) => [uniqueIndex('session_package_number').on(t.exam, t.site, t.number)],
);

// Batches
/** One line of history: a ledger, or where two histories of one ledger part, each of them. */
export const branch = pgTable(
  'branch',
  {
    branch: serial('branch').primaryKey(),
    site: text('site').notNull(),
    /** Origin, `site/box/epoch`. */
    ledger: text('ledger').notNull(),
    /** 0 for the first, then 1, 2 … for forks of the same ledger. */
    number: integer('number').notNull(),
    key: text('key').notNull(),
    /** Where it parts from another: that branch and the number of events they share. Also set where a new ledger names its parent. */
    parent: integer('parent'),
    parentSize: count('parent_size').notNull(),
    /** Events without a gap from 0 (shared ones counted), and the compact range over them: base64 hashes, from the left. */
    size: count('size').notNull(),
    range: jsonb('range').notNull(),
    /** Events from 0 whose tables are filled in (sessions, seats, people): never more than `size`. */
    judged: count('judged').notNull().default(0),
  },
  (t) => [uniqueIndex('branch_ledger').on(t.site, t.ledger, t.number)],
);
export const batch = pgTable(
  'batch',
  {
    /** SHA-256 (hex) of the canonical BatchKey. */
    batch: text('batch').primaryKey(),
    site: text('site').notNull(),
    ledger: text('ledger').notNull(),
    first: count('first').notNull(),
    last: count('last').notNull(),
    root: text('root').notNull(),
    bytes: count('bytes').notNull(),
    sha256: text('sha256').notNull(),
    /** `receiving`, `taken`, `refused`. A refused one may be announced anew: its file is kept in `refused_batch`. */
    state: text('state').notNull(),
    branch: integer('branch'),
    /** Canonical header and the box's signature, kept for auditors. */
    header: text('header'),
    headerSig: text('header_sig'),
    /** base64 compact range over the events 0…last, worked out when it was taken. */
    range: jsonb('range'),
    events: integer('events'),
    way: text('way').notNull(),
    announced: wall('announced').notNull(),
    taken: wall('taken'),
    receipt: text('receipt'),
    receiptSig: text('receipt_sig'),
    code: text('code'),
    detail: text('detail'),
  },
  (t) => [index('batch_range').on(t.branch, t.first), index('batch_site').on(t.site, t.announced)],
);
/** Bytes of batches under way; gone once the batch is taken. */
export const batchPart = pgTable(
  'batch_part',
  { batch: text('batch').notNull(), at: count('at').notNull(), bytes: bytea('bytes').notNull() },
  (t) => [primaryKey({ columns: [t.batch, t.at] })],
);
/** Put aside with the reason: nothing is thrown away. */
export const refusedBatch = pgTable('refused_batch', {
  id: bigserial('id', { mode: 'number' }).primaryKey(),
  batch: text('batch').notNull(),
  site: text('site').notNull(),
  at: wall('at').notNull(),
  code: text('code').notNull(),
  detail: text('detail').notNull(),
  way: text('way').notNull(),
  bytes: bytea('bytes').notNull(),
});
/** Events as the box stored them. `body` null: withheld, its leaf hash is in `leaf`. */
export const event = pgTable(
  'event',
  {
    branch: integer('branch').notNull(),
    seq: count('seq').notNull(),
    kind: text('kind').notNull(),
    attempt: text('attempt'),
    wall: wall('wall').notNull(),
    bytes: text('bytes'),
    leaf: text('leaf'),
  },
  (t) => [primaryKey({ columns: [t.branch, t.seq] }), index('event_attempt').on(t.attempt)],
);

// What comes of the events
/**
 * What waits to be judged: attempts (verification, rebuilding, scoring) and rooms (scores compared). A replica takes a row
 * by locking it. (Events wait where a branch has `judged < size`.)
 */
export const work = pgTable(
  'work',
  {
    work: bigserial('work', { mode: 'number' }).primaryKey(),
    /** `attempt` (subject `site/attempt`) or `room` (`site/sitting`). */
    kind: text('kind').notNull(),
    subject: text('subject').notNull(),
    /** Not before this time. */
    queued: wall('queued').notNull(),
    tries: integer('tries').notNull(),
    fault: text('fault'),
  },
  (t) => [uniqueIndex('work_subject').on(t.kind, t.subject)],
);
/** Machines' keys, as the ledgers tell them. */
export const machine = pgTable(
  'machine',
  { site: text('site').notNull(), machine: text('machine').notNull(), key: text('key').notNull() },
  (t) => [primaryKey({ columns: [t.site, t.machine] })],
);
/** Sessions and rooms of a site, as its ledgers name them. */
export const siteSession = pgTable(
  'site_session',
  {
    site: text('site').notNull(),
    session: text('session').notNull(),
    exam: text('exam').notNull(),
    name: text('name').notNull(),
    plannedStart: wall('planned_start').notNull(),
  },
  (t) => [primaryKey({ columns: [t.site, t.session] })],
);
export const siteRoom = pgTable(
  'site_room',
  { site: text('site').notNull(), room: text('room').notNull(), name: text('name').notNull() },
  (t) => [primaryKey({ columns: [t.site, t.room] })],
);
/** Sittings and seats, as the ledgers tell them: which paper an attempt was about. */
export const sitting = pgTable(
  'sitting',
  {
    site: text('site').notNull(),
    sitting: text('sitting').notNull(),
    session: text('session').notNull(),
    exam: text('exam').notNull(),
    subject: text('subject').notNull(),
    room: text('room').notNull(),
    papers: jsonb('papers').notNull(),
    startedWall: wall('started_wall'),
    endedWall: wall('ended_wall'),
  },
  (t) => [primaryKey({ columns: [t.site, t.sitting] })],
);
export const seat = pgTable(
  'seat',
  {
    site: text('site').notNull(),
    sitting: text('sitting').notNull(),
    entry: text('entry').notNull(),
    seat: text('seat').notNull(),
    version: text('version').notNull(),
    /** What the order of items, and which were drawn, came from. */
    orderSeed: text('order_seed').notNull().default(''),
  },
  (t) => [primaryKey({ columns: [t.site, t.sitting, t.entry] })],
);
/** Candidates as a site's ledger names them: also where the roster was the site's own. */
export const siteEntry = pgTable(
  'site_entry',
  {
    site: text('site').notNull(),
    entry: text('entry').notNull(),
    exam: text('exam').notNull(),
    candidate: text('candidate').notNull(),
    idNumber: text('id_number').notNull(),
    ticket: text('ticket').notNull(),
    name: text('name').notNull(),
    school: text('school').notNull(),
    subject: text('subject').notNull(),
  },
  (t) => [primaryKey({ columns: [t.site, t.entry] })],
);
export const attempt = pgTable(
  'attempt',
  {
    attempt: text('attempt').primaryKey(),
    site: text('site').notNull(),
    exam: text('exam').notNull(),
    session: text('session').notNull(),
    sitting: text('sitting').notNull(),
    entry: text('entry').notNull(),
    subject: text('subject').notNull(),
    paper: text('paper').notNull(),
    /** `writing`, `timed-up`, `handed-in`, `superseded`. */
    state: text('state').notNull(),
    submitted: wall('submitted'),
    /** Rebuilt here: answers, revisions, digest; whether the box's receipt agrees with it. */
    answers: jsonb('answers').notNull(),
    revisions: integer('revisions').notNull(),
    digest: text('digest').notNull(),
    agrees: boolean('agrees'),
    /** Faults of chains, device signatures, receipts: codes with details; empty: all is proved. */
    faults: jsonb('faults').notNull(),
    judged: wall('judged').notNull(),
    /** Scores (domain/papers/scoring): null where there is no automatic score, or no key for the paper. */
    score: jsonb('score'),
    points: bigint('points_milli', { mode: 'number' }),
    maximum: bigint('maximum_milli', { mode: 'number' }),
    /** Codes of domain/results/anomalies, each with its detail. */
    anomalies: jsonb('anomalies').notNull(),
  },
  (t) => [index('attempt_exam').on(t.exam, t.site), index('attempt_entry').on(t.site, t.entry)],
);

/** Receipts that candidates hold, by their short code (H2). */
export const receipt = pgTable('receipt', {
  code: text('code').primaryKey(),
  site: text('site').notNull(),
  attempt: text('attempt').notNull(),
  box: text('box').notNull(),
  /** As it was signed. */
  receipt: jsonb('receipt').notNull(),
  signature: text('signature').notNull(),
});

// What people must see
export const alarm = pgTable(
  'alarm',
  {
    alarm: bigserial('alarm', { mode: 'number' }).primaryKey(),
    site: text('site').notNull(),
    code: text('code').notNull(),
    detail: jsonb('detail').notNull(),
    at: wall('at').notNull(),
    seen: wall('seen'),
    seenBy: text('seen_by'),
  },
  (t) => [index('alarm_seen').on(t.seen, t.at)],
);
export const siteRequest = pgTable(
  'site_request',
  {
    request: text('request').primaryKey(),
    site: text('site').notNull(),
    kind: text('kind').notNull(),
    exam: text('exam').notNull(),
    /** Body of REQUEST_MADE. */
    body: jsonb('body').notNull(),
    asked: wall('asked').notNull(),
    /** Decision: null while open. `chief` decided at the site where headquarters could not be asked. */
    granted: boolean('granted'),
    by: text('by'),
    number: integer('number'),
    text: text('text'),
    signature: text('signature'),
    decided: wall('decided'),
  },
  (t) => [uniqueIndex('site_request_number').on(t.site, t.number), index('site_request_open').on(t.decided)],
);
export const medium = pgTable(
  'medium',
  {
    site: text('site').notNull(),
    sha256: text('sha256').notNull(),
    kind: text('kind').notNull(),
    bytes: count('bytes').notNull(),
    taken: wall('taken').notNull(),
  },
  (t) => [primaryKey({ columns: [t.site, t.sha256] })],
);
