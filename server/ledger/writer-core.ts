/**
 * The one writer of the site database: commits groups of events with their projections, tiles and checkpoints in one
 * transaction (group commit). Runs in the worker thread of writer.ts; has no thread of its own so that tests can drive it.
 */
import type { Statement } from 'better-sqlite3';
import type { SiteDatabase } from '#db/site/open.ts';
import { encodeCheckpoint } from '#domain/ledger/checkpoint.ts';
import { decodeEvent } from '#domain/ledger/event.ts';
import {
  appendLeaf,
  copyFrontier,
  type Frontier,
  frontierRoot,
  leafHash,
  type Tile,
} from '#domain/ledger/merkle.ts';
import { sha256 } from '#node/ledger/sha256.ts';
import type { BoxKey } from '#node/signing/box-key.ts';
import { signNote } from '#node/signing/note.ts';
import type { ErrorCode } from '#protocol/errors.ts';
import type { EventBody } from '#protocol/events.schema.ts';
import { AttemptLinks } from './attempt-links.ts';
import { deleteAnswers } from './delete-answers.ts';
import { type LocalWrite, runLocal } from './local-writes.ts';
import { isEventKind, project } from './projections/all.ts';
import { ProjectionContext } from './projections/context.ts';
import { DEFER, DEFERRED_KINDS, mayDeferBeside } from './projections/deferral.ts';
import { ProjectionError } from './projections/projection-error.ts';
import { loadFrontier } from './tiles.ts';

/** Events that commit together or not at all, with writes to `local_*` tables in the same transaction. */
export interface Group {
  /** Canonical bytes of the events, as text. */
  events: string[];
  local?: LocalWrite[];
  /** A signed checkpoint is made right after this group. */
  checkpoint?: boolean;
  /** Projections are up to date once this group is committed. */
  settle?: boolean;
  /**
   * After the commit the file is written anew without what was deleted from it; of a group without events. Everything
   * else waits meanwhile. Refused with `box/busy` while a reader holds the log.
   */
  wipe?: boolean;
}

export type GroupResult =
  | { ok: true; first: number; remarks?: [seq: number, code: string][] }
  | { ok: false; code: ErrorCode; message: string };

export interface BatchResult {
  groups: GroupResult[];
  /** Leaves in the tree after the batch. */
  size: number;
  /** Projections of answers are behind the ledger. */
  behind: boolean;
}

/** The storage cannot be trusted any more (I/O error): the process must stop. */
export class StorageError extends Error {}

export interface Signing {
  /** Origin of the checkpoints, and name of the key in their notes. */
  origin: string;
  key: BoxKey;
}

const CHECKPOINT_EVERY_EVENTS = 1_000;
const CHECKPOINT_EVERY_MS = 10_000;

export class WriterCore {
  #frontier: Frontier;
  readonly #db: SiteDatabase;
  readonly #context: ProjectionContext;
  readonly #now: () => number;
  #signing: Signing | null = null;
  #checkpointSize: number;
  #checkpointWall = 0;
  readonly #insertEvent: Statement<[number, string, number | null, string]>;
  readonly #insertTile: Statement<[number, number, Uint8Array]>;
  readonly #insertCheckpoint: Statement<[number, number, string]>;
  readonly #links: AttemptLinks;
  /** Wall time of the last event. */
  #lastWall = 0;
  /** First event whose effect is not in the projections; null when they are up to date. As `ledger_deferred` says. */
  #deferredFrom: number | null;
  #deferredSince = 0;
  /** Memory was dropped while projections were behind: they are made up from the events first. */
  #catchUp: boolean;
  /** Something in the batch wants the projections up to date. */
  #mustSettle = false;

  constructor(db: SiteDatabase, now: () => number = Date.now) {
    this.#db = db;
    this.#now = now;
    this.#context = new ProjectionContext(db);
    this.#links = new AttemptLinks(this.#context);
    this.#frontier = loadFrontier(db, sha256);
    const last = db.prepare('SELECT max(size) AS size FROM ledger_checkpoint').get() as {
      size: number | null;
    };
    this.#checkpointSize = last.size ?? 0;
    const tail = db.prepare('SELECT bytes FROM ledger_event ORDER BY seq DESC LIMIT 1').get() as
      | { bytes: string }
      | undefined;
    this.#lastWall = tail ? decodeEvent(tail.bytes).wall : 0;
    this.#insertEvent = db.prepare(
      'INSERT INTO ledger_event (seq, kind, attempt_prev, bytes) VALUES (?, ?, ?, ?)',
    );
    this.#insertTile = db.prepare('INSERT INTO ledger_tile (level, idx, hashes) VALUES (?, ?, ?)');
    this.#insertCheckpoint = db.prepare('INSERT INTO ledger_checkpoint (size, wall, note) VALUES (?, ?, ?)');
    this.#deferredFrom = deferredFrom(db);
    this.#catchUp = this.#deferredFrom !== null;
    if (this.#catchUp) this.settle();
  }

