/**
 * Merkle tree of RFC 6962 (Certificate Transparency) over events, kept as C2SP tlog-tiles of 256 hashes
 * (https://c2sp.org/tlog-tiles): finished tiles are stored, so proofs and restarts read a few tiles and scan nothing.
 * Hashing is injected and synchronous.
 */
import { TILE_WIDTH } from '#protocol/ledger.ts';

/** SHA-256 over the concatenation of the parts; 32 bytes. */
export type Sha256 = (...parts: readonly Uint8Array[]) => Uint8Array;

export const HASH_BYTES = 32;
const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);
const TILE_HEIGHT = 8;

export function leafHash(sha256: Sha256, leaf: Uint8Array): Uint8Array {
  return sha256(LEAF, leaf);
}

export function nodeHash(sha256: Sha256, left: Uint8Array, right: Uint8Array): Uint8Array {
  return sha256(NODE, left, right);
}

/** Root of the empty tree. */
export function emptyRoot(sha256: Sha256): Uint8Array {
  return sha256();
}

/** A finished tile: hashes of 256 subtrees of 256^level leaves each, joined. */
export interface Tile {
  level: number;
  index: number;
  hashes: Uint8Array;
}

/** Right edge of the tree: for each tile level the hashes not yet in a finished tile (fewer than 256). */
export interface Frontier {
  size: number;
  levels: Uint8Array[][];
}

export function emptyFrontier(): Frontier {
  return { size: 0, levels: [] };
}

export function copyFrontier(of: Frontier): Frontier {
  return { size: of.size, levels: of.levels.map((level) => [...level]) };
}

/** Adds a leaf's hash; tiles that it finishes are handed to `finished`, lowest level first. */
export function appendLeaf(
  sha256: Sha256,
  to: Frontier,
  leaf: Uint8Array,
  finished: (tile: Tile) => void,
): void {
  let hash = leaf;
  let width = 1;
  for (let level = 0; ; level++) {
    let edge = to.levels[level];
    if (!edge) {
      edge = [];
      to.levels.push(edge);
    }
    edge.push(hash);
    width *= TILE_WIDTH;
    if (edge.length < TILE_WIDTH) break;
    finished({ level, index: Math.floor(to.size / width), hashes: join(edge) });
    hash = perfectRoot(sha256, edge);
    to.levels[level] = [];
  }
  to.size += 1;
}

/** Root of the tree behind a frontier. */
export function frontierRoot(sha256: Sha256, of: Frontier): Uint8Array {
  let root: Uint8Array | null = null;
  for (const edge of of.levels) {
    // An edge of k hashes is, from the left, one perfect subtree for each bit of k, largest first.
    let end = edge.length;
    for (let bit = 1; bit <= edge.length; bit <<= 1) {
      if ((edge.length & bit) === 0) continue;
      const part = perfectRoot(sha256, edge.slice(end - bit, end));
      root = root ? nodeHash(sha256, part, root) : part;
      end -= bit;
    }
  }
  return root ?? emptyRoot(sha256);
}

/** Root over 2^n hashes. */
export function perfectRoot(sha256: Sha256, hashes: readonly Uint8Array[]): Uint8Array {
  let row = hashes;
  while (row.length > 1) {
    const next: Uint8Array[] = [];
    for (let i = 0; i + 1 < row.length; i += 2)
      next.push(nodeHash(sha256, row[i] as Uint8Array, row[i + 1] as Uint8Array));
    row = next;
  }
  const [only] = row;
  if (!only) throw new RangeError('a perfect tree has at least one leaf');
  return only;
}

function join(hashes: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(hashes.length * HASH_BYTES);
  hashes.forEach((hash, i) => {
    bytes.set(hash, i * HASH_BYTES);
  });
  return bytes;
}

/** Hashes of a tile (finished or the right edge): hash number `at` of tile level `level`, counted over the whole tree. */
export type ReadHash = (level: number, at: number) => Uint8Array;

