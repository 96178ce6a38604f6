/** What is printed of proofs is enough to get to the root: followed here from the printed text alone. */
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import t from 'tap';
import {
  inclusionProof,
  leafHash,
  rangeRoot,
  rootFromInclusion,
  type Sha256,
} from '#domain/ledger/merkle.ts';
import type { EventFacts } from './evidence-facts.ts';
import { NINE, session } from './facts.fixture.ts';
import { proofSections } from './proofs.ts';

const sha256: Sha256 = (...parts) => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};
const text = (hash: Uint8Array) => Buffer.from(hash).toString('base64url');

function printed(size: number, chosen: readonly number[]) {
  const leaves = Array.from({ length: size }, (_, i) => leafHash(sha256, Buffer.from(`event ${i}`)));
  const read = (_level: number, at: number) => leaves[at] as Uint8Array; // trees below 256 leaves have one level
  const events = chosen.map(
    (seq): EventFacts => ({
      seq,
      kind: 'SITTING_STARTED',
      wall: NINE,
      attempt: null,
      name: null,
      staffName: '',
      machine: null,
      address: null,
      body: {},
      leaf: text(leaves[seq] ?? leafHash(sha256, Buffer.from('later'))),
      proof: seq < size ? inclusionProof(sha256, read, seq, size).map(text) : null,
    }),
  );
  const root = rangeRoot(sha256, read, 0, size);
  const checkpoint = {
    origin: 'o',
    size,
    root: Buffer.from(root).toString('base64'),
    wall: NINE,
    note: 'o\n',
  };
  const tables = proofSections(session(undefined, { checkpoint }), events, 'en').flatMap((section) =>
    section.t === 'table' ? [section.rows] : [],
  );
  return { root, paths: tables[0] ?? [], hashes: tables[1] ?? [] };
}

t.test('every path on paper leads to the root', async (t) => {
  const seeds = fc.integer({ min: 1, max: 200 }).chain((size) =>
    fc.record({
      size: fc.constant(size),
      chosen: fc.uniqueArray(fc.integer({ min: 0, max: size - 1 }), { minLength: 1, maxLength: 20 }),
    }),
  );
  fc.assert(
    fc.property(seeds, ({ size, chosen }) => {
      const { root, paths, hashes } = printed(size, chosen);
      const known = new Map(
        hashes.flatMap(([a = '', one = '', b = '', two = '']) => [
          [a, one],
          [b, two],
        ]),
      );
      const values = [...known.values()].filter((hash) => hash !== '');
      if (new Set(values).size !== values.length) throw new Error('a hash is printed twice');
      for (const [seq = '', leaf = '', path = ''] of paths) {
        const hashesOf =
          size === 1 ? [] : path.split(' ').map((n) => Buffer.from(known.get(n) ?? '', 'base64url'));
        const found = rootFromInclusion(
          sha256,
          Buffer.from(leaf, 'base64url'),
          Number(seq.slice(1)),
          size,
          hashesOf,
        );
        if (found === null || !Buffer.from(found).equals(root))
          throw new Error(`${seq} does not lead to the root`);
      }
    }),
    { verbose: true },
  );
  t.pass();
});

t.test('an event after the checkpoint says so; without a checkpoint nothing is claimed', async (t) => {
  const { paths } = printed(4, [1, 9]);
  t.match(paths[1], ['#9', /./, 'after the checkpoint']);
  const none = proofSections(session(), [], 'zh-CN');
  t.same(
    none.map((section) => section.t),
    ['heading', 'text'],
  );
});
