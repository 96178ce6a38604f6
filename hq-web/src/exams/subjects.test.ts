import t from 'tap';
import { readSubjects } from './subjects.ts';

t.test('one subject a line, code and name', async (t) => {
  t.same(readSubjects('YW  语文\n\nSX 数学 一\r\nEN'), {
    found: [
      { code: 'YW', name: '语文' },
      { code: 'SX', name: '数学 一' },
      { code: 'EN', name: 'EN' },
    ],
    wrongLine: null,
  });
  t.same(readSubjects(''), { found: [], wrongLine: null });
});

t.test('a code twice, or one too long, is named by its line', async (t) => {
  t.equal(readSubjects('YW 语文\nYW 数学').wrongLine, 2);
  t.equal(readSubjects(`\n${'x'.repeat(33)} name`).wrongLine, 2);
});
