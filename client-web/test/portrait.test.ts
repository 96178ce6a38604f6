/** The portrait at sign-in, with Chromium's own picture for a camera, without one, and with one that is forbidden. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Browser, Page } from 'playwright-core';
import t from 'tap';
import { launch, launch109, whyNot } from '#scripts/browser/launch.ts';
import { calls, open, tabTo } from './driver.ts';
import { buildScreens, serve } from './harness.ts';

const AXE = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const CAMERA = ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'];
const SHOTS = process.env.GONGYUAN_SHOTS;

const folder = t.testdir();
await buildScreens(folder);
const site = await serve(folder);
t.teardown(() => site.close());

async function serious(page: Page): Promise<string[]> {
  // Not as a script of the page, which its policy forbids.
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }));
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical' || impact === 'moderate')
    .flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 160)}`));
}

/** At “Is this you?” of a session that asks for a portrait. */
async function atConfirm(browser: Browser, locale: 'zh-CN' | 'en') {
  const opened = await open(browser, site, { locale });
  await opened.page.evaluate(async () => {
    await window.screens.kiosk.login('110105202601');
    window.screens.kiosk.attempt({ portrait: true });
  });
  return opened;
}

const shot = async (page: Page, name: string) => {
  if (SHOTS) await page.screenshot({ path: `${SHOTS}/${name}.png` });
};
const tracksLive = (page: Page) =>
  page.evaluate(() =>
    [...document.querySelectorAll('video')].flatMap((video) =>
      video.srcObject instanceof MediaStream
        ? video.srcObject.getTracks().map((track) => track.readyState)
        : [],
    ),
  );
const called = async (page: Page, name: string) => (await calls(page)).filter((one) => one.name === name);

/** Width and height of a JPEG, from its frame header. */
function sizeOf(jpeg: Buffer): [number, number] {
  for (let at = 2; at + 9 < jpeg.length; at += 2 + jpeg.readUInt16BE(at + 2)) {
    const marker = jpeg[at + 1] ?? 0;
    if (marker === 0xc0 || marker === 0xc2) return [jpeg.readUInt16BE(at + 7), jpeg.readUInt16BE(at + 5)];
  }
  throw new Error('no frame in this JPEG');
}

for (const [name, start] of [
  ['current', launch],
  ['109', launch109],
] as const) {
  const skip = (await whyNot(start)) ?? false;

  t.test(`with a camera, ${name} browser`, { skip, timeout: 120_000 }, async (t) => {
    const browser = await start({ args: CAMERA });
    t.teardown(() => browser.close());

    await t.test('by keys alone: taken, again, taken, sent as announced', async (t) => {
      const { page, context, bad } = await atConfirm(browser, 'en');
      const take = page.getByRole('button', { name: 'Take the picture' });
      await page.waitForFunction(() => (document.querySelector('video')?.videoWidth ?? 0) > 0);
      t.same(await tracksLive(page), ['live']);
      await take.and(page.locator(':enabled')).waitFor();
      await shot(page, `${name}-en-live`);
      t.same(await serious(page), []);
      await tabTo(page, 'section .button');
      await page.keyboard.press('Enter');
      await page.getByRole('img', { name: 'The picture that was taken' }).waitFor();
      t.match(await page.getByRole('status').last().textContent(), 'Taken.');
      t.same(await serious(page), []);
      await shot(page, `${name}-en-taken`);
      t.equal(
        (await calls(page)).filter(({ name }) => name !== 'login').length,
        0,
        'nothing is sent before the yes',
      );
      await page.keyboard.press('Enter');
      await take.waitFor();
      t.equal(await page.locator('section img').count(), 0);
      await page.keyboard.press('Enter');
      await page.getByRole('button', { name: 'Again' }).waitFor();
      // The page leaves with the answer; what it held of the camera must be looked at afterwards.
      await page.evaluate(() => {
        const { srcObject } = document.querySelector('video') ?? {};
        Object.assign(window, { stream: srcObject });
      });
      await page.getByRole('button', { name: 'Yes, all of it is right' }).click();
      await page.waitForFunction(() => window.screens.kiosk.snapshot.stage === 'pledge');
      await page.waitForFunction(() => window.screens.kiosk.calls.some(({ name }) => name === 'put'));
      const asked = await called(page, 'ask portrait');
      const put = await called(page, 'put');
      t.equal(asked.length, 1);
      t.equal(put.length, 1);
      const [url, permit, bytes] = put[0]?.args ?? [];
      t.same([url, permit], ['/portrait', 'Bearer permit']);
      const jpeg = Buffer.from(bytes as number[]); // as the fake box noted them
      t.equal(jpeg.toString('hex', 0, 3), 'ffd8ff', 'a JPEG');
      const [width, height] = sizeOf(jpeg);
      t.ok(width > 0 && height > 0 && Math.max(width, height) <= 1280, `${width} × ${height}`);
      const sha256 = createHash('sha256').update(jpeg).digest('hex');
      t.match(asked[0]?.args, [{ t: 'portrait', bytes: jpeg.length, sha256 }]);
      await page.waitForFunction(() => {
        const { stream } = window as unknown as { stream: MediaStream }; // put there above
        return stream.getTracks().every(({ readyState }) => readyState === 'ended');
      });
      t.same(bad, []);
      await context.close();
    });

    await t.test('no picture, no questions', async (t) => {
      const { page, context, bad } = await atConfirm(browser, 'zh-CN');
      await page.getByRole('button', { name: '拍照' }).and(page.locator(':enabled')).waitFor();
      await shot(page, `${name}-zh-live`);
      t.equal(
        await page.evaluate(() => document.documentElement.scrollHeight > window.innerHeight),
        false,
        'all of it is seen at once',
      );
      await page.getByRole('button', { name: '是本人，信息无误' }).click();
      await page.waitForFunction(() => window.screens.kiosk.snapshot.stage === 'pledge');
      t.same(await called(page, 'ask portrait'), []);
      t.same(bad, []);
      await context.close();
    });

    await t.test('where none is asked for, the camera stays off', async (t) => {
      const { page, context } = await open(browser, site, { locale: 'en' });
      await page.evaluate(() => window.screens.kiosk.login('110105202601'));
      await page.getByRole('heading', { name: 'Is this you?' }).waitFor();
      await page.waitForLoadState('networkidle');
      t.equal(await page.locator('video').count(), 0);
      await context.close();
    });
  });

  t.test(`without a camera, ${name} browser`, { skip, timeout: 120_000 }, async (t) => {
    // No device and nobody to ask: as on a machine without one.
    const browser = await start();
    t.teardown(() => browser.close());
    for (const [locale, words, yes] of [
      ['en', 'No camera here: the invigilator takes your picture.', 'Yes, all of it is right'],
      ['zh-CN', '本机没有可用的摄像头，由监考员为您拍照。', '是本人，信息无误'],
    ] as const) {
      const { page, context, bad } = await atConfirm(browser, locale);
      await page.getByText(words).waitFor();
      t.equal(await page.locator('video').count(), 0);
      t.same(await serious(page), []);
      await shot(page, `${name}-${locale}-none`);
      await page.getByRole('button', { name: yes }).click();
      await page.waitForFunction(() => window.screens.kiosk.snapshot.stage === 'pledge');
      t.same(await called(page, 'ask portrait'), []);
      t.same(bad, []);
      await context.close();
    }
  });
}
