/** From the seat page to the receipt by keyboard alone, through every kind of item. */
import t from 'tap';
import { launch, whyNot } from '#scripts/browser/launch.ts';
import { answers, open, shows, tabTo } from './driver.ts';
import { buildScreens, serve } from './harness.ts';
import { SAMPLE } from './sample-paper.ts';

const skip = (await whyNot(launch)) ?? false;

t.test('a whole exam without a pointer', { skip, timeout: 180_000 }, async (t) => {
  const folder = t.testdir();
  await buildScreens(folder);
  const site = await serve(folder);
  const browser = await launch();
  const { page, bad } = await open(browser, site);
  t.teardown(async () => {
    await browser.close();
    await site.close();
  });
  const { keyboard } = page;
  const press = async (...keys: string[]) => {
    for (const key of keys) await keyboard.press(key);
  };

  await tabTo(page, 'input.number');
  await keyboard.type('1101 0520 2601');
  await press('Enter');
  await page.locator('.name').waitFor();
  await tabTo(page, '.button.primary');
  await press('Enter');
  await page.locator('.agree').waitFor();
  await tabTo(page, '.agree input');
  await press('Space');
  await tabTo(page, '.button.primary');
  await press('Enter');
  await page.locator('.count .figures').waitFor();
  await page.evaluate(() => window.screens.begin());

  const next = async (id: string) => {
    await press('Control+ArrowDown');
    await shows(page, id);
  };
  await shows(page, 'choice');
  await press('b');
  await next('multiple');
  await press('1', '3');
  // The third is refused, in words.
  await press('4');
  await page.getByText('最多 2 项').waitFor();
  await next('true-false');
  await tabTo(page, '.choices input');
  await press('ArrowRight');
  await next('inline');
  for (const at of [0, 1]) {
    await tabTo(page, 'select');
    await press('ArrowDown');
    if (at === 0) await press('Tab');
  }
  await next('hot-text');
  await tabTo(page, '[role=checkbox]');
  await press('Space');
  await next('entry');
  await tabTo(page, '.entry input');
  await keyboard.type('１');
  await press('Tab');
  await keyboard.type('串联');
  await next('order');
  await tabTo(page, '[data-move=down]');
  await press('Enter');
  t.ok(
    await page.evaluate(() =>
      document.activeElement?.closest('li')?.querySelector('.place')?.textContent?.includes('2'),
    ),
    'the focus goes with the line',
  );
  await next('pick-order');
  await tabTo(page, '.pool button');
  await press('Enter');
  await tabTo(page, '.pool button');
  await press('Enter');
  await next('match');
  for (const row of [1, 2]) {
    await tabTo(page, `tbody tr:nth-child(${row}) input`);
    await press(row === 1 ? 'Space' : 'ArrowRight');
  }
  await next('match-short');
  await tabTo(page, 'tbody input');
  await press('Space');
  await next('associate');
  await tabTo(page, '.choice');
  await press('Enter', 'Tab', 'Enter');
  await next('gap');
  await tabTo(page, '.text select');
  await press('ArrowDown');
  await next('hotspot');
  await tabTo(page, '[data-spot]');
  await press('ArrowRight', 'Enter');
  await next('graphic');
  await tabTo(page, '.places select');
  await press('ArrowDown');
  await next('slider');
  await tabTo(page, 'input[type=range]');
  await press('ArrowRight');
  await next('listen');
  await tabTo(page, '.player .button.primary');
  await press('Enter');
  await page.waitForFunction(() => (window.screens.kiosk.snapshot.plays.talk?.plays ?? 0) === 1);
  await press('a');
  await next('read');
  await press('3');
  await next('short');
  await tabTo(page, 'textarea');
  await keyboard.type('承上启下');
  await next('upload');
  await tabTo(page, 'input[type=file]');
  const chooser = page.waitForEvent('filechooser');
  await press('Space');
  await (await chooser).setFiles({ name: '表.csv', mimeType: 'text/csv', buffer: Buffer.from('a,b\n') });
  await page.getByText('已上传到服务器').waitFor();
  await next('essay');
  await tabTo(page, 'textarea');
  await keyboard.type('万一呢');
  // In a text, Ctrl + left and right belong to the text.
  await press('Control+ArrowLeft');
  t.equal(await page.evaluate(() => window.screens.kiosk.snapshot.item), 'essay');

  const given = await answers(page);
  t.same(
    Object.keys(SAMPLE.items).filter((id) => given[id] === undefined),
    [],
    'every item got an answer',
  );
  t.match(given, {
    choice: { R: /^[A-D]$/ },
    multiple: { R: ['A', 'C'] },
    'true-false': { R: 'B' },
    inline: { R1: /^[ABC]$/, R2: /^[ABC]$/ },
    'hot-text': { R: ['h1'] },
    entry: { I: '1', W: '串联' },
    'pick-order': { R: ['A', 'B'] },
    match: {
      R: [
        ['r1', 'c1'],
        ['r2', 'c2'],
      ],
    },
    'match-short': { R: [['r1', 'c1']] },
    hotspot: { R: 'p2' },
    slider: { R: '26' },
    listen: { R: 'A' },
    short: { R: '承上启下' },
    upload: { R: { name: '表.csv', bytes: 4 } },
    essay: { R: '万一呢' },
  });

  await press('Control+ArrowDown');
  await page.locator('.overview').waitFor();
  await tabTo(page, '.overview .button.primary');
  await press('Enter');
  await page.locator('dialog[open]').waitFor();
  // The harmless way out has the focus: Enter hands nothing in.
  await press('Enter');
  t.equal(await page.locator('dialog[open]').count(), 0);
  await tabTo(page, '.overview .button.primary');
  await press('Enter');
  await page.locator('dialog[open]').waitFor();
  await tabTo(page, 'dialog .button.primary');
  await press('Enter');
  await page.getByText('7H2K-9QWM-3XPT-AV5C').waitFor();
  await page.locator('.qr path').waitFor();
  t.same(bad, []);
});
