import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import type { ZipLimits } from '#domain/papers/import/package-limits.ts';
import { writeZip } from '#scripts/zip/write-zip.ts';
import { useZipFile } from './read-zip-file.ts';

const LIMITS: ZipLimits = {
  entries: 10,
  entryBytes: 5_000_000,
  totalBytes: 9_000_000,
  ratio: 100,
  ratioFromBytes: 100_000,
};

function onDisk(t: Test, bytes: Uint8Array): string {
  const path = join(t.testdir(), 'x.zip');
  writeFileSync(path, bytes);
  return path;
}

async function faultOf(t: Test, bytes: Uint8Array): Promise<string> {
  let used = false;
  const outcome = await useZipFile(onDisk(t, bytes), LIMITS, async () => {
    used = true;
  });
  t.notOk(used, 'not one file is handed out');
  return 'faults' in outcome ? (outcome.faults[0]?.code ?? 'none') : 'none';
}

t.test('single files are read from the disk, by name', async (t) => {
  const path = onDisk(t, await writeZip({ '甲/a.jpg': 'one', 'b.jpg': 'two', '__MACOSX/._a.jpg': 'litter' }));
  const outcome = await useZipFile(path, LIMITS, async (zip) => {
    t.same(zip.names, ['甲/a.jpg', 'b.jpg']);
    await t.rejects(zip.read('c.jpg'));
    return [
      Buffer.from(await zip.read('b.jpg')).toString(),
      Buffer.from(await zip.read('甲/a.jpg')).toString(),
    ];
  });
  t.same(outcome, { result: ['two', 'one'] });
});

t.test('nothing is handed out of a file that is bad in any place', async (t) => {
  t.equal(await faultOf(t, Buffer.from('no zip')), 'zip/truncated');
  t.equal(await faultOf(t, new Uint8Array()), 'zip/truncated');
  const whole = await writeZip({ 'a.jpg': 'x'.repeat(500), 'b.jpg': 'fine' });
  t.equal(await faultOf(t, whole.subarray(0, whole.length - 10)), 'zip/truncated');
  const stored = Buffer.from(
    await writeZip([
      { name: 'a.jpg', data: 'fine', compress: false },
      { name: 'b.jpg', data: 'plain', compress: false },
    ]),
  );
  stored[stored.indexOf('plain')] = 0x50;
  t.equal(
    await faultOf(t, stored),
    'zip/crc',
    'the last of the files is looked at before the first is given',
  );
  t.equal(await faultOf(t, await writeZip({ 'a.jpg': Buffer.alloc(4_000_000) })), 'zip/bomb');
  t.equal(await faultOf(t, await writeZip({ 'a.jpg': Buffer.alloc(5_000_001) })), 'zip/entry-too-large');
  const many = Array.from({ length: 11 }, (_, i) => ({ name: `${i}.jpg`, data: '' }));
  t.equal(await faultOf(t, await writeZip(many)), 'zip/too-many-entries');
});
