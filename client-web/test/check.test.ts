/** The page for checking papers with a real box and real signed PDFs, and the saved page without any: both languages. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import t, { type Test } from 'tap';
import { REPORT } from '#node/signing/signed-paper.testing.ts';
import { launch, launch109, whyNot } from '#scripts/browser/launch.ts';
import { startCheckWorld } from './check-site.ts';
import { complaints } from './harness.ts';

const AXE = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const DESK = { width: 1366, height: 768 };
const PHONE = { width: 390, height: 844 };
/** Where pictures go when somebody wants to look at them. */
const PICTURES = process.env['GONGYUAN_PICTURES'];

const skip = (await whyNot(launch)) ?? false;

interface Opened {
  page: Page;
  bad: string[];
  /** What the page asked for. */
  asked: string[];
}

async function open(
  browser: Browser,
  url: string,
  { locale = 'zh-CN', viewport = DESK } = {},
): Promise<Opened> {
  const context = await browser.newContext({ locale, viewport, timezoneId: 'Europe/Berlin' });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  const bad = complaints(page);
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  await page.goto(url);
  await page.locator('h1').waitFor();
  return { page, bad, asked };
}

/** Leaving a page gives up what it asked; a file that is no PDF is refused with 400. */
const unexpected = (bad: string[]) => bad.filter((one) => !/\/api\/v1\/box$|400 \(Bad Request\)/.test(one));
const verdict = (page: Page) => page.locator('.verdict strong').innerText();
const said = (page: Page) => page.locator('[role=status]').innerText();

async function give(page: Page, name: string, bytes: Buffer): Promise<void> {
  await page.locator('input[type=file]').setInputFiles({ name, mimeType: 'application/pdf', buffer: bytes });
  await page.locator('[role=status] .verdict, [role=status] .note').waitFor();
}

async function enter(page: Page, text: string): Promise<void> {
  await page.locator('#text').fill(text);
  await page.locator('#text').press('Enter');
  await page.locator('[role=status] .verdict, [role=status] .note').waitFor();
}

