/**
 * An attempt verified anew from its events alone: chains, device signatures, submissions, receipts; what the answers add
 * up to; whether the box's receipt agrees. Pure but for the hashing.
 */
import { createHash } from 'node:crypto';
import { answersText } from '#domain/attempt/digest.ts';
import { encodeRevision, parseStream } from '#domain/attempt/revision.ts';
import type { AttemptFacts } from '#domain/results/anomalies.ts';
import type { EventOf, KnownEvent } from '#node/ledger/event-types.ts';
import { FaultList, type LedgerFault } from '#node/ledger/faults.ts';
import { readEvent } from '#node/ledger/read-event.ts';
import { StreamAudit } from '#node/ledger/stream-audit.ts';
import type { Answers } from '#protocol/paper.ts';
import type { Revision } from '#protocol/revision.ts';

/** An event of the attempt as it is stored, with the line it came on. */
export interface AttemptRow {
  branch: number;
  seq: number;
  kind: string;
  bytes: string | null;
}

export interface AuditedAttempt {
  state: 'writing' | 'timed-up' | 'handed-in';
  entry: string;
  sitting: string;
  /** Wall time of handing in; null: not yet, or time was up. */
  submitted: number | null;
  answers: Answers;
  revisions: number;
  digest: string;
  agrees: boolean | null;
  faults: LedgerFault[];
  /** When writing ended. */
  endedMs: number | null;
  /** When the candidate signed in. */
  enteredMs: number;
  changes: AttemptFacts['revisions'];
}

interface Placed {
  branch: number;
  seq: number;
  event: KnownEvent;
}

/** Null where the candidate never signed in: there is no attempt then. */
export function auditAttempt(
  attempt: string,
  rows: readonly AttemptRow[],
  known: {
    boxes: readonly { box: string; key: string }[];
    machines: readonly { machine: string; key: string }[];
  },
): AuditedAttempt | null {
  const faults = new FaultList();
  const audit = new StreamAudit(faults);
  for (const { box, key } of known.boxes) audit.knowBox(box, key);
  for (const { machine, key } of known.machines) audit.knowMachine(machine, key);
  const events = read(rows, faults);
  const lines = new Set(events.map(({ branch }) => branch));
  const merged = lines.size > 1 ? mergeLines(events, faults) : events;
  for (const { seq, event } of merged) audit.take(seq, event);
  audit.end();

  const logins = ofKind(merged, 'CANDIDATE_LOGGED_IN');
  const entered = logins[0];
  if (!entered) return null;
  const { answers, streams } = audit.contentOf(attempt) ?? { answers: {}, streams: [] };
  const submission = ofKind(merged, 'ATTEMPT_SUBMITTED').at(-1);
  const timedUp = ofKind(merged, 'ATTEMPT_TIMED_UP').at(-1);
  const told = submission?.body.receipt;
  const digest = createHash('sha256')
    .update(answersText({ attempt, answers, streams: told?.streams ?? streams }))
    .digest('base64url');
  return {
    state: submission ? 'handed-in' : timedUp ? 'timed-up' : 'writing',
    entry: entered.body.entry,
    sitting: entered.body.sitting,
    submitted: submission?.wall ?? null,
    answers,
    revisions: streams.reduce((sum, { rev }) => sum + rev, 0),
    digest,
    agrees: told ? told.digest === digest : null,
    faults: faults.kept,
    endedMs: submission?.wall ?? (timedUp ? wallAt(timedUp, timedUp.body.endsAt) : null),
    enteredMs: entered.wall,
    changes: ofKind(merged, 'ANSWER_REVISED').flatMap((event) => changeOf(event)),
  };
}

