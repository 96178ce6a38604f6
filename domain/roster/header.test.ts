import t from 'tap';
import { guessHeader, headerKey } from './header.ts';
import type { RosterTable } from './table.ts';

const table = (...rows: string[][]): RosterTable => ({ rows, lineOfRow: rows.map((_, index) => index + 1) });
const ID = '549904199805051913';

t.test('the usual Chinese header', async (t) => {
  const guess = guessHeader(
    table(
      ['准考证号', '姓名', '性别', '身份证号', '报考学校', '科目代码', '科目名称'],
      ['261109010100001', '金桂', '男', ID, '汽车技师学院', '0101', '语文'],
    ),
  );
  t.same(guess.mapping, {
    headerRow: 0,
    columns: { ticket: 0, name: 1, gender: 2, idNumber: 3, school: 4, subjectCode: 5, subjectName: 6 },
  });
  t.ok(guess.sure);
  t.same(guess.missing, []);
});

t.test('an English header with extras, in another order', async (t) => {
  const guess = guessHeader(
    table(
      [
        'Seat No.',
        'Room',
        'Subject',
        'Subject Code',
        'ID Number',
        'Candidate Name',
        'Sex',
        'Admission No.',
        'School',
        'Extra time (minutes)',
        'Extra time (%)',
      ],
      ['1', 'A', 'Maths', 'M1', ID, 'Anna', 'F', 'T1', 'First', '30', ''],
    ),
  );
  t.same(guess.mapping.columns, {
    seat: 0,
    room: 1,
    subjectName: 2,
    subjectCode: 3,
    idNumber: 4,
    name: 5,
    gender: 6,
    ticket: 7,
    school: 8,
    extraMinutes: 9,
    extraPercent: 10,
  });
  t.ok(guess.sure);
});

t.test('titles above the header', async (t) => {
  const guess = guessHeader(
    table(
      ['2026年6月统一考试考生名单'],
      ['考场：第一机房', '', '打印日期：2026-05-01'],
      ['序号', '考号', '*姓 名（必填）', '证件类型', '证件号码', '单位', '课程代码', '课程名称', '照片'],
      ['1', '26110901', '金桂', '身份证', ID, '汽车技师学院', '0101', '语文', ''],
    ),
  );
  t.equal(guess.mapping.headerRow, 2);
  t.equal(guess.headerLine, 3);
  t.same(guess.mapping.columns, {
    ticket: 1,
    name: 2,
    idNumber: 4,
    school: 5,
    subjectCode: 6,
    subjectName: 7,
  });
  t.notOk(guess.sure);
  t.equal(guess.columns[2]?.confidence, 'likely', 'a name in brackets is looked at twice');
  t.equal(guess.columns[5]?.confidence, 'likely');
  t.equal(guess.columns[0]?.field, null);
  t.equal(guess.columns[3]?.field, null, 'the type of a document is not its number');
});

t.test('contents decide where names leave it open', async (t) => {
  t.same(
    guessHeader(table(['考号', '姓名', '号码2', '科目'], ['T1', '金桂', ID, '0101'])).mapping.columns,
    { ticket: 0, name: 1, idNumber: 2, subjectCode: 3 },
    'a column of ID numbers under an unknown header; 科目 with digits is the code',
  );
  t.same(
    guessHeader(table(['考号', '姓名', '身份证', '科目', '科目名称'], ['T1', '金桂', ID, '0101', '语文']))
      .mapping.columns,
    { ticket: 0, name: 1, idNumber: 2, subjectCode: 3, subjectName: 4 },
  );
  t.same(
    guessHeader(table(['ID', 'Name', 'ID card', 'Ticket', 'Subject'], ['1', 'Anna', ID, 'T1', 'Maths']))
      .mapping.columns,
    { name: 1, idNumber: 2, ticket: 3, subjectName: 4 },
    'a running number called ID is no ID number',
  );
  const lost = guessHeader(
    table(['考号', '姓名', '身份证号', '科目'], ['T1', '金桂', '1.19901E+17', '语文']),
  );
  t.equal(lost.mapping.columns.idNumber, 2);
  t.equal(lost.columns[2]?.confidence, 'guess', 'a column without a single ID number is worth a look');
  t.same(
    guessHeader(table(['考生号', '准考证号', '姓名', '身份证号', '科目'], ['9', 'T1', '金桂', ID, '语文']))
      .mapping.columns.ticket,
    1,
    'the name that means tickets alone wins',
  );
});

t.test('no header, nothing found, nothing at all', async (t) => {
  const bare = guessHeader(table(['T1', '金桂', '男', ID, '语文'], ['T2', '彭磊', '男', ID, '数学']));
  t.equal(bare.mapping.headerRow, -1);
  t.equal(bare.headerLine, null);
  t.same(bare.mapping.columns, { gender: 2, idNumber: 3 });
  t.same(bare.missing, ['ticket', 'name', 'subject']);
  t.same(guessHeader(table()).missing, ['ticket', 'name', 'idNumber', 'subject']);
  t.same(guessHeader(table(['a'.repeat(100000)], [])).mapping.columns, {});
});

t.test('the comparable form of a header', async (t) => {
  t.equal(headerKey(' *姓\u3000名： '), '姓名');
  t.equal(headerKey('Ｔｉｃｋｅｔ_No.'), 'ticketno');
  t.equal(headerKey('补时（％）'), '补时%');
});
