import { readFileSync } from 'node:fs';
import { generateIdentity } from '#node/sealing/age-file.ts';
import { generateBoxKey } from '#node/signing/box-key.ts';
import { openBatch } from '#node/sync/batch-file.ts';
import { packSites } from './pack.ts';

const hq = generateBoxKey();
const id = await generateIdentity();
const s = await packSites(
  { seed: '1', sites: 10, candidates: 20, revisions: 100 },
  { hq: hq.publicKey, recipients: [id.recipient] },
  '/tmp/zz.bin',
  { from: 0, step: 1 },
);
const all = readFileSync('/tmp/zz.bin');
const b = s.flatMap((x) => x.batches);
for (let r = 0; r < 8; r++) {
  let t = process.cpuUsage();
  const w = performance.now();
  let n = 0;
  for (const x of b) {
    await openBatch(all.subarray(x.from, x.from + x.offer.bytes), [id.identity], hq.publicKey);
    n += x.events;
  }
  t = process.cpuUsage(t);
  console.log(
    ((t.user + t.system) / n).toFixed(2),
    'us cpu/event',
    (((performance.now() - w) * 1000) / n).toFixed(2),
    'us wall',
  );
}
