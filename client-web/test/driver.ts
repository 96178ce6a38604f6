/** Holding the screens in a browser test: the page on the fake kiosk, its calls, keys alone. */
import type { Browser, BrowserContext, Page } from 'playwright-core';
import type { KioskSnapshot } from '../src/kiosk/kiosk.types.ts';
import { complaints, type Site } from './harness.ts';
import type {} from './page.ts';

export interface Opened {
  page: Page;
  context: BrowserContext;
  /** What the page complained of; empty at the end of every test. */
  bad: string[];
}

export interface OpenOptions {
  locale?: 'zh-CN' | 'en';
  size?: { width: number; height: number };
}

export async function open(browser: Browser, site: Site, options: OpenOptions = {}): Promise<Opened> {
  const context = await browser.newContext({
    locale: options.locale ?? 'zh-CN',
    viewport: options.size ?? { width: 1366, height: 768 },
  });
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  const bad = complaints(page);
  await page.goto(`${site.origin}/test/page.html`);
  await page.waitForFunction(() => 'screens' in window);
  return { page, context, bad };
}

/** Signs in, confirms, promises, begins: by the kiosk, not by hand. */
export async function begin(page: Page, item?: string): Promise<void> {
  await page.evaluate(async (first) => {
    const { kiosk, begin } = window.screens;
    await kiosk.login('110105202601');
    await kiosk.confirm();
    await kiosk.pledge();
    begin();
    if (first !== undefined) kiosk.go(first);
  }, item);
  await page.locator('.item-view').waitFor();
  if (item !== undefined) await shows(page, item);
}

/** Waits until the item is on the screen. */
export async function shows(page: Page, item: string): Promise<void> {
  await page.waitForFunction(
    (id) => window.screens.kiosk.snapshot.item === id && document.querySelector('#item-heading') !== null,
    item,
  );
  // The item's own frame follows in the same turn of the page.
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
}

export async function go(page: Page, item: string): Promise<void> {
  await page.evaluate((id) => window.screens.kiosk.go(id), item);
  await shows(page, item);
}

export function answers(page: Page): Promise<KioskSnapshot['answers']> {
  return page.evaluate(() => window.screens.kiosk.snapshot.answers);
}

export function calls(page: Page): Promise<{ name: string; args: unknown[] }[]> {
  return page.evaluate(() => window.screens.kiosk.calls);
}

/** Presses Tab (or Shift+Tab) until the focus is on what the selector says; fails when it never gets there. */
export async function tabTo(page: Page, selector: string, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
  for (let pressed = 0; pressed < 120; pressed++) {
    if (await page.evaluate((wanted) => document.activeElement?.matches(wanted) ?? false, selector)) return;
    await page.keyboard.press(key);
  }
  throw new Error(`the keyboard does not reach ${selector}`);
}
