/**
 * A ledger as three files that a stranger can verify from docs/ledger.md alone: the hashed bytes of every event, the
 * signed checkpoints, and what it is about. Reads in short steps, beside a running server too.
 */
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import type { SiteDatabase } from '#db/site/open.ts';
import { parseCheckpoint } from '#domain/ledger/checkpoint.ts';
import { appendLeaf, emptyFrontier, frontierRoot, leafHash } from '#domain/ledger/merkle.ts';
import { LedgerUnreadable } from '#node/ledger/faults.ts';
import { readPurgedBytes } from '#node/ledger/purged-row.ts';
import { sha256 } from '#node/ledger/sha256.ts';
import type { EventBody } from '#protocol/events.schema.ts';
import { EXPORT_FILES, type LedgerEvent } from '#protocol/ledger.ts';
import { ledgerSize } from './tiles.ts';
import { codeOf, openSource } from './verify.source.ts';

export const EXPORT_FORMAT = 'gongyuan-ledger/1';
/** Line after each note in checkpoints.txt. No line of a note can be like it. */
export const NOTE_END = '----';

/** ledger.json. */
export interface LedgerAbout {
  format: typeof EXPORT_FORMAT;
  site: string | null;
  box: string | null;
  epoch: number | null;
  /** Origin of the checkpoints, `site/box/epoch`; null before the first one. */
  origin: string | null;
  /** Ed25519 keys of the box (raw, base64url) and the event that first names each. */
  keys: { key: string; seq: number }[];
  size: number;
  /** base64 of the root over all events exported. */
  root: string;
  /** Size of the last checkpoint: events from there on are under no signature yet. */
  signed: number;
}

const STEP_EVENTS = 2_000;
const FILE_MODE = 0o640;

/**
 * Writes the export into `target`, which must not exist or be empty. The files get their names only when all are whole.
 * Throws `LedgerUnreadable` for a source that cannot be read or a target that cannot be written.
 */
export function exportLedger(root: string, target: string): LedgerAbout {
  const source = openSource(root);
  try {
    prepareTarget(target);
    return write(source.db, target);
  } catch (error) {
    // What is half written must not stand in the way of the next try.
    for (const name of Object.values(EXPORT_FILES)) rmSync(join(target, `${name}.part`), { force: true });
    if (codeOf(error).startsWith('SQLITE_'))
      throw new LedgerUnreadable('ledger/unreadable', String(error), error);
    throw error;
  } finally {
    source.close();
  }
}

function prepareTarget(target: string): void {
  let found: string[];
  try {
    mkdirSync(target, { recursive: true, mode: 0o750 });
    found = readdirSync(target);
  } catch (error) {
    throw new LedgerUnreadable('export/target', String(error), error);
  }
  if (found.length > 0) throw new LedgerUnreadable('export/target', `${target} is not empty`);
}

function write(db: SiteDatabase, target: string): LedgerAbout {
  const about: LedgerAbout = {
    format: EXPORT_FORMAT,
    site: null,
    box: null,
    epoch: null,
    origin: null,
    keys: [],
    size: 0,
    root: '',
    signed: 0,
  };
  // What is committed after this moment belongs to a later export.
  const size = ledgerSize(db);
  const checkpoints = db
    .prepare('SELECT note FROM ledger_checkpoint WHERE size <= ? ORDER BY size')
    .pluck()
    .all(size) as string[];
  writeFile(target, EXPORT_FILES.events, (put) => {
    Object.assign(about, writeEvents(db, size, about, put));
  });
  const last = checkpoints.at(-1);
  const parsed = last === undefined ? null : parseCheckpoint(last);
  about.origin = parsed?.origin ?? null;
  about.signed = parsed?.size ?? 0;
  writeFile(target, EXPORT_FILES.checkpoints, (put) => {
    for (const note of checkpoints) put(`${note}${NOTE_END}\n`);
  });
  writeFile(target, EXPORT_FILES.about, (put) => put(`${JSON.stringify(about, null, 2)}\n`));
  for (const name of Object.values(EXPORT_FILES))
    renameSync(join(target, `${name}.part`), join(target, name));
  return about;
}

function writeEvents(
  db: SiteDatabase,
  size: number,
  about: LedgerAbout,
  put: (data: string | Buffer) => void,
): { size: number; root: string } {
  const frontier = emptyFrontier();
  const read = db.prepare(
    'SELECT seq, kind, CAST(bytes AS BLOB) AS bytes FROM ledger_event WHERE seq >= ? AND seq < ? ORDER BY seq',
  );
  for (let from = 0; from < size; from += STEP_EVENTS) {
    const rows = read.all(from, Math.min(from + STEP_EVENTS, size)) as {
      seq: number;
      kind: string;
      bytes: Buffer;
    }[];
    for (const { seq, kind, bytes } of rows) {
      if (seq !== frontier.size)
        throw new LedgerUnreadable('event/missing', `event ${frontier.size} is missing`);
      // A line feed among the bytes would shift every line after it: such bytes are damaged anyway.
      if (bytes.includes(0x0a)) throw new LedgerUnreadable('event/form', `line feed in event ${seq}`);
      // Where the content was deleted, the line is `#` and what stands for it.
      const leaf = readPurgedBytes(bytes)?.leaf ?? leafHash(sha256, bytes);
      appendLeaf(sha256, frontier, leaf, () => {});
      put(bytes);
      put('\n');
      if (kind === 'BOX_STARTED' || kind === 'SITE_SET_UP') tell(about, seq, bytes);
    }
  }
  if (frontier.size !== size)
    throw new LedgerUnreadable('event/missing', `event ${frontier.size} is missing`);
  return { size, root: Buffer.from(frontierRoot(sha256, frontier)).toString('base64') };
}

/** What the ledger says of itself. */
function tell(about: LedgerAbout, seq: number, bytes: Buffer): void {
  let event: LedgerEvent;
  try {
    event = JSON.parse(bytes.toString('utf8')) as LedgerEvent;
  } catch (error) {
    throw new LedgerUnreadable('event/form', `event ${seq}`, error);
  }
  if (event.kind === 'SITE_SET_UP') {
    about.site ??= (event.body as EventBody<'SITE_SET_UP'>).site;
    return;
  }
  const { box, boxEpoch, key } = event.body as EventBody<'BOX_STARTED'>;
  about.box = box;
  about.epoch = boxEpoch;
  if (!about.keys.some((known) => known.key === key)) about.keys.push({ key, seq });
}

function writeFile(target: string, name: string, fill: (put: (data: string | Buffer) => void) => void): void {
  let file: number;
  try {
    file = openSync(join(target, `${name}.part`), 'wx', FILE_MODE);
  } catch (error) {
    throw new LedgerUnreadable('export/target', String(error), error);
  }
  const chunks: Buffer[] = [];
  let held = 0;
  const flush = () => {
    writeAll(file, Buffer.concat(chunks));
    chunks.length = 0;
    held = 0;
  };
  try {
    fill((data) => {
      const bytes = typeof data === 'string' ? Buffer.from(data) : data;
      chunks.push(bytes);
      held += bytes.length;
      if (held > 1024 * 1024) flush();
    });
    flush();
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function writeAll(file: number, bytes: Buffer): void {
  try {
    for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done);
  } catch (error) {
    throw new LedgerUnreadable('export/target', String(error), error);
  }
}
