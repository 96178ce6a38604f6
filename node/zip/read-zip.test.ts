import { Buffer } from 'node:buffer';
import t from 'tap';
import { renameEntry, writeZip } from '#scripts/zip/write-zip.ts';
import { readZip } from './read-zip.ts';

async function faultsOf(zip: Uint8Array, limits?: Parameters<typeof readZip>[1]): Promise<string[]> {
  const { faults } = await readZip(zip, limits);
  return faults.map((fault) => `${fault.code} ${fault.file}`.trim());
}

t.test('unpacks files by normalised name', async (t) => {
  const zip = await writeZip({
    'a.xml': 'one',
    'sub/b c.txt': 'two',
    '__MACOSX/._a.xml': 'litter',
    'empty.txt': '',
  });
  const { files, faults } = await readZip(zip);
  t.same(faults, []);
  t.same([...files.keys()], ['a.xml', 'sub/b c.txt', 'empty.txt']);
  t.equal(Buffer.from(files.get('sub/b c.txt')!).toString(), 'two');
  t.equal(files.get('empty.txt')!.length, 0);
});

t.test('file names of Chinese packers: UTF-8 with flag, UTF-8 without, GBK', async (t) => {
  const flagged = await writeZip({ '图片/甲.png': 'x' });
  t.same([...(await readZip(flagged)).files.keys()], ['图片/甲.png']);
  // 甲 in GBK is BC D7: three bytes of a placeholder in UTF-8 are too long, so two ASCII letters make room.
  const gbk = renameEntry(
    await writeZip({ 'zz.txt': 'x' }),
    'zz.txt',
    Buffer.from([0xbc, 0xd7, 0x2e, 0x74, 0x78, 0x74]),
  );
  t.same([...(await readZip(clearUtf8Flags(gbk))).files.keys()], ['甲.txt']);
  const utf8 = await writeZip({ '乙.txt': 'x' });
  t.same([...(await readZip(clearUtf8Flags(utf8))).files.keys()], ['乙.txt']);
});

t.test('names that lead out of the package are refused, each by name', async (t) => {
  let zip: Uint8Array = await writeZip({
    'aa/bad.xml': '1',
    'abs.xml': '2',
    'c/back.xml': '3',
    'C1back.xml': '4',
    'ok.xml': '5',
  });
  zip = renameEntry(zip, 'aa/bad.xml', '../bad.xml');
  zip = renameEntry(zip, 'abs.xml', '/bs.xml');
  zip = renameEntry(zip, 'c/back.xml', 'c\\back.xml');
  zip = renameEntry(zip, 'C1back.xml', 'C:back.xml');
  const { faults, files } = await readZip(zip);
  t.same(
    faults.map((fault) => fault.code),
    ['zip/traversal', 'zip/absolute', 'zip/backslash', 'zip/absolute'],
  );
  t.same(faults[0]!.file, '../bad.xml');
  t.equal(files.size, 0, 'nothing is unpacked');
});

t.test('symbolic links and other special files', async (t) => {
  const zip = await writeZip([
    { name: 'link.xml', data: '/etc/passwd', mode: 0o120777 },
    { name: 'pipe', data: '', mode: 0o010644 },
    { name: 'plain.xml', data: 'x', mode: 0o100644 },
  ]);
  t.same(await faultsOf(zip), ['zip/symlink link.xml', 'zip/special-file pipe']);
});

t.test('two entries of one name, also when they differ only in how it is written', async (t) => {
  t.same(await faultsOf(renameEntry(await writeZip({ 'a.xml': '1', 'b.xml': '2' }), 'b.xml', 'a.xml')), [
    'zip/duplicate a.xml',
  ]);
  t.same(
    await faultsOf(renameEntry(await writeZip({ 'x/a.xml': '1', 'x/aa.xml': '2' }), 'x/aa.xml', 'x//a.xml')),
    ['zip/duplicate x/a.xml'],
  );
});

t.test('encryption', async (t) => {
  const zip = Buffer.from(await writeZip({ 'a.xml': 'secret' }));
  zip.writeUInt16LE(zip.readUInt16LE(6) | 1, 6);
  const central = zip.indexOf(Buffer.from([0x50, 0x4b, 1, 2]));
  zip.writeUInt16LE(zip.readUInt16LE(central + 8) | 1, central + 8);
  t.same(await faultsOf(zip), ['zip/encrypted a.xml']);
});

