/** Exams at headquarters, the staff of a site, and rosters from a file. */
import { sql } from 'drizzle-orm';
import t from 'tap';
import { site as siteTable } from '#db/hq/schema.ts';
import { startTestHq } from '#hq/test/harness.ts';

const SITE = 'XZ01';
const LIST = [
  '准考证号,姓名,身份证号,科目代码,科目名称,学校',
  '0001,扎西·次仁,110101201001011237,yw,语文,第一中学',
  '0001,扎西·次仁,110101201001011237,sx,数学,第一中学',
];
const file = (lines: readonly string[]) => Buffer.from(`${lines.join('\n')}\n`);

t.test('exams', async (t) => {
  const hq = await startTestHq(t);
  await hq.hq.deps.db.orm.insert(siteTable).values({ site: SITE, name: '拉萨一中', region: '西藏' });
  const officer = await hq.officer('operator');
  const auditor = await hq.officer('auditor');
  const { exam } = await officer.call(
    'POST /api/v1/officer/exams',
    {},
    {
      body: { name: '期末考试', subjects: [{ code: 'yw', name: '语文' }] },
    },
  );

  await t.test('an exam is added with its subjects, each once, by those who prepare', async (t) => {
    t.equal(
      await auditor.refused('POST /api/v1/officer/exams', {}, { body: { name: 'x', subjects: [] } }),
      'auth/forbidden',
    );
    const twice = [
      { code: 'yw', name: '' },
      { code: 'yw', name: '' },
    ];
    t.equal(
      await officer.refused('POST /api/v1/officer/exams', {}, { body: { name: 'x', subjects: twice } }),
      'hq/subject-twice',
    );
    t.match(await auditor.call('GET /api/v1/officer/exams'), [
      { exam, name: '期末考试', subjects: 1, entries: 0, sites: 0 },
    ]);
    t.equal(
      await officer.refused('GET /api/v1/officer/exams/:exam', { exam: 'ex_0000000000000000' }),
      'thing/not-found',
    );
  });

  const roster = (lines: readonly string[], confirm: boolean) =>
    officer.call(
      'POST /api/v1/officer/exams/:exam/sites/:site/roster',
      { exam, site: SITE },
      {
        query: { file: '名单.csv', confirm },
        body: file(lines),
      },
    );
  await t.test('a roster is looked into, and taken only with confirmation and without a fault', async (t) => {
    const looked = await roster(LIST, false);
    t.match(looked, { ok: true, done: false, counts: { rows: 2, new: 2, candidates: 1 }, encoding: 'utf-8' });
    t.equal((await officer.call('GET /api/v1/officer/exams/:exam', { exam })).entries, 0);
    const faulty = await roster([...LIST, '0002,,110101201001011237,yw,语文,'], true);
    t.match(faulty, { ok: false, done: false });
    t.ok(
      faulty.faults.some(({ line, severity }) => line === 4 && severity === 'error'),
      'the line is named',
    );
    t.equal((await officer.call('GET /api/v1/officer/exams/:exam', { exam })).entries, 0, 'all or nothing');
    t.match(await roster(LIST, true), { done: true, counts: { new: 2 } });
    const detail = await officer.call('GET /api/v1/officer/exams/:exam', { exam });
    t.match(detail, { entries: 2, sites: { all: 1, unenrolled: 1 } });
    t.match(detail.subjects, [
      { code: 'sx', name: '数学', entries: 1 },
      { code: 'yw', name: '语文', entries: 1 },
    ]);
  });

  await t.test('a second import updates and keeps identifiers', async (t) => {
    const ids = () =>
      hq.hq.deps.db.rows<{ entry: string; candidate: string }>(
        sql`SELECT entry, candidate FROM roster_entry ORDER BY entry`,
      );
    const before = await ids();
    t.match(
      await roster(
        LIST.map((line) => line.replace('次仁', '次旦')),
        true,
      ),
      { counts: { changed: 2, new: 0 } },
    );
    t.same(await ids(), before);
    const names = await hq.hq.deps.db.rows(sql`SELECT DISTINCT name FROM roster_entry`);
    t.same(names, [{ name: '扎西·次旦' }]);
  });

  await t.test('what is no roster, and places that are none, are refused', async (t) => {
    const send = (at: string, query: object, body: Uint8Array) =>
      officer.raw('POST /api/v1/officer/exams/:exam/sites/:site/roster', { exam, site: at }, { query, body });
    const code = async (sent: ReturnType<typeof send>) => ((await sent).json() as { code: string }).code;
    for (const [key, query] of [
      ['POST /api/v1/officer/exams/:exam/sites/:site/roster', { file: 'a.csv' }],
      ['POST /api/v1/officer/exams/:exam/papers', { file: 'a.csv', subject: 'yw', label: '甲' }],
    ] as const)
      t.match((await officer.raw(key, { exam, site: SITE }, { query })).json(), {
        detail: { where: 'body' },
      });
    t.equal(await code(send('NOBODY', { file: 'a.csv' }, file(LIST))), 'thing/not-found');
    t.equal(await code(send(SITE, { file: 'a.csv' }, Buffer.from([0, 1, 2, 3]))), 'roster/unreadable');
    t.equal(await code(send(SITE, { file: 'a.csv', headerLine: 99 }, file(LIST))), 'request/invalid');
    t.equal(await code(send(SITE, { file: 'a.csv', mapping: '{"no":1}' }, file(LIST))), 'request/invalid');
  });

  await t.test('staff of a site: the whole list, passwords kept and never shown', async (t) => {
    const put = (staff: unknown[]) =>
      officer.raw('PUT /api/v1/officer/sites/:site/staff', { site: SITE }, { body: { staff } });
    const codeOf = async (staff: unknown[]) => ((await put(staff)).json() as { code: string }).code;
    const person = { login: 'zhuka', name: '主考', role: 'chief' };
    t.equal(await codeOf([person, { ...person, login: 'ZHUKA' }]), 'staff/login-taken');
    t.equal(await codeOf([{ ...person, password: 'zhuka' }]), 'staff/weak-password');
    t.equal(await codeOf([{ ...person, staff: 'st_0000000000000000' }]), 'thing/not-found');
    const set = await put([
      { ...person, password: 'a long password 7' },
      { login: 'jk', name: '监考', role: 'invigilator' },
    ]);
    t.notMatch(set.body, /argon2/);
    const rows = await officer.call('GET /api/v1/officer/sites/:site/staff', { site: SITE });
    t.match(rows, [
      { login: 'jk', password: false },
      { login: 'zhuka', password: true },
    ]);
    const chief = rows[1];
    const hash = () => hq.hq.deps.db.rows(sql`SELECT password_hash FROM site_staff WHERE login = 'zhuka'`);
    const before = await hash();
    t.match(before, [{ password_hash: /^\$argon2id\$/ }]);
    await put([{ ...person, name: '主考官', staff: chief?.staff }]);
    t.same(await hash(), before, 'a password that is not sent stays');
    t.match(await officer.call('GET /api/v1/officer/sites/:site/staff', { site: SITE }), [
      { staff: chief?.staff, name: '主考官' },
    ]);
    t.equal(
      await officer.refused('GET /api/v1/officer/sites/:site/staff', { site: 'NOBODY' }),
      'thing/not-found',
    );
  });

  await t.test('nothing is changed without a line that says who did it', async (t) => {
    const done = await hq.hq.deps.db.rows<{ what: string; officer: string }>(
      sql`SELECT DISTINCT what, officer FROM action ORDER BY what`,
    );
    t.same(
      done,
      ['exam.add', 'roster.import', 'site.staff'].map((what) => ({ what, officer: officer.id })),
    );
  });
});
