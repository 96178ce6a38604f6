import t from 'tap';
import type { PackageChange } from '#protocol/delivery.ts';
import { fieldWord, grouped, valueWord } from './change-words.ts';

const write = { dayTime: (wall: number) => `at ${wall}`, duration: (ms: number) => `for ${ms}` };

t.test('changes of one kind stand together, and those not listed are counted', async (t) => {
  const change = (how: PackageChange['how'], name: string, more = ''): PackageChange => ({
    what: 'entry',
    how,
    name,
    fields: more === '' ? [] : [{ field: 'more', before: '', after: more }],
  });
  t.match(
    grouped([
      change('changed', 'a'),
      change('added', 'b'),
      change('changed', 'c'),
      change('added', '', '1900'),
    ]),
    [
      { how: 'changed', rows: [{ name: 'a' }, { name: 'c' }], more: 0 },
      { how: 'added', rows: [{ name: 'b' }], more: 1_900 },
    ],
  );
});

t.test('values are put into words', async (t) => {
  t.equal(valueWord('plannedStart', '5', write), 'at 5');
  t.equal(valueWord('lateEntryMs', '900000', write), 'for 900000');
  t.match(valueWord('codes', '2/3', write), /2.*3|3.*2/);
  t.not(valueWord('role', 'chief', write), 'chief');
  t.equal(valueWord('name', '欧阳雨桐', write), '欧阳雨桐');
  t.not(fieldWord('idNumber'), 'idNumber');
});
