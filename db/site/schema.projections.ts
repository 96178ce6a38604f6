/**
 * Projections: what the ledger's events add up to. Written in the same transaction as the events, and rebuilt from
 * them at any time with the same result (`npm run verify` proves it). Times named `_at` are box time in milliseconds,
 * those named `_wall` wall time.
 */
import { sql } from 'drizzle-orm';
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';

export const box = sqliteTable('box', {
  id: integer('id').primaryKey(),
  box: text('box').notNull(),
  epoch: integer('epoch').notNull(),
  origin: text('origin').notNull(),
  version: text('version').notNull(),
  key: text('key').notNull(),
  starts: integer('starts').notNull(),
});

/** The last clock anchor, and whether the time since is confirmed. */
export const clock = sqliteTable('clock', {
  id: integer('id').primaryKey(),
  boot: text('boot').notNull(),
  mono: integer('mono').notNull(),
  wall: integer('wall').notNull(),
  elapsed: integer('elapsed').notNull(),
  confirmed: integer('confirmed').notNull(),
  /** Box time of the anchor before an unconfirmed gap. */
  gapFrom: integer('gap_from'),
});

export const site = sqliteTable('site', {
  id: integer('id').primaryKey(),
  site: text('site').notNull(),
  name: text('name').notNull(),
  timeZone: text('time_zone').notNull(),
  contact: text('contact').notNull(),
  demo: integer('demo').notNull(),
});

export const staff = sqliteTable('staff', {
  staff: text('staff').primaryKey(),
  login: text('login').notNull().unique(),
  name: text('name').notNull(),
  role: text('role').notNull(),
  rooms: text('rooms').notNull(),
  active: integer('active').notNull(),
  lastSignInWall: integer('last_sign_in_wall'),
});

export const exam = sqliteTable('exam', { exam: text('exam').primaryKey(), name: text('name').notNull() });

export const subject = sqliteTable(
  'subject',
  { exam: text('exam').notNull(), code: text('code').notNull(), name: text('name').notNull() },
  (t) => [primaryKey({ columns: [t.exam, t.code] })],
);

export const candidate = sqliteTable(
  'candidate',
  {
    candidate: text('candidate').primaryKey(),
    exam: text('exam').notNull(),
    idNumber: text('id_number').notNull(),
    name: text('name').notNull(),
    gender: text('gender').notNull(),
    school: text('school').notNull(),
  },
  (t) => [uniqueIndex('candidate_id_number').on(t.exam, t.idNumber)],
);

export const entry = sqliteTable(
  'entry',
  {
    entry: text('entry').primaryKey(),
    exam: text('exam').notNull(),
    candidate: text('candidate').notNull(),
    subject: text('subject').notNull(),
    ticket: text('ticket').notNull(),
  },
  (t) => [
    uniqueIndex('entry_candidate_subject').on(t.candidate, t.subject),
    index('entry_ticket').on(t.exam, t.ticket),
  ],
);

export const room = sqliteTable('room', {
  room: text('room').primaryKey(),
  name: text('name').notNull(),
  plan: text('plan').notNull(),
});

export const session = sqliteTable('session', {
  session: text('session').primaryKey(),
  exam: text('exam').notNull(),
  name: text('name').notNull(),
  plannedStartWall: integer('planned_start_wall').notNull(),
  subjects: text('subjects').notNull(),
  policy: text('policy').notNull(),
  openedAt: integer('opened_at'),
});

export const paper = sqliteTable('paper', {
  paper: text('paper').primaryKey(),
  exam: text('exam').notNull(),
  subject: text('subject').notNull(),
  label: text('label').notNull(),
  manifest: text('manifest').notNull(),
  manifestSig: text('manifest_sig').notNull(),
  items: integer('items').notNull(),
  addedWall: integer('added_wall').notNull(),
  releasedAt: integer('released_at'),
  /** Key that signed the manifest, where it is not the box's own: headquarters'. */
  signer: text('signer'),
});

