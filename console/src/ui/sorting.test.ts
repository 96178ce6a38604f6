import t from 'tap';
import { type Column, sortRows } from './sorting.ts';

interface Row {
  name: string;
  n: number | null;
}
const columns: Column<Row>[] = [
  { key: 'name', label: '', width: '', by: ({ name }) => name },
  { key: 'n', label: '', width: '', by: ({ n }) => n },
  { key: 'fixed', label: '', width: '' },
];
const rows: Row[] = [
  { name: '座位 10', n: 3 },
  { name: '座位 9', n: null },
  { name: '', n: 1 },
];
const sorted = (sort: string) => sortRows(rows, columns, sort, 'zh-CN').map(({ name }) => name);

t.test('numbers count as numbers, empty cells stand last both ways', async (t) => {
  t.same(sorted('name'), ['座位 9', '座位 10', '']);
  t.same(sorted('-name'), ['座位 10', '座位 9', '']);
  t.same(sorted('n'), ['', '座位 10', '座位 9']);
  t.same(sorted('-n'), ['座位 10', '', '座位 9']);
});

t.test('an unknown order is the order given', async (t) => {
  t.equal(sortRows(rows, columns, 'nonsense', 'en'), rows);
  t.equal(sortRows(rows, columns, 'fixed', 'en'), rows);
  t.equal(sortRows(rows, columns, '', 'en'), rows);
});
