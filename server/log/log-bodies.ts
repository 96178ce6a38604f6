/**
 * What of an event's body the log shows: fields that are named here and nothing else. Never an answer, a candidate's
 * name, ID number or ticket, a key, a manifest; a list is told by its length. A new kind of event does not compile
 * before somebody has decided about it.
 */
import type { EventBody, EventKind } from '#protocol/events.schema.ts';

type Shown<K extends EventKind> =
  | readonly (keyof EventBody<K> & string)[]
  | ((body: EventBody<K>) => Record<string, unknown>);

const SHOWN: { readonly [K in EventKind]: Shown<K> } = {
  BOX_STARTED: ['box', 'boxEpoch', 'resumed', 'gapMs', 'version', 'origin'],
  BOX_STOPPED: ['reason'],
  CLOCK_ANCHOR: [],
  CLOCK_CONFIRMED: ['from', 'gapMs', 'addedMs'],
  SITE_SET_UP: ['site', 'name', 'timeZone', 'demo'],
  STAFF_SAVED: ['staff', 'login', 'name', 'role', 'rooms', 'active'],
  STAFF_PASSWORD_SET: ['staff'],
  STAFF_SIGNED_IN: ['staff', 'agent'],
  STAFF_SIGNED_OUT: ['staff', 'reason'],
  // Whoever types his password into the wrong field must not find it here.
  STAFF_SIGN_IN_FAILED: ['code'],
  EXAM_SAVED: ['exam', 'name'],
  SESSION_SAVED: ({ session, exam, name, plannedStart, subjects }) => ({
    session,
    exam,
    name,
    plannedStart,
    subjects,
  }),
  ROOM_SAVED: ['room', 'name'],
  ROOM_REMOVED: ['room'],
  ROSTER_IMPORTED: ({ exam, file, sha256, part, parts, subjects, entries }) => ({
    exam,
    file,
    sha256,
    part,
    parts,
    subjects,
    entries: entries.length,
  }),
  PAPER_ADDED: ['paper', 'exam', 'subject', 'label', 'items'],
  PAPER_PREVIEWED: ['paper'],
  PAPER_REMOVED: ['paper'],
  SITTING_SAVED: ['sitting', 'session', 'subject', 'room', 'papers', 'durationMs'],
  SITTING_REMOVED: ['sitting'],
  SEATING_DRAWN: ({ session, mode, algorithm, seed, assignments, unmet }) => ({
    session,
    mode,
    algorithm,
    seed,
    assignments: assignments.length,
    unmet,
  }),
  SEAT_DRAWN: ['session', 'entry', 'sitting', 'room', 'seat', 'version', 'drawNumber'],
  WALK_STARTED: ['walk', 'room', 'from'],
  WALK_ENDED: ['walk'],
  MACHINE_ENROLLED: ['machine', 'room', 'seat', 'address', 'agent', 'walk', 'replaces'],
  MACHINE_RETIRED: ['machine', 'reason'],
  ADDRESS_APPROVED: ['machine', 'address'],
  ENTRY_OPENED: ['session'],
  CANDIDATE_LOGGED_IN: ['entry', 'sitting', 'machine', 'epoch', 'room', 'seat'],
  LOGIN_REFUSED: ['machine', 'code'],
  IDENTITY_CONFIRMED: [],
  LOGIN_WITHDRAWN: [],
  PLEDGE_SIGNED: [],
  PAPER_FETCHED: ['paper', 'files', 'bytes'],
  PAPER_RELEASED: ['paper'],
  SITTING_DELAYED: ['sitting', 'plannedStart', 'reason'],
  SITTING_STARTED: ['sitting'],
  SITTING_ENDED: ['sitting', 'reason'],
  SITTING_PAUSED: ['sitting', 'reason', 'from'],
  SITTING_RESUMED: ['sitting', 'reason'],
  ENTRY_CLOSED: ({ sitting, absent }) => ({ sitting, absent: absent.length }),
  TIME_CREDITED: ['credit', 'scope', 'ms', 'cause'],
  NOTICE_SENT: ['notice', 'scope', 'text'],
  NOTICE_SEEN: ['notice'],
  ANSWER_REVISED: ({ stream, rev, item, op }) => ({ stream, rev, item, op: op.t }),
  REVISION_REFUSED: ['stream', 'rev', 'code'],
  REVISION_CONFLICT: ['stream', 'rev'],
  REVISION_QUARANTINED: ({ revision, lane }) => ({
    stream: revision.stream,
    rev: revision.rev,
    item: revision.item,
    lane,
  }),
  HEAD_SIGNED: ['stream', 'rev'],
  // A file's name is often its writer's.
  UPLOAD_STORED: ['item', 'resp', 'type', 'bytes'],
  ATTEMPT_TIMED_UP: ['endsAt'],
  ATTEMPT_SUBMITTED: ({ stream, rev, agrees, at, receipt }) => ({
    stream,
    rev,
    agrees,
    at,
    answered: receipt.answered,
    revisions: receipt.revisions,
  }),
  // What was written about people stays on the incident's own page.
  INCIDENT_RECORDED: ({ incident, session, room, reason, people }) => ({
    incident,
    session,
    room,
    reason,
    people: people.length,
  }),
  INCIDENT_NOTED: ['incident'],
  INCIDENT_CLOSED: ['incident'],
  PHOTO_STORED: ({ photo, purpose, session, room, incident, way, original, people }) => ({
    photo,
    purpose,
    session,
    room,
    incident,
    way,
    bytes: original.bytes,
    people: people.length,
  }),
  REGISTERED_PHOTOS_IMPORTED: ({ exam, file, sha256, part, parts, photos }) => ({
    exam,
    file,
    sha256,
    part,
    parts,
    photos: photos.length,
  }),
  MATERIAL_ADDED: ['material', 'session', 'room', 'type', 'bytes', 'sha256'],
  REPORT_MADE: ['report', 'kind', 'lang', 'session', 'room', 'incident', 'copy', 'pages', 'sha256'],
  REPORT_PRINTED: ['report', 'way', 'queue'],
  PRINTER_CONFIRMED: ['queue', 'right'],
  LEDGER_OPENED: ['parent', 'reason'],
  HQ_CONNECTED: ['url', 'site', 'name', 'hq'],
  HQ_DISCONNECTED: ['reason'],
  COURIER_WRITTEN: ['batches', 'first', 'last', 'sha256'],
  PACKAGE_TAKEN: ({ header, sha256, way, releases }) => ({
    package: header.package,
    exam: header.exam,
    issue: header.number,
    kind: header.kind,
    sha256,
    way,
    releases: releases.length,
  }),
  PACKAGE_REFUSED: ['sha256', 'code', 'way'],
  PAPER_RECEIVED: ['paper', 'exam', 'subject', 'label', 'items', 'package'],
  ROSTER_AMENDED: ({ exam, entry, package: from, request }) => ({
    exam,
    entry: entry.entry,
    subject: entry.subject,
    package: from,
    request,
  }),
  RELEASE_CODE_TAKEN: ['session', 'index', 'taken', 'needed'],
  RELEASE_CODE_REFUSED: ['session', 'code'],
  RELEASE_RECEIVED: ['session', 'way', 'officers', 'papers'],
  // A request's entry is a person; its reason and text are about one.
  REQUEST_MADE: ['request', 'kind', 'exam', 'attempt'],
  REQUEST_DECIDED: ['request', 'granted', 'by'],
  PURGE_ASKED: ['purge', 'session', 'reason'],
  DATA_PURGED: ({ purge, session, files, attempts, events, acknowledged }) => ({
    purge,
    session,
    files: files.length,
    attempts: attempts.length,
    events,
    acknowledged,
  }),
};

/** The body as the log shows it; of a kind that this version does not know, nothing. */
export function shownBody(kind: string, body: unknown): Record<string, unknown> {
  if (!isKind(kind)) return {};
  // The table pairs each kind with its own body; TypeScript cannot follow that pairing through an index.
  const shown = SHOWN[kind] as readonly string[] | ((body: unknown) => Record<string, unknown>);
  if (typeof shown === 'function') return shown(body);
  const fields = body as Record<string, unknown>;
  return Object.fromEntries(shown.flatMap((field) => (field in fields ? [[field, fields[field]]] : [])));
}

function isKind(kind: string): kind is EventKind {
  return Object.hasOwn(SHOWN, kind);
}