export const sitting = sqliteTable(
  'sitting',
  {
    sitting: text('sitting').primaryKey(),
    session: text('session').notNull(),
    subject: text('subject').notNull(),
    room: text('room').notNull(),
    papers: text('papers').notNull(),
    durationMs: integer('duration_ms').notNull(),
    plannedStartWall: integer('planned_start_wall'),
    startedAt: integer('started_at'),
    startedWall: integer('started_wall'),
    endedAt: integer('ended_at'),
    entryClosedAt: integer('entry_closed_at'),
    pauses: text('pauses').notNull(),
    creditMs: integer('credit_ms').notNull(),
  },
  (t) => [uniqueIndex('sitting_place').on(t.session, t.subject, t.room)],
);

export const seatingDraw = sqliteTable('seating_draw', {
  session: text('session').primaryKey(),
  mode: text('mode').notNull(),
  algorithm: text('algorithm').notNull(),
  seed: text('seed').notNull(),
  unmet: text('unmet').notNull(),
});

export const seating = sqliteTable(
  'seating',
  {
    session: text('session').notNull(),
    entry: text('entry').notNull(),
    sitting: text('sitting').notNull(),
    room: text('room').notNull(),
    seat: text('seat').notNull(),
    version: text('version').notNull(),
    orderSeed: text('order_seed').notNull(),
    absent: integer('absent').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.session, t.entry] }),
    uniqueIndex('seating_seat').on(t.session, t.room, t.seat),
    index('seating_entry').on(t.entry),
  ],
);

export const machine = sqliteTable(
  'machine',
  {
    machine: text('machine').primaryKey(),
    key: text('key').notNull(),
    room: text('room').notNull(),
    seat: text('seat').notNull(),
    address: text('address').notNull(),
    agent: text('agent').notNull(),
    /** Why it is out of use; a retired machine's key may be enrolled again. */
    retired: text('retired'),
    enrolledWall: integer('enrolled_wall').notNull(),
  },
  (t) => [
    uniqueIndex('machine_key').on(t.key).where(sql`retired IS NULL`),
    uniqueIndex('machine_seat').on(t.room, t.seat).where(sql`retired IS NULL`),
  ],
);

export const walk = sqliteTable('walk', {
  walk: text('walk').primaryKey(),
  room: text('room').notNull(),
  from: text('from').notNull(),
  open: integer('open').notNull(),
});

export const attempt = sqliteTable(
  'attempt',
  {
    attempt: text('attempt').primaryKey(),
    entry: text('entry').notNull(),
    sitting: text('sitting').notNull(),
    machine: text('machine').notNull(),
    room: text('room').notNull(),
    seat: text('seat').notNull(),
    epoch: integer('epoch').notNull(),
    confirmedAt: integer('confirmed_at'),
    pledge: text('pledge'),
    fetchedAt: integer('fetched_at'),
    creditMs: integer('credit_ms').notNull(),
    timedUpAt: integer('timed_up_at'),
    submittedAt: integer('submitted_at'),
    receiptCode: text('receipt_code').unique(),
    receipt: text('receipt'),
    receiptSig: text('receipt_sig'),
    quarantined: integer('quarantined').notNull(),
    lastSeq: integer('last_seq').notNull(),
    /** The request (re-sit, T5) that set it aside; another attempt of the same entry may then be opened. */
    superseded: text('superseded'),
  },
  (t) => [uniqueIndex('attempt_entry').on(t.entry).where(sql`superseded IS NULL`)],
);

export const stream = sqliteTable(
  'stream',
  {
    attempt: text('attempt').notNull(),
    epoch: integer('epoch').notNull(),
    machine: text('machine').notNull(),
    key: text('key').notNull(),
    rev: integer('rev').notNull(),
    hash: text('hash').notNull(),
    lastWall: integer('last_wall'),
    signedRev: integer('signed_rev').notNull(),
    signedHash: text('signed_hash'),
    sig: text('sig'),
    conflicts: integer('conflicts').notNull(),
    item: text('item'),
    marks: text('marks').notNull(),
    seen: text('seen').notNull(),
    plays: text('plays').notNull(),
  },
  (t) => [primaryKey({ columns: [t.attempt, t.epoch] })],
);