t.test('damage: wrong checksum, broken stream, cut short, no ZIP at all', async (t) => {
  const stored = Buffer.from(await writeZip([{ name: 'a.xml', data: 'plain text here', compress: false }]));
  stored[stored.indexOf('plain')] = 0x50;
  t.same(await faultsOf(stored), ['zip/crc a.xml']);

  const packed = Buffer.from(await writeZip({ 'a.xml': 'text '.repeat(500), 'b.xml': 'fine' }));
  packed[30 + 'a.xml'.length + 2]! ^= 0xff;
  const [broken] = await faultsOf(packed);
  t.match(broken, /^zip\/(damaged|crc|bomb) a\.xml$/);

  const whole = await writeZip({ 'a.xml': 'text '.repeat(500) });
  t.same(await faultsOf(whole.subarray(0, whole.length - 30)), ['zip/truncated']);
  t.same(await faultsOf(Buffer.from('not a zip file at all')), ['zip/not-zip']);
  t.same(await faultsOf(new Uint8Array()), ['zip/not-zip']);
});

t.test('any cut of a package is a fault, never a rejection or half a package', async (t) => {
  const whole = await writeZip({ 'a.xml': 'text '.repeat(50), 'b/c.xml': 'more' });
  const accepted: number[] = [];
  for (let length = 0; length < whole.length; length += 7) {
    const { faults } = await readZip(whole.subarray(0, length));
    if (faults.length === 0) accepted.push(length);
  }
  t.same(accepted, []);
});

t.test('bombs: ratio of an entry, sizes that lie, entries that overlap', async (t) => {
  const bomb = await writeZip({ 'bomb.xml': Buffer.alloc(30 * 1024 * 1024) });
  t.ok(bomb.length < 100_000, 'small when packed');
  t.same(await faultsOf(bomb), ['zip/bomb bomb.xml']);

  // The directory says 10 bytes, the stream holds 50,000.
  const liar = Buffer.from(await writeZip({ 'a.xml': 'x'.repeat(50_000) }));
  liar.writeUInt32LE(10, liar.indexOf(Buffer.from([0x50, 0x4b, 1, 2])) + 24);
  t.same(await faultsOf(liar), ['zip/bomb a.xml']);

  const twice = Buffer.from(
    await writeZip([
      { name: 'a.xml', data: Buffer.alloc(5_000, 'ab'), compress: false },
      { name: 'b.xml', data: Buffer.alloc(5_000, 'ab'), compress: false },
    ]),
  );
  const first = twice.indexOf(Buffer.from([0x50, 0x4b, 1, 2]));
  for (const at of [first, twice.indexOf(Buffer.from([0x50, 0x4b, 1, 2]), first + 4)]) {
    twice.writeUInt32LE(9_000, at + 20);
    twice.writeUInt32LE(9_000, at + 24);
  }
  t.same(await faultsOf(twice), ['zip/bomb']);
});

t.test('bounds of number and size', async (t) => {
  const many = Array.from({ length: 10_000 }, (_, i) => ({ name: `f${i}.xml`, data: '', compress: false }));
  t.same(await faultsOf(await writeZip(many)), ['zip/too-many-entries']);
  const limits = { entries: 10, entryBytes: 1000, totalBytes: 1500, ratio: 1e9, ratioFromBytes: 0 };
  t.same(await faultsOf(await writeZip({ a: 'x'.repeat(1001) }), limits), ['zip/entry-too-large a']);
  t.same(await faultsOf(await writeZip({ a: 'x'.repeat(900), b: 'y'.repeat(900) }), limits), [
    'zip/total-too-large',
  ]);
});

/** Flag bit 11 says UTF-8; old packers never set it. */
function clearUtf8Flags(zip: Uint8Array): Buffer {
  const copy = Buffer.from(zip);
  for (const [mark, at] of [
    [[0x50, 0x4b, 3, 4], 6],
    [[0x50, 0x4b, 1, 2], 8],
  ] as const)
    for (let i = copy.indexOf(Buffer.from(mark)); i >= 0; i = copy.indexOf(Buffer.from(mark), i + 4))
      copy.writeUInt16LE(copy.readUInt16LE(i + at) & ~0x800, i + at);
  return copy;
}
