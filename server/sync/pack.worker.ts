/**
 * The thread that packs: its own reading connection, short reads, hashing, compressing, sealing. Nothing of it runs where
 * answers are taken. Each question is answered in order, with its number.
 */
import { setPriority } from 'node:os';
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { openReader, type SiteDatabase } from '#db/site/open.ts';
import { type CompactRange, copyRange, readRange, rootOfRange } from '#domain/ledger/compact-range.ts';
import { writeDurably } from '#node/files/durable-file.ts';
import { purgedLeaf } from '#node/ledger/purged-row.ts';
import { sha256 } from '#node/ledger/sha256.ts';
import type { BoxKey } from '#node/signing/box-key.ts';
import { type BatchFacts, type BatchLine, makeBatch } from '#node/sync/batch-file.ts';
import { BATCH_LIMITS, type BatchKey } from '#protocol/batch.ts';
import { hashReader, ledgerSize } from '#server/ledger/tiles.ts';

export interface PackerData {
  database: string;
  outbox: string;
  key: BoxKey;
}

export type PackAsk =
  /** Root over the first `size` events; `null`: over all that are there. */
  | { t: 'root'; size: number | null }
  /** Packs from `first`, at most to `last`; with `whole` exactly to `last`. */
  | { t: 'pack'; facts: Omit<BatchFacts, 'checkpoints'>; last: number; whole: boolean };

export type PackAnswer =
  | { t: 'root'; size: number; root: string }
  | ({ t: 'packed'; batch: string; bytes: number; sha256: string } & BatchKey);

const PURGED = 0x23;
const STEP_EVENTS = 256;
/** More than these would be refused (hq.schema.ts); anchors of a quiet box bring one for each event. */
const CHECKPOINTS = 1_000;
/** Below everything that serves people; on Linux it holds for this thread alone (setpriority(2)). */
const NICE = 10;

const port = parentPort;
if (!port) throw new Error('pack.worker.ts runs as a worker thread');
const { database, outbox, key } = workerData as PackerData; // its only caller is packer.ts
try {
  if (process.platform === 'linux') setPriority(0, NICE);
} catch {
  // It packs all the same.
}
const db = openReader(database);
/** The range after the last batch: the next begins there as a rule. */
let after: CompactRange = { size: 0, hashes: [] };
let last: Promise<void> = Promise.resolve();

port.on('message', ({ id, ask }: { id: number; ask: PackAsk | null }) => {
  last = last.then(async () => {
    if (ask === null) {
      db.close();
      port.close();
      return;
    }
    try {
      port.postMessage({ id, ok: true, value: ask.t === 'root' ? root(ask.size) : await pack(ask) });
    } catch (error) {
      const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
      port.postMessage({
        id,
        ok: false,
        code,
        message: error instanceof Error ? error.message : String(error),
      });
    }
  });
});

function root(asked: number | null): PackAnswer {
  const size = asked ?? ledgerSize(db);
  return { t: 'root', size, root: size === 0 ? '' : base64(rootOfRange(sha256, rangeAt(size))) };
}

async function pack({ facts, last, whole }: Extract<PackAsk, { t: 'pack' }>): Promise<PackAnswer> {
  const { first } = facts;
  const most = whole ? last : Math.min(last, first + BATCH_LIMITS.events - 1, lastByCheckpoints(first));
  const lines = readLines(db, first, most, whole ? BATCH_LIMITS.plainMost : BATCH_LIMITS.plainBytes);
  const end = first + lines.length;
  if (lines.length === 0 || (whole && end !== last + 1))
    throw new Error(`events from ${first} are not there`);
  const checkpoints = db
    .prepare('SELECT note FROM ledger_checkpoint WHERE size > ? AND size <= ? ORDER BY size')
    .pluck()
    .all(first, end) as string[];
  const made = await makeBatch({ ...facts, checkpoints }, rangeAt(first), lines, key);
  after = copyRange(made.after);
  await writeDurably(join(outbox, `${made.batch}.age`), made.file, { mode: 0o640 });
  const { site, ledger, root } = made.header;
  return {
    t: 'packed',
    batch: made.batch,
    bytes: made.file.byteLength,
    sha256: made.sha256,
    site,
    ledger,
    first,
    last: made.header.last,
    root,
  };
}

function rangeAt(size: number): CompactRange {
  return after.size === size ? copyRange(after) : readRange(sha256, hashReader(db, sha256), size);
}

/** The batch ends where it would hold more checkpoints than are taken. */
function lastByCheckpoints(first: number): number {
  const size = db
    .prepare('SELECT size FROM ledger_checkpoint WHERE size > ? ORDER BY size LIMIT 1 OFFSET ?')
    .pluck()
    .get(first, CHECKPOINTS) as number | undefined;
  return size === undefined ? Number.MAX_SAFE_INTEGER : size - 2;
}

/** The stored bytes of events `first…last`, as many as `mostBytes` hold, and one at least. */
function readLines(from: SiteDatabase, first: number, last: number, mostBytes: number): BatchLine[] {
  const step = from.prepare(
    'SELECT seq, CAST(bytes AS BLOB) AS bytes FROM ledger_event WHERE seq >= ? AND seq <= ? ORDER BY seq',
  );
  const lines: BatchLine[] = [];
  let held = 0;
  for (let at = first; at <= last; at += STEP_EVENTS) {
    const rows = step.all(at, Math.min(at + STEP_EVENTS - 1, last)) as { seq: number; bytes: Buffer }[];
    for (const { seq, bytes } of rows) {
      if (seq !== first + lines.length) throw new Error(`event ${first + lines.length} is missing`);
      held += bytes.length + 1;
      if (held > mostBytes && lines.length > 0) return lines;
      const leaf = bytes[0] === PURGED ? purgedLeaf(bytes.toString('latin1')) : null;
      lines.push(leaf ? { leaf } : { bytes });
    }
    if (rows.length === 0) break;
  }
  return lines;
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}
