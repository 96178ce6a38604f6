/** A browser on the built console and a fake box behind it: what every test of pages begins with. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import type { RoleName } from '#protocol/rights.ts';
import { launch, whyNot } from '#scripts/browser/launch.ts';
import { type FakeBox, startFakeBox } from './fake-box.ts';
import type { Scenario } from './fake-data.ts';

export const DESK = { width: 1366, height: 768 };
export const PHONE = { width: 390, height: 844 };
const AXE = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Why these tests can't run here; false: they can. */
export const skip: string | false = (await whyNot(launch)) ?? false;

export interface Stage {
  box: FakeBox;
  browser: Browser;
  open(options?: OpenOptions): Promise<OpenPage>;
  close(): Promise<void>;
}

interface OpenOptions {
  as?: RoleName | null;
  language?: 'zh-CN' | 'en';
  size?: { width: number; height: number };
  path?: string;
}

export interface OpenPage {
  page: Page;
  context: BrowserContext;
  /** What the browser complained of: errors of scripts, refusals of the security policy, missing files. */
  complaints: string[];
  go(path: string): Promise<void>;
}

export async function stage(scenario: Scenario): Promise<Stage> {
  const box = await startFakeBox(scenario);
  const browser = await launch();
  return {
    box,
    browser,
    async open({ as = 'administrator', language = 'en', size = DESK, path = '/' } = {}) {
      const phone = size.width < 600;
      const context = await browser.newContext({
        viewport: size,
        locale: language,
        reducedMotion: 'reduce',
        ...(phone ? { isMobile: true, hasTouch: true } : {}),
      });
      if (as) await context.addCookies([{ name: 'fake', value: as, url: box.origin }]);
      const page = await context.newPage();
      const complaints: string[] = [];
      page.on('pageerror', (error) => complaints.push(String(error)));
      page.on('console', (message) => {
        // The status of a refused call is no fault of the page: the tests look at what it says of it.
        const refused = /Failed to load resource: the server responded with a status of (4\d\d|502)/.test(
          message.text(),
        );
        if (message.type() === 'error' && !refused) complaints.push(message.text());
      });
      const go = async (to: string) => {
        await page.goto(`${box.origin}/console${to}`);
        await page.locator('main').first().waitFor();
      };
      await go(path);
      return { page, context, complaints, go };
    },
    async close() {
      await browser.close();
      await box.close();
    },
  };
}

interface Violation {
  id: string;
  impact: string | null;
  nodes: { html: string; failureSummary?: string }[];
}

/** What axe calls serious or critical on the page as it stands. */
export async function serious(page: Page): Promise<string[]> {
  // Not as a script of the page, which its policy forbids.
  await page.evaluate(AXE);
  const found = await page.evaluate(async () => {
    const { axe } = window as unknown as { axe: { run(): Promise<{ violations: Violation[] }> } }; // just put there
    return (await axe.run()).violations;
  });
  return found
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.map((node) => `${id}: ${node.html.slice(0, 200)} ${node.failureSummary ?? ''}`),
    );
}

/** Pixels by which the page is wider than the screen. */
export function tooWide(page: Page): Promise<number> {
  return page.evaluate(() => Math.max(0, document.documentElement.scrollWidth - screen.width));
}
