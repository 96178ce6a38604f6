import t from 'tap';
import { guessHeader } from '#domain/roster/header.ts';
import { remap, templateCsv } from './mapping.ts';

t.test('the box understands the template that the console gives out', async (t) => {
  for (const language of ['zh-CN', 'en'] as const) {
    const headings = templateCsv(language).replace('\uFEFF', '').trim().split(',');
    const example = [
      '261107010100001',
      '王小明',
      '男',
      '11010519491231002X',
      '第一中学',
      '0101',
      '语文',
      '',
      '',
      '',
    ];
    const { mapping } = guessHeader({ rows: [headings, example], lineOfRow: [1, 2], delimited: true });
    t.equal(mapping.headerRow, 0);
    for (const [index, field] of [
      'ticket',
      'name',
      'gender',
      'idNumber',
      'school',
      'subjectCode',
      'subjectName',
    ].entries())
      t.equal(mapping.columns[field as 'ticket'], index, `${language} ${field}`); // all are fields
  }
});

t.test('a column holds one field', async (t) => {
  const mapping = { ticket: 0, name: 1, school: null };
  t.same(remap(mapping, 'school', 1), { ticket: 0, name: null, school: 1 });
  t.same(remap(mapping, 'name', null), { ticket: 0, name: null, school: null });
});