/** Content of a stream: what its attempt's answers are once its revisions are applied (domain/attempt/merge.ts). */
export const answer = sqliteTable(
  'answer',
  {
    attempt: text('attempt').notNull(),
    epoch: integer('epoch').notNull(),
    item: text('item').notNull(),
    resp: text('resp').notNull(),
    value: text('value').notNull(),
  },
  (t) => [primaryKey({ columns: [t.attempt, t.epoch, t.item, t.resp] })],
);

export const quarantine = sqliteTable(
  'quarantine',
  {
    seq: integer('seq').primaryKey(),
    attempt: text('attempt').notNull(),
    stream: text('stream').notNull(),
    rev: integer('rev').notNull(),
    lane: text('lane').notNull(),
  },
  (t) => [index('quarantine_attempt').on(t.attempt)],
);

export const upload = sqliteTable(
  'upload',
  {
    attempt: text('attempt').notNull(),
    sha256: text('sha256').notNull(),
    item: text('item').notNull(),
    resp: text('resp').notNull(),
    name: text('name').notNull(),
    type: text('type').notNull(),
    bytes: integer('bytes').notNull(),
  },
  (t) => [primaryKey({ columns: [t.attempt, t.item, t.resp, t.sha256] })],
);

export const credit = sqliteTable('credit', {
  credit: text('credit').primaryKey(),
  scope: text('scope').notNull(),
  ms: integer('ms').notNull(),
  cause: text('cause').notNull(),
  wall: integer('wall').notNull(),
});

export const notice = sqliteTable('notice', {
  notice: text('notice').primaryKey(),
  scope: text('scope').notNull(),
  text: text('text').notNull(),
  wall: integer('wall').notNull(),
});

export const noticeSeen = sqliteTable(
  'notice_seen',
  { notice: text('notice').notNull(), attempt: text('attempt').notNull() },
  (t) => [primaryKey({ columns: [t.notice, t.attempt] })],
);

export const incident = sqliteTable(
  'incident',
  {
    incident: text('incident').primaryKey(),
    session: text('session').notNull(),
    room: text('room').notNull(),
    reason: text('reason').notNull(),
    text: text('text').notNull(),
    happenedWall: integer('happened_wall').notNull(),
    recordedWall: integer('recorded_wall').notNull(),
    staff: text('staff').notNull(),
    outcome: text('outcome'),
  },
  (t) => [index('incident_room').on(t.session, t.room)],
);

export const incidentPerson = sqliteTable(
  'incident_person',
  { incident: text('incident').notNull(), entry: text('entry').notNull() },
  (t) => [primaryKey({ columns: [t.incident, t.entry] })],
);

export const incidentNote = sqliteTable(
  'incident_note',
  {
    seq: integer('seq').primaryKey(),
    incident: text('incident').notNull(),
    text: text('text').notNull(),
    wall: integer('wall').notNull(),
    staff: text('staff').notNull(),
  },
  (t) => [index('incident_note_incident').on(t.incident)],
);

/** Pictures: the files lie in the data folder under their SHA-256. */
export const photo = sqliteTable(
  'photo',
  {
    photo: text('photo').primaryKey(),
    purpose: text('purpose').notNull(),
    session: text('session').notNull(),
    room: text('room').notNull(),
    incident: text('incident'),
    way: text('way').notNull(),
    takenWall: integer('taken_wall'),
    storedWall: integer('stored_wall').notNull(),
    staff: text('staff').notNull(),
    text: text('text').notNull(),
    width: integer('width').notNull(),
    height: integer('height').notNull(),
    type: text('type').notNull(),
    originalSha256: text('original_sha256').notNull(),
    stampedSha256: text('stamped_sha256').notNull(),
    smallSha256: text('small_sha256').notNull(),
    people: text('people').notNull(),
  },
  (t) => [index('photo_room').on(t.session, t.room), index('photo_incident').on(t.incident)],
);

