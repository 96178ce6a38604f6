/** A site from its first start to a session with seats, walked through as its administrator does. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import t from 'tap';
import { skip, stage } from './browser.ts';

t.test(
  'first start: code, site, administrator; then signed in at home',
  { skip, timeout: 120_000 },
  async (t) => {
    const stand = await stage('setup');
    t.teardown(() => stand.close());
    const { page, complaints } = await stand.open({ as: null });
    await page.waitForURL(/\/setup/);
    const fill = (label: string, value: string) => page.getByLabel(label, { exact: true }).fill(value);
    await fill('Set-up code', 'WRONG');
    await fill('Name of the site', 'Seventh School');
    await fill('Site code', 'has blanks');
    await page.getByText('Use letters, digits and hyphens only').waitFor();
    await fill('Site code', 'BH-07');
    await fill('Name', 'Zhou Min');
    await fill('Login', 'zhou');
    await fill('Password', 'short');
    await page.getByText('5 more characters needed').waitFor();
    await fill('Password', 'a long password');
    await fill('Password again', 'a long passwort');
    await page.getByText('The two passwords differ').waitFor();
    t.ok(
      await page.getByRole('button', { name: 'Finish the set-up' }).isDisabled(),
      'not before all is right',
    );
    await fill('Password again', 'a long password');
    await page.getByRole('button', { name: 'Finish the set-up' }).click();
    await page.getByText('The set-up code is wrong').waitFor();
    t.ok(
      await page
        .getByText('Read the set-up code that the box shows at start')
        .waitFor()
        .then(() => true),
      'with its remedy',
    );
    t.ok(
      await page
        .getByText('setup/code')
        .waitFor()
        .then(() => true),
      'and its code',
    );
    await fill('Set-up code', 'GY-1234');
    await page.getByRole('button', { name: 'Finish the set-up' }).click();
    await page.getByRole('heading', { name: 'Prepare the exam' }).waitFor();
    await page.getByRole('link', { name: 'Create an exam' }).waitFor();
    t.same(complaints, []);
  },
);

t.test('exam, roster, papers, room, session, seats', { skip, timeout: 180_000 }, async (t) => {
  const stand = await stage('empty');
  t.teardown(() => stand.close());
  const { page, complaints, go } = await stand.open();
  const folder = t.testdir({
    'roster-faults.csv': 'x',
    'roster.csv': 'x',
    'paper-faults.zip': 'x',
    'paper.zip': 'x',
  });
  const choose = (file: string) => page.locator('input[type=file]').setInputFiles(path.join(folder, file));
  await writeFile(path.join(folder, 'big.csv'), 'x'.repeat(10));

  await t.test('the exam', async () => {
    await page.getByRole('link', { name: 'Create an exam' }).click();
    await page.getByRole('button', { name: 'New exam' }).first().click();
    await page.getByLabel('Name of the exam').fill('Summer exam');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('heading', { name: 'Summer exam' }).waitFor();
  });

  await t.test('a roster with faults imports nothing and names every line', async (t) => {
    await go('/candidates/import');
    await choose('roster-faults.csv');
    await page.getByText('27 faults').first().waitFor();
    t.equal(await page.getByRole('button', { name: /^Import \d+ lines/ }).count(), 0, 'nothing to confirm');
    const lines = () =>
      page
        .getByRole('row')
        .evaluateAll((rows) => rows.slice(1, 4).map((row) => row.firstElementChild?.textContent?.trim()));
    t.same(await lines(), ['7', '12', '3']);
    await page.getByRole('button', { name: 'Line', exact: true }).click();
    await page.waitForURL(/faults=line/);
    t.same(await lines(), ['3', '7', '12'], 'sorted by line, as numbers');
    await page.getByText('See line 2 too').waitFor();
  });

  await t.test('a corrected column is sent to the box, and a clean list is confirmed', async (t) => {
    await page.getByRole('button', { name: 'Choose another' }).click();
    await choose('roster.csv');
    await page.getByText('No faults').waitFor();
    const read = page.waitForRequest((request) => request.url().includes('mapping='));
    await page.getByLabel(/^school/).selectOption({ label: '姓名' });
    const mapping = JSON.parse(new URL((await read).url()).searchParams.get('mapping') ?? '{}');
    t.equal(mapping.school, 1);
    t.equal(mapping.name, null, 'one column, one field');
    await page.getByRole('button', { name: 'Import 180 lines' }).click();
    await page.getByText('The roster is imported').waitFor();
    t.same(stand.box.calls.at(-1)?.body, { token: 'preview-1' });
  });

  await t.test(
    'a faulty package names item, file and line; a good one lists missing characters',
    async () => {
      await go('/papers');
      await choose('paper-faults.zip');
      await page.getByRole('button', { name: 'Import a paper' }).click();
      await page.getByText('Nothing was imported').waitFor();
      await page.getByText('items/q07.xml · Line 23').waitFor();
      await page.getByText('Q-07').waitFor();
      await choose('paper.zip');
      await page.getByRole('button', { name: 'Import a paper' }).click();
      await page.getByText('is imported and sealed').waitFor();
      await page.getByText('2 characters have no glyph').waitFor();
      await page.getByText('U+212FE').waitFor();
    },
  );

  await t.test('a room drawn by clicking: numbers follow, undo goes back', async (t) => {
    await go('/rooms/new');
    await page.getByLabel('Name of the room').fill('Room 1');
    await page.getByLabel('Rows').fill('2');
    await page.getByLabel('Columns').fill('3');
    const label = (row: number, column: number) =>
      page.locator(`[data-cell="${row},${column}"]`).evaluate((cell) => cell.getAttribute('aria-label'));
    t.match(await label(1, 2), /Seat 06/);
    await page.getByRole('radio', { name: 'Aisle' }).check({ force: true });
    await page.locator('[data-cell="0,1"]').click();
    t.match(await label(0, 1), /Aisle/);
    t.match(await label(1, 2), /Seat 05/, 'the numbers close up');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    t.match(await label(1, 1), /Aisle/, 'by keyboard as well');
    await page.getByRole('button', { name: 'Undo' }).click();
    t.match(await label(1, 1), /Seat/);
    await page.getByLabel('Seat numbers').selectOption({ label: 'From the door' });
    await page.getByText('Seats are numbered from the door, but the plan has no door').waitFor();
    t.ok(await page.getByRole('button', { name: 'Save' }).isDisabled(), 'a plan with an error is not saved');
    await page.getByRole('radio', { name: 'Door' }).check({ force: true });
    await page.locator('[data-cell="1,2"]').click();
    t.match(await label(1, 2), /Seat 01/, 'counted from the door');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('link', { name: 'Room 1' }).waitFor();
    t.same(stand.box.state.rooms[0]?.plan.cells, ['seat', 'aisle', 'seat', 'seat', 'seat', 'seat']);
  });

  await t.test('a session in the site’s time zone, sittings planned, seats drawn', async (t) => {
    await go('/sessions/new');
    await page.getByLabel('Name of the session').fill('Morning');
    await page.getByLabel(/^Planned start/).fill('2026-06-08T09:00');
    await page.getByRole('button', { name: 'Create the session' }).click();
    await page.getByRole('heading', { name: 'Morning' }).waitFor();
    t.equal(stand.box.state.sessions[0]?.row.plannedStart, Date.UTC(2026, 5, 8, 1), 'nine in Shanghai');
    await page.getByRole('button', { name: 'Plan automatically' }).click();
    await page.getByText('seats too few').first().waitFor();
    await page.getByRole('button', { name: 'Save the sittings' }).click();
    await page.getByText('Saved').waitFor();
    t.equal(stand.box.state.sessions[0]?.sittings.length, 1);
    await page.getByRole('link', { name: 'Seating' }).first().click();
    await page.getByText('Drawn on entry').waitFor();
    await page.getByLabel('Seed (optional)').fill('my seed');
    await page.getByRole('button', { name: 'Assign seats' }).click();
    await page.getByText('my seed').waitFor();
    t.same(stand.box.calls.findLast(({ key }) => key.endsWith('/seating') && key.startsWith('POST'))?.body, {
      mode: 'random',
      keepApart: { schools: true, versions: true },
      seed: 'my seed',
    });
  });
  t.same(complaints, []);
});

t.test(
  'the preview opens the sealed paper in this browser and hands it to the frame',
  { skip, timeout: 60_000 },
  async (t) => {
    const stand = await stage('prepare');
    t.teardown(() => stand.close());
    const { page, complaints, go } = await stand.open();
    await go('/papers');
    await page.getByRole('link', { name: 'Preview' }).first().click();
    t.equal(
      stand.box.calls.filter(({ key }) => key.includes('preview-key')).length,
      0,
      'no look before it is asked for',
    );
    await page.getByRole('button', { name: 'Open the preview' }).click();
    await page.frameLocator('iframe').getByText('语文 A 卷 · m1').waitFor();
    t.equal(
      stand.box.calls.filter(({ key }) => key.includes('preview-key')).length,
      1,
      'one look, one event',
    );
    t.same(complaints, []);
  },
);
