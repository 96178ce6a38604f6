/** A browser on the built pages of headquarters: what every test of pages begins with. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { launch, whyNot } from '#scripts/browser/launch.ts';

export const DESK = { width: 1366, height: 768 };
export const PHONE = { width: 390, height: 844 };
const AXE = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Why these tests can't run here; false: they can. */
export const skip: string | false = (await whyNot(launch)) ?? false;
export { launch };

export interface OpenPage {
  page: Page;
  context: BrowserContext;
  /** What the browser complained of: errors of scripts, refusals of the security policy, missing files. */
  complaints: string[];
  /** Another page of the application, by the part of its address behind `#`. */
  go(way: string): Promise<void>;
}

interface Options {
  origin: string;
  language?: 'zh-CN' | 'en';
  size?: { width: number; height: number };
}

export async function openPage(
  browser: Browser,
  { origin, language = 'en', size = DESK }: Options,
): Promise<OpenPage> {
  const phone = size.width < 600;
  const context = await browser.newContext({
    viewport: size,
    locale: language,
    reducedMotion: 'reduce',
    ...(phone ? { isMobile: true, hasTouch: true } : {}),
  });
  context.setDefaultTimeout(20_000);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    // The status of a refused call, and a line that a test has cut, are no faults of the page.
    const expected = /Failed to load resource: (the server responded with a status of 4\d\d|net::ERR_EMPTY)/;
    if (message.type() === 'error' && !expected.test(message.text())) complaints.push(message.text());
  });
  return {
    page,
    context,
    complaints,
    async go(way) {
      await page.goto(`${origin}/#${way}`);
      await page.locator('main').first().waitFor();
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
    const { axe } = window as unknown as {
      axe: { run(options: object): Promise<{ violations: Violation[] }> };
    }; // just put there
    return (await axe.run({ resultTypes: ['violations'] })).violations;
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
