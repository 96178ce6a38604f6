import fc from 'fast-check';
import t from 'tap';
import { guessDelimiter, readCsv } from './read-csv.ts';
import { READ_LIMITS, RosterReadError } from './read-error.ts';

const read = (text: string, limits = {}) => readCsv(text, { ...READ_LIMITS, ...limits });
function refused(text: string, limits = {}): { code: string; detail: object } | undefined {
  try {
    read(text, limits);
    return undefined;
  } catch (error) {
    if (!(error instanceof RosterReadError)) throw error;
    return { code: error.code, detail: error.detail };
  }
}

t.test('rows know the physical line they begin on', async (t) => {
  const text = '考号,姓名\r\n1,"张\r\n三"\r\n\r\n ,\r\n2,"李""四"\n3,王五\r4,赵六';
  t.same(read(text), {
    rows: [
      ['考号', '姓名'],
      ['1', '张\r\n三'],
      ['2', '李"四'],
      ['3', '王五'],
      ['4', '赵六'],
    ],
    lineOfRow: [1, 2, 6, 7, 8],
    delimiter: ',',
  });
});

t.test('any cells, quoted, come back with their lines', async () => {
  const cell = fc.string({
    unit: fc.constantFrom('a', '张', '𠅤', ',', ';', '\t', '"', '\n', '\r\n', ' '),
    maxLength: 6,
  });
  fc.assert(
    fc.property(
      fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 8 }),
      fc.constantFrom(',', ';', '\t'),
      fc.constantFrom('\n', '\r\n'),
      (rows, delimiter, end) => {
        let line = 1;
        const lines: number[] = [];
        const written = rows.map((cells) => {
          lines.push(line);
          const text = cells.map((value) => `"${value.replaceAll('"', '""')}"`).join(delimiter) + end;
          line += text.split('\n').length - 1;
          return text;
        });
        const filled = rows.map((cells) => cells.some((value) => value.trim() !== ''));
        const table = read(`sep=${delimiter}${end}${written.join('')}`);
        return (
          JSON.stringify(table.rows) === JSON.stringify(rows.filter((_, index) => filled[index])) &&
          JSON.stringify(table.lineOfRow) ===
            JSON.stringify(lines.filter((_, index) => filled[index]).map((one) => one + 1))
        );
      },
    ),
  );
});

t.test('the delimiter is guessed from most lines', async (t) => {
  t.equal(guessDelimiter('a,b;c,d\n1,2,3\n'), ',');
  t.equal(guessDelimiter('名单；2026,6\na;b;c\n1;"2,3,4,5";3\n'), ';');
  t.equal(guessDelimiter('a\tb\tc\n1\t2,5\t3\n'), '\t');
  t.equal(guessDelimiter('single\ncolumn'), ',');
  t.equal(guessDelimiter(''), ',');
  t.same(read('a;b\n1;2').rows, [
    ['a', 'b'],
    ['1', '2'],
  ]);
  t.same(read('sep=;\r\na,1;b').rows, [['a,1', 'b']], "Excel's hint overrides the guess");
  t.same(read('sep=;\r\na,1;b').lineOfRow, [2]);
});

t.test('ways of keeping a code text, and ragged rows', async (t) => {
  t.same(read('a,b,c\n="0101",x\n1,2,3,4\n"张三"同学,x').rows, [
    ['a', 'b', 'c'],
    ['0101', 'x'],
    ['1', '2', '3', '4'],
    ['"张三"同学', 'x'],
  ]);
});

t.test('faults have codes', async (t) => {
  t.same(refused('a,b\n1,2\n3,"4\n5,6\n'), { code: 'roster/read-quote-open', detail: { line: 3 } });
  t.same(refused(`a,b\n3,"4\n${'5,6\n'.repeat(50_000)}`), {
    code: 'roster/read-quote-open',
    detail: { line: 2 },
  });
  t.same(refused('a\n'.repeat(11), { maxRows: 10 }), {
    code: 'roster/read-too-many-rows',
    detail: { limit: '10' },
  });
  t.equal(
    refused(`${'a\n'.repeat(10)}${'\n'.repeat(10)}`, { maxRows: 10 }),
    undefined,
    'blank lines do not count',
  );
  t.same(refused(`a,b\n${'x,'.repeat(300)}`), {
    code: 'roster/read-too-many-columns',
    detail: { line: 2, limit: '256' },
  });
});
