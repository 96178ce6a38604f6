/** The Merkle tree over the stored bytes, worked out anew, and what was stored of it: tiles and signed checkpoints. */
import type { SiteDatabase } from '#db/site/open.ts';
import { checkpointOrigin, encodeCheckpoint, parseCheckpoint } from '#domain/ledger/checkpoint.ts';
import {
  appendLeaf,
  emptyFrontier,
  type Frontier,
  frontierRoot,
  HASH_BYTES,
  leafHash,
  rangeRoot,
  type Tile,
} from '#domain/ledger/merkle.ts';
import type { KnownEvent } from '#node/ledger/event-types.ts';
import type { FaultList } from '#node/ledger/faults.ts';
import { purgedLeaf } from '#node/ledger/purged-row.ts';
import { sha256 } from '#node/ledger/sha256.ts';
import { verifyNote } from '#node/signing/note.ts';
import { TILE_WIDTH } from '#protocol/ledger.ts';
import { hashReader } from './tiles.ts';

interface CheckpointRow {
  size: number;
  wall: number;
  note: string;
}

interface Identity {
  box: string;
  epoch: number;
  key: string;
}

export class TreeAudit {
  readonly #faults: FaultList;
  readonly #frontier: Frontier = emptyFrontier();
  readonly #finished: Tile[] = [];
  /** Hashes of finished tiles by place, to be compared at the end: 32 bytes a tile. */
  readonly #tiles = new Map<string, string>();
  readonly #roots = new Map<number, string>();
  readonly #walls = new Map<number, number | null>();
  #identity: (Identity & { since: number }) | null = null;
  #site: { site: string; since: number } | null = null;
  /** Checkpoints whose signature holds. */
  signed = 0;

  constructor(faults: FaultList) {
    this.#faults = faults;
  }

  get size(): number {
    return this.#frontier.size;
  }

  /** base64 of the root over all leaves so far. */
  get root(): string {
    return Buffer.from(frontierRoot(sha256, this.#frontier)).toString('base64');
  }

  get identity(): Identity | null {
    return this.#identity;
  }

  get site(): string | null {
    return this.#site?.site ?? null;
  }

  append(bytes: Uint8Array): void {
    this.appendHash(leafHash(sha256, bytes));
  }

  /** A leaf by its hash, for an event whose content was deleted. */
  appendHash(leaf: Uint8Array): void {
    appendLeaf(sha256, this.#frontier, leaf, (tile) => this.#finished.push(tile));
    for (let tile = this.#finished.pop(); tile; tile = this.#finished.pop())
      this.#tiles.set(`${tile.level}/${tile.index}`, digestOf(tile.hashes));
  }

  /**
   * Keeps the root and the last event's wall time at a size that a checkpoint is about; null where the time went with
   * the event's content.
   */
  mark(wall: number | null): void {
    this.#roots.set(this.size, this.root);
    this.#walls.set(this.size, wall);
  }

  /** Who signs: the box's identity and the site's name, as the ledger itself says. */
  take(seq: number, event: KnownEvent): void {
    if (event.kind === 'SITE_SET_UP') this.#site ??= { site: event.body.site, since: seq };
    if (event.kind !== 'BOX_STARTED') return;
    const { box, boxEpoch: epoch, key } = event.body;
    const known = this.#identity;
    if (!known) this.#identity = { box, epoch, key, since: seq };
    else if (known.box !== box || known.epoch !== epoch || known.key !== key)
      this.#faults.add('key/changed', `${box}/${epoch} after ${known.box}/${known.epoch}`, seq);
  }

  /** Every finished tile is stored as worked out, and no other. */
  compareTiles(db: SiteDatabase): void {
    const rows = db
      .prepare('SELECT level, idx, CAST(hashes AS BLOB) AS hashes FROM ledger_tile ORDER BY level, idx')
      .iterate() as IterableIterator<{ level: number; idx: number; hashes: Buffer | null }>;
    const missing = new Set(this.#tiles.keys());
    for (const { level, idx, hashes } of rows) {
      const place = `${level}/${idx}`;
      const own = this.#tiles.get(place);
      missing.delete(place);
      if (own === undefined) this.#faults.add('tile/surplus', place);
      else if (hashes === null || hashes.length !== HASH_BYTES * TILE_WIDTH || digestOf(hashes) !== own)
        this.#faults.add('tile/differs', place);
    }
    for (const place of missing) this.#faults.add('tile/missing', place);
  }

  /** Returns how many checkpoints there are. */
  checkCheckpoints(db: SiteDatabase): number {
    const rows = db
      .prepare('SELECT size, wall, note FROM ledger_checkpoint ORDER BY size')
      .all() as CheckpointRow[];
    for (const row of rows) this.#checkpoint(db, row);
    return rows.length;
  }

  #checkpoint(db: SiteDatabase, { size, wall, note }: CheckpointRow): void {
    const at = `checkpoint ${size}`;
    const parsed = typeof note === 'string' ? parseCheckpoint(note) : null;
    if (!parsed || !note.startsWith(`${encodeCheckpoint(parsed)}\n`)) {
      this.#faults.add('checkpoint/form', at);
      return;
    }
    if (parsed.size !== size || size > this.size || size < 1) {
      this.#faults.add('checkpoint/size', `${at}: ${parsed.size} of ${this.size}`);
      return;
    }
    const due = this.#wallAt(db, size);
    if (due !== null && wall !== due) this.#faults.add('checkpoint/time', at);
    if (parsed.root !== this.#rootAt(db, size)) this.#faults.add('checkpoint/root', at);

    const by = this.#identity;
    if (!by || by.since >= size) {
      this.#faults.add('key/unknown', at);
      return;
    }
    const [site = ''] = parsed.origin.split('/');
    const origin = checkpointOrigin(
      this.#site && this.#site.since < size ? this.#site.site : site,
      by.box,
      by.epoch,
    );
    if (parsed.origin !== origin)
      this.#faults.add('checkpoint/origin', `${at}: ${parsed.origin}, due ${origin}`);
    if (verifyNote(note, [{ name: parsed.origin, publicKey: by.key }]) === null)
      this.#faults.add('checkpoint/signature', at);
    else this.signed += 1;
  }

  #rootAt(db: SiteDatabase, size: number): string | null {
    const known = this.#roots.get(size);
    if (known !== undefined) return known;
    // Made after its size was passed. Tiles that differ were named already.
    try {
      return Buffer.from(rangeRoot(sha256, hashReader(db, sha256), 0, size)).toString('base64');
    } catch {
      return null;
    }
  }

  /** NaN where the event cannot be read, null where its content was deleted. */
  #wallAt(db: SiteDatabase, size: number): number | null {
    const known = this.#walls.get(size);
    if (known !== undefined) return known;
    try {
      const row = db.prepare('SELECT bytes FROM ledger_event WHERE seq = ?').get(size - 1) as
        | { bytes: string }
        | undefined;
      if (row && purgedLeaf(row.bytes)) return null;
      return row ? (JSON.parse(row.bytes) as { wall: number }).wall : Number.NaN;
    } catch {
      return Number.NaN;
    }
  }
}

function digestOf(hashes: Uint8Array): string {
  return Buffer.from(sha256(hashes)).toString('base64');
}