export const registeredPhoto = sqliteTable('registered_photo', {
  candidate: text('candidate').primaryKey(),
  sha256: text('sha256').notNull(),
});

export const material = sqliteTable(
  'material',
  {
    material: text('material').primaryKey(),
    session: text('session').notNull(),
    room: text('room'),
    name: text('name').notNull(),
    type: text('type').notNull(),
    bytes: integer('bytes').notNull(),
    sha256: text('sha256').notNull(),
    text: text('text').notNull(),
    wall: integer('wall').notNull(),
    staff: text('staff').notNull(),
  },
  (t) => [index('material_session').on(t.session)],
);

/** What was made for printing; `prints` counts how often it is known to have reached paper. */
export const report = sqliteTable(
  'report',
  {
    report: text('report').primaryKey(),
    kind: text('kind').notNull(),
    lang: text('lang').notNull(),
    title: text('title').notNull(),
    session: text('session').notNull(),
    room: text('room'),
    attempt: text('attempt'),
    incident: text('incident'),
    copy: integer('copy').notNull(),
    purpose: text('purpose').notNull(),
    requester: text('requester').notNull(),
    madeWall: integer('made_wall').notNull(),
    pages: integer('pages').notNull(),
    bytes: integer('bytes').notNull(),
    sha256: text('sha256').notNull(),
    digest: text('digest').notNull(),
    prints: integer('prints').notNull(),
  },
  (t) => [index('report_session').on(t.session, t.kind), index('report_sha256').on(t.sha256)],
);

/** Printer queues whose test page a person has looked at. */
export const printer = sqliteTable('printer', {
  queue: text('queue').primaryKey(),
  confirmedWall: integer('confirmed_wall'),
});

/** Session packages that took effect. */
export const sessionPackage = sqliteTable('session_package', {
  package: text('package').primaryKey(),
  exam: text('exam').notNull(),
  number: integer('number').notNull(),
  kind: text('kind').notNull(),
  hq: text('hq').notNull(),
  sha256: text('sha256').notNull(),
  way: text('way').notNull(),
  takenWall: integer('taken_wall').notNull(),
});

/** What opens the papers of a session that came from headquarters. */
export const sessionRelease = sqliteTable('session_release', {
  session: text('session').primaryKey(),
  recipient: text('recipient').notNull(),
  n: integer('n').notNull(),
  m: integer('m').notNull(),
  keys: text('keys').notNull(),
  papers: text('papers').notNull(),
  way: text('way'),
  officers: text('officers').notNull(),
  receivedWall: integer('received_wall'),
});

/** What the site asked headquarters for, and the answer. */
export const request = sqliteTable('request', {
  request: text('request').primaryKey(),
  kind: text('kind').notNull(),
  exam: text('exam').notNull(),
  reason: text('reason').notNull(),
  attempt: text('attempt'),
  entry: text('entry'),
  text: text('text').notNull(),
  staff: text('staff').notNull(),
  askedWall: integer('asked_wall').notNull(),
  granted: integer('granted'),
  by: text('by'),
  answer: text('answer').notNull(),
  decidedWall: integer('decided_wall'),
});

/** Retention: asked by one person, done when another confirmed. */
export const purge = sqliteTable(
  'purge',
  {
    purge: text('purge').primaryKey(),
    session: text('session').notNull(),
    staff: text('staff').notNull(),
    reason: text('reason').notNull(),
    askedWall: integer('asked_wall').notNull(),
    doneWall: integer('done_wall'),
    files: integer('files').notNull(),
    attempts: integer('attempts').notNull(),
  },
  (t) => [index('purge_session').on(t.session)],
);
