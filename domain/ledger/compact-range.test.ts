import { createHash } from 'node:crypto';
import fc from 'fast-check';
import t from 'tap';
import {
  appendToRange,
  copyRange,
  emptyRange,
  rangeLength,
  readRange,
  rootOfRange,
} from './compact-range.ts';
import { appendLeaf, emptyFrontier, frontierRoot, leafHash, perfectRoot, type Sha256 } from './merkle.ts';

const sha256: Sha256 = (...parts) => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};
const leafOf = (i: number) => leafHash(sha256, Buffer.from(`leaf ${i}`));

t.test('a range grown leaf by leaf has the root and the length of the tree', async (t) => {
  const range = emptyRange();
  const frontier = emptyFrontier();
  t.same(rootOfRange(sha256, range), sha256(), 'of nothing: the hash of nothing');
  for (let size = 0; size < 1_100; size++) {
    appendToRange(sha256, range, leafOf(size));
    appendLeaf(sha256, frontier, leafOf(size), () => {});
    if (!Buffer.from(rootOfRange(sha256, range)).equals(frontierRoot(sha256, frontier)))
      t.fail(`root of ${size + 1}`);
    if (range.hashes.length !== rangeLength(range.size)) t.fail(`length of ${size + 1}`);
  }
  t.equal(range.size, 1_100);
});

t.test('a range read from a tree and gone on with is that of the whole', async (t) => {
  const leaves = Array.from({ length: 700 }, (_, i) => leafOf(i));
  const read = (level: number, at: number) =>
    level === 0
      ? (leaves[at] as Uint8Array)
      : perfectRoot(sha256, leaves.slice(at * 256 ** level, (at + 1) * 256 ** level));
  fc.assert(
    fc.property(fc.nat({ max: 700 }), fc.nat({ max: 700 }), (a, b) => {
      const [from, to] = a < b ? [a, b] : [b, a];
      const range = readRange(sha256, read, from);
      const before = copyRange(range);
      for (const leaf of leaves.slice(from, to)) appendToRange(sha256, range, leaf);
      t.same(before.hashes.length, rangeLength(from));
      return Buffer.from(rootOfRange(sha256, range)).equals(rootOfRange(sha256, readRange(sha256, read, to)));
    }),
    { numRuns: 60 },
  );
});

t.test('a range that lacks a subtree is a fault, not a root', async (t) => {
  t.throws(() => appendToRange(sha256, { size: 3, hashes: [leafOf(0)] }, leafOf(3)), RangeError);
});
