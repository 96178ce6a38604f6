import { readFile } from 'node:fs/promises';
import t from 'tap';
import type { RosterPreview } from '#protocol/console.ts';
import { newId } from '#server/platform/ids.ts';
import { build, type TestBox } from '#server/test/harness.ts';
import { beginAttempt } from '#server/test/prepare.testing.ts';

const as = 'administrator';
const fixture = (name: string) => readFile(new URL(`../../domain/roster/fixtures/${name}`, import.meta.url));

async function exam(box: TestBox): Promise<string> {
  return (await box.call('POST /api/v1/console/exams', { as, body: { name: '期末' } })).answer.exam;
}
const preview = (box: TestBox, exam: string, body: Buffer | string, query: object = {}) =>
  box.call('POST /api/v1/console/exams/:exam/roster/preview', {
    as,
    params: { exam },
    query: { file: 'list.csv', ...query },
    body: Buffer.from(body as string),
  });
const confirm = (box: TestBox, exam: string, { token }: Pick<RosterPreview, 'token'>) =>
  box.call('POST /api/v1/console/exams/:exam/roster/confirm', { as, params: { exam }, body: { token } });
const entries = async (box: TestBox, exam: string, query: object = {}) =>
  (await box.call('GET /api/v1/console/exams/:exam/entries', { as, params: { exam }, query })).answer;

/** A valid number of GB 11643: the check character closes the sum. */
function idNumber(n: number): string {
  const body = `11010519900101${String(n).padStart(3, '0')}`;
  const sum = [...body].reduce((total, digit, i) => total + Number(digit) * (2 ** (17 - i) % 11), 0);
  return body + '10X98765432'[sum % 11];
}
const csv = (rows: string[][]) =>
  ['准考证号,姓名,性别,身份证号,学校,科目代码,科目名称', ...rows.map((row) => row.join(','))].join('\n');
const line = (n: number, name: string, ticket = `26110${n}`, subject = '0101') => [
  ticket,
  name,
  n % 2 ? '男' : '女',
  idNumber(n),
  '第一中学',
  subject,
  subject === '0101' ? '语文' : '数学',
];

t.test('a list is previewed, confirmed whole, and imported again without doubles', async (t) => {
  const box = await build(t);
  const id = await exam(box);
  const people = [
    line(1, '买买提·艾力'),
    line(2, '𠅤𬭛䶮'),
    line(3, '张三'),
    line(3, '张三', '261103', '0202'),
  ];
  const seen = (await preview(box, id, csv(people))).answer;
  t.match(seen, {
    file: 'list.csv',
    encoding: 'utf-8',
    sheet: null,
    headerLine: 1,
    mapping: { ticket: 0, name: 1, gender: 2, idNumber: 3, school: 4, subjectCode: 5, subjectName: 6 },
    counts: { rows: 4, new: 4, changed: 0, unchanged: 0, candidates: 3 },
    ok: true,
    faults: [],
  });
  t.same(seen.headers[1], '姓名');
  t.same(seen.sample[1]?.[1], '𠅤𬭛䶮');
  t.same(await entries(box, id), [], 'a preview stores nothing');
  t.same((await confirm(box, id, seen)).answer, { new: 4, changed: 0, unchanged: 0 });
  t.equal((await confirm(box, id, seen)).code, 'roster/preview-gone', 'once');

  const before = await entries(box, id);
  t.same(before.map(({ name, ticket, idTail, gender }) => [name, ticket, idTail, gender])[0], [
    '买买提·艾力',
    '261101',
    idNumber(1).slice(-4),
    'male',
  ]);
  t.same((await entries(box, id, { subject: '0202' })).length, 1);
  t.same((await entries(box, id, { search: '艾力' })).length, 1);
  t.same((await entries(box, id, { search: '%' })).length, 0, 'a percent sign is looked for as such');

  const changed = [line(1, '买买提·艾力'), line(2, '𠅤𬭛䶮', '261199'), line(4, '李四')];
  const second = (await preview(box, id, csv(changed))).answer;
  t.match(second.counts, { new: 1, changed: 1, unchanged: 1 });
  await confirm(box, id, second);
  const after = await entries(box, id);
  t.equal(after.length, 5);
  for (const { entry, name } of before)
    t.equal(after.find((one) => one.entry === entry)?.name, name, 'same identifiers');
  t.equal(after.find(({ name }) => name === '𠅤𬭛䶮')?.ticket, '261199');
  const third = (await preview(box, id, csv(changed))).answer;
  t.match(third.counts, { new: 0, changed: 0, unchanged: 3 });
  await confirm(box, id, third);
  const stored = box.statements.all("SELECT 1 FROM ledger_event WHERE kind = 'ROSTER_IMPORTED'");
  t.equal(stored.length, 3, 'who imported what is kept, also when it changed nothing');
});