function read(rows: readonly AttemptRow[], faults: FaultList): Placed[] {
  const events: Placed[] = [];
  for (const { branch, seq, kind, bytes } of rows) {
    if (bytes === null) continue;
    const event = readEvent(
      { seq, kind, attemptPrev: null, type: 'text', bytes: Buffer.from(bytes) },
      faults,
    );
    // `readEvent` has checked the body against the kind's schema.
    if (event) events.push({ branch, seq, event: event as KnownEvent });
  }
  return events;
}

/**
 * An attempt that came on several lines (a restored box, a promoted standby): machines send again what a box lacks, so
 * the same revision comes twice. By stream and revision; of two that differ the first stands and the other is a fault.
 * Where everything is in its place within a stream, a submission stands behind the revision that it names.
 */
function mergeLines(events: readonly Placed[], faults: FaultList): Placed[] {
  const seen = new Map<string, string>();
  const kept: { placed: Placed; epoch: number; rev: number; rank: number }[] = [];
  for (const placed of events) {
    const place = placeOf(placed.event);
    if (place.name !== null) {
      const before = seen.get(place.name);
      if (before === place.content) continue;
      if (before !== undefined) {
        faults.add('event/contradiction', place.name, placed.seq);
        continue;
      }
      seen.set(place.name, place.content);
    }
    kept.push({ placed, epoch: place.epoch, rev: place.rev, rank: place.rank });
  }
  // Stable: what is at the same place stays in the order in which it came.
  kept.sort((a, b) => a.epoch - b.epoch || a.rev - b.rev || a.rank - b.rank);
  return kept.map(({ placed }) => placed);
}

interface Place {
  epoch: number;
  rev: number;
  /** Order at one revision: itself, then what is said of it, then the submission. */
  rank: number;
  /** What there can be one of, and what it says. */
  name: string | null;
  content: string;
}

function placeOf(event: KnownEvent): Place {
  const at = (stream: string, rev: number, rank: number, name: string | null, content = ''): Place => ({
    epoch: parseStream(stream)?.epoch ?? 0,
    rev,
    rank,
    name,
    content,
  });
  const revision = (of: Revision) =>
    at(of.stream, of.rev, 1, `${of.stream} ${of.rev}`, hash(encodeRevision(of)));
  switch (event.kind) {
    case 'CANDIDATE_LOGGED_IN': {
      const { epoch, machine } = event.body;
      return { epoch, rev: 0, rank: 0, name: `login ${epoch}`, content: machine };
    }
    case 'ANSWER_REVISED':
      return revision(event.body as Revision); // its schema is the contract's type
    case 'REVISION_QUARANTINED':
      return revision(event.body.revision as Revision);
    case 'REVISION_REFUSED': {
      const { stream, rev, hash: refused } = event.body;
      return at(stream, rev, 1, `${stream} ${rev}`, refused);
    }
    case 'REVISION_CONFLICT':
      return at(event.body.stream, event.body.rev, 2, null);
    case 'HEAD_SIGNED':
      return at(event.body.stream, event.body.rev, 2, null);
    case 'ATTEMPT_SUBMITTED': {
      const { stream, rev, digest } = event.body;
      return at(stream, rev, 3, `submission ${stream} ${rev}`, digest);
    }
    default:
      return { epoch: Number.MAX_SAFE_INTEGER, rev: 0, rank: 0, name: null, content: '' };
  }
}

function ofKind<K extends KnownEvent['kind']>(events: readonly Placed[], kind: K): EventOf<K>[] {
  return events.flatMap(({ event }) => (event.kind === kind ? [event as EventOf<K>] : []));
}

/** A change of an answer, at the time at which it was written rather than at which it came. */
function changeOf(event: EventOf<'ANSWER_REVISED'>): { atMs: number; item: string }[] {
  const { item, op, at } = event.body;
  return op.t === 'set' || op.t === 'splice' ? [{ atMs: wallAt(event, at), item }] : [];
}

/** Wall time of a moment in the box's time, by what the event tells of both. */
function wallAt(event: { at: number; wall: number }, at: number): number {
  return event.wall - Math.max(0, event.at - at);
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}
