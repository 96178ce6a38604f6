import * as XLSX from '@e965/xlsx';
import t from 'tap';
import type { TableCell } from '#domain/roster/table.ts';
import { encodeGb18030 } from './encode-gb18030.testing.ts';
import { READ_LIMITS } from './read-error.ts';
import { readTableInThread } from './read-in-thread.ts';
import { readWorkbook } from './read-workbook.ts';
import { unpackWorkbook } from './unpack-workbook.ts';

type Sheets = Record<string, XLSX.WorkSheet>;
function pack(sheets: Sheets, options: { type?: XLSX.BookType; hidden?: string[] } = {}): Uint8Array {
  const book = XLSX.utils.book_new();
  for (const [name, sheet] of Object.entries(sheets)) XLSX.utils.book_append_sheet(book, sheet, name);
  book.Workbook = {
    Sheets: Object.keys(sheets).map((name) => ({ name, Hidden: options.hidden?.includes(name) ? 1 : 0 })),
  };
  return new Uint8Array(XLSX.write(book, { type: 'array', bookType: options.type ?? 'xlsx' }));
}
const sheetOf = (...rows: unknown[][]): XLSX.WorkSheet => XLSX.utils.aoa_to_sheet(rows);
const read = async (bytes: Uint8Array, sheet?: string, limits = {}) =>
  readWorkbook(await unpackWorkbook(bytes, READ_LIMITS), sheet, { ...READ_LIMITS, ...limits });
const values = (rows: readonly (readonly (string | TableCell)[])[]): string[][] =>
  rows.map((row) => row.map((cell) => (typeof cell === 'string' ? cell : cell.value)));

/** Replaces text in the XML of a workbook and adds parts. */
function amend(
  workbook: Uint8Array,
  replace: Record<string, string>,
  add: Record<string, string> = {},
): Uint8Array {
  // The library exports its container module untyped.
  const cfb = XLSX.CFB as {
    read(bytes: Uint8Array, options: { type: 'buffer' }): { FileIndex: { content?: Uint8Array }[] };
    utils: { cfb_add(container: object, path: string, content: Uint8Array): void };
    write(container: object, options: { fileType: 'zip'; type: 'buffer' }): Uint8Array;
  };
  const container = cfb.read(workbook, { type: 'buffer' });
  for (const part of container.FileIndex) {
    const xml = Buffer.from(part.content ?? []).toString('utf8');
    const changed = Object.entries(replace).reduce((text, [from, to]) => text.replace(from, to), xml);
    if (changed !== xml) part.content = Buffer.from(changed);
  }
  for (const [path, xml] of Object.entries(add)) cfb.utils.cfb_add(container, path, Buffer.from(xml));
  return cfb.write(container, { fileType: 'zip', type: 'buffer' });
}

t.test('cells keep their kinds', async (t) => {
  const sheet = sheetOf(['id', 'code', 'date', 'text', 'yes', 'formula', 'error']);
  XLSX.utils.sheet_add_aoa(sheet, [[]], { origin: 1 });
  Object.assign(sheet, {
    A2: { t: 'n', v: 119901199007310000 },
    B2: { t: 'n', v: 101, z: '0000' },
    C2: { t: 'n', v: 45000, z: 'yyyy-mm-dd' },
    D2: { t: 's', v: '119901199007310051' },
    E2: { t: 'b', v: true },
    F2: { t: 's', v: '张三', f: 'CONCATENATE("张","三")' },
    G2: { t: 'e', v: 0x2a },
    '!ref': 'A1:G2',
  });
  const { rows } = await read(pack({ 名单: sheet }));
  t.same(rows[1], [
    { value: '1.19901E+17', kind: 'number', number: 119901199007310000 },
    { value: '0101', kind: 'number', number: 101 },
    { value: '2023-03-15', kind: 'date' },
    { value: '119901199007310051', kind: 'text' },
    { value: 'TRUE', kind: 'text' },
    { value: '张三', kind: 'text' },
    { value: '#N/A', kind: 'text' },
  ]);
});

t.test('rows know their number in the sheet; empty ones are left out', async (t) => {
  const sheet = sheetOf([], ['姓名', '考号'], [' ', ''], ['张三', 'T1']);
  // A blank in the last cell there is, as formatting whole columns leaves behind.
  const far = '<row r="1048576"><c r="XFD1048576" t="str"><v> </v></c></row></sheetData>';
  const table = await read(amend(pack({ 名单: sheet }), { '</sheetData>': far }));
  t.same(values(table.rows), [
    ['姓名', '考号'],
    ['张三', 'T1'],
  ]);
  t.same(table.lineOfRow, [2, 4]);
});

t.test('the sheet that looks like a roster is taken, others on request', async (t) => {
  const roster = sheetOf(['准考证号', '姓名', '身份证号'], ['T1', '张三', '1']);
  const book = pack(
    { 说明: sheetOf(['填写说明'], ['姓名', '必填']), 空: sheetOf([]), 旧: roster, 名单: roster },
    { hidden: ['旧'] },
  );
  const table = await read(book);
  t.equal(table.sheet, '名单');
  t.same(table.sheets, [
    { name: '说明', rows: 2, hidden: false },
    { name: '旧', rows: 2, hidden: true },
    { name: '名单', rows: 2, hidden: false },
  ]);
  t.equal((await read(book, '说明')).rows.length, 2);
  await t.rejects(read(book, '空'), { code: 'roster/read-empty' });
});

