/**
 * Compact ranges: the tree over the first `size` leaves as the roots of its perfect subtrees, from the left (the bits of
 * `size`, largest first). With them leaves can be added and roots proved without the leaves before
 * (https://github.com/transparency-dev/merkle, docs/compact_ranges.md).
 */
import { emptyRoot, nodeHash, type ReadHash, rangeRoot, type Sha256 } from './merkle.ts';

export interface CompactRange {
  size: number;
  hashes: Uint8Array[];
}

export function emptyRange(): CompactRange {
  return { size: 0, hashes: [] };
}

/** How many subtrees make up a tree of `size` leaves: the bits that are set. */
export function rangeLength(size: number): number {
  let bits = 0;
  for (let rest = size; rest > 0; rest = Math.floor(rest / 2)) bits += rest % 2;
  return bits;
}

/** The range over the first `size` leaves of a stored tree. */
export function readRange(sha256: Sha256, read: ReadHash, size: number): CompactRange {
  const hashes: Uint8Array[] = [];
  let from = 0;
  for (let width = 2 ** 52; width >= 1; width /= 2) {
    if (Math.floor(size / width) % 2 === 0) continue;
    hashes.push(rangeRoot(sha256, read, from, from + width));
    from += width;
  }
  return { size, hashes };
}

/** Adds one leaf's hash, in place. */
export function appendToRange(sha256: Sha256, to: CompactRange, leaf: Uint8Array): void {
  let hash = leaf;
  for (let rest = to.size; rest % 2 === 1; rest = (rest - 1) / 2) {
    const left = to.hashes.pop();
    if (!left) throw new RangeError('the range is shorter than its size says');
    hash = nodeHash(sha256, left, hash);
  }
  to.hashes.push(hash);
  to.size += 1;
}

/** Root of the tree (RFC 6962, 2.1). */
export function rootOfRange(sha256: Sha256, of: CompactRange): Uint8Array {
  let root: Uint8Array | null = null;
  for (let i = of.hashes.length - 1; i >= 0; i--) {
    const hash = of.hashes[i] as Uint8Array;
    root = root ? nodeHash(sha256, hash, root) : hash;
  }
  return root ?? emptyRoot(sha256);
}

export function copyRange({ size, hashes }: CompactRange): CompactRange {
  return { size, hashes: [...hashes] };
}
