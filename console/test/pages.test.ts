/** Every page, in both languages, on desk and phone: it opens, fits, breaks no rule of the policy, and axe is content. */
import t from 'tap';
import { DESK, PHONE, serious, skip, stage, tooWide } from './browser.ts';
import type { FakeState } from './fake-data.ts';

/** Path and the heading that shows that its content is there. */
function pagesOf(state: FakeState): [path: string, says: RegExp][] {
  const session = state.sessions[0]?.row.session ?? '';
  const room = state.rooms[0]?.room ?? '';
  const attempt = [...state.fates.values()].find(({ status }) => status === 'writing')?.attempt ?? '';
  return [
    ['/', /导入考生名单|Import the roster/],
    ['/exams', /2026 年夏季学业水平考试/],
    [`/sessions/${session}`, /科次|Sittings/],
    ['/sessions/new', /时间与科目|Time and subjects/],
    ['/candidates', /阿依古丽·吐尔逊江·买合木提/],
    ['/candidates/import', /CSV/],
    ['/papers', /数学 B 卷/],
    [`/papers/${state.papers[0]?.paper}`, /打开预览|Open the preview/],
    ['/rooms', /计算机房 301/],
    [`/rooms/${room}`, /32 个座位|32 seats/],
    ['/rooms/new', /48 个座位|48 seats/],
    [`/seating?session=${session}`, /gongyuan-2026-06-07/],
    [`/seating?session=${session}&view=table`, /买买提·艾力/],
    ['/machines', /192\.168\.10\.116/],
    ['/staff', /Anna Schmidt/],
    [`/run?session=${session}`, /58:0\d|57:5\d/],
    [`/watch?session=${session}`, /第二考场/],
    [`/watch?session=${session}&room=${room}`, /02:1\d/],
    [`/attempts/${attempt}`, /修订|Revisions/],
    ['/log', /login\/wrong-seat/],
    [`/incidents?session=${session}`, /突发疾病|Illness/],
    [`/incidents/new?session=${session}&room=${room}`, /传递信息或交头接耳|Passing information/],
    [`/incidents/${state.evidence.incidents[0]?.incident}?session=${session}`, /主考到场/],
    ['/requests', /欧阳雨桐/],
    ['/headquarters', /11,276/],
    ['/courier', /1,204/],
    ['/packages', /阿依古丽·吐尔逊江·买合木提/],
    [`/release?session=${session}`, /1 \/ 2|1 of 2/],
    [`/camera?session=${session}&room=${room}`, /选择照片文件|Choose a picture file/],
    [`/photos?session=${session}`, /封存手机交接记录/],
    [`/reports?session=${session}`, /座次表|Seating chart/],
    [`/reports?session=${session}&kind=evidence`, /考生申诉|Appeal of a candidate/],
    ['/printers', /Office-LaserJet/],
    ['/candidates/photos', /照片压缩包|ZIP of photos/],
  ];
}

t.test('every page', { skip, timeout: 300_000 }, async (t) => {
  const stand = await stage('running');
  t.teardown(() => stand.close());
  for (const [language, size] of [
    ['zh-CN', DESK],
    ['en', PHONE],
    ['en', DESK],
    ['zh-CN', PHONE],
  ] as const)
    await t.test(`${language}, ${size.width} px`, async (t) => {
      // An administrator prepares, a chief runs; between them they see every page with its buttons.
      for (const as of ['administrator', 'chief'] as const) {
        const { page, complaints, go, context } = await stand.open({ as, language, size });
        for (const [path, says] of pagesOf(stand.box.state)) {
          if (as === 'chief' && !/^\/(run|watch|attempts)/.test(path)) continue;
          await go(path);
          await page.locator('main').getByText(says).first().waitFor();
          t.equal(await tooWide(page), 0, `${path} fits`);
          // Each page once in each size is enough for axe: the languages share their markup.
          if ((language === 'zh-CN') === (size === DESK)) t.same(await serious(page), [], `${path} for axe`);
        }
        t.equal(await page.evaluate(() => document.documentElement.lang), language);
        t.same(complaints, [], 'nothing to complain of');
        await context.close();
      }
    });
});

t.test('before the console: sign-in and set-up', { skip, timeout: 120_000 }, async (t) => {
  const stand = await stage('setup');
  t.teardown(() => stand.close());
  for (const size of [DESK, PHONE]) {
    const { page, complaints, context } = await stand.open({ as: null, size, language: 'zh-CN' });
    await page.getByRole('heading', { name: '初次设置考点' }).waitFor();
    t.equal(await tooWide(page), 0);
    t.same(await serious(page), []);
    t.same(complaints, []);
    await context.close();
  }
});

t.test('two thousand candidates scroll smoothly', { skip, timeout: 120_000 }, async (t) => {
  const stand = await stage('prepare');
  t.teardown(() => stand.close());
  const { page, go } = await stand.open();
  await go(`/candidates?exam=${stand.box.state.exams[1]?.exam}`);
  await page.getByText('2,000 shown').waitFor();
  await page.waitForFunction(() => document.querySelectorAll('[role="row"]').length === 2_001);
  const frames = await page.evaluate(async () => {
    const times: number[] = [];
    const most = document.documentElement.scrollHeight - innerHeight;
    let before = performance.now();
    for (let step = 1; step <= 40; step++) {
      scrollTo(0, (most * step) / 40);
      await new Promise((resolve) => requestAnimationFrame(resolve));
      times.push(performance.now() - before);
      before = performance.now();
    }
    return times.sort((a, b) => a - b);
  });
  // Generous, for this may run beside other tests: rows without `content-visibility` take some 200 ms a frame.
  t.ok((frames[20] ?? 0) < 100, `half of the frames below 100 ms (median ${frames[20]?.toFixed(0)} ms)`);
  // The address keeps search, subject and order.
  await page.getByRole('button', { name: 'Name' }).click();
  await page.getByRole('searchbox').fill('欧阳');
  await page.waitForURL(/search=/);
  await page.waitForFunction(() => document.querySelectorAll('[role="row"]').length < 500);
  const url = new URL(page.url());
  t.equal(url.searchParams.get('sort'), 'name');
  await page.reload();
  await page.getByText('欧阳').first().waitFor();
  t.equal(await page.getByRole('searchbox').inputValue(), '欧阳', 'a reload keeps it');
});
