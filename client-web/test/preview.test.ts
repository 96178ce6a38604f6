/** The preview as the console shows it: in an iframe, fed by its own parent, deaf to all others. */
import t from 'tap';
import { launch, whyNot } from '#scripts/browser/launch.ts';
import { buildScreens, complaints, serve } from './harness.ts';
import { SAMPLE } from './sample-paper.ts';

const skip = (await whyNot(launch)) ?? false;

t.test('a paper in the preview', { skip, timeout: 60_000 }, async (t) => {
  const folder = t.testdir();
  await buildScreens(folder);
  const parent =
    '<!doctype html><title>parent</title><iframe src="/preview.html" width="1200" height="700"></iframe>';
  const site = await serve(folder, { '/parent.html': parent });
  const stranger = await serve(folder, { '/parent.html': parent });
  const browser = await launch();
  t.teardown(async () => {
    await browser.close();
    await site.close();
    await stranger.close();
  });
  const page = await browser.newPage({ locale: 'zh-CN' });
  const bad = complaints(page);
  await page.goto(`${site.origin}/parent.html`);
  const frame = page.frameLocator('iframe');
  await frame.getByText('等待试卷').waitFor();
  await page.evaluate((paper) => {
    const inner = document.querySelector('iframe')?.contentWindow;
    inner?.postMessage(
      { t: 'preview', paper, urls: {}, language: 'en', candidate: 'Preview', item: 'essay' },
      location.origin,
    );
  }, SAMPLE);
  await frame.locator('textarea').fill('只在这里');
  await frame.getByRole('button', { name: 'Previous' }).click();
  await frame.getByRole('button', { name: 'Review and hand in' }).click();
  t.match(await frame.locator('div.overview').textContent(), /Answered 1 of 20/);
  // A second paper replaces the first.
  await page.evaluate((paper) => {
    const inner = document.querySelector('iframe')?.contentWindow;
    inner?.postMessage({ t: 'preview', paper: { ...paper, title: '另一卷' }, urls: {} }, location.origin);
  }, SAMPLE);
  await frame.getByRole('heading', { name: '另一卷' }).waitFor();
  await frame.getByText('Answered 0 of 20').waitFor();
  t.same(bad, []);

  // A window that opened the page, or a message from itself, is not its parent.
  const alone = await browser.newPage();
  await alone.goto(`${site.origin}/preview.html`);
  await alone.evaluate((paper) => window.postMessage({ t: 'nothing', paper }, location.origin), SAMPLE);
  t.equal(await alone.locator('.exam').count(), 0);
});
