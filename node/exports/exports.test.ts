import { Buffer } from 'node:buffer';
import { buffer } from 'node:stream/consumers';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import t from 'tap';
import { readZip } from '#node/zip/read-zip.ts';
import { FRAME, row } from './exports.testing.ts';
import { MANIFEST_FILES, TABLES } from './one-roster.tables.ts';
import { oneRosterZip } from './one-roster.ts';
import { resultsCsv, safeCell } from './results-csv.ts';
import { resultsParquet } from './results-parquet.ts';

const ZH = { lang: 'zh', timeZone: 'Asia/Shanghai' } as const;

async function csvText(
  rows: Parameters<typeof resultsCsv>[0],
  options: Parameters<typeof resultsCsv>[1] = ZH,
) {
  const parts: Buffer[] = [];
  for await (const part of resultsCsv(rows, options)) parts.push(part);
  return Buffer.concat(parts).toString('utf8');
}

function csvRows(text: string): Record<string, string>[] {
  return parse(text, { bom: true, columns: true });
}

t.test('CSV: byte order mark, CRLF, headers in two languages', async (t) => {
  const text = await csvText([row()]);
  t.equal(text.charCodeAt(0), 0xfeff);
  t.match(text, /^\ufeff考点代码,考点,.*\r\n/);
  t.ok(text.endsWith('\r\n'));
  t.equal(text.split('\r\n').length, 3);
  t.match(csvRows(text), [
    {
      考点: '杭州一中',
      准考证号: "'00123",
      身份证号: "'110101200601011234",
      座位: "'07",
      学校: 'School, "No. 1"',
      状态: '已交卷',
      得分: '87.5',
      '交卷时间（Asia/Shanghai）': '2026-06-07 11:30:05',
      各题: '{"q1":{"state":"scored","score":2,"maximum":3}}',
    },
  ]);
  const english = csvRows(
    await csvText([row({ state: 'writing', submittedMs: null, points: null, maximum: null })], {
      ...ZH,
      lang: 'en',
    }),
  );
  t.match(english, [{ State: 'writing', Points: '', Maximum: '', 'Handed in (Asia/Shanghai)': '' }]);
  t.equal((await csvText([])).split('\r\n').length, 2, 'headers alone where there is nothing');
});

t.test('CSV: what a spreadsheet would carry out or spoil is text', async (t) => {
  for (const bad of ['=1+1', '+cmd', '-2+3', '@SUM(A1)', '\t=1', '\r=1', '\n=1', '＝1', "'x"])
    t.equal(safeCell(bad), `'${bad}`);
  t.equal(safeCell(-2), '-2', 'a score below 0 is a number');
  for (const digits of ['007', '110101200601011234', '11010120060101123X'])
    t.equal(safeCell(digits), `'${digits}`);
  for (const plain of ['王小明', '0', '12345678901', 'a=b', '']) t.equal(safeCell(plain), plain);
  const [attacked] = csvRows(await csvText([row({ name: '=HYPERLINK("http://x","y")', school: '@x' })]));
  t.match(attacked, { 姓名: `'=HYPERLINK("http://x","y")`, 学校: "'@x" });
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const cell = safeCell(text);
      return cell.replace(/^'/, '') === text && !/^[=+\-@\t\r]/.test(cell);
    }),
  );
});

t.test('CSV: every row once, whatever the size of the parts', async (t) => {
  const tickets = Array.from({ length: 2_001 }, (_, at) => `T${at}`);
  const rows = csvRows(await csvText(tickets.map((ticket) => row({ ticket }))));
  t.same(
    rows.map((one) => one.准考证号),
    tickets,
  );
});

function arrayOf(bytes: Uint8Array): ArrayBuffer {
  const copy = new ArrayBuffer(bytes.length);
  new Uint8Array(copy).set(bytes);
  return copy;
}

t.test('Parquet: typed columns, read back by another program', async (t) => {
  const rows = [
    row({ anomalies: ['zero-score', 'no-time'], marker: 2, faults: 1 }),
    row({ attempt: 'a-2', points: null, maximum: null, submittedMs: null, items: {}, name: '' }),
  ];
  const bytes = await resultsParquet(rows);
  const file = arrayOf(bytes);
  const { schema, key_value_metadata: about } = parquetMetadata(file);
  const types = Object.fromEntries(
    schema.map(({ name, type, converted_type }) => [name, converted_type ?? type]),
  );
  t.match(types, {
    ticket: 'UTF8',
    points: 'DOUBLE',
    marker: 'INT32',
    items: 'JSON',
    submitted: 'TIMESTAMP_MILLIS',
    anomalies: 'JSON',
  });
  t.same(about, [{ key: 'format', value: 'gongyuan-results/1' }]);
  const read = await parquetReadObjects({ file });
  const expected = rows.map(({ submittedMs, ...one }) => ({
    ...one,
    submitted: submittedMs === null ? null : new Date(submittedMs),
  }));
  t.same(
    read.map((one) => ({
      ...one,
      points: one.points ?? null,
      maximum: one.maximum ?? null,
      submitted: one.submitted ?? null,
    })),
    expected,
  );
  const none = await resultsParquet([]);
  t.equal(Number(parquetMetadata(arrayOf(none)).num_rows), 0);
  const many = Array.from({ length: 5_001 }, (_, at) => row({ attempt: `a-${at}` }));
  const all = await parquetReadObjects({ file: arrayOf(await resultsParquet(many)) });
  t.same(
    all.map((one) => one.attempt),
    many.map((one) => one.attempt),
    'over several groups of rows',
  );
});