t.test('faults stop everything, by line', async (t) => {
  const box = await build(t);
  const id = await exam(box);
  const wrong = line(2, '王五');
  wrong[3] = idNumber(2).replace(/.$/, (last) => (last === '1' ? '2' : '1'));
  const seen = (await preview(box, id, csv([line(1, '张三'), wrong, line(3, '赵六', '261101')]))).answer;
  t.equal(seen.ok, false);
  t.match(
    seen.faults.find(({ line }) => line === 3),
    { severity: 'error', field: 'idNumber', zh: /校验码/, doEn: /./ },
  );
  t.ok(seen.faults.some(({ code }) => code === 'roster/ticket-of-two-people'));
  const refused = await confirm(box, id, seen);
  t.equal(refused.code, 'roster/faults');
  t.same(await entries(box, id), []);
});

t.test('what a person chooses is taken: header line, columns, sheet', async (t) => {
  const box = await build(t);
  const id = await exam(box);
  const odd = ['某考点名单,,,,,', ...csv([line(1, '张三')]).split('\n')]
    .join('\n')
    .replace('准考证号,姓名', '甲,乙');
  const guessed = (await preview(box, id, odd)).answer;
  t.equal(guessed.headerLine, 2);
  t.match(guessed.mapping, { ticket: null, idNumber: 3 });
  t.notOk(guessed.ok);
  const mapping = JSON.stringify({ ...guessed.mapping, ticket: 0, name: 1 });
  const chosen = (await preview(box, id, odd, { mapping, headerLine: 2 })).answer;
  t.ok(chosen.ok, JSON.stringify(chosen.faults));
  t.match(chosen.mapping, { ticket: 0, name: 1 });
  const headless = (await preview(box, id, line(5, '孙七').join(','), { headerLine: 0, mapping })).answer;
  t.match(headless, { ok: true, headerLine: 0, headers: [], counts: { rows: 1 } });

  for (const [query, where] of [
    [{ mapping: '{' }, 'mapping'],
    [{ mapping: '[]' }, 'mapping'],
    [{ mapping: '{"name":-1}' }, 'mapping'],
    [{ mapping: '{"password":1}' }, 'mapping'],
    [{ headerLine: 99 }, 'headerLine'],
    [{ file: '' }, ''],
    [{ colour: 'red' }, ''],
  ] as const) {
    const { code, detail } = await preview(box, id, odd, query);
    t.equal(code, 'request/invalid', JSON.stringify(query));
    t.ok(String(detail['where']).endsWith(where));
  }
});

t.test('extra time in a list is named as not imported', async (t) => {
  const box = await build(t);
  const id = await exam(box);
  const rows = csv([line(1, '张三')])
    .split('\n')
    .map((text, i) => `${text},${i === 0 ? '加时（分钟）' : '30'}`);
  const seen = (await preview(box, id, rows.join('\n'))).answer;
  t.ok(seen.ok);
  t.match(seen.faults, [
    { severity: 'warning', code: 'roster/column-unused', field: 'extraMinutes', line: 1 },
  ]);
  await confirm(box, id, seen);
  t.match((await preview(box, id, rows.join('\n'))).answer.counts, { unchanged: 1, changed: 0 });
});

t.test('files that are no list say why', async (t) => {
  const box = await build(t);
  const id = await exam(box);
  const empty = await preview(box, id, ' ');
  t.equal(empty.code, 'roster/unreadable');
  t.match(empty.detail, { reason: 'roster/read-empty', zh: /空/, doEn: /Export/ });
  t.match((await preview(box, id, '<html><table></table></html>')).detail, {
    reason: 'roster/read-web-page',
  });
  t.match((await preview(box, id, Buffer.alloc(11 * 1024 * 1024, 'a'))).detail, {
    reason: 'roster/read-too-large',
  });
  const huge = await preview(box, id, Buffer.alloc(60 * 1024 * 1024 + 1, 'a'));
  t.equal(huge.code, 'request/too-large');
  t.equal((await preview(box, newId('exam'), csv([]))).code, 'thing/not-found');
  const none = await box.call('POST /api/v1/console/exams/:exam/roster/preview', {
    as,
    params: { exam: id },
    query: { file: 'x' },
  });
  t.equal(none.code, 'request/invalid', 'no file at all');
  t.notOk(box.logs.join('').includes('read-web-page'), 'a bad file is no failure of the box');
});

t.test('previews are few, their owner’s, and go after half an hour', async (t) => {
  const box = await build(t);
  const id = await exam(box);
  const list = csv([line(1, '张三')]);
  const first = (await preview(box, id, list)).answer;
  const newer = (await preview(box, id, list)).answer;
  t.equal((await confirm(box, id, first)).code, 'roster/preview-gone', 'a newer one takes its place');
  const other = await box.signIn('administrator');
  const stolen = await box.call('POST /api/v1/console/exams/:exam/roster/confirm', {
    as: { cookie: other.cookie },
    params: { exam: id },
    body: { token: newer.token },
  });
  t.equal(stolen.code, 'roster/preview-gone');
  t.equal((await confirm(box, await exam(box), newer)).code, 'roster/preview-gone', 'of another exam');
  box.time.pass(30 * 60_000);
  t.equal((await confirm(box, id, newer)).code, 'roster/preview-gone');
  const last = (await preview(box, id, list)).answer;
  for (let i = 0; i < 4; i++) {
    const { cookie } = await box.signIn('administrator');
    await box.call('POST /api/v1/console/exams/:exam/roster/preview', {
      as: { cookie },
      params: { exam: id },
      query: { file: 'x' },
      body: Buffer.from(list),
    });
  }
  t.equal((await confirm(box, id, last)).code, 'roster/preview-gone', 'the oldest gives way');
});

