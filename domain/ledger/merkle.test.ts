import { createHash } from 'node:crypto';
import fc from 'fast-check';
import t from 'tap';
import { TILE_WIDTH } from '#protocol/ledger.ts';
import {
  appendLeaf,
  consistencyProof,
  emptyFrontier,
  frontierRoot,
  HASH_BYTES,
  inclusionProof,
  isConsistent,
  leafHash,
  nodeHash,
  type ReadHash,
  rootFromInclusion,
  type Sha256,
  type Tile,
} from './merkle.ts';

const sha256: Sha256 = (...parts) => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return new Uint8Array(hash.digest());
};
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const leaves = (n: number) => Array.from({ length: n }, (_, i) => leafHash(sha256, Buffer.from(`leaf ${i}`)));

/** The definition in RFC 6962, 2.1, word for word. */
function mth(hashes: Uint8Array[]): Uint8Array {
  if (hashes.length === 0) return sha256();
  if (hashes.length === 1) return hashes[0] as Uint8Array;
  let k = 1;
  while (k * 2 < hashes.length) k *= 2;
  return nodeHash(sha256, mth(hashes.slice(0, k)), mth(hashes.slice(k)));
}

function build(hashes: Uint8Array[]) {
  const frontier = emptyFrontier();
  const tiles = new Map<string, Tile>();
  for (const hash of hashes)
    appendLeaf(sha256, frontier, hash, (tile) => tiles.set(`${tile.level}/${tile.index}`, tile));
  const read: ReadHash = (level, at) => {
    const tile = tiles.get(`${level}/${Math.floor(at / TILE_WIDTH)}`);
    const within = at % TILE_WIDTH;
    const hash = tile
      ? tile.hashes.subarray(within * HASH_BYTES, (within + 1) * HASH_BYTES)
      : frontier.levels[level]?.[within];
    if (!hash) throw new Error(`no hash ${level}/${at}`);
    return hash;
  };
  return { frontier, tiles, read };
}

t.test('vectors of the certificate transparency test suite', async (t) => {
  const inputs = [
    '',
    '00',
    '10',
    '2021',
    '3031',
    '40414243',
    '5051525354555657',
    '606162636465666768696a6b6c6d6e6f',
  ];
  const roots = [
    '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
    'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
    'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
    'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
    '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
    'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
    '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
  ];
  const frontier = emptyFrontier();
  t.equal(hex(frontierRoot(sha256, frontier)), hex(sha256()), 'empty tree');
  inputs.forEach((input, i) => {
    appendLeaf(sha256, frontier, leafHash(sha256, Buffer.from(input, 'hex')), () => {});
    t.equal(hex(frontierRoot(sha256, frontier)), roots[i], `tree of ${i + 1}`);
  });
});

t.test('the frontier has the root of the definition at every size, over tile edges too', async (t) => {
  const all = leaves(700);
  const frontier = emptyFrontier();
  for (let n = 1; n <= all.length; n++) {
    appendLeaf(sha256, frontier, all[n - 1] as Uint8Array, () => {});
    if (n % 37 === 0 || Math.abs((n % 256) - 1) <= 2)
      t.equal(hex(frontierRoot(sha256, frontier)), hex(mth(all.slice(0, n))), `size ${n}`);
  }
});

t.test('66,000 leaves finish tiles of two levels, and proofs come from tiles', async (t) => {
  const all = leaves(66_000);
  const { frontier, tiles, read } = build(all);
  t.equal([...tiles.values()].filter((tile) => tile.level === 0).length, 257);
  t.equal([...tiles.values()].filter((tile) => tile.level === 1).length, 1);
  const root = frontierRoot(sha256, frontier);
  t.equal(hex(root), hex(mth(all)));
  for (const index of [0, 255, 256, 65_535, 65_536, 65_999]) {
    const path = inclusionProof(sha256, read, index, all.length);
    t.equal(
      hex(rootFromInclusion(sha256, all[index] as Uint8Array, index, all.length, path) ?? Buffer.alloc(0)),
      hex(root),
    );
  }
});

t.test('proofs hold for their own leaf and sizes, and for no other', async () => {
  const all = leaves(600);
  const { read } = build(all);
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 600 }), fc.nat(), fc.nat(), (size, a, b) => {
      const index = a % size;
      const from = (b % size) + 1;
      const root = mth(all.slice(0, size));
      const path = inclusionProof(sha256, read, index, size);
      const leaf = all[index] as Uint8Array;
      const reached = rootFromInclusion(sha256, leaf, index, size, path);
      if (!reached || hex(reached) !== hex(root)) return false;
      const wrong = rootFromInclusion(sha256, leafHash(sha256, Buffer.from('forged')), index, size, path);
      if (wrong && hex(wrong) === hex(root)) return false;
      const proof = consistencyProof(sha256, read, from, size);
      const fromRoot = mth(all.slice(0, from));
      const good = isConsistent(sha256, { from, size, fromRoot, root, path: proof });
      const forged = isConsistent(sha256, { from, size, fromRoot: sha256(fromRoot), root, path: proof });
      return good && !forged;
    }),
  );
});
