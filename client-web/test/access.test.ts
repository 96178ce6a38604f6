/** Nothing serious for axe in any stage, in both languages, both themes, on desk and phone. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import t from 'tap';
import { launch, whyNot } from '#scripts/browser/launch.ts';
import { begin, go, open } from './driver.ts';
import { buildScreens, serve } from './harness.ts';
import { SAMPLE } from './sample-paper.ts';

const AXE = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface Found {
  id: string;
  impact: string | null;
  nodes: { html: string; failureSummary?: string }[];
}

declare global {
  interface Window {
    axe: { run(context: Document, options: unknown): Promise<{ violations: Found[] }> };
  }
}

async function serious(page: Page): Promise<string[]> {
  const found = await page.evaluate(async () => {
    const { violations } = await window.axe.run(document, { resultTypes: ['violations'] });
    return violations;
  });
  return found
    .filter(({ impact }) => impact === 'serious' || impact === 'critical' || impact === 'moderate')
    .flatMap(({ id, nodes }) =>
      nodes.map((node) => `${id}: ${node.html.slice(0, 160)} ${node.failureSummary ?? ''}`),
    );
}

const skip = (await whyNot(launch)) ?? false;

t.test('axe', { skip, timeout: 240_000 }, async (t) => {
  const folder = t.testdir();
  await buildScreens(folder);
  const site = await serve(folder);
  const browser = await launch();
  t.teardown(async () => {
    await browser.close();
    await site.close();
  });

  for (const { locale, theme, size } of [
    { locale: 'zh-CN', theme: 'light', size: { width: 1366, height: 768 } },
    { locale: 'en', theme: 'contrast', size: { width: 1366, height: 768 } },
    { locale: 'en', theme: 'light', size: { width: 390, height: 844 } },
  ] as const)
    await t.test(`${locale}, ${theme}, ${size.width} px`, async (t) => {
      const { page, context, bad } = await open(browser, site, { locale, size });
      // Not as a script of the page, which its policy forbids.
      await page.evaluate(AXE);
      await page.evaluate((name) => {
        document.documentElement.dataset.theme = name;
      }, theme);
      const look = async (name: string) => t.same(await serious(page), [], name);

      for (const stage of ['starting', 'other-tab', 'enrol', 'seat'] as const) {
        await page.evaluate((to) => window.screens.kiosk.set({ stage: to, walkRoom: '第 3 考场' }), stage);
        await look(stage);
      }
      await page.evaluate(() => window.screens.kiosk.login('2'));
      await look('wrong seat');
      await page.evaluate(() => window.screens.kiosk.login('110105202601'));
      await look('confirm');
      await page.evaluate(() => window.screens.kiosk.confirm());
      await look('pledge');
      await page.evaluate(() => window.screens.kiosk.pledge());
      await look('waiting');
      await begin(page);
      for (const id of Object.keys(SAMPLE.items)) {
        await go(page, id);
        await look(id);
      }
      await page.keyboard.press('Control+ArrowDown');
      await page.locator('.overview').waitFor();
      await look('overview');
      await page.locator('.overview .button.primary').click();
      await look('hand in, second step');
      await page.keyboard.press('Escape');
      await page.evaluate(() =>
        window.screens.kiosk.set({
          connected: false,
          light: 'offline',
          demo: true,
          notices: [{ notice: 'n', text: '', zh: '请安静', en: 'Quiet, please', wall: 0, seen: false }],
        }),
      );
      await look('offline, with a notice');
      for (const stage of ['time-up', 'sealed', 'blocked'] as const) {
        await page.evaluate(
          (to) => window.screens.kiosk.set({ stage: to, error: { code: 'attempt/fenced' } }),
          stage,
        );
        await look(stage);
      }
      await page.evaluate(async () => {
        window.screens.kiosk.set({ connected: true, error: null });
        await window.screens.kiosk.submit();
      });
      await page.locator('.qr svg').waitFor();
      await look('done');
      t.same(bad, []);
      await context.close();
    });
});