t.test('cells merged down hold for every row, titles merged across do not', async (t) => {
  const sheet = sheetOf(
    ['考生名单'],
    ['姓名', '学校'],
    ['甲', '第一中学'],
    ['乙'],
    ['丙'],
    ['丁', '实验中学'],
  );
  sheet['!merges'] = ['A1:B1', 'B3:B5'].map((range) => XLSX.utils.decode_range(range));
  t.same(values((await read(pack({ 名单: sheet }))).rows), [
    ['考生名单'],
    ['姓名', '学校'],
    ['甲', '第一中学'],
    ['乙', '第一中学'],
    ['丙', '第一中学'],
    ['丁', '实验中学'],
  ]);
});

t.test('rare characters, written plainly and as references', async (t) => {
  const names = '汤轩𠅤 𬭛 䶮 扎西·尼玛 \u{2f80f}';
  t.equal(values((await read(pack({ 名单: sheetOf([names]) }))).rows)[0]?.[0], names);
  t.equal(
    values((await readTableInThread(pack({ 名单: sheetOf([names]) }, { type: 'biff8' }))).rows)[0]?.[0],
    names,
  );

  // Some libraries write characters beyond U+FFFF as references.
  const references = '&#x20164;&#183419;&#x4DAE;&#183;&#xD840;&#xDD64;&#38;';
  const table = await read(amend(pack({ 名单: sheetOf(['NAME & more']) }), { NAME: references }));
  t.equal(values(table.rows)[0]?.[0], '𠅤𬱻䶮·𠅤& & more');
});

t.test('workbooks of Excel 95 in the Chinese code page', async (t) => {
  // The library cannot write them; so Latin text is written and its bytes are replaced, with the record of the code page.
  const bytes = Buffer.from(
    pack({ Sheet1: sheetOf(['NAME', 'SITE'], ['ANNA', 'SCHOOLNO']) }, { type: 'biff5' }),
  );
  const put = (from: string, to: string): void => {
    const at = bytes.indexOf(from);
    t.ok(at > 0, from);
    bytes.set(encodeGb18030(to), at);
  };
  put('NAME', '姓名');
  put('SITE', '学校');
  put('ANNA', '张䶮');
  put('SCHOOLNO', '第一中学');
  const codePage = bytes.indexOf(Buffer.from([0x42, 0, 2, 0]));
  t.ok(codePage > 0);
  bytes.writeUInt16LE(936, codePage + 4);
  const rows = values((await readTableInThread(bytes)).rows);
  t.same(rows[0], ['姓名', '学校']);
  t.same(rows[1]?.[1], '第一中学');
  t.equal(rows[1]?.[0], '张䶮');
});

t.test('chart sheets, comments and links to other workbooks do not stand in the way', async (t) => {
  const sheet = sheetOf(['姓名', '考号'], ['张三', 'T1']);
  const cell: XLSX.CellObject = sheet.A2;
  XLSX.utils.cell_add_comment(cell, '请核对', '教务处');
  const type = 'application/vnd.openxmlformats-officedocument.spreadsheetml';
  const main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"';
  const book = amend(
    pack({ 名单: sheet, 图表: sheetOf(['x']) }),
    {
      'relationships/worksheet" Target="worksheets/sheet2.xml"':
        'relationships/chartsheet" Target="chartsheets/sheet1.xml"',
      [`/xl/worksheets/sheet2.xml" ContentType="${type}.worksheet+xml`]: `/xl/chartsheets/sheet1.xml" ContentType="${type}.chartsheet+xml`,
      '</Types>': `<Override PartName="/xl/externalLinks/externalLink1.xml" ContentType="${type}.externalLink+xml"/></Types>`,
    },
    {
      '/xl/chartsheets/sheet1.xml': `<chartsheet ${main}><sheetViews/><drawing r:id="rId1"/></chartsheet>`,
      '/xl/externalLinks/externalLink1.xml': `<externalLink ${main}/>`,
    },
  );
  const table = await read(book);
  t.same(values(table.rows), [
    ['姓名', '考号'],
    ['张三', 'T1'],
  ]);
});

t.test('bounds', async (t) => {
  const tall = pack({ 名单: sheetOf(...Array.from({ length: 20 }, (_, n) => [`T${n}`])) });
  await t.rejects(read(tall, undefined, { maxRows: 19 }), {
    code: 'roster/read-too-many-rows',
    detail: { limit: '19' },
  });
  t.equal((await read(tall, undefined, { maxRows: 20 })).rows.length, 20);
  const wide = sheetOf(['姓名'], [...Array.from({ length: 300 }, () => ''), 'far']);
  await t.rejects(read(pack({ 名单: wide })), { code: 'roster/read-too-many-columns', detail: { line: 2 } });
});