t.test('somebody who is sitting is not changed', async (t) => {
  const box = await build(t);
  const id = await exam(box);
  await confirm(box, id, (await preview(box, id, csv([line(1, '张三'), line(2, '李四')]))).answer);
  const [zhang] = await entries(box, id, { search: '张三' });
  await beginAttempt(box.deps, {
    entry: zhang?.entry ?? '',
    sitting: newId('sitting'),
    room: newId('room'),
    seat: '01',
  });
  const attempt = async (rows: string[][]) => confirm(box, id, (await preview(box, id, csv(rows))).answer);
  const renamed = await attempt([line(1, '章三'), line(2, '李四')]);
  t.equal(renamed.code, 'roster/seated');
  t.match(renamed.detail, { count: 1, tickets: ['261101'] });
  t.equal((await attempt([line(1, '张三', '261177')])).code, 'roster/seated');
  t.equal(
    (await attempt([line(1, '章三', '261101', '0202')])).code,
    'roster/seated',
    'by way of another subject',
  );
  t.equal(
    (await attempt([line(1, '张三', '261101', '0202'), line(2, '黎四')])).status,
    200,
    'a further subject is no change',
  );
  t.same(
    (await entries(box, id)).map(({ name }) => name),
    ['张三', '张三', '黎四'],
  );
});

t.test('tickets move on to other people, in a row and in an exchange', async (t) => {
  const box = await build(t);
  const id = await exam(box);
  const people = [1, 2, 3, 4].map((n) => line(n, `考生${'甲乙丙丁'[n - 1]}`));
  await confirm(box, id, (await preview(box, id, csv(people))).answer);
  // Everybody was one line off: each takes the ticket of the next.
  const shifted = [1, 2, 3, 4].map((n) => line(n, `考生${'甲乙丙丁'[n - 1]}`, `26110${n + 1}`));
  t.equal((await confirm(box, id, (await preview(box, id, csv(shifted))).answer)).answer.changed, 4);
  t.same(
    (await entries(box, id)).map(({ ticket, name }) => `${ticket} ${name}`),
    ['261102 考生甲', '261103 考生乙', '261104 考生丙', '261105 考生丁'],
  );
  const exchanged = [line(1, '考生甲', '261103'), line(2, '考生乙', '261102')];
  t.equal((await confirm(box, id, (await preview(box, id, csv(exchanged))).answer)).answer.changed, 2);
  t.same((await entries(box, id)).map(({ ticket, name }) => `${ticket} ${name}`).slice(0, 2), [
    '261102 考生乙',
    '261103 考生甲',
  ]);
});

t.test('real lists: GB18030 and UTF-8, in parts that commit together', async (t) => {
  const box = await build(t);
  const id = await exam(box);
  for (const [name, encoding] of [
    ['240-utf8.csv', 'utf-8'],
    ['180-gb18030.csv', 'gb18030'],
  ] as const) {
    const seen = (await preview(box, id, await fixture(name), { file: name })).answer;
    t.match(seen.encoding, new RegExp(encoding, 'i'));
    t.ok(seen.ok, `${name}: ${JSON.stringify(seen.faults.slice(0, 3))}`);
    t.equal((await confirm(box, id, seen)).status, 200);
  }
  const many = Array.from({ length: 1_200 }, (_, i) => {
    const number = `${110105}${19700101 + (i % 28)}${String(Math.floor(i / 28) * 2 + 1).padStart(3, '0')}`;
    const sum = [...number].reduce((total, digit, at) => total + Number(digit) * (2 ** (17 - at) % 11), 0);
    return [`BIG${i}`, `考生${i}`, '男', number + '10X98765432'[sum % 11], '二中', '0303', '英语'];
  });
  const large = (await preview(box, id, csv(many))).answer;
  t.ok(large.ok, JSON.stringify(large.faults.slice(0, 3)));
  t.equal((await confirm(box, id, large)).answer.new, 1_200);
  const parts = box.statements
    .all<{ bytes: string }>("SELECT bytes FROM ledger_event WHERE kind = 'ROSTER_IMPORTED' ORDER BY seq")
    .map(
      ({ bytes }) => (JSON.parse(bytes) as { body: { part: number; parts: number; entries: object[] } }).body,
    )
    .slice(-3);
  t.same(
    parts.map(({ part, parts, entries }) => [part, parts, entries.length]),
    [
      [1, 3, 500],
      [2, 3, 500],
      [3, 3, 200],
    ],
  );
  t.equal((await entries(box, id, { subject: '0303' })).length, 1_200);
});
