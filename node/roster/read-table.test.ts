import * as XLSX from '@e965/xlsx';
import fc from 'fast-check';
import t from 'tap';
import { RosterReadError } from './read-error.ts';
import { readTableInThread } from './read-in-thread.ts';
import { readTable } from './read-table.ts';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

t.test('gives what reading in place gives', async (t) => {
  const bytes = bytesOf('准考证号,姓名\nT1,汤轩𠅤\n');
  t.same(await readTable(bytes), await readTableInThread(bytes));
  t.equal(bytes.length, 34, 'the bytes stay with the caller');
});

t.test('refusals come through with code and detail', async (t) => {
  await t.rejects(readTable(bytesOf('a,b\n1,"2\n')), {
    name: 'RosterReadError',
    code: 'roster/read-quote-open',
    detail: { line: 2 },
  });
  await t.rejects(readTable(new Uint8Array(50 * 1024 * 1024)), { code: 'roster/read-too-large' });
});

t.test('the calling thread goes on, and slow or greedy files end', async (t) => {
  const rows = Array.from({ length: 25_000 }, (_, n) => [
    `T${n}`,
    '考生',
    `${n}`.padStart(18, '1'),
    '第一中学',
    '0101',
    '语文',
  ]);
  const book = XLSX.utils.book_new();
  XLSX.utils.book_append_sheet(book, XLSX.utils.aoa_to_sheet(rows), '名单');
  const bytes = new Uint8Array(XLSX.write(book, { type: 'array', bookType: 'xlsx', compression: true }));
  let ticks = 0;
  const timer = setInterval(() => ticks++, 20);
  const table = await readTable(bytes);
  clearInterval(timer);
  t.equal(table.rows.length, 25_000);
  t.ok(ticks >= 5, `${ticks} turns while it was read`);

  await t.rejects(readTable(bytes, { timeoutMs: 20 }), {
    code: 'roster/read-too-slow',
    detail: { limit: '0.02 s' },
  });
  await t.rejects(readTable(bytes, { maxHeapMegabytes: 24 }), { code: 'roster/read-too-large' });
});

t.test('damaged XLS raise the coded error or are read, in bounded time', async () => {
  const sheet = XLSX.utils.aoa_to_sheet([
    ['准考证号', '姓名'],
    ...Array.from({ length: 5 }, (_, n) => [`T${n}`, '张三']),
  ]);
  const book = XLSX.utils.book_new();
  XLSX.utils.book_append_sheet(book, sheet, '名单');
  const files = (['biff8', 'biff5'] as const).map(
    (bookType) => new Uint8Array(XLSX.write(book, { type: 'array', bookType })),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...files),
      fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 8 }),
      async (file, changes) => {
        const bytes = Uint8Array.from(file);
        for (const [at, value] of changes) bytes[at % bytes.length] = value;
        try {
          await readTable(bytes, { timeoutMs: 3000 });
        } catch (error) {
          if (!(error instanceof RosterReadError)) throw error;
        }
      },
    ),
    { numRuns: 20 },
  );
});
