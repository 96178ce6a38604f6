import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import t from 'tap';
import { type ImportedEntry, importKey } from './entry.ts';
import { guessHeader } from './header.ts';
import { idCheckCharacter } from './id-number.ts';
import { previewRoster, type RosterPreview } from './preview.ts';
import type { RosterMapping, RosterTable, TableCell } from './table.ts';

const HEADER = ['准考证号', '姓名', '性别', '身份证号', '报考学校', '科目代码', '科目名称'];
const MAPPING: RosterMapping = {
  headerRow: 0,
  columns: { ticket: 0, name: 1, gender: 2, idNumber: 3, school: 4, subjectCode: 5, subjectName: 6 },
};
const table = (...rows: (string | TableCell)[][]): RosterTable => ({
  rows: [HEADER, ...rows],
  lineOfRow: [1, ...rows.map((_, index) => index + 2)],
});
/** The n-th person's ID number. */
const id = (n: number): string => {
  const first = `11990119900101${String(n).padStart(3, '0')}`;
  return first + idCheckCharacter(first);
};
const row = (n: number, change: { [column: number]: string | TableCell } = {}): (string | TableCell)[] => {
  const cells: (string | TableCell)[] = [`T${n}`, `考生${n}`, '男', id(n), '第一中学', '0101', '语文'];
  for (const [column, value] of Object.entries(change)) cells[Number(column)] = value;
  return cells;
};
const said = (preview: RosterPreview): string[] =>
  preview.faults.map(
    (f) => `${f.line} ${f.field} ${f.code}${f.otherLine === undefined ? '' : ` ${f.otherLine}`}`,
  );
const stored = (preview: RosterPreview): ImportedEntry[] =>
  preview.entries.map(({ line, key, status, changes, ...entry }) => entry);

t.test(
  'the messy list: blanks, widths and x are put right, lines 13 to 17 are told, nothing else',
  async (t) => {
    const text = new TextDecoder('gb18030').decode(
      readFileSync(new URL('fixtures/120-messy-gb18030.csv', import.meta.url)),
    );
    const rows = text
      .trimEnd()
      .split('\r\n')
      .map((line) => line.split(','));
    const messy: RosterTable = { rows, lineOfRow: rows.map((_, index) => index + 1), delimited: true };
    const preview = previewRoster(messy, guessHeader(messy).mapping);
    t.notOk(preview.ok);
    t.same(said(preview), [
      '13 idNumber roster/id-number-check-digit',
      '14 name roster/name-missing',
      '15 ticket roster/ticket-of-two-people 12',
      '16 idNumber roster/person-twice-in-subject 12',
      '17 idNumber roster/id-number-date',
    ]);
    t.equal(preview.entries.length, 115);
    t.same(preview.notices, []);
    const at = (line: number) => preview.entries.find((entry) => entry.line === line);
    t.equal(at(7)?.idNumber, '119901200609074313', 'full-width digits');
    t.equal(at(11)?.name, '万轩博', 'stray blanks, ideographic too');
    t.equal(at(30)?.idNumber, '33990219950917102X');
    t.equal(at(32)?.name, '汤轩𠅤');
    t.ok(
      preview.entries.every((entry) => /^\d{17}[\dX]$/.test(entry.idNumber)),
      'no lower-case x is left',
    );
  },
);

t.test('a faultless list is taken whole', async (t) => {
  const preview = previewRoster(
    table(row(1), row(2, { 2: '', 4: '' }), ['', ' ', '\u3000'], HEADER, row(3)),
    MAPPING,
  );
  t.ok(preview.ok);
  t.same(
    preview.entries.map(({ line, status }) => [line, status]),
    [
      [2, 'new'],
      [3, 'new'],
      [6, 'new'],
    ],
    'blank lines and a repeated header are passed over',
  );
  t.match(preview.entries[0], {
    ticket: 'T1',
    name: '考生1',
    gender: 'male',
    idNumber: id(1),
    school: '第一中学',
    subjectCode: '0101',
    subjectName: '语文',
    room: null,
    extraMinutes: null,
    key: `${id(1)}/0101`,
  });
  t.match(preview.entries[1], { gender: null, school: null });
  t.match(preview.counts, { lines: 3, entries: 3, people: 3, new: 3, faults: 0, faultyLines: 0 });
  t.equal(importKey('2026-06', preview.entries[0] as ImportedEntry), `${id(1)}/0101@2026-06`);
});

