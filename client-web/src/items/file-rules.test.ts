import t from 'tap';
import { acceptOf, extensionsOf, refusalOf } from './file-rules.ts';

const rules = { types: ['text/csv', 'image/*'], maxBytes: 100 };

t.test('files are judged by type or by ending', async (t) => {
  t.equal(
    refusalOf({ name: '表.csv', type: 'application/vnd.ms-excel', size: 5 }, rules),
    null,
    'a CSV where Excel is installed',
  );
  t.equal(refusalOf({ name: 'a.jpg', type: 'image/jpeg', size: 5 }, rules), null);
  t.equal(refusalOf({ name: 'a.exe', type: '', size: 5 }, rules), 'type');
  t.equal(refusalOf({ name: 'a.csv', type: 'text/csv', size: 101 }, rules), 'size');
  t.equal(refusalOf({ name: 'a.csv', type: 'text/csv', size: 0 }, rules), 'empty');
  t.equal(refusalOf({ name: 'a.exe', type: '', size: 5 }, { types: [], maxBytes: 10 }), null);
  t.equal(acceptOf(rules.types), 'text/csv,.csv,image/*');
  t.equal(extensionsOf(rules.types), 'CSV, image');
});
