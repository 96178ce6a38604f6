/** What a candidate would notice: time, light, calm, the way to the receipt; in the current browser and in 109. */
import type { Page } from 'playwright-core';
import t from 'tap';
import { launch, launch109, whyNot } from '#scripts/browser/launch.ts';
import { begin, calls, go, open, shows } from './driver.ts';
import { buildScreens, serve } from './harness.ts';
import { SAMPLE } from './sample-paper.ts';

const folder = t.testdir();
await buildScreens(folder);
const site = await serve(folder);
t.teardown(() => site.close());

const said = (page: Page) => page.locator('[data-announcer]').textContent();

for (const [name, start] of [
  ['current', launch],
  ['109', launch109],
] as const) {
  const skip = (await whyNot(start)) ?? false;
  t.test(`the exam in the ${name} browser`, { skip, timeout: 180_000 }, async (t) => {
    const browser = await start();
    t.teardown(() => browser.close());

    await t.test('every kind of item is shown without complaint, formulas as formulas', async (t) => {
      const { page, context, bad } = await open(browser, site);
      await begin(page);
      for (const id of Object.keys(SAMPLE.items)) {
        await go(page, id);
        t.ok((await page.locator('article .paper').last().textContent())?.trim(), id);
      }
      await go(page, 'multiple');
      const fraction = page.locator('math mfrac').first();
      t.equal(await fraction.evaluate((one) => one.namespaceURI), 'http://www.w3.org/1998/Math/MathML');
      const [top, below] = await fraction.evaluate((one) =>
        [...one.children].map((c) => c.getBoundingClientRect().y),
      );
      t.ok((top ?? 0) < (below ?? 0), 'the numerator stands above the denominator');
      t.equal(await page.locator('label:has-text("两根之和") mo').count(), 2, 'mfenced has its fences');
      t.same(bad, []);
      await context.close();
    });

    await t.test('answers name identifiers, whatever the order shown', async (t) => {
      const { page, context } = await open(browser, site);
      await begin(page, 'choice');
      await page.getByText('图书馆新到的一批科普读物').click();
      t.equal(await page.evaluate(() => window.screens.kiosk.snapshot.answers.choice?.R), 'C');
      await page.getByRole('button', { name: '清除选择' }).click();
      t.equal(await page.evaluate(() => window.screens.kiosk.snapshot.answers.choice?.R), null);
      await context.close();
    });

    await t.test('time turns amber at ten minutes, vermilion at one, and is said once', async (t) => {
      const { page, context } = await open(browser, site);
      await begin(page);
      const tone = () => page.locator('[data-tone]').getAttribute('data-tone');
      const left = (ms: number) =>
        page.evaluate((rest) => {
          const { kiosk } = window.screens;
          kiosk.attempt({ endsAt: (kiosk.elapsed() ?? 0) + rest });
        }, ms);
      t.equal(await tone(), 'calm');
      await left(10 * 60_000 + 900);
      t.equal(await said(page), '');
      await page.waitForFunction(
        () => document.querySelector('[data-tone]')?.getAttribute('data-tone') === 'care',
      );
      t.equal(await said(page), '还有 10 分钟');
      t.match(await page.locator('[data-tone]').textContent(), '不到 10 分钟', 'in words too');
      await left(60_900);
      await page.waitForFunction(
        () => document.querySelector('[data-tone]')?.getAttribute('data-tone') === 'trouble',
      );
      t.equal(await said(page), '还有 1 分钟');
      await page.evaluate(() =>
        window.screens.kiosk.attempt({
          creditMs: 300_000,
          endsAt: (window.screens.kiosk.elapsed() ?? 0) + 3_600_000,
        }),
      );
      await page.getByText('已补时 5 分').waitFor();
      t.equal(await tone(), 'calm');
      await context.close();
    });

    await t.test('a pause stops the clock and takes the paper out of sight', async (t) => {
      const { page, context } = await open(browser, site);
      await begin(page, 'essay');
      await page.locator('textarea').fill('写到一半');
      await page.evaluate(() => {
        const { kiosk } = window.screens;
        const now = kiosk.elapsed() ?? 0;
        kiosk.attempt({ pausedAt: now, endsAt: now + 1_800_000 });
      });
      await page.getByText('考试暂停').waitFor();
      const before = await page.locator('[role=timer]').textContent();
      await page.waitForTimeout(2_300);
      t.equal(await page.locator('[role=timer]').textContent(), before);
      t.notOk(await page.locator('textarea').isVisible());
      await page.evaluate(() => window.screens.kiosk.attempt({ pausedAt: null }));
      await page.locator('textarea').waitFor();
      t.equal(await page.locator('textarea').inputValue(), '写到一半');
      await context.close();
    });

    await t.test('the line lost: calm words, no dialog, nothing moves, writing goes on', async (t) => {
      const { page, context, bad } = await open(browser, site);
      await begin(page, 'essay');
      const places = () =>
        page.evaluate(() =>
          ['header', 'nav', '#item-heading', 'textarea', 'footer .primary', '[role=timer]'].map(
            (selector) => {
              const box = document.querySelector(selector)?.getBoundingClientRect();
              return box ? [box.x, box.y, box.width, box.height].map(Math.round) : selector;
            },
          ),
        );
      await page.locator('textarea').fill('在');
      const before = await places();
      await page.evaluate(() => window.screens.kiosk.set({ connected: false, light: 'offline' }));
      await page.locator('[data-offline]').waitFor();
      t.same(await places(), before, 'nothing moved');
      t.equal(await page.locator('dialog[open]').count(), 0);
      t.equal(await page.locator('[data-light]').getAttribute('data-light'), 'offline');
      await page.locator('textarea').press('End');
      await page.keyboard.type('线');
      t.equal(await page.evaluate(() => window.screens.kiosk.snapshot.answers.essay?.R), '在线');
      await page.waitForFunction(() =>
        document.querySelector('[data-announcer]')?.textContent?.includes('未连接'),
      );
      await page.evaluate(() => window.screens.kiosk.set({ connected: true, light: 'both' }));
      await page.waitForFunction(() =>
        document.querySelector('[data-announcer]')?.textContent?.includes('已保存到两台服务器'),
      );
      t.same(await places(), before, 'nor back');
      t.same(bad, []);
      await context.close();
    });

    await t.test('words of the invigilator stay until they are read', async (t) => {
      const { page, context } = await open(browser, site);
      await begin(page, 'choice');
      await page.evaluate(() =>
        window.screens.kiosk.set({
          notices: [
            { notice: 'n7', text: '第 3 题“二”应为“三”。', zh: '', en: '', wall: Date.now(), seen: false },
          ],
        }),
      );
      await page.getByText('第 3 题“二”应为“三”').waitFor();
      await go(page, 'inline');
      await page.getByRole('button', { name: '知道了' }).click();
      t.equal(await page.getByText('第 3 题“二”应为“三”').count(), 0);
      t.ok((await calls(page)).some((call) => call.name === 'seen' && call.args[0] === 'n7'));
      await context.close();
    });

    await t.test('back stays in the exam, leaving asks first', async (t) => {
      const { page, context } = await open(browser, site);
      await begin(page, 'choice');
      await page.getByText('图书馆新到的一批科普读物').click();
      await page.evaluate(() => history.back());
      await page.getByText('已留在考试中').waitFor();
      t.ok(
        await page
          .locator('.item-view')
          .waitFor()
          .then(() => true),
      );
      const asked = page.waitForEvent('dialog');
      void page.close({ runBeforeUnload: true });
      const dialog = await asked;
      t.equal(dialog.type(), 'beforeunload');
      await dialog.dismiss();
      t.ok(
        await page
          .locator('.item-view')
          .waitFor()
          .then(() => true),
      );
      await context.close();
    });

    await t.test('the list tells answered, part, empty, not seen and marked', async (t) => {
      const { page, context } = await open(browser, site);
      await begin(page);
      await page.evaluate(() => {
        const { kiosk } = window.screens;
        kiosk.answer('choice', 'R', 'A');
        kiosk.answer('entry', 'I', '1');
        kiosk.go('multiple');
      });
      await page.keyboard.press('Alt+m');
      const names = await page
        .locator('nav li button')
        .evaluateAll((all) => all.map((one) => one.getAttribute('aria-label')));
      t.equal(names[0], '第 1 题、已答');
      t.equal(names[1], '第 2 题、未答、已标记');
      t.equal(names[2], '第 3 题、未看');
      t.equal(names[5], '第 6 题、未答完');
      await page.getByText('已答 2 / 20').first().waitFor();
      await context.close();
    });

    await t.test('handing in takes two steps, names what is empty, and ends with the receipt', async (t) => {
      const { page, context, bad } = await open(browser, site);
      await begin(page);
      await page.evaluate(() => {
        const { kiosk } = window.screens;
        for (const id of Object.keys(kiosk.snapshot.paper?.items ?? {})) kiosk.answer(id, 'R', 'A');
        kiosk.answer('read', 'R', null);
        kiosk.attempt({ earliestSubmitAt: (kiosk.elapsed() ?? 0) + 1_200 });
      });
      await page.getByRole('button', { name: '检查与交卷' }).click();
      const handIn = page.locator('div.overview .button.primary');
      t.ok(await handIn.isDisabled(), 'too early');
      await page.getByText(/以后可以交卷/).waitFor();
      await page.getByRole('heading', { name: '您还有 3 道题未作答' }).waitFor();
      await page.locator('div.overview').getByRole('button', { name: '第 17 题' }).click();
      await shows(page, 'read');
      await page.keyboard.press('a');
      await page.getByRole('button', { name: '检查与交卷' }).click();
      await page.getByRole('heading', { name: '您还有 2 道题未作答' }).waitFor();
      await page.waitForFunction(
        () => document.querySelector<HTMLButtonElement>('div.overview .button.primary')?.disabled === false,
      );
      await handIn.click();
      await page.getByRole('button', { name: '继续作答' }).click();
      t.notOk((await calls(page)).some((call) => call.name === 'submit'));
      await handIn.click();
      await page.getByRole('button', { name: '确定交卷' }).click();
      await page.getByRole('heading', { name: '考试结束' }).waitFor();
      await page.getByText('7H2K-9QWM-3XPT-AV5C').waitFor();
      await page.locator('.qr path').waitFor();
      t.same(bad, []);
      await context.close();
    });

    await t.test('handed in offline: sealed here, raise your hand; no word of an end', async (t) => {
      const { page, context } = await open(browser, site);
      await begin(page);
      await page.evaluate(() => window.screens.kiosk.set({ connected: false, light: 'offline' }));
      await page.getByRole('button', { name: '检查与交卷' }).click();
      await page.locator('div.overview .button.primary').click();
      await page.getByRole('button', { name: '确定交卷' }).click();
      await page.getByText('请举手，并留在座位上').waitFor();
      t.equal(await page.getByText('考试结束').count(), 0);
      await context.close();
    });

    await t.test('listening: plays are counted and limited, a begun one goes on where it was', async (t) => {
      const { page, context, bad } = await open(browser, site);
      await begin(page, 'listen');
      const play = page.locator('.player .button.primary');
      await play.click();
      await page.waitForFunction(() => window.screens.kiosk.snapshot.plays.talk?.plays === 1);
      await page.getByRole('button', { name: '暂停' }).click();
      await page.getByRole('button', { name: '继续播放' }).click();
      await page.getByRole('button', { name: '暂停' }).waitFor();
      t.equal(
        await page.evaluate(() => window.screens.kiosk.snapshot.plays.talk?.plays),
        1,
        'a pause costs no play',
      );
      await go(page, 'read');
      await page.getByText('第 16 题的录音正在播放').waitFor();
      await page.waitForFunction(() => window.screens.kiosk.snapshot.plays.talk?.ms === 0, undefined, {
        timeout: 8_000,
      });
      // A crash in the middle of the second play.
      await page.evaluate(() => window.screens.kiosk.play('listen', 'talk', 2, 1_200));
      await go(page, 'listen');
      await page.getByRole('button', { name: '继续播放' }).click();
      await page.waitForFunction(() => window.screens.kiosk.snapshot.plays.talk?.ms === 0, undefined, {
        timeout: 8_000,
      });
      const { plays } = await page.evaluate(() => window.screens.kiosk.snapshot.plays.talk ?? { plays: 0 });
      t.equal(plays, 2, 'going on is no new play');
      t.ok(await page.getByRole('button', { name: '已播放完' }).isDisabled());
      // Granted once more by the invigilator.
      await page.evaluate(() => window.screens.kiosk.set({ plays: { talk: { plays: 1, ms: 0 } } }));
      await page.getByRole('button', { name: '播放', exact: true }).click();
      await page.waitForFunction(() => window.screens.kiosk.snapshot.plays.talk?.plays === 2);
      t.same(bad, []);
      await context.close();
    });

    await t.test('a text can be marked, and the marks are there after turning the page', async (t) => {
      const { page, context } = await open(browser, site);
      await begin(page, 'read');
      await page.getByRole('button', { name: '荧光笔' }).click();
      const line = page.locator('.stimulus p').first();
      const box = await line.boundingBox();
      if (!box) throw new Error('the text has no place');
      await page.mouse.move(box.x + 40, box.y + 14);
      await page.mouse.down();
      await page.mouse.move(box.x + 180, box.y + 14, { steps: 4 });
      await page.mouse.up();
      const marks = () => page.evaluate(() => [...(CSS.highlights.get('gongyuan-marker') ?? [])].map(String));
      t.equal((await marks()).length, 1);
      const [words] = await marks();
      await go(page, 'choice');
      t.same(await marks(), []);
      await go(page, 'short');
      t.same(await marks(), [words], 'the same text of another item');
      await page.getByRole('button', { name: '清除标记' }).click();
      t.same(await marks(), []);
      t.same(
        (await calls(page)).filter((call) => JSON.stringify(call).includes('河不宽')),
        [],
        'it stays on this machine',
      );
      await context.close();
    });

    await t.test('material is fetched again, files of the wrong kind are refused in words', async (t) => {
      const { page, context } = await open(browser, site);
      await begin(page, 'upload');
      const download = page.waitForEvent('download');
      await page.getByRole('button', { name: '重做本题' }).click();
      t.equal((await download).suggestedFilename(), '气温记录.csv');
      const input = page.locator('input[type=file]');
      await input.setInputFiles({
        name: 'game.exe',
        mimeType: 'application/x-msdownload',
        buffer: Buffer.from('MZ'),
      });
      await page.getByText('文件类型不符').waitFor();
      await input.setInputFiles({ name: '完成.csv', mimeType: 'text/csv', buffer: Buffer.from('a\n') });
      await page.getByText('完成.csv').waitFor();
      await page.getByText('已上传到服务器').waitFor();
      await context.close();
    });

    await t.test('large text and contrast keep everything reachable', async (t) => {
      const { page, context } = await open(browser, site);
      await begin(page, 'read');
      await page.getByRole('button', { name: '显示设置' }).click();
      await page.getByRole('radio', { name: '200 %' }).check();
      await page.getByRole('radio', { name: '高对比度' }).check();
      t.equal(await page.evaluate(() => getComputedStyle(document.documentElement).fontSize), '32px');
      await page.keyboard.press('Escape');
      t.equal(
        await page.evaluate(
          () => document.documentElement.scrollWidth > document.documentElement.clientWidth,
        ),
        false,
        'nothing to scroll sideways',
      );
      await page.locator('footer .narrow-only').click();
      await page.getByRole('button', { name: '第 2 题' }).click();
      await shows(page, 'multiple');
      await context.close();
    });
  });
}
