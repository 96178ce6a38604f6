/** The pages on the real service, from the first officer over a package that a box can fetch to a candidate's points. */
import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import t from 'tap';
import { exam as examTable, subject as subjectTable } from '#db/hq/schema.ts';
import { startTestHq } from '#hq/test/harness.ts';
import { ID_NUMBERS, list } from '#hq/test/preparation.testing.ts';
import { addSamplePaper, sampleSite } from '#hq/test/sample-site.testing.ts';
import { sampleId } from '#server/ledger/sample-ledger.testing.ts';
import { launch, openPage, skip } from './browser.ts';

const PAPER = '大题,题型,题目,选项,答案,分值\n一,单选题,一加一是？,"A. 二\nB. 三",A,2\n';
const dialog = (page: Page) => page.getByRole('dialog');
const file = (name: string, buffer: Buffer) => ({ name, mimeType: 'application/octet-stream', buffer });

t.test('from set-up to results, on the real service', { skip, timeout: 120_000 }, async (t) => {
  const hq = await startTestHq(t, { config: { port: 0, host: '127.0.0.1' } });
  const origin = await hq.hq.listen();
  const browser = await launch();
  t.teardown(() => browser.close());
  const { page, complaints, go } = await openPage(browser, { origin });
  const input = page.locator('input[type=file]');

  // The first officer
  await page.goto(origin);
  await page.getByLabel('Set-up code').fill((await hq.hq.services.officers.setupCode()) ?? '');
  await page.getByLabel('Name', { exact: true }).fill('王建国');
  await page.getByLabel('Login').fill('wang');
  await page.getByLabel('Password', { exact: true }).fill('sunny-harbour-42');
  await page.getByLabel('Password again').fill('sunny-harbour-42');
  await page.getByRole('button', { name: 'Finish and sign in' }).click();

  // A site and its code
  await page.getByRole('button', { name: 'Add a site' }).first().click();
  await dialog(page).getByLabel('Code of the site').fill('XZ01');
  await dialog(page).getByLabel('Name of the site').fill('拉萨中学考点');
  await dialog(page).getByRole('button', { name: 'Save' }).click();
  await page.getByText('No box is enrolled yet').first().waitFor();
  await page.getByRole('button', { name: 'Make an enrolment code' }).click();
  const code = (await page.locator('[data-code]').innerText()).trim().split(/\s+/);
  t.ok(code.length > 3, 'in groups');
  t.match(code.join('').replaceAll('-', ''), /^[0-9A-Z]{34}$/, 'as long as the contract says');
  await page.getByRole('button', { name: 'I have written it down' }).click();
  await page.getByText('An enrolment code is waiting to be used').waitFor();
  const box = sampleSite(t, 'XZ01');
  t.equal((await box.claim(hq, code.join(' '))).statusCode, 200, 'a box is enrolled by what the page showed');

  // An exam, a paper, a roster, a session
  await go('/exams');
  await page.getByRole('button', { name: 'New exam' }).first().click();
  await dialog(page).getByLabel('Name of the exam').fill('期末考试');
  await dialog(page).getByLabel('Subjects').fill('SX 数学');
  await dialog(page).getByRole('button', { name: 'Save' }).click();
  await page.getByRole('link', { name: 'Add a paper' }).click();
  await input.setInputFiles(file('math.csv', Buffer.from(PAPER)));
  await page.getByRole('button', { name: 'Add and seal it' }).click();
  await page.getByText('“数学 A” is sealed').waitFor();
  await page.getByRole('button', { name: 'Rosters' }).click();
  await page.getByRole('searchbox').fill('拉萨');
  await page.getByRole('link', { name: 'Import' }).click();
  await input.setInputFiles(
    file('bad.csv', list(`T001,欧阳雨桐,${ID_NUMBERS[0].slice(0, -1)}X,SX,数学,一中`)),
  );
  await page.getByRole('row', { name: /roster\// }).waitFor();
  await page.getByRole('button', { name: 'Another file' }).click();
  await input.setInputFiles(file('good.csv', list(`T001,欧阳雨桐,${ID_NUMBERS[0]},SX,数学,一中`)));
  await page.getByRole('button', { name: 'Take 1 line' }).click();
  await page.getByText('The roster is taken').waitFor();
  await page.getByRole('link', { name: 'Rosters' }).last().click();
  await page.getByRole('button', { name: 'Sessions' }).click();
  await page.getByRole('link', { name: 'New session' }).first().click();
  await page.getByLabel('Name of the session').fill('上午');
  await page.getByLabel('Planned start').fill('2027-03-01T09:00');
  await page.getByText('By release codes only').click();
  await page.getByRole('button', { name: 'Make the session' }).click();
  await page.getByRole('link', { name: '上午' }).waitFor();

  // Published for the site, as a file for a stick; the cards
  await page.getByRole('link', { name: 'Packages' }).first().click();
  await page.getByRole('button', { name: 'Publish to all sites' }).click();
  await dialog(page).getByRole('button', { name: 'Publish' }).click();
  await dialog(page).getByText('Published for 1 site').waitFor();
  await dialog(page).getByRole('button', { name: 'Close' }).last().click();
  const [stick] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: /Download/ }).click(),
  ]);
  t.match((await readFile(await stick.path())).subarray(0, 18).toString(), 'gongyuan-package/1');
  await page.getByRole('link', { name: 'Release codes' }).click();
  await page.getByRole('button', { name: 'Make the cards' }).click();
  const [cards] = await Promise.all([
    page.waitForEvent('download'),
    dialog(page).getByRole('button', { name: 'Make the cards' }).click(),
  ]);
  t.match((await readFile(await cards.path())).subarray(0, 5).toString(), '%PDF-');

  // A whole exam comes from the site, and is judged
  const exam = sampleId('exam', 1);
  const { orm } = hq.hq.deps.db;
  await orm.insert(examTable).values({ exam, name: '来自考点的考试' });
  await orm.insert(subjectTable).values({ exam, code: 'YW', name: '语文' });
  await addSamplePaper(hq);
  await box.signIn(hq);
  await box.send(hq, await box.batch(hq, 0, box.events.length - 1));
  await hq.hq.services.judging.judge();
  await go('/sites/XZ01');
  await page.getByText(`${box.ledger}`).first().waitFor();
  await page.getByRole('row', { name: new RegExp(`0–${box.events.length - 1}.*Taken`) }).waitFor();
  await go(`/results?exam=${exam}`);
  await page.getByText('3 of 3 shown').waitFor();
  const candidate = page.getByRole('row', { name: /欧阳·买买提.*T1 /su });
  await candidate.getByText('语文').waitFor();
  t.match(await candidate.innerText(), /Handed in.*Proved/s);
  await candidate.getByRole('link').click();
  await page.getByText('Everything is proved').waitFor();
  await page.getByRole('row', { name: /Q7.*new text.*1 of 1.*Scored/ }).waitFor();
  await go(`/results?exam=${exam}&view=exports`);
  const [table] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Download CSV' }).click(),
  ]);
  t.match(await readFile(await table.path(), 'utf8'), /欧阳·买买提/);

  // Every other page opens on what the service answers
  for (const [way, says] of [
    ['/sites', '拉萨中学考点'],
    ['/sites/XZ01', 'Staff of the site'],
    ['/alarms', 'No alarms'],
    ['/requests', 'No request waits'],
    ['/officers', 'wang'],
    [`/results?exam=${exam}&view=anomalies`, 'An anomaly is a hint'],
  ] as const) {
    await go(way);
    await page.locator('main').getByText(says).first().waitFor();
    t.equal(await page.getByText('Code ', { exact: true }).count(), 0, `${way} without a failure`);
  }
  await go('/courier');
  await input.setInputFiles(file('nothing.courier', Buffer.from('nothing')));
  await page.getByRole('alert').waitFor();
  t.same(complaints, [], 'nothing to complain of');
});