async function unpacked(rows: Parameters<typeof oneRosterZip>[0]) {
  const { files, faults } = await readZip(await buffer(oneRosterZip(rows, FRAME)));
  t.same(faults, []);
  const text = (name: string) => Buffer.from(files.get(`${name}.csv`) ?? []).toString('utf8');
  return {
    names: [...files.keys()],
    text,
    rows: (name: string): Record<string, string>[] => parse(text(name), { columns: true }),
  };
}

t.test('OneRoster: files, headers and references of the binding', async (t) => {
  const set = await unpacked([
    row({ name: 'Mary Ann Müller', points: -1 }),
    row({ attempt: 'a-2', ticket: 'T2', idNumber: '2', points: 50, maximum: 120, marker: 1 }),
    row({ attempt: 'a-3', subject: 'YY', session: 's-pm', points: null, maximum: null }),
    row({ attempt: 'a-4', ticket: 'T4', idNumber: '', state: 'writing', points: null, submittedMs: null }),
    row({ attempt: 'a-5', ticket: 'T2', idNumber: '2', state: 'superseded' }),
    row({ attempt: 'a-6', site: 'nb-02', siteName: '宁波二中', ticket: 'T6', idNumber: '6' }),
  ]);
  t.same(
    set.names.toSorted(),
    ['manifest.csv', ...Object.keys(TABLES).map((name) => `${name}.csv`)].toSorted(),
  );
  for (const [name, header] of Object.entries(TABLES)) {
    t.equal(set.text(name).split('\r\n')[0], header.join(','), name);
    for (const one of set.rows(name))
      t.match(one, { sourcedId: /^[a-z-]+-[0-9a-f]{32}$/, status: '', dateLastModified: '' });
  }
  const manifest = Object.fromEntries(
    set.rows('manifest').map(({ propertyName, value }) => [propertyName, value]),
  );
  t.match(manifest, {
    'manifest.version': '1.0',
    'oneroster.version': '1.2',
    'file.results': 'bulk',
    'file.demographics': 'absent',
  });
  for (const name of MANIFEST_FILES)
    t.equal(manifest[`file.${name}`], set.names.includes(`${name}.csv`) ? 'bulk' : 'absent', name);

  const ids = new Map(
    Object.keys(TABLES).map((name) => [name, new Set(set.rows(name).map((one) => one.sourcedId))]),
  );
  const refers: [string, string, string][] = [
    ['results', 'lineItemSourcedId', 'lineItems'],
    ['results', 'studentSourcedId', 'users'],
    ['results', 'classSourcedId', 'classes'],
    ['lineItems', 'classSourcedId', 'classes'],
    ['lineItems', 'categorySourcedId', 'categories'],
    ['lineItems', 'academicSessionSourcedId', 'academicSessions'],
    ['lineItems', 'schoolSourcedId', 'orgs'],
    ['classes', 'courseSourcedId', 'courses'],
    ['classes', 'schoolSourcedId', 'orgs'],
    ['classes', 'termSourcedIds', 'academicSessions'],
    ['courses', 'orgSourcedId', 'orgs'],
    ['enrollments', 'classSourcedId', 'classes'],
    ['enrollments', 'userSourcedId', 'users'],
    ['roles', 'userSourcedId', 'users'],
    ['roles', 'orgSourcedId', 'orgs'],
    ['users', 'primaryOrgSourcedId', 'orgs'],
  ];
  for (const [from, column, to] of refers)
    for (const one of set.rows(from)) t.ok(ids.get(to)?.has(one[column] ?? ''), `${from}.${column}`);

  t.equal(set.rows('results').length, 5, 'the replaced attempt has no result');
  t.same(
    set.rows('results').map((one) => [one.scoreStatus, one.score, one.scoreDate, one.inProgress]),
    [
      ['fully graded', '-1', '2026-06-07', 'false'],
      ['partially graded', '50', '2026-06-07', 'false'],
      ['submitted', '', '2026-06-07', 'false'],
      ['not submitted', '', '2026-06-20', 'true'],
      ['fully graded', '87.5', '2026-06-07', 'false'],
    ],
  );
  t.match(set.rows('lineItems'), [
    { title: '语文', assignDate: '2026-06-07', resultValueMin: '-1', resultValueMax: '120' },
    { title: '英语', assignDate: '2026-06-08', resultValueMax: '' },
    { title: '语文', resultValueMin: '0', resultValueMax: '100' },
  ]);
  t.equal(set.rows('users').length, 4, 'a candidate of two subjects is one user');
  t.equal(set.rows('roles').length, 4);
  t.equal(set.rows('enrollments').length, 5);
  t.match(set.rows('users'), [
    { givenName: 'Mary Ann', familyName: 'Müller', username: '00123', enabledUser: 'true' },
    { givenName: '-', familyName: '王小明' },
    {},
    {},
  ]);
  t.match(set.rows('academicSessions'), [
    { type: 'term', startDate: '2026-06-07', endDate: '2026-06-09', schoolYear: '2026' },
  ]);
  for (const name of set.names)
    t.notOk(set.text(name.replace('.csv', '')).includes('110101200601011234'), `${name}: no ID number`);
});