t.test('faults of single lines', async (t) => {
  const fault = (change: { [column: number]: string | TableCell }): string[] =>
    said(previewRoster(table(row(1, change)), MAPPING)).map((text) => text.replace(/^2 /, ''));
  t.same(fault({ 0: '' }), ['ticket roster/ticket-missing']);
  t.same(fault({ 0: 'T 1#' }), ['ticket roster/ticket-malformed']);
  t.same(fault({ 0: '2.61109E+14' }), ['ticket roster/scientific-notation']);
  t.same(fault({ 1: ' ' }), ['name roster/name-missing']);
  t.same(fault({ 1: '张\u0007' }), ['name roster/control-character']);
  t.same(fault({ 1: '#N/A' }), ['name roster/spreadsheet-error']);
  t.same(fault({ 2: '雄' }), ['gender roster/gender-unknown']);
  t.same(fault({ 3: '' }), ['idNumber roster/id-number-missing']);
  t.same(fault({ 3: '1.19901E+17' }), ['idNumber roster/scientific-notation']);
  t.same(fault({ 5: '' }), ['subjectCode roster/subject-missing']);
  t.same(fault({ 5: '01/01' }), ['subjectCode roster/subject-code-malformed']);
  t.same(fault({ 5: { value: '1月1日', kind: 'date' } }), ['subjectCode roster/date-cell']);
  t.same(fault({ 4: '第一\ufffd学' }), ['school roster/damaged-text']);
  t.same(fault({ 0: '', 1: '', 2: '?', 3: '' }), [
    'ticket roster/ticket-missing',
    'name roster/name-missing',
    'gender roster/gender-unknown',
    'idNumber roster/id-number-missing',
  ]);
  t.same(said(previewRoster(table(row(1), ['合计：1 人']), MAPPING)), ['3 null roster/line-not-an-entry']);
});

t.test('number cells', async (t) => {
  const number = (value: string, n: number): TableCell => ({ value, kind: 'number', number: n });
  const preview = previewRoster(
    table(
      row(1, { 3: number('1.19901E+17', 119901199007310000) }),
      row(2, { 3: number('119901199007310000', 119901199007310000) }),
      row(3, { 0: number('2.61109E+14', 261109010100003) }),
      row(4, { 0: number('2.61109E+17', 261109010100004_000) }),
      row(5, { 5: number('0101', 101) }),
      row(6, { 0: number('12.5', 12.5) }),
    ),
    MAPPING,
  );
  t.same(said(preview), [
    '2 idNumber roster/digits-lost',
    '3 idNumber roster/digits-lost',
    '5 ticket roster/digits-lost',
    '7 ticket roster/digits-lost',
  ]);
  t.equal(
    preview.entries[0]?.ticket,
    '261109010100003',
    'fifteen digits are all there, however the column shows them',
  );
  t.equal(preview.entries[1]?.subjectCode, '0101', 'leading zeros of the format belong to the code');
});

t.test('rounded ID numbers in a text file', async (t) => {
  const byChance = { 3: '119901198712010000' };
  t.same(
    said(previewRoster(table(row(1, byChance), row(2)), MAPPING)),
    [],
    'alone it is a number like any other',
  );
  t.same(said(previewRoster(table(row(1, byChance), row(2, { 3: '119901198712011000' })), MAPPING)), [
    '2 idNumber roster/digits-lost',
    '3 idNumber roster/digits-lost',
  ]);
});