/** Root of leaves [from, to) of a larger tree (MTH of RFC 6962, 2.1). */
export function rangeRoot(sha256: Sha256, read: ReadHash, from: number, to: number): Uint8Array {
  const size = to - from;
  if (size <= 0) throw new RangeError('an empty range has no root');
  const height = Math.log2(size);
  if (Number.isInteger(height) && from % size === 0) {
    const level = Math.floor(height / TILE_HEIGHT);
    const covers = TILE_WIDTH ** level;
    const hashes: Uint8Array[] = [];
    for (let at = from / covers; at < to / covers; at++) hashes.push(read(level, at));
    return perfectRoot(sha256, hashes);
  }
  const split = largestPowerBelow(size);
  return nodeHash(
    sha256,
    rangeRoot(sha256, read, from, from + split),
    rangeRoot(sha256, read, from + split, to),
  );
}

/** Largest power of two smaller than n (n > 1). */
function largestPowerBelow(n: number): number {
  let power = 1;
  while (power * 2 < n) power *= 2;
  return power;
}

/** Audit path of leaf `index` in the tree of the first `size` leaves (RFC 6962, 2.1.1). */
export function inclusionProof(sha256: Sha256, read: ReadHash, index: number, size: number): Uint8Array[] {
  if (index < 0 || index >= size) throw new RangeError('the leaf is not in the tree');
  const path = (at: number, from: number, to: number): Uint8Array[] => {
    if (to - from === 1) return [];
    const split = from + largestPowerBelow(to - from);
    return at < split
      ? [...path(at, from, split), rangeRoot(sha256, read, split, to)]
      : [...path(at, split, to), rangeRoot(sha256, read, from, split)];
  };
  return path(index, 0, size);
}

/** Root that a leaf and its audit path lead to; null when the path has the wrong length (RFC 9162, 2.1.3.2). */
export function rootFromInclusion(
  sha256: Sha256,
  leaf: Uint8Array,
  index: number,
  size: number,
  path: readonly Uint8Array[],
): Uint8Array | null {
  if (index < 0 || index >= size) return null;
  let at = index;
  let last = size - 1;
  let hash = leaf;
  for (const sibling of path) {
    if (last === 0) return null;
    if (at % 2 === 1 || at === last) {
      hash = nodeHash(sha256, sibling, hash);
      while (at % 2 === 0 && at !== 0) {
        at = Math.floor(at / 2);
        last = Math.floor(last / 2);
      }
    } else hash = nodeHash(sha256, hash, sibling);
    at = Math.floor(at / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 ? hash : null;
}

/** Proof that the tree of `from` leaves is the beginning of the tree of `size` (RFC 6962, 2.1.2). */
export function consistencyProof(sha256: Sha256, read: ReadHash, from: number, size: number): Uint8Array[] {
  if (from <= 0 || from > size) throw new RangeError('sizes are the wrong way round');
  const proof = (m: number, lo: number, hi: number, whole: boolean): Uint8Array[] => {
    if (m === hi - lo) return whole ? [] : [rangeRoot(sha256, read, lo, hi)];
    const split = largestPowerBelow(hi - lo);
    return m <= split
      ? [...proof(m, lo, lo + split, whole), rangeRoot(sha256, read, lo + split, hi)]
      : [...proof(m - split, lo + split, hi, false), rangeRoot(sha256, read, lo, lo + split)];
  };
  return proof(from, 0, size, true);
}

/** Whether a consistency proof links both roots (RFC 9162, 2.1.4.2). */
export function isConsistent(
  sha256: Sha256,
  of: { from: number; size: number; fromRoot: Uint8Array; root: Uint8Array; path: readonly Uint8Array[] },
): boolean {
  const { from, size, fromRoot, root } = of;
  if (from <= 0 || from > size) return false;
  if (from === size) return of.path.length === 0 && same(fromRoot, root);
  const isPower = Number.isInteger(Math.log2(from));
  const path = isPower ? [fromRoot, ...of.path] : [...of.path];
  let first = from - 1;
  let second = size - 1;
  while (first % 2 === 1) {
    first = Math.floor(first / 2);
    second = Math.floor(second / 2);
  }
  const [start, ...rest] = path;
  if (!start) return false;
  let a = start;
  let b = start;
  for (const hash of rest) {
    if (second === 0) return false;
    if (first % 2 === 1 || first === second) {
      a = nodeHash(sha256, hash, a);
      b = nodeHash(sha256, hash, b);
      while (first % 2 === 0 && first !== 0) {
        first = Math.floor(first / 2);
        second = Math.floor(second / 2);
      }
    } else b = nodeHash(sha256, b, hash);
    first = Math.floor(first / 2);
    second = Math.floor(second / 2);
  }
  return second === 0 && same(a, fromRoot) && same(b, root);
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
