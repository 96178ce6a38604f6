/** Text comes out as it was written: input methods, emoji, long pastes, limits; in the current browser and in 109. */
import type { CDPSession, Page } from 'playwright-core';
import t from 'tap';
import { launch, launch109, whyNot } from '#scripts/browser/launch.ts';
import { answers, begin, calls, go, open } from './driver.ts';
import { buildScreens, serve } from './harness.ts';

const folder = t.testdir();
await buildScreens(folder);
const site = await serve(folder);
t.teardown(() => site.close());

/** Values that were sent for an item, in order. */
async function sent(page: Page, item: string): Promise<unknown[]> {
  const all = await calls(page);
  return all
    .filter((call) => call.name === 'set' && call.args[0] === item)
    .map((call) => (call.args[1] as { v: unknown }).v);
}

async function compose(session: CDPSession, text: string): Promise<void> {
  await session.send('Input.imeSetComposition', {
    text,
    selectionStart: text.length,
    selectionEnd: text.length,
  });
}

function paste(page: Page, selector: string, text: string): Promise<void> {
  return page.evaluate(
    ({ where, what }) => {
      const field = document.querySelector<HTMLTextAreaElement>(where);
      field?.focus();
      // What a paste does to the field: one insertion, undoable.
      document.execCommand('insertText', false, what);
    },
    { where: selector, what: text },
  );
}

for (const [name, start] of [
  ['current', launch],
  ['109', launch109],
] as const) {
  const skip = (await whyNot(start)) ?? false;
  t.test(`writing in the ${name} browser`, { skip, timeout: 120_000 }, async (t) => {
    const browser = await start();
    t.teardown(() => browser.close());

    await t.test('a composition is not sent before it ends, and at once when it does', async (t) => {
      const { page, context, bad } = await open(browser, site);
      await begin(page, 'essay');
      const session = await context.newCDPSession(page);
      await page.locator('textarea').focus();
      await compose(session, 'n');
      await compose(session, 'ni');
      await compose(session, 'ni hao');
      t.same(await sent(page, 'essay'), [], 'nothing of the composition is sent');
      t.equal(await page.locator('textarea').inputValue(), 'ni hao', 'it is seen while it is made');
      const flushes = async () => (await calls(page)).filter((call) => call.name === 'flush').length;
      const before = await flushes();
      await session.send('Input.insertText', { text: '你好' });
      t.same(await sent(page, 'essay'), ['你好']);
      t.ok((await flushes()) > before, 'journalled at once');
      // A second sentence, broken off by going to another item.
      await compose(session, 'zai');
      await go(page, 'choice');
      await go(page, 'essay');
      const kept = await page.locator('textarea').inputValue();
      t.match(kept, /^你好/, 'what was committed is still there');
      t.same(bad, []);
      await context.close();
    });

    await t.test('emoji stay whole, half of one becomes a mark of replacement', async (t) => {
      const { page, context } = await open(browser, site);
      await begin(page, 'essay');
      await paste(page, 'textarea', '甲👨‍👩‍👧‍👦𠮷乙');
      t.equal((await answers(page)).essay?.R, '甲👨‍👩‍👧‍👦𠮷乙');
      await page.evaluate(() => {
        const field = document.querySelector('textarea');
        if (!field) return;
        field.value = 'a\uD83Db';
        field.dispatchEvent(new InputEvent('input', { bubbles: true }));
      });
      t.equal((await answers(page)).essay?.R, 'a\uFFFDb');
      t.equal(await page.locator('textarea').inputValue(), 'a\uFFFDb', 'the field shows what is stored');
      await context.close();
    });

    await t.test('20,000 characters pasted are all there, and are counted', async (t) => {
      const { page, context } = await open(browser, site);
      await begin(page, 'essay');
      const line = '河水哗哗地响，好像也说万一呢。\n';
      const text = line.repeat(20_000 / line.length);
      await paste(page, 'textarea', text);
      t.equal((await answers(page)).essay?.R, text);
      await go(page, 'choice');
      await go(page, 'essay');
      t.equal(await page.locator('textarea').inputValue(), text, 'and after coming back');
      await page.getByText(`${text.replace(/\s/g, '').length} 字`).waitFor();
      await context.close();
    });

    await t.test('at the limit a text is cut between characters, and it is said', async (t) => {
      const { page, context } = await open(browser, site);
      await begin(page, 'short');
      await paste(page, 'textarea', `${'字'.repeat(99)}👍🏽`);
      const value = (await answers(page)).short?.R;
      t.equal(value, '字'.repeat(99));
      t.equal(await page.locator('textarea').inputValue(), value);
      await page.getByText('已到字数上限').waitFor();
      await context.close();
    });

    await t.test('a field for numbers says what it cannot take, and sends nothing of it', async (t) => {
      const { page, context } = await open(browser, site);
      await begin(page, 'entry');
      const field = page.locator('.entry input').first();
      await field.pressSequentially('1/2');
      await page.getByText('请填数字').waitFor();
      t.same(await sent(page, 'entry'), ['1']);
      await field.fill('０．５');
      t.equal((await answers(page)).entry?.I, '0.5');
      t.equal(await page.getByText('请填数字').count(), 0);
      await context.close();
    });

    await t.test('symbols and marks go to the caret of the field written in last', async (t) => {
      const { page, context, bad } = await open(browser, site);
      await begin(page, 'essay');
      const field = page.locator('textarea');
      await field.fill('面积是 r');
      await page.locator('footer .quiet').click();
      await field.focus();
      await page.keyboard.press('Home');
      for (const _ of '面积是 ') await page.keyboard.press('ArrowRight');
      await page.getByRole('button', { name: '希腊字母' }).click();
      await page.getByRole('button', { name: 'π', exact: true }).click();
      t.equal(await field.inputValue(), '面积是 πr');
      await page.keyboard.press('End');
      await page.getByRole('button', { name: '上标', exact: true }).click();
      await page.keyboard.type('2');
      t.equal((await answers(page)).essay?.R, '面积是 πr^{2}');
      await page.getByRole('button', { name: '预览' }).click();
      t.equal(await page.locator('.preview sup').textContent(), '2');
      await field.focus();
      await page.keyboard.press('Control+z');
      t.not(await field.inputValue(), '面积是 πr^{2}', 'it can be undone');
      t.same(bad, []);
      await context.close();
    });

    await t.test('a change of language takes nothing away', async (t) => {
      const { page, context } = await open(browser, site);
      await begin(page, 'essay');
      await page.locator('textarea').fill('万一呢');
      await page.locator('textarea').evaluate((field: HTMLTextAreaElement) => field.setSelectionRange(1, 2));
      await page.getByRole('button', { name: 'English' }).click();
      await page.getByRole('button', { name: 'Previous' }).waitFor();
      t.equal(await page.locator('textarea').inputValue(), '万一呢');
      t.same(
        await page
          .locator('textarea')
          .evaluate((field: HTMLTextAreaElement) => [field.selectionStart, field.selectionEnd]),
        [1, 2],
        'the selection stays',
      );
      await page.reload();
      await page.getByText('Sign in').first().waitFor();
      t.equal(await page.evaluate(() => document.documentElement.lang), 'en', 'it is remembered');
      await context.close();
    });
  });
}