t.test('contradictions between lines', async (t) => {
  const cross = (...rows: (string | TableCell)[][]): string[] => said(previewRoster(table(...rows), MAPPING));
  const maths = { 5: '0102', 6: '数学' };
  t.same(cross(row(1), row(1, maths)), [], 'one person, one ticket, two subjects');
  t.same(cross(row(1), row(1, { ...maths, 0: 'T9' })), [], 'one person, two tickets, two subjects');
  t.same(cross(row(1), row(2, { 0: 'T1' })), ['3 ticket roster/ticket-of-two-people 2']);
  t.same(cross(row(1), row(2, { ...maths, 0: 'Ｔ１ ' })), ['3 ticket roster/ticket-of-two-people 2']);
  t.same(cross(row(1), row(1)), ['3 idNumber roster/person-twice-in-subject 2']);
  t.same(cross(row(1), row(2), row(1, { 0: 'T9', 1: '别人' })), [
    '4 idNumber roster/person-twice-in-subject 2',
  ]);
  t.same(cross(row(1), row(1, { ...maths, 1: '别人' })), ['3 name roster/id-number-two-names 2']);
  t.same(
    cross(row(1), row(1, { ...maths, 1: '考生1\u3000' })),
    [],
    'names are compared as they will be stored',
  );
  t.same(
    cross(row(1, { 6: '语 文' }), row(2), row(3)),
    ['2 subjectName roster/subject-code-two-names 3'],
    'the name most lines have is taken for right',
  );
  t.same(cross(row(1), row(2, { 5: '101' })), ['3 subjectCode roster/subject-code-zeros-lost 2']);
  t.same(
    cross(row(1, { 1: '' }), row(2, { 0: 'T1' })),
    ['2 name roster/name-missing', '3 ticket roster/ticket-of-two-people 2'],
    'a faulty line still takes part, so that everything is told at once',
  );
});

t.test('columns that a list may have or not', async (t) => {
  const extras: RosterTable = {
    rows: [
      ['T1', '考生1', id(1), '英语 听力', '第０３考场', '7', '30分钟', '２５％'],
      ['T2', '考生2', id(2), '英语 听力', '', '', '', ''],
      ['T3', '考生3', id(3), '英语 听力', '', '', '半小时', '400'],
    ],
    lineOfRow: [1, 2, 3],
  };
  const preview = previewRoster(extras, {
    headerRow: -1,
    columns: {
      ticket: 0,
      name: 1,
      idNumber: 2,
      subjectName: 3,
      room: 4,
      seat: 5,
      extraMinutes: 6,
      extraPercent: 7,
    },
  });
  t.same(said(preview), ['3 extraMinutes roster/extra-minutes', '3 extraPercent roster/extra-percent']);
  t.match(preview.entries[0], {
    subjectCode: '英语听力',
    subjectName: '英语 听力',
    room: '第03考场',
    seat: '7',
    extraMinutes: 30,
    extraPercent: 25,
  });
  t.match(preview.entries[1], { room: null, extraMinutes: null });

  const fixed = previewRoster(
    { rows: [['T1', '考生1', id(1)]], lineOfRow: [1] },
    {
      headerRow: -1,
      columns: { ticket: 0, name: 1, idNumber: 2 },
      fixed: { subjectCode: '0101', subjectName: '语文' },
    },
  );
  t.ok(fixed.ok);
  t.match(fixed.entries[0], { subjectCode: '0101', subjectName: '语文' });
});

t.test('a stray comma in a text line', async (t) => {
  const lines = table(row(1), [...row(2).slice(0, 5), '分校', '0101', '语文'], [...row(3), '', ' ']);
  t.same(said(previewRoster({ ...lines, delimited: true }, MAPPING)), ['3 null roster/line-too-long']);
});

t.test('a mapping that does not fit', async (t) => {
  const wrong = (mapping: RosterMapping): string[] => said(previewRoster(table(row(1)), mapping));
  const { columns } = MAPPING;
  t.same(wrong({ headerRow: 0, columns: {} }), [
    '1 ticket roster/column-missing',
    '1 name roster/column-missing',
    '1 idNumber roster/column-missing',
    '1 subjectCode roster/column-missing',
  ]);
  t.same(wrong({ headerRow: 0, columns: { ...columns, school: 1 } }), ['1 school roster/column-used-twice']);
  t.same(wrong({ headerRow: 0, columns: { ...columns, room: 99 } }), ['1 room roster/column-outside']);
  t.same(wrong({ headerRow: 7, columns }), ['0 null roster/header-outside']);
  t.same(wrong({ headerRow: 1, columns }), ['2 null roster/no-entries']);
  t.same(said(previewRoster({ rows: [], lineOfRow: [] }, MAPPING)), ['0 null roster/no-entries']);
});