async function isAccessible(t: Test, page: Page, name: string): Promise<void> {
  await page.evaluate(AXE);
  const found = await page.evaluate(async () => {
    const { violations } = await window.axe.run(document, { resultTypes: ['violations'] });
    return violations.map(
      ({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 120)).join(' ')}`,
    );
  });
  t.same(found, [], `axe: ${name}`);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  t.ok(wide <= 0, `nothing sticks out sideways: ${name}`);
  if (PICTURES) {
    await mkdir(PICTURES, { recursive: true });
    await page.screenshot({ path: path.join(PICTURES, `${name}.png`), fullPage: true });
  }
}

t.test('checking papers', { skip, timeout: 280_000 }, async (t) => {
  const world = await startCheckWorld(t);
  const browser = await launch();
  t.teardown(() => browser.close());
  const { origin, marks, files } = world;

  for (const { locale, viewport, words } of [
    { locale: 'zh-CN', viewport: DESK, words: ['真实', '已被改动', '无法确认', '证据报告'] },
    { locale: 'en', viewport: PHONE, words: ['Genuine', 'Changed', 'Unknown', 'Evidence report'] },
  ] as const)
    await t.test(`with the box, ${locale}, ${viewport.width} px`, async (t) => {
      const [genuine, changed, unknown, kind] = words;
      const { page, bad } = await open(browser, `${origin}/check#${marks.genuine}`, { locale, viewport });
      await page.locator('.verdict').waitFor();
      t.equal(await verdict(page), genuine, 'the QR of a paper');
      const text = await said(page);
      // Twelve pages, the third copy, and the time on the site's clocks whatever those of this device say.
      for (const part of [kind, '第一中学考点', '3', '12', '王主考', '2026-11-21 09:00', REPORT])
        t.ok(text.includes(part), `it must say ${part}`);
      await isAccessible(t, page, `mark-genuine-${locale}-${viewport.width}`);

      for (const [mark, expected] of [
        [marks.otherDigest, changed],
        [marks.forged, changed],
        [marks.unknown, unknown],
      ] as const) {
        await page.goto('about:blank');
        await page.goto(`${origin}/check#${mark}`);
        await page.locator('.verdict').waitFor();
        t.equal(await verdict(page), expected);
      }
      await isAccessible(t, page, `mark-unknown-${locale}-${viewport.width}`);

      await give(page, 'paper.pdf', files.genuine);
      t.equal(await verdict(page), genuine, 'the file as it was issued');
      await give(page, 'paper.pdf', files.changed);
      t.equal(await verdict(page), changed, 'one bit changed');
      t.ok((await said(page)).includes(REPORT), 'and which original to ask for');
      await isAccessible(t, page, `file-changed-${locale}-${viewport.width}`);
      await give(page, 'paper.pdf', files.stranger);
      t.equal(await verdict(page), unknown, 'a PDF of somebody else');
      await give(page, 'notes.pdf', files.text);
      t.match(await said(page), /PDF/);
      t.equal(await page.locator('.verdict').count(), 0, 'what is no PDF is not judged');

      await enter(page, `https://exam.example:8443/check#${marks.genuine}`);
      t.equal(await verdict(page), genuine, 'the text that a scanner types');
      await enter(page, 'not.a mark');
      t.equal(await page.locator('.verdict').count(), 0);
      for (const text of [world.receipt, `https://exam.example/verify#${world.receipt}`]) {
        await enter(page, text);
        t.match(await said(page), /买买提·艾力/, 'a receipt, by its code or its QR');
      }
      await isAccessible(t, page, `receipt-${locale}-${viewport.width}`);
      await enter(page, '0000-0000-0000-0001');
      t.match(
        await said(page),
        locale === 'en' ? /The code has a mistake/ : /回执码有误/,
        'a receipt’s code',
      );
      await enter(page, '0000-0000-0000-0039');
      t.match(await said(page), locale === 'en' ? /no receipt|mistake/ : /没有这个回执码|有误/);
      t.same(unexpected(bad), []);
      await page.context().close();
    });

  await t.test('dropped on the page, in the other language after a click', async (t) => {
    const { page, bad } = await open(browser, `${origin}/check`);
    t.equal(await page.locator('h1').innerText(), '核验文件');
    await isAccessible(t, page, 'empty-zh-CN-1366');
    await page.evaluate(
      (bytes) => {
        const transfer = new DataTransfer();
        transfer.items.add(new File([new Uint8Array(bytes)], 'a.pdf', { type: 'application/pdf' }));
        document.body.dispatchEvent(
          new DragEvent('drop', { bubbles: true, cancelable: true, dataTransfer: transfer }),
        );
      },
      [...files.genuine],
    );
    await page.locator('.verdict').waitFor();
    t.equal(await verdict(page), '真实');
    await page.getByRole('button', { name: 'English' }).click();
    t.equal(await verdict(page), 'Genuine');
    t.equal(await page.locator('h1').innerText(), 'Check a paper');
    t.same(bad, []);
    await page.context().close();
  });

  const saved = path.join(t.testdirName, 'gongyuan-check.html');
  await writeFile(saved, await world.offlinePage());
  const offline = async (t: Test, browser: Browser, locale: 'zh-CN' | 'en', viewport: typeof DESK) => {
    const words = locale === 'en' ? ['Genuine', 'Changed', 'Unknown'] : ['真实', '已被改动', '无法确认'];
    const { page, bad, asked } = await open(browser, pathToFileURL(saved).href, { locale, viewport });
    await isAccessible(t, page, `offline-empty-${locale}-${viewport.width}`);
    t.match(
      await page.locator('main').innerText(),
      locale === 'en' ? /cannot know what happened later/ : /不知道此后/,
    );
    await give(page, 'paper.pdf', files.genuine);
    t.equal(await verdict(page), words[0]);
    await isAccessible(t, page, `offline-genuine-${locale}-${viewport.width}`);
    await give(page, 'paper.pdf', files.changed);
    t.equal(await verdict(page), words[1]);
    await give(page, 'paper.pdf', files.stranger);
    t.equal(await verdict(page), words[2]);
    await enter(page, `https://exam.example/check#${marks.genuine}`);
    t.equal(await verdict(page), words[0]);
    await enter(page, marks.forged);
    t.equal(await verdict(page), words[1]);
    t.same(
      asked.filter((url) => !url.startsWith('file:')),
      [],
      'nothing is loaded from anywhere',
    );
    t.same(bad, []);
    await page.context().close();
  };
  await t.test('the saved page, in Chinese', (t) => offline(t, browser, 'zh-CN', DESK));
  await t.test('the saved page, in English on a phone', (t) => offline(t, browser, 'en', PHONE));
  await t.test('the saved page in Chrome 109', { skip: (await whyNot(launch109)) ?? false }, async (t) => {
    const old = await launch109();
    t.teardown(() => old.close());
    await offline(t, old, 'zh-CN', DESK);
  });
});
