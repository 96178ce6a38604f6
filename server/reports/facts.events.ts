/**
 * The events behind an evidence report: those of the attempts, incidents, rooms or the session asked for, each with the
 * proof that it is in the ledger under the newest checkpoint.
 */
import { createHash } from 'node:crypto';
import type { SiteDatabase } from '#db/site/open.ts';
import { decodeEvent } from '#domain/ledger/event.ts';
import { inclusionProof, leafHash, type ReadHash, type Sha256 } from '#domain/ledger/merkle.ts';
import type { EventFacts, TimelineFacts } from '#domain/reports/evidence-facts.ts';
import type { SessionFacts } from '#domain/reports/facts.ts';
import { readPurged } from '#node/ledger/purged-row.ts';
import type { EventKind } from '#protocol/events.schema.ts';
import { hashReader } from '#server/ledger/tiles.ts';
import { Statements } from '#server/platform/statements.ts';
import { type Body, type Concerned, Reach, SHARED_KINDS } from './facts.reach.ts';
import {
  type EventSql,
  selectEventsOfKind,
  selectOptionalEvent,
  selectOptionalLastSeq,
  selectStaff,
} from './facts.repo.ts';

const sha256: Sha256 = (...parts) => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};

/** Of an attempt these are counted, not told. */
const FREQUENT: readonly string[] = ['ANSWER_REVISED', 'HEAD_SIGNED', 'CLOCK_ANCHOR'];

export class EventFactsReader {
  readonly #db: SiteDatabase;
  readonly #s: Statements;
  readonly #staff: ReadonlyMap<string, string>;

  constructor(db: SiteDatabase) {
    this.#db = db;
    this.#s = new Statements(db);
    this.#staff = new Map(selectStaff(this.#s).map(({ staff, name }) => [staff, name]));
  }

  /** One reading transaction; proofs lead to the checkpoint of the facts. */
  timeline(facts: SessionFacts, of: Concerned): TimelineFacts {
    return this.#db.transaction(() => this.#timeline(facts, of))();
  }

  /** The event by which an attempt was handed in; null where it is not. */
  submission(facts: SessionFacts, attempt: string): EventFacts | null {
    const found = this.#ofAttempt(attempt).rare.find(({ kind }) => kind === 'ATTEMPT_SUBMITTED');
    if (!found) return null;
    return this.#describe(found, facts.checkpoint?.size ?? 0, namesOf(facts), this.#reader());
  }

  #timeline(facts: SessionFacts, of: Concerned): TimelineFacts {
    const reach = new Reach(facts, of);
    const found = new Map<number, EventSql>();
    for (const kind of SHARED_KINDS)
      for (const event of selectEventsOfKind(this.#s, kind))
        if (reach.concerns(kind, decodeEvent(event.bytes).body as Body)) found.set(event.seq, event);
    let revisions: TimelineFacts['revisions'] = null;
    for (const attempt of reach.attempts) {
      const own = this.#ofAttempt(attempt);
      for (const event of own.rare) found.set(event.seq, event);
      if (of.attempt !== null) revisions = own.revisions;
    }
    const read = this.#reader();
    const events = [...found.values()].sort((a, b) => a.seq - b.seq);
    const size = facts.checkpoint?.size ?? 0;
    const names = namesOf(facts);
    return { events: events.map((event) => this.#describe(event, size, names, read)), revisions };
  }

  /** An attempt's history, newest first: each of its events names the one before. */
  #ofAttempt(attempt: string): { rare: EventSql[]; revisions: NonNullable<TimelineFacts['revisions']> } {
    const rare: EventSql[] = [];
    const revisions: NonNullable<TimelineFacts['revisions']> = {
      count: 0,
      firstWall: null,
      lastWall: null,
      heads: 0,
    };
    let first: EventSql | null = null;
    for (let seq = selectOptionalLastSeq(this.#s, attempt); seq !== null; ) {
      const event = selectOptionalEvent(this.#s, seq);
      if (!event) break;
      const deleted = readPurged(event.bytes) !== null;
      if (!FREQUENT.includes(event.kind)) {
        // What is left of a quarantined revision says nothing; the deletion itself is in the ledger.
        if (!deleted) rare.push(event);
      } else if (event.kind === 'HEAD_SIGNED') revisions.heads += 1;
      else {
        revisions.count += 1;
        if (!deleted) {
          revisions.lastWall ??= decodeEvent(event.bytes).wall;
          first = event;
        }
      }
      seq = event.attemptPrev;
    }
    revisions.firstWall = first ? decodeEvent(first.bytes).wall : null;
    return { rare, revisions };
  }

  #reader(): ReadHash {
    return hashReader(this.#db, sha256);
  }

  #describe(
    { seq, kind, bytes }: EventSql,
    size: number,
    names: ReadonlyMap<string, string>,
    read: ReadHash,
  ): EventFacts {
    const { attempt, body, by, wall } = decodeEvent(bytes);
    return {
      seq,
      // What the ledger's writer took was one of these.
      kind: kind as EventKind,
      wall,
      attempt: attempt ?? null,
      name: names.get(attempt ?? '') ?? null,
      staffName: by?.staff === undefined ? '' : (this.#staff.get(by.staff) ?? by.staff),
      machine: by?.machine ?? null,
      address: by?.address ?? null,
      body: body as Body,
      leaf: base64url(leafHash(sha256, Buffer.from(bytes))),
      proof: seq < size ? inclusionProof(sha256, read, seq, size).map(base64url) : null,
    };
  }
}

const base64url = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url');

/** Attempt → name of its candidate. */
function namesOf({ rooms }: SessionFacts): Map<string, string> {
  const entries = rooms.flatMap((room) => room.entries);
  return new Map(entries.flatMap(({ attempt, name }) => (attempt ? [[attempt.attempt, name]] : [])));
}
