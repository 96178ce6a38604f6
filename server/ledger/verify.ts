/**
 * Verification of a data folder: everything stored is worked out anew from the stored bytes. Reads in short steps, so
 * that a running server's log does not grow; only the last step, which compares tables, holds one snapshot.
 */
import { createPrivateKey } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SiteDatabase } from '#db/site/open.ts';
import { decodeEvent } from '#domain/ledger/event.ts';
import { faultOfBody } from '#node/ledger/event-bodies.ts';
import type { KnownEvent } from '#node/ledger/event-types.ts';
import { FaultList, type LedgerFault, LedgerUnreadable } from '#node/ledger/faults.ts';
import { readPurgedBytes } from '#node/ledger/purged-row.ts';
import { Purges } from '#node/ledger/purges.ts';
import { type RawEvent, readEvent } from '#node/ledger/read-event.ts';
import { type SignatureCounts, StreamAudit } from '#node/ledger/stream-audit.ts';
import { exportPublicKey } from '#node/signing/box-key.ts';
import type { EventBody } from '#protocol/events.schema.ts';
import {
  compareSchema,
  compareTable,
  PROJECTION_NAMES,
  Rebuild,
  type Replayed,
  type TableComparison,
} from './rebuild.ts';
import { codeOf, openSource } from './verify.source.ts';
import { TreeAudit } from './verify.tree.ts';
import { deferredFrom } from './writer-core.ts';

export interface VerifyReport {
  ok: boolean;
  /** Rows in the ledger. */
  events: number;
  /** Leaves of the tree: the last event's number plus one. */
  size: number;
  /** base64 of the tree's root. */
  root: string;
  checkpoints: number;
  /** Signatures that were checked, the good and the bad. */
  signatures: SignatureCounts & { checkpoints: number };
  /** The key in the keys folder: `same` as the ledger's, or not there to compare. */
  keysFolder: 'same' | 'differs' | 'absent';
  projections: Record<string, TableComparison>;
  faults: LedgerFault[];
  /** Faults beyond those listed. */
  more: number;
}

const STEP_EVENTS = 2_000;

/** Never throws for what it finds; `progress` is told how many events are done. */
export function verifyLedger(root: string, progress: (events: number) => void = () => {}): VerifyReport {
  const faults = new FaultList();
  try {
    const source = openSource(root);
    try {
      for (;;) {
        const done = new Verification(source.db, source.paths.keys, faults, progress).run();
        if (done) return done;
        // Answers were deleted while they were being read: from the beginning, knowing of it.
        faults.clear();
      }
    } finally {
      source.close();
    }
  } catch (error) {
    if (error instanceof LedgerUnreadable) faults.add(error.fault.code, error.fault.detail);
    else if (codeOf(error).startsWith('SQLITE_'))
      faults.add('ledger/unreadable', `${codeOf(error)}: ${String(error)}`);
    else throw error;
    return {
      ok: false,
      events: 0,
      size: 0,
      root: '',
      checkpoints: 0,
      signatures: { checkpoints: 0, heads: 0, submissions: 0, receipts: 0 },
      keysFolder: 'absent',
      projections: {},
      faults: faults.kept,
      more: faults.total - faults.kept.length,
    };
  }
}

class Verification {
  readonly #db: SiteDatabase;
  readonly #keys: string;
  readonly #faults: FaultList;
  readonly #progress: (events: number) => void;
  readonly #tree: TreeAudit;
  readonly #streams: StreamAudit;
  readonly #rebuild = new Rebuild();
  readonly #purges: Purges;
  readonly #last = new Map<string, number>();
  #rebuilding = true;
  #events = 0;
  /** Number of the next event. */
  #next = 0;
  #deferred: number | null = null;

  constructor(db: SiteDatabase, keys: string, faults: FaultList, progress: (events: number) => void) {
    this.#db = db;
    this.#keys = keys;
    this.#faults = faults;
    this.#progress = progress;
    this.#tree = new TreeAudit(faults);
    this.#purges = readPurges(db);
    this.#streams = new StreamAudit(faults, this.#isDeleted);
  }

  readonly #isDeleted = (attempt: string | undefined, seq: number) => this.#purges.covers(attempt, seq);

