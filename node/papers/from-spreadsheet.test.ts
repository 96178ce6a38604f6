import { Buffer } from 'node:buffer';
import { utils, write } from '@e965/xlsx';
import t from 'tap';
import { interactionsOf } from '#domain/papers/walk.ts';
import { compileSpreadsheet } from './from-spreadsheet.ts';

function csv(...rows: string[][]): Uint8Array {
  const text = rows.map((row) => row.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(',')).join('\r\n');
  return new Uint8Array(Buffer.from(text, 'utf8'));
}

function xlsx(...rows: (string | number)[][]): Uint8Array {
  const book = utils.book_new();
  utils.book_append_sheet(book, utils.aoa_to_sheet(rows), 'Paper');
  return new Uint8Array(write(book, { type: 'buffer', bookType: 'xlsx' }));
}

const HEADER = ['大题', '题型', '题目', '选项', '答案', '分值'];

t.test('all five types, in Chinese, from a workbook', async (t) => {
  const { paper, keys, problems } = await compileSpreadsheet(
    xlsx(
      HEADER,
      ['一、选择', '单选题', '水的化学式是？', 'A. H2O\nB. CO2\nC. <b>O2</b>', 'A', 2],
      ['', '多选', '下列哪些是质数？', '2；4；5', 'A、C', 3],
      ['二、其他', '判断', '地球是行星。', '', '√', 1],
      ['', '填空题', '____的首都是____。', '', '中国|中华人民共和国；北京', 4],
      ['', '简答', '谈谈你的看法。\n不少于 50 字', '', '', 10],
    ),
    '小测验',
  );
  t.same(
    problems.map(({ code, line, item }) => `${code} ${line} ${item}`),
    ['scoring/by-hand 6 q005'],
  );
  t.equal(paper?.title, '小测验');
  t.equal(paper?.language, 'zh-CN');
  t.same(
    paper?.sections.map((section) => [section.title, section.children.length]),
    [
      ['一、选择', 2],
      ['二、其他', 3],
    ],
  );
  const items = Object.values(paper!.items);
  t.same(
    items.map((item) => [...interactionsOf(item.body)].map(({ type }) => type).join()),
    ['choice', 'choice', 'choice', 'text-entry,text-entry', 'extended-text'],
  );
  t.same(
    items.map((item) => item.points),
    [2, 3, 1, 4, 10],
  );
  t.match(
    [...interactionsOf(items[0]!.body)],
    [{ choices: [{ id: 'A', c: ['H2O'] }, {}, { c: ['<b>O2</b>'] }] }],
  );
  t.same(keys?.items.q002?.responses.RESPONSE?.correct, ['A', 'C']);
  t.same(keys?.items.q003?.responses.RESPONSE?.correct, ['T']);
  t.match(keys?.items.q004?.responses.R1?.mapping?.entries, [
    { key: '中国', value: 2, caseSensitive: false },
    { key: '中华人民共和国', value: 2 },
  ]);
  t.notMatch(JSON.stringify(paper), '中华人民共和国');
});

t.test('English names, options in columns, GBK text', async (t) => {
  const english = await compileSpreadsheet(
    csv(
      ['Type', 'Question', 'Option A', 'Option B', 'Option C', 'Answer', 'Points'],
      ['single', 'Pick "one"', 'first', 'second', '', 'second', ''],
      ['true/false', 'Water is wet & cold', '', '', '', 'TRUE', '0.5'],
      ['text', 'Name it', '', '', '', 'York|york', '1'],
    ),
    'Quiz',
  );
  t.same(english.problems, []);
  t.same(english.keys?.items.q001?.responses.RESPONSE?.correct, ['B']);
  t.match(JSON.stringify(english.paper), 'Water is wet & cold');
  const gbk = Buffer.concat([
    // 题型,题目,答案 in GBK, then a row with 判断 and 错.
    Buffer.from([0xcc, 0xe2, 0xd0, 0xcd, 0x2c, 0xcc, 0xe2, 0xc4, 0xbf, 0x2c, 0xb4, 0xf0, 0xb0, 0xb8, 0x0a]),
    Buffer.from([0xc5, 0xd0, 0xb6, 0xcf, 0x2c, 0xcc, 0xe2, 0xc4, 0xbf, 0x2c, 0xb4, 0xed, 0x0a]),
  ]);
  const chinese = await compileSpreadsheet(new Uint8Array(gbk), '卷');
  t.same(chinese.problems, []);
  t.same(chinese.keys?.items.q001?.responses.RESPONSE?.correct, ['F']);
});

t.test('every faulty row is named with its line; nothing is compiled', async (t) => {
  const result = await compileSpreadsheet(
    csv(
      HEADER,
      ['', '连线', '题', '', '', ''],
      ['', '单选', '', 'a|b', 'A', '1'],
      ['', '单选', '题', 'a', 'A', '1'],
      ['', '单选', '题', 'a|a', 'A', '1'],
      ['', '单选', '题', 'a|b', 'C', '1'],
      ['', '单选', '题', 'a|b', 'AB', '1'],
      ['', '判断', '题', '', '也许', '1'],
      ['', '填空', '__和__', '', '一个', '1'],
      ['', '简答', '题', '', '', '零'],
      ['', '简答', '好题', '', '', '5'],
    ),
    '卷',
  );
  t.equal(result.paper, undefined);
  t.same(
    result.problems.map(({ code, line }) => `${code} ${line}`),
    [
      'sheet/type 2',
      'sheet/question 3',
      'sheet/options 4',
      'sheet/options 5',
      'sheet/answer 6',
      'sheet/answer 7',
      'sheet/answer 8',
      'sheet/answer 9',
      'sheet/points 10',
    ],
  );
});

t.test('files that are no question sheet', async (t) => {
  const codes = async (bytes: Uint8Array) =>
    (await compileSpreadsheet(bytes, 'x')).problems.map(({ code }) => code);
  t.same(await codes(csv(['姓名', '考号'], ['a', 'b'])), ['sheet/no-header']);
  t.same(await codes(csv(HEADER)), ['sheet/no-questions']);
  t.same(await codes(new Uint8Array([0x50, 0x4b, 3, 4, 0, 0, 0])), ['sheet/unreadable']);
  t.same(await codes(csv(HEADER, ...Array.from({ length: 501 }, () => ['', '简答', '题', '', '', '1']))), [
    'sheet/too-many',
  ]);
});

t.test('a formula or markup in a cell stays text', async (t) => {
  const { paper, problems } = await compileSpreadsheet(
    csv(HEADER, ['', '简答', '=1+1 <script>alert(1)</script> ]]> \u0001', '', '', '1']),
    'x <y>',
  );
  t.same(
    problems.map(({ code }) => code),
    ['scoring/by-hand'],
  );
  t.equal(paper?.title, 'x <y>');
  t.match(JSON.stringify(paper?.items.q001?.body), '=1+1 <script>alert(1)</script> ]]>');
});
