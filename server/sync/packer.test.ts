import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { leafHash } from '#domain/ledger/merkle.ts';
import { purgedText } from '#node/ledger/purged-row.ts';
import { sha256 } from '#node/ledger/sha256.ts';
import { generateIdentity } from '#node/sealing/age-file.ts';
import { generateBoxKey } from '#node/signing/box-key.ts';
import { openBatch } from '#node/sync/batch-file.ts';
import { BATCH_LIMITS } from '#protocol/batch.ts';
import { SampleLedger, sampleId } from '#server/ledger/sample-ledger.testing.ts';
import { readConfig } from '#server/platform/config.ts';
import { Packer } from './packer.ts';

t.test('batches end before a limit, begin anywhere, and hold no deleted answer', async (t) => {
  const ledger = new SampleLedger(t.testdir());
  ledger.boxStarted();
  for (let i = 0; i < 30; i++)
    ledger.put('NOTICE_SENT', {
      notice: sampleId('notice', i),
      scope: {},
      text: '通知'.repeat(200),
    });
  ledger.checkpoint();
  const outbox = join(ledger.root, 'outbox');
  mkdirSync(outbox);
  const packer = new Packer({ database: ledger.file, outbox, key: ledger.box });
  t.teardown(async () => {
    await packer.stop();
    ledger.close();
  });
  const age = await generateIdentity();
  const hq = generateBoxKey().publicKey;
  const origin = `XZ01/${sampleId('box', 1)}/1`;
  const facts = (first: number) => ({
    site: 'S1',
    ledger: origin,
    first,
    box: sampleId('box', 1),
    boxEpoch: 1,
    hq,
    to: [age.recipient],
    made: 1,
  });
  const pack = async (first: number, last: number, whole: boolean) => {
    const packed = await packer.pack({ facts: facts(first), last, whole });
    const file = readFileSync(join(outbox, `${packed.batch}.age`));
    t.equal(file.byteLength, packed.bytes);
    return { packed, opened: await openBatch(file, [age.identity], hq) };
  };
  const { size, root } = await packer.root();
  t.equal(size, 31);

  const all = await pack(0, Number.MAX_SAFE_INTEGER, false);
  t.match(all.packed, { first: 0, last: 30, root });
  t.equal(all.opened.header.checkpoints.length > 0, true, 'with the signed checkpoints of its range');
  const middle = await pack(7, 12, true);
  t.match(middle.packed, { first: 7, last: 12, root: (await packer.root(13)).root });
  await t.rejects(
    packer.pack({ facts: facts(7), last: 99, whole: true }),
    { code: 'box/internal' },
    'not there',
  );

  // The same batch again has the same name, though its bytes differ.
  const again = await pack(7, 12, true);
  t.equal(again.packed.batch, middle.packed.batch);
  t.not(again.packed.sha256, middle.packed.sha256);

  // An answer that was deleted travels as its leaf hash, and the tree stays what it was.
  const text = ledger.db.prepare('SELECT bytes FROM ledger_event WHERE seq = 9').pluck().get() as string;
  const purged = purgedText(leafHash(sha256, Buffer.from(text)), sampleId('attempt', 1));
  ledger.db.prepare('UPDATE ledger_event SET bytes = ? WHERE seq = 9').run(purged);
  const without = await pack(7, 12, true);
  t.equal(without.packed.root, middle.packed.root);
  t.equal(without.opened.header.withheld, 1);
  t.same(without.opened.lines[2], { leaf: leafHash(sha256, Buffer.from(text)) });

  // Large events: a batch ends before it would pass the limit; one that passes it travels alone.
  const large = (bytes: number) => {
    const body = `{"boot":"${'x'.repeat(bytes)}","mono":1}`;
    ledger.putText('CLOCK_ANCHOR', body);
  };
  large(BATCH_LIMITS.plainBytes * 0.6);
  large(BATCH_LIMITS.plainBytes * 0.6);
  large(BATCH_LIMITS.plainBytes * 2);
  for (const seq of [31, 32, 33]) t.equal((await pack(seq, 33, false)).packed.last, seq);
});

t.test('when to exchange is a cron expression, or never by itself', async (t) => {
  const read = (sync: string) => readConfig(['--sync', sync], {}).sync;
  for (const good of ['* * * * *', '*/5 6-20 * * *', 'off']) t.equal(read(good), good);
  t.equal(readConfig([], {}).sync, '* * * * *');
  for (const bad of ['* * * * * *', 'hourly', '61 * * * *', '* *'])
    t.throws(() => read(bad), { code: 'box/config' }, bad);
});
