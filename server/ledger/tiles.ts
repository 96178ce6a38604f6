/** Tiles in the database: the right edge at a start, and hashes for proofs. */
import type { SiteDatabase } from '#db/site/open.ts';
import { type Frontier, HASH_BYTES, perfectRoot, type ReadHash, type Sha256 } from '#domain/ledger/merkle.ts';
import { leafOfRow } from '#node/ledger/purged-row.ts';
import { TILE_WIDTH } from '#protocol/ledger.ts';

/** Number of events. */
export function ledgerSize(db: SiteDatabase): number {
  const row = db.prepare('SELECT max(seq) AS last FROM ledger_event').get() as { last: number | null };
  return row.last === null ? 0 : row.last + 1;
}

/** Rebuilds the right edge from at most 255 rows and 255 tiles a level. */
export function loadFrontier(db: SiteDatabase, sha256: Sha256): Frontier {
  const size = ledgerSize(db);
  const read = hashReader(db, sha256);
  const levels: Uint8Array[][] = [];
  for (let level = 0, count = size; count > 0; level++, count = Math.floor(count / TILE_WIDTH)) {
    const edge: Uint8Array[] = [];
    for (let at = count - (count % TILE_WIDTH); at < count; at++) edge.push(read(level, at));
    levels.push(edge);
  }
  return { size, levels };
}

/** Reads any hash of the tree: from a finished tile, or worked out from the tile or the events below it. */
export function hashReader(db: SiteDatabase, sha256: Sha256): ReadHash {
  const tile = db.prepare('SELECT hashes FROM ledger_tile WHERE level = ? AND idx = ?');
  const event = db.prepare('SELECT bytes FROM ledger_event WHERE seq = ?');
  const cache = new Map<string, Buffer | null>();
  const tileAt = (level: number, index: number): Buffer | null => {
    const key = `${level}/${index}`;
    let found = cache.get(key);
    if (found === undefined) {
      found = (tile.get(level, index) as { hashes: Buffer } | undefined)?.hashes ?? null;
      if (cache.size > 4_096) cache.clear();
      if (found) cache.set(key, found);
    }
    return found;
  };
  return (level, at) => {
    const own = tileAt(level, Math.floor(at / TILE_WIDTH));
    if (own) return slice(own, at % TILE_WIDTH);
    if (level === 0) {
      const row = event.get(at) as { bytes: string } | undefined;
      if (!row) throw new Error(`event ${at} is missing`);
      return leafOfRow(row.bytes);
    }
    const below = tileAt(level - 1, at);
    if (!below) throw new Error(`tile ${level - 1}/${at} is missing`);
    return perfectRoot(
      sha256,
      Array.from({ length: TILE_WIDTH }, (_, i) => slice(below, i)),
    );
  };
}

function slice(hashes: Buffer, i: number): Uint8Array {
  return hashes.subarray(i * HASH_BYTES, (i + 1) * HASH_BYTES);
}
