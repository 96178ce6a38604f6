/**
 * Streams as the box has queued and committed them: the last rev and head hash in memory, so that repeats, gaps and
 * forks are recognised without a look into the database. Loaded from the projection, moved on only by commits.
 */
import { createHash } from 'node:crypto';
import { encodeRevision, parseStream, streamId } from '#domain/attempt/revision.ts';
import { decodeEvent } from '#domain/ledger/event.ts';
import { readPurged } from '#node/ledger/purged-row.ts';
import type { Revision, StreamHead } from '#protocol/revision.ts';
import type { Statements } from '#server/platform/statements.ts';

export interface LiveStream {
  stream: string;
  attempt: string;
  epoch: number;
  machine: string;
  key: string;
  /** Handed to the writer. */
  queuedRev: number;
  queuedHash: string;
  /** Committed: what may be acknowledged. */
  ackedRev: number;
  ackedHash: string;
  /** Raised when a commit fails: callbacks of the generation before change nothing. */
  generation: number;
  /** Hashes of the last revisions, for repeats. */
  recent: Map<number, string>;
  signedRev: number;
  signedAt: number;
  /** Called when everything queued has been committed or refused. */
  idle: (() => void)[];
}

/** More than may be missing from the tables of one stream (DEFER.ofOneStream): what is older is found by `olderHash`. */
const RECENT = 256;

export class LiveStreams {
  readonly #s: Statements;
  readonly #streams = new Map<string, LiveStream>();

  constructor(s: Statements) {
    this.#s = s;
  }

  /** The stream, or null when it was never opened. */
  get(stream: string): LiveStream | null {
    const known = this.#streams.get(stream);
    if (known) return known;
    const parts = parseStream(stream);
    const row =
      parts &&
      this.#s.get<{ machine: string; key: string; rev: number; hash: string; signed_rev: number }>(
        'SELECT machine, key, rev, hash, signed_rev FROM stream WHERE attempt = ? AND epoch = ?',
        parts.attempt,
        parts.epoch,
      );
    if (!row) return null;
    const live: LiveStream = {
      stream,
      attempt: parts.attempt,
      epoch: parts.epoch,
      machine: row.machine,
      key: row.key,
      queuedRev: row.rev,
      queuedHash: row.hash,
      ackedRev: row.rev,
      ackedHash: row.hash,
      generation: 0,
      recent: new Map([[row.rev, row.hash]]),
      signedRev: row.signed_rev,
      signedAt: 0,
      idle: [],
    };
    this.#streams.set(stream, live);
    return live;
  }

  /** Heads as committed: the tables may be behind what was acknowledged, memory is not. */
  heads(attempt: string, stored: readonly StreamHead[]): StreamHead[] {
    return stored.map((head) => {
      const live = this.#streams.get(streamId(attempt, head.epoch));
      return live && live.ackedRev > head.rev
        ? { epoch: head.epoch, rev: live.ackedRev, hash: live.ackedHash }
        : head;
    });
  }

  queued(live: LiveStream, rev: number, hash: string): void {
    live.queuedRev = rev;
    live.queuedHash = hash;
    live.recent.set(rev, hash);
    live.recent.delete(rev - RECENT);
  }

  committed(live: LiveStream, rev: number, hash: string): void {
    live.ackedRev = rev;
    live.ackedHash = hash;
    this.#wake(live);
  }

  /** A commit failed: what was queued behind it is void, and the machine must send it again. */
  failed(live: LiveStream): void {
    live.generation += 1;
    for (let rev = live.ackedRev + 1; rev <= live.queuedRev; rev++) live.recent.delete(rev);
    live.queuedRev = live.ackedRev;
    live.queuedHash = live.ackedHash;
    this.#wake(live);
  }

  /** Resolves when nothing of the stream is under way. */
  settled(live: LiveStream): Promise<void> {
    if (live.ackedRev === live.queuedRev) return Promise.resolve();
    return new Promise((resolve) => live.idle.push(resolve));
  }

  /** Forgets a stream that is closed. */
  drop(stream: string): void {
    this.#streams.delete(stream);
  }

  /**
   * Hash of a revision that is no longer in memory: walks the attempt's events backwards (one row each, by key).
   * Null when the stream has no such revision.
   */
  olderHash(live: LiveStream, rev: number): string | null {
    const last = this.#s.get<{ seq: number }>(
      'SELECT last_seq AS seq FROM attempt WHERE attempt = ?',
      live.attempt,
    );
    let seq: number | null = last?.seq ?? null;
    while (seq !== null) {
      const row: { kind: string; bytes: string; previous: number | null } | undefined = this.#s.get(
        'SELECT kind, bytes, attempt_prev AS previous FROM ledger_event WHERE seq = ?',
        seq,
      );
      if (!row) return null;
      const hash = hashIn(row.kind, row.bytes, live.stream, rev);
      if (hash !== null) return hash;
      seq = row.previous;
    }
    return null;
  }

  #wake(live: LiveStream): void {
    if (live.ackedRev !== live.queuedRev || live.idle.length === 0) return;
    const waiting = live.idle.splice(0);
    for (const resolve of waiting) resolve();
  }
}

function hashIn(kind: string, bytes: string, stream: string, rev: number): string | null {
  if (kind === 'REVISION_REFUSED') {
    const body = decodeEvent(bytes).body as { stream: string; rev: number; hash: string };
    return body.stream === stream && body.rev === rev ? body.hash : null;
  }
  if (kind !== 'ANSWER_REVISED' && kind !== 'REVISION_QUARANTINED') return null;
  // Deleted by a purge: nobody can tell any more.
  if (readPurged(bytes)) return null;
  const { body } = decodeEvent(bytes);
  const revision = (kind === 'ANSWER_REVISED' ? body : (body as { revision: Revision }).revision) as Revision;
  if (revision.stream !== stream || revision.rev !== rev) return null;
  return createHash('sha256').update(encodeRevision(revision)).digest('base64url');
}