  /** Null when answers were deleted meanwhile. */
  run(): VerifyReport | null {
    try {
      this.#structure();
      // Only what the projections hold for good: which of the events behind them they hold is known in one snapshot alone.
      while (this.#step(deferredFrom(this.#db)) === STEP_EVENTS) this.#progress(this.#events);
      this.#db.exec('BEGIN');
      this.#deferred = deferredFrom(this.#db);
      while (this.#step() > 0);
      if (readPurges(this.#db).count !== this.#purges.count) {
        this.#db.exec('COMMIT');
        return null;
      }
      this.#streams.end();
      this.#purges.end(this.#faults);
      this.#tree.compareTiles(this.#db);
      const checkpoints = this.#tree.checkCheckpoints(this.#db);
      const projections = this.#compare();
      this.#db.exec('COMMIT');
      const keysFolder = this.#compareKey();
      return {
        ok: this.#faults.total === 0,
        events: this.#events,
        size: this.#next,
        root: this.#tree.root,
        checkpoints,
        signatures: { checkpoints: this.#tree.signed, ...this.#streams.signatures },
        keysFolder,
        projections,
        faults: this.#faults.kept,
        more: this.#faults.total - this.#faults.kept.length,
      };
    } finally {
      this.#rebuild.close();
    }
  }

  /** SQLite's own check: indexes against tables, pages against each other. Content it cannot judge. */
  #structure(): void {
    const rows = this.#db.pragma('integrity_check(20)') as { integrity_check: string }[];
    for (const { integrity_check: found } of rows)
      if (found !== 'ok') this.#faults.add('ledger/structure', found);
    for (const name of compareSchema(this.#db, this.#rebuild.db)) this.#faults.add('ledger/schema', name);
  }

  /** Takes up to `STEP_EVENTS` events below number `to`; returns how many there were. */
  #step(to: number | null = null): number {
    const rows = this.#db
      .prepare(
        'SELECT seq, kind, attempt_prev AS attemptPrev, typeof(bytes) AS type, CAST(bytes AS BLOB) AS bytes FROM ledger_event WHERE seq >= ? AND seq < ? ORDER BY seq LIMIT ?',
      )
      .all(
        this.#events === 0 ? Number.MIN_SAFE_INTEGER : this.#next,
        to ?? Number.MAX_SAFE_INTEGER,
        STEP_EVENTS,
      ) as RawEvent[];
    if (rows.length === 0) return 0;
    const checkpoints = this.#db
      .prepare('SELECT size FROM ledger_checkpoint WHERE size > ? AND size <= ?')
      .pluck()
      .all(this.#next, (rows.at(-1) as RawEvent).seq + 1);
    const marked = new Set(checkpoints as number[]);
    const events: Replayed[] = [];
    for (const row of rows) {
      // Damage can make a NULL of a text.
      row.bytes ??= Buffer.alloc(0);
      if (row.seq !== this.#next) this.#faults.add('event/missing', `from ${this.#next}`, row.seq);
      this.#next = row.seq + 1;
      this.#events += 1;
      const purged = row.type === 'text' ? readPurgedBytes(row.bytes) : null;
      if (purged) {
        this.#tree.appendHash(purged.leaf);
        this.#purges.take(row.seq, row.kind, purged, this.#faults);
        this.#link(row, purged.attempt);
        events.push({ seq: row.seq, deleted: purged.attempt });
        if (marked.has(this.#next)) this.#tree.mark(null);
        continue;
      }
      this.#tree.append(row.bytes);
      const event = this.#event(row);
      if (event) events.push({ seq: row.seq, event });
      if (marked.has(this.#next)) this.#tree.mark(event?.wall ?? Number.NaN);
    }
    this.#project(events);
    return rows.length;
  }

  #event(row: RawEvent): KnownEvent | null {
    const event = readEvent(row, this.#faults) as KnownEvent | null; // its schema was checked
    if (!event) {
      this.#stop(row.seq);
      return null;
    }
    this.#link(row, event.attempt);
    this.#tree.take(row.seq, event);
    this.#streams.take(row.seq, event);
    return event;
  }

  #link({ seq, attemptPrev }: RawEvent, attempt: string | undefined): void {
    const due = attempt === undefined ? null : (this.#last.get(attempt) ?? null);
    if (attemptPrev !== due)
      this.#faults.add('event/previous', `${String(attemptPrev)}, due ${String(due)}`, seq);
    if (attempt !== undefined) this.#last.set(attempt, seq);
  }

  #project(events: Replayed[]): void {
    if (!this.#rebuilding) return;
    let at = 0;
    try {
      this.#rebuild.take(
        events,
        (seq) => {
          at = seq;
        },
        this.#deferred,
        this.#isDeleted,
      );
    } catch (error) {
      this.#faults.add('event/contradiction', error instanceof Error ? error.message : String(error), at);
      this.#stop(at);
    }
  }

  /** After an event that could not be taken, the tables cannot be compared. */
  #stop(seq: number): void {
    if (this.#rebuilding) this.#faults.add('projection/stopped', `at event ${seq}`, seq);
    this.#rebuilding = false;
  }

  #compare(): Record<string, TableComparison> {
    const projections: Record<string, TableComparison> = {};
    if (!this.#rebuilding) return projections;
    for (const table of PROJECTION_NAMES) {
      const { rows, equal, difference } = compareTable(this.#db, this.#rebuild.db, table);
      projections[table] = { rows, equal };
      if (difference)
        this.#faults.add('projection/differs', `${table}: row ${difference.key} ${difference.what}`);
    }
    return projections;
  }

  /** The keys folder may be missing in a copy; where it is there, it holds the ledger's key. */
  #compareKey(): VerifyReport['keysFolder'] {
    const ours = this.#tree.identity?.key;
    const found = ed25519KeysIn(this.#keys);
    if (ours === undefined || found.length === 0) return 'absent';
    if (found.includes(ours)) return 'same';
    this.#faults.add('key/folder', `${this.#keys} has ${found.join(', ')}, the ledger ${ours}`);
    return 'differs';
  }
}

/** The deletions that the ledger records. What cannot be read as one is found when its turn comes. */
function readPurges(db: SiteDatabase): Purges {
  const rows = db
    .prepare(
      "SELECT seq, bytes FROM ledger_event WHERE kind = 'DATA_PURGED' AND kind NOT IN ('ANSWER_REVISED', 'CLOCK_ANCHOR', 'HEAD_SIGNED') ORDER BY seq",
    )
    .all() as { seq: number; bytes: string }[];
  const purges = new Purges();
  for (const { seq, bytes } of rows) {
    try {
      const { body } = decodeEvent(bytes);
      if (faultOfBody('DATA_PURGED', body) === null) purges.add(seq, body as EventBody<'DATA_PURGED'>);
    } catch {
      // Damaged: its rows have no deletion that names them.
    }
  }
  return purges;
}

/** Public halves of the Ed25519 keys in a folder; the certificates' keys are of another kind. */
function ed25519KeysIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.pem'))
    .flatMap(({ name }) => {
      try {
        const key = createPrivateKey(readFileSync(join(folder, name)));
        return key.asymmetricKeyType === 'ed25519' ? [exportPublicKey(key)] : [];
      } catch {
        // A certificate, or no key at all.
        return [];
      }
    });
}
