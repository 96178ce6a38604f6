import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { crc32, deflateRawSync } from 'node:zlib';
import * as XLSX from '@e965/xlsx';
import fc from 'fast-check';
import t from 'tap';
import { guessHeader } from '#domain/roster/header.ts';
import { previewRoster, type RosterPreview } from '#domain/roster/preview.ts';
import { encodeGb18030 } from './encode-gb18030.testing.ts';
import { RosterReadError } from './read-error.ts';
import { type ReadOptions, type ReadTable, readTableInThread } from './read-in-thread.ts';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
async function refused(bytes: Uint8Array, options: ReadOptions = {}): Promise<string | undefined> {
  try {
    await readTableInThread(bytes, options);
    return undefined;
  } catch (error) {
    if (!(error instanceof RosterReadError)) throw error;
    return error.code;
  }
}
const preview = (table: ReadTable): RosterPreview => previewRoster(table, guessHeader(table).mapping);
const essence = ({ entries, faults }: RosterPreview) => ({
  entries: entries.map(({ line, key, ticket, name, gender, school, subjectName }) => ({
    line,
    key,
    ticket,
    name,
    gender,
    school,
    subjectName,
  })),
  faults: faults.map(({ line, code, otherLine }) => ({ line, code, otherLine })),
});
/** A workbook with text cells alone, as a careful person makes it. */
function workbook(rows: string[][], type: XLSX.BookType = 'xlsx', above: string[][] = []): Uint8Array {
  const sheet = XLSX.utils.aoa_to_sheet([...above, ...rows]);
  if (above.length > 0) sheet['!merges'] = [XLSX.utils.decode_range('A1:G1')];
  const book = XLSX.utils.book_new();
  XLSX.utils.book_append_sheet(book, sheet, '考生名单');
  return new Uint8Array(XLSX.write(book, { type: 'array', bookType: type, compression: true }));
}

const LISTS = [
  { file: '240-utf8.csv', decoder: 'utf-8', entries: 240, faults: [] },
  { file: '180-gb18030.csv', decoder: 'gb18030', entries: 180, faults: [] },
  {
    file: '120-messy-gb18030.csv',
    decoder: 'gb18030',
    entries: 115,
    faults: [
      '13 roster/id-number-check-digit',
      '14 roster/name-missing',
      '15 roster/ticket-of-two-people 12',
      '16 roster/person-twice-in-subject 12',
      '17 roster/id-number-date',
    ],
  },
];

for (const { file, decoder, entries, faults } of LISTS) {
  t.test(`${file}: the same entries and faults in every encoding and format`, async (t) => {
    const original = readFileSync(new URL(`../../domain/roster/fixtures/${file}`, import.meta.url));
    const text = new TextDecoder(decoder).decode(original);
    const rows = text
      .trimEnd()
      .split('\r\n')
      .map((line) => line.split(','));
    const given = preview(await readTableInThread(original));
    t.equal(given.entries.length, entries);
    t.same(
      given.faults.map(({ line, code, otherLine }) =>
        [line, code, otherLine].filter((x) => x !== undefined).join(' '),
      ),
      faults,
    );

    const gb = await readTableInThread(encodeGb18030(text));
    t.match(gb, { format: 'csv', encoding: 'gb18030', delimiter: ',' });
    t.same(essence(preview(gb)), essence(given), 'GB18030');
    const utf8 = await readTableInThread(bytesOf(text));
    t.match(utf8, { encoding: 'utf-8' });
    t.same(essence(preview(utf8)), essence(given), 'UTF-8 without a mark');
    const tabbed = await readTableInThread(Buffer.from(`\uFEFF${text.replaceAll(',', '\t')}`, 'utf16le'));
    t.match(tabbed, { encoding: 'utf-16le', delimiter: '\t' });
    t.same(essence(preview(tabbed)), essence(given), "Excel's Unicode text");
    t.same(
      essence(preview(await readTableInThread(bytesOf(text.replaceAll(',', ';'))))),
      essence(given),
      'semicolons',
    );

    const xlsx = await readTableInThread(workbook(rows));
    t.match(xlsx, { format: 'xlsx', sheet: '考生名单' });
    t.same(essence(preview(xlsx)), essence(given), 'XLSX');
    const xls = await readTableInThread(workbook(rows, 'biff8'));
    t.match(xls, { format: 'xls' });
    t.same(essence(preview(xls)), essence(given), 'XLS');
    const titled = preview(await readTableInThread(workbook(rows, 'xlsx', [['2026年统一考试考生名单'], []])));
    t.same(
      titled.faults.map(({ line, code }) => [line - 2, code]),
      given.faults.map(({ line, code }) => [line, code]),
      'a merged title and an empty row above',
    );
    t.equal(titled.entries.length, entries);
  });
}

t.test('what is no table is refused with a code', async (t) => {
  t.equal(await refused(new Uint8Array()), 'roster/read-empty');
  t.equal(await refused(bytesOf('\uFEFF\r\n \r\n')), 'roster/read-empty');
  t.equal(await refused(new Uint8Array(50 * 1024 * 1024)), 'roster/read-too-large');
  t.equal(await refused(randomBytes(5000)), 'roster/read-not-a-table');
  t.equal(await refused(new Uint8Array(5000)), 'roster/read-not-a-table');
  t.equal(await refused(bytesOf('考号,姓名\n1,张\0三\n')), 'roster/read-nul-byte');
  t.equal(await refused(Buffer.from('\uFEFF考号\n张\0三', 'utf16le')), 'roster/read-nul-byte');
  t.equal(
    await refused(bytesOf('<html><table><tr><td>姓名</td></tr></table></html>')),
    'roster/read-web-page',
  );
  t.equal(
    await refused(bytesOf('%PDF-1.7\n\u0001\u0002\u0003\u0004\u0005\u0006')),
    'roster/read-not-a-table',
  );
  t.equal(await refused(bytesOf('T1,张三\n'.repeat(100_000))), 'roster/read-too-many-rows');
});

