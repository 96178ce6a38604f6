import t from 'tap';
import { remap } from './mapping.ts';

t.test('a column has one field', async (t) => {
  const mapping = { ticket: 0, name: 1, school: null };
  t.same(remap(mapping, 'school', 1), { ticket: 0, name: null, school: 1 }, 'taken away elsewhere');
  t.same(remap(mapping, 'name', null), { ticket: 0, name: null, school: null });
  t.same(mapping, { ticket: 0, name: 1, school: null }, 'what is given stays as it is');
});