t.test('a second import', async (t) => {
  const first = stored(previewRoster(table(row(1), row(2), row(3)), MAPPING));
  const again = previewRoster(table(row(1), row(2), row(3)), MAPPING, first);
  t.match(again.counts, { new: 0, changed: 0, unchanged: 3, absent: 0 });

  const next = previewRoster(table(row(1), row(2, { 1: '改名', 4: '' }), row(4)), MAPPING, first);
  t.ok(next.ok);
  t.same(
    next.entries.map(({ status, changes }) => ({ status, changes })),
    [
      { status: 'unchanged', changes: [] },
      {
        status: 'changed',
        changes: [
          { field: 'name', from: '考生2', to: '改名' },
          { field: 'school', from: '第一中学', to: null },
        ],
      },
      { status: 'new', changes: [] },
    ],
  );
  t.match(next.counts, { new: 1, changed: 1, unchanged: 1, absent: 1 });

  const { school: _, ...fewer } = MAPPING.columns;
  const kept = previewRoster(table(row(1)), { headerRow: 0, columns: fewer }, first);
  t.equal(kept.entries[0]?.status, 'unchanged', 'a list without schools takes nobody out of school');
  t.equal(kept.entries[0]?.school, '第一中学');
});

t.test('tickets against those already imported', async (t) => {
  const first = stored(previewRoster(table(row(1), row(2)), MAPPING));
  const taken = previewRoster(table(row(3, { 0: 'T1' })), MAPPING, first);
  t.same(said(taken), ['2 ticket roster/ticket-imported-for-another']);
  t.equal(taken.faults[0]?.otherValue, '考生1');
  const swapped = previewRoster(table(row(1, { 0: 'T2' }), row(2, { 0: 'T1' })), MAPPING, first);
  t.ok(swapped.ok, 'swapped tickets are put right by one list');
  t.equal(swapped.counts.changed, 2);
  t.ok(
    previewRoster(table(row(1, { 5: '0102', 6: '数学' })), MAPPING, first).ok,
    'the same person in another subject',
  );
});

t.test('notices do not stop the import', async (t) => {
  const first = stored(previewRoster(table(row(1), row(2)), MAPPING));
  const preview = previewRoster(
    table(row(1, { 1: '潘静?', 5: '0102', 6: '数学' }), row(3, { 1: '张\ue863', 6: '大学语文' })),
    MAPPING,
    first,
  );
  t.ok(preview.ok);
  t.same(
    preview.notices.map(({ line, code, otherValue }) => [line, code, otherValue]),
    [
      [2, 'roster/name-question-mark', undefined],
      [2, 'roster/name-differs-from-imported', '考生1'],
      [3, 'roster/name-private-use', '张䶮'],
      [3, 'roster/subject-name-differs-from-imported', '语文'],
    ],
  );
});

t.test(
  'for any list: faulty lines give no entry, ok means no fault, importing again changes nothing',
  async () => {
    const cell = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 6 }),
      fc.constantFrom('', '#N/A', '1E+17', '\ufffd', '男'),
    );
    const anyRow = fc
      .tuple(
        fc.integer({ min: 1, max: 6 }),
        fc.constantFrom('0101', '0102', '101', ''),
        fc.array(fc.tuple(fc.nat(8), cell), { maxLength: 2 }),
      )
      .map(([n, subject, damage]) =>
        row(n, { 5: subject, 6: `科目${subject}`, ...Object.fromEntries(damage) }),
      );
    fc.assert(
      fc.property(fc.array(anyRow, { maxLength: 12 }), fc.boolean(), (rows, delimited) => {
        const preview = previewRoster({ ...table(...rows), delimited }, MAPPING);
        const faulty = new Set(preview.faults.map((fault) => fault.line));
        const keys = new Set(preview.entries.map((entry) => entry.key));
        const holders = new Map<string, string>();
        const entries = stored(preview);
        const again = previewRoster({ ...table(...rows), delimited }, MAPPING, entries);
        return (
          preview.entries.every((entry) => !faulty.has(entry.line)) &&
          preview.ok === (preview.faults.length === 0) &&
          keys.size === preview.entries.length &&
          entries.every(
            ({ ticket, idNumber }) =>
              (holders.get(ticket) ?? idNumber) === holders.set(ticket, idNumber).get(ticket),
          ) &&
          (!preview.ok || (again.ok && again.counts.unchanged === entries.length))
        );
      }),
      { numRuns: 500 },
    );
  },
);