t.test('one stray control character is left to the preview, which names its line', async (t) => {
  const table = await readTableInThread(
    bytesOf('准考证号,姓名,身份证号,科目\nT1,张\u0007三,11010519491231002X,语文\n\u001a'),
  );
  t.match(preview(table).faults, [{ line: 2, field: 'name', code: 'roster/control-character' }]);
  t.equal(preview(table).counts.lines, 1, 'the end mark of DOS programs is no line');
});

t.test('workbooks that cannot be read', async (t) => {
  const good = workbook([
    ['姓名', '考号'],
    ['张三', 'T1'],
  ]);
  t.equal(await refused(good.subarray(0, good.length - 30)), 'roster/read-damaged', 'cut off');
  const changed = Buffer.from(zip({ 'xl/workbook.xml': '<workbook/>' }));
  changed.writeUInt32LE(1, changed.indexOf('PK\u0001\u0002') + 16);
  t.equal(await refused(changed), 'roster/read-damaged', 'a wrong checksum');
  t.equal(await refused(bytesOf('PK\u0003\u0004 and nothing')), 'roster/read-damaged');
  t.equal(await refused(zip({ 'word/document.xml': '<w/>' })), 'roster/read-not-a-table', 'a text document');
  t.equal(await refused(zip({ 'xl/workbook.xml': '<broken' })), 'roster/read-damaged');
  t.equal(await refused(workbook([[]])), 'roster/read-empty');
  t.equal(await refused(good, { sheet: '没有' }), 'roster/read-no-such-sheet');
  const xls = workbook([['姓名'], ['张三']], 'biff8');
  t.equal(await refused(xls.subarray(0, 600)), 'roster/read-damaged');
  t.equal(await refused(compoundWith('EncryptedPackage')), 'roster/read-password');
  t.equal(await refused(compoundWith('WordDocument')), 'roster/read-damaged');
});

t.test('a workbook that unpacks without end stops at the bound', async (t) => {
  const huge = ' '.repeat(80 * 1024 * 1024);
  const bomb = zip({ 'xl/workbook.xml': '<workbook/>', 'xl/worksheets/sheet1.xml': huge });
  t.ok(bomb.length < 200_000, 'small as a file');
  t.equal(await refused(bomb), 'roster/read-inflates-too-far');
  const lying = zip({ 'xl/workbook.xml': '<workbook/>', 'xl/worksheets/sheet1.xml': huge }, 1000);
  t.match(await refused(lying), /roster\/read-(damaged|inflates-too-far)/, 'whatever size it claims');
  const many = Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`xl/${index}.xml`, '']));
  t.equal(await refused(zip({ ...many, 'xl/workbook.xml': '' })), 'roster/read-inflates-too-far');
});

t.test('damaged texts and XLSX raise the coded error and nothing else', async () => {
  const rows = [
    ['准考证号', '姓名', '身份证号', '科目'],
    ...Array.from({ length: 5 }, (_, n) => [`T${n}`, '张三', '1', '语文']),
  ];
  const files = [
    workbook(rows),
    workbook(rows, 'biff8'),
    workbook(rows, 'biff5'),
    encodeGb18030(rows.join('\r\n')),
  ];
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...files),
      fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 8 }),
      fc.option(fc.nat()),
      async (file, changes, cut) => {
        const bytes = Uint8Array.from(cut === null ? file : file.subarray(0, cut % file.length));
        for (const [at, value] of changes) if (bytes.length > 0) bytes[at % bytes.length] = value;
        await refused(bytes);
      },
    ),
    { numRuns: 200 },
  );
});

/** A ZIP as any program writes it; `claimed` overrides the uncompressed size its directory tells. */
function zip(files: Record<string, string>, claimed?: number): Uint8Array {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, text] of Object.entries(files)) {
    const packed = deflateRawSync(text);
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt16LE(8, 4);
    fields.writeUInt32LE(crc32(text), 10);
    fields.writeUInt32LE(packed.length, 14);
    fields.writeUInt32LE(claimed ?? Buffer.byteLength(text), 18);
    fields.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from('PK\u0003\u0004'), fields, Buffer.from(name), packed]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    directory.push(Buffer.from('PK\u0001\u0002\u0014\0'), fields, tail, Buffer.from(name));
    locals.push(local);
    offset += local.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\u0005\u0006');
  end.writeUInt16LE(locals.length, 8);
  end.writeUInt16LE(locals.length, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, central, end]);
}

/** A compound file with one stream, as encrypted workbooks and old text documents are. */
function compoundWith(stream: string): Uint8Array {
  // The library exports its container module untyped.
  const cfb = XLSX.CFB as {
    utils: { cfb_new(): object; cfb_add(container: object, path: string, content: Uint8Array): void };
    write(container: object, options: { type: 'buffer' }): Uint8Array;
  };
  const container = cfb.utils.cfb_new();
  cfb.utils.cfb_add(container, `/${stream}`, new Uint8Array(5000));
  return cfb.write(container, { type: 'buffer' });
}
