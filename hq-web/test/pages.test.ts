/** Every page, in both languages, on desk and phone: it opens, fits, breaks no rule of the policy, and axe is content. */
import t from 'tap';
import { DESK, launch, openPage, PHONE, serious, skip, tooWide } from './browser.ts';
import { ATTEMPT, EXAM, makeState, SESSION } from './fake-data.ts';
import { startFakeHq } from './fake-hq.ts';

/** Way and the words that show that its content is there. */
const PAGES: readonly [way: string, says: RegExp][] = [
  ['/sites', /伊犁哈萨克自治州/],
  ['/sites/gz-001', /40,960–45,055/],
  ['/alarms', /ledger\/forked/],
  ['/requests', /考试机故障两次/],
  ['/requests?state=granted', /推迟 30 分钟开始/],
  ['/exams', /普通高中学业水平考试/],
  [`/exams/${EXAM}`, /A: 数学 A 卷/],
  [`/exams/${EXAM}?view=papers`, /math-b\.zip/],
  [`/exams/${EXAM}?view=rosters`, /拉萨中学考点/],
  [`/exams/${EXAM}/rosters/bj-014`, /GB18030/],
  [`/exams/${EXAM}/sessions/new`, /启封|release codes/i],
  [`/exams/${EXAM}/sessions/${SESSION}`, /启封|release codes/i],
  ['/packages', /完整考试包|Full package/],
  ['/release', /任意 2 张|Any 2 of 3/],
  ['/courier', /信使文件|courier's file/],
  ['/results', /58\.375/],
  ['/results?view=anomalies', /结束前大量修改|Many answers changed/],
  ['/results?view=exports', /OneRoster/],
  [`/attempts/${ATTEMPT}`, /score\/random/],
  ['/officers', /李秀英/],
  ['/receipt', /核验回执|Check a receipt/],
  ['/nowhere', /没有这个页面|no such page/],
];
const ON_PHONE: readonly string[] = ['/sites', '/packages', `/exams/${EXAM}/sessions/${SESSION}`];

t.test('every page', { skip, timeout: 120_000 }, async (t) => {
  const hq = await startFakeHq(makeState('busy'));
  const browser = await launch();
  t.teardown(async () => {
    await browser.close();
    await hq.close();
  });
  for (const [language, size] of [
    ['zh-CN', DESK],
    ['en', PHONE],
  ] as const)
    await t.test(`${language}, ${size.width} px`, async (t) => {
      const { page, complaints, go } = await openPage(browser, { origin: hq.origin, language, size });
      for (const [way, says] of PAGES) {
        await go(way);
        await page.locator('main').getByText(says).first().waitFor();
        t.equal(await tooWide(page), 0, `${way} fits`);
        // It takes its time: all pages on a desk, on a phone those where tables and forms look different.
        if (size === DESK || ON_PHONE.includes(way)) t.same(await serious(page), [], `${way} for axe`);
      }
      await go('/officers');
      await page.getByRole('button', { name: /^(添加人员|Add an officer)$/ }).click();
      await page.getByRole('dialog').waitFor();
      t.ok(await page.getByLabel(/^(姓名|Name)$/).evaluate((field) => field === document.activeElement));
      t.same(await serious(page), [], 'a window for axe');
      t.equal(await page.evaluate(() => document.documentElement.lang), language);
      t.same(complaints, [], 'nothing to complain of');
    });
  await t.test('before the door, and where nothing is there yet', async (t) => {
    const { page, complaints, go } = await openPage(browser, { origin: hq.origin, size: PHONE });
    hq.state = makeState('setup');
    await page.goto(hq.origin);
    await page.getByRole('heading', { name: 'Set up headquarters' }).waitFor();
    t.same(await serious(page), [], 'set-up for axe');
    hq.state = { ...makeState('setup'), fresh: false };
    await page.goto(`${hq.origin}/?anew#/sites`);
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    t.same(await serious(page), [], 'sign-in for axe');
    hq.state = makeState('empty');
    await page.goto(`${hq.origin}/?again#/sites`);
    for (const [way, says] of [
      ['/sites', 'There is no site yet'],
      ['/alarms', 'No alarms'],
      ['/requests', 'No request waits'],
      ['/exams', 'There is no exam yet'],
      ['/packages', 'There is no exam yet'],
      ['/results', 'There is no exam yet'],
    ] as const) {
      await go(way);
      await page.getByText(says).waitFor();
      t.equal(await tooWide(page), 0, `${way} fits`);
    }
    t.same(complaints, []);
  });
  t.same(hq.wrong, [], 'pages and answers keep to the contract');
});