  get size(): number {
    return this.#frontier.size;
  }

  /** Projections of answers are behind the ledger. */
  get behind(): boolean {
    return this.#deferredFrom !== null;
  }

  /** From now on checkpoints are signed; without it none are made. */
  sign(signing: Signing): void {
    this.#signing = signing;
  }

  /**
   * Commits the groups. If the transaction fails, the groups are retried one by one, so that one bad event refuses
   * itself alone. A text is a group of that one event. Throws `StorageError` when the disk does.
   */
  commit(groups: readonly (Group | string)[]): BatchResult {
    const together = this.#attempt(groups);
    const results = together.ok
      ? together.results
      : groups.length === 1
        ? [together.refusal]
        : groups.map((group): GroupResult => {
            const alone = this.#attempt([group]);
            return alone.ok ? (alone.results[0] as GroupResult) : alone.refusal;
          });
    groups.forEach((group, i) => {
      if (typeof group !== 'string' && group.wipe && results[i]?.ok) results[i] = this.#wipe();
    });
    return { groups: results, size: this.#frontier.size, behind: this.behind };
  }

  /** Brings the projections up to date where they are behind. Throws `StorageError` when the disk does. */
  settle(): void {
    if (this.#deferredFrom === null) return;
    const done = this.#attempt([{ events: [], settle: true }]);
    if (!done.ok) throw new StorageError('projections could not be brought up to date');
  }

  #attempt(
    groups: readonly (Group | string)[],
  ): { ok: true; results: GroupResult[] } | { ok: false; refusal: GroupResult } {
    const before = copyFrontier(this.#frontier);
    const beforeCheckpoint = this.#checkpointSize;
    const beforeWall = this.#lastWall;
    const beforeDeferred = this.#deferredFrom;
    this.#mustSettle = groups.length < DEFER.fromGroups;
    try {
      this.#db.exec('BEGIN IMMEDIATE');
      if (this.#catchUp) this.#makeUp();
      const results = groups.map((group) => this.#write(group));
      this.#flushOrDefer(before.size);
      this.#checkpoint(groups.some((group) => typeof group !== 'string' && group.checkpoint));
      this.#db.exec('COMMIT');
      this.#catchUp = false;
      return { ok: true, results };
    } catch (error) {
      if (this.#db.inTransaction) this.#db.exec('ROLLBACK');
      // Memory goes back with the database.
      this.#frontier = before;
      this.#checkpointSize = beforeCheckpoint;
      this.#lastWall = beforeWall;
      this.#deferredFrom = beforeDeferred;
      this.#catchUp = beforeDeferred !== null;
      this.#context.streams.reset();
      this.#context.remarks.clear();
      this.#links.reset();
      return { ok: false, refusal: refusalOf(error) };
    }
  }

  /**
   * Words that were deleted are still in free space of the file and in its log: both are written anew. Prepared
   * statements and readers go on.
   */
  #wipe(): GroupResult {
    try {
      const emptied = () =>
        (this.#db.pragma('wal_checkpoint(TRUNCATE)') as { busy: number }[])[0]?.busy === 0;
      if (!emptied()) return { ok: false, code: 'box/busy', message: 'a reader holds the log' };
      this.#db.exec('VACUUM');
      if (!emptied()) return { ok: false, code: 'box/busy', message: 'a reader holds the log' };
      return { ok: true, first: this.size };
    } catch (error) {
      return refusalOf(error);
    }
  }

  /** The content of the answers that a DATA_PURGED event names; it must name as many as there are. */
  #deleteAnswers({ attempts, events }: EventBody<'DATA_PURGED'>): void {
    // What is freed from here on is overwritten with zeros, even if the file is never written anew.
    this.#db.pragma('secure_delete = ON');
    let count = 0;
    for (const attempt of attempts) {
      const last = this.#links.lastOf(attempt);
      if (last === null) throw new ProjectionError(`attempt ${attempt} is unknown`);
      count += deleteAnswers(this.#db, attempt, last);
    }
    if (count !== events) throw new ProjectionError(`${count} answers to delete, ${events} told`);
  }

  /** The projections now, or later with those of batches to come. */
  #flushOrDefer(first: number): void {
    const since = this.#deferredFrom === null ? first : this.#deferredFrom;
    const settle =
      this.#mustSettle ||
      this.#frontier.size - since >= DEFER.events ||
      this.#context.streams.mostTouched >= DEFER.ofOneStream ||
      (this.#deferredFrom !== null && performance.now() - this.#deferredSince >= DEFER.ms);
    if (settle) {
      this.#context.streams.flush();
      this.#links.flush();
      if (this.#deferredFrom !== null) this.#db.exec('DELETE FROM ledger_deferred');
      this.#deferredFrom = null;
    } else if (this.#deferredFrom === null) {
      this.#context.run('INSERT INTO ledger_deferred (id, seq) VALUES (1, ?)', first);
      this.#deferredFrom = first;
      this.#deferredSince = performance.now();
    }
  }

  /** What the writer knew of deferred events before it lost its memory: from the events, in the same order. */
  #makeUp(): void {
    const events = this.#db.prepare('SELECT seq, bytes FROM ledger_event WHERE seq >= ? ORDER BY seq');
    for (const row of events.iterate(this.#deferredFrom) as Iterable<{ seq: number; bytes: string }>) {
      const event = decodeEvent(row.bytes);
      const attempt = event.attempt ?? '';
      if (attempt !== '') this.#links.link(attempt, row.seq);
      if (!DEFERRED_KINDS.has(event.kind) || !isEventKind(event.kind)) continue;
      const { at, wall, by } = event;
      project(this.#context, event.kind, event.body, { seq: row.seq, at, wall, attempt, by });
    }
    // They were told when the events were committed.
    this.#context.remarks.clear();
    this.#mustSettle = true;
  }

  #write(group: Group | string): GroupResult {
    const first = this.#frontier.size;
    if (typeof group === 'string') this.#append(group);
    else {
      if (group.settle || group.local || group.checkpoint) this.#mustSettle = true;
      for (const text of group.events) this.#append(text);
      for (const write of group.local ?? []) runLocal(this.#context, write);
    }
    if (this.#context.remarks.size === 0) return { ok: true, first };
    const remarks = [...this.#context.remarks];
    this.#context.remarks.clear();
    return { ok: true, first, remarks };
  }

  #append(text: string): void {
    const seq = this.#frontier.size;
    const event = decodeEvent(text);
    if (!isEventKind(event.kind)) throw new ProjectionError(`unknown kind ${event.kind}`);
    if (!mayDeferBeside(event.kind)) this.#mustSettle = true;
    if (event.kind === 'DATA_PURGED') this.#deleteAnswers(event.body as EventBody<'DATA_PURGED'>);
    const attempt = event.attempt ?? '';
    const previous = attempt === '' ? null : this.#links.link(attempt, seq);
    this.#insertEvent.run(seq, event.kind, previous, text);
    appendLeaf(sha256, this.#frontier, leafHash(sha256, Buffer.from(text)), (tile: Tile) =>
      this.#insertTile.run(tile.level, tile.index, tile.hashes),
    );
    project(this.#context, event.kind, event.body, {
      seq,
      at: event.at,
      wall: event.wall,
      attempt,
      by: event.by,
    });
    this.#lastWall = event.wall;
  }

  #checkpoint(asked: boolean): void {
    const size = this.#frontier.size;
    if (!this.#signing || size === this.#checkpointSize) return;
    const wall = this.#now();
    const grown = size - this.#checkpointSize >= CHECKPOINT_EVERY_EVENTS;
    if (!asked && !grown && Math.abs(wall - this.#checkpointWall) < CHECKPOINT_EVERY_MS) return;
    const root = Buffer.from(frontierRoot(sha256, this.#frontier)).toString('base64');
    const { origin, key } = this.#signing;
    const note = signNote(encodeCheckpoint({ origin, size, root }), origin, key);
    // The time that the last event under it bears, so that it can be checked against hashed bytes.
    this.#insertCheckpoint.run(size, this.#lastWall, note);
    this.#checkpointSize = size;
    this.#checkpointWall = wall;
  }
}

/** First event that the projections lack, as the database says; null when they lack none. */
export function deferredFrom(db: SiteDatabase): number | null {
  const row = db.prepare('SELECT seq FROM ledger_deferred').get() as { seq: number } | undefined;
  return row?.seq ?? null;
}

/** SQLite's own word for what failed; anything that says the disk lies stops the process. */
function refusalOf(error: unknown): GroupResult {
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
  const message = error instanceof Error ? error.message : String(error);
  if (code.startsWith('SQLITE_IOERR') || code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB')
    throw new StorageError(`${code}: ${message}`);
  if (code === 'SQLITE_FULL') return { ok: false, code: 'box/disk-full', message };
  if (code.startsWith('SQLITE_CONSTRAINT') || error instanceof ProjectionError)
    return { ok: false, code: 'thing/changed', message };
  return { ok: false, code: 'box/internal', message };
}
