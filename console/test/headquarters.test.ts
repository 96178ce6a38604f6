/** Headquarters and the courier, walked through: connecting, what is where, disconnecting, the stick and back. */
import t from 'tap';
import { PHONE, skip, stage } from './browser.ts';

t.test('connect, look, disconnect; out on a stick and back', { skip, timeout: 120_000 }, async (t) => {
  const stand = await stage('prepare');
  t.teardown(() => stand.close());
  const { page, complaints, go } = await stand.open({ size: PHONE, path: '/headquarters' });
  const main = page.locator('main');

  // Nothing is connected: the one action is to connect.
  await main.getByRole('heading', { name: 'Connect to headquarters' }).waitFor();
  t.equal(await main.getByRole('button', { name: 'Exchange now' }).count(), 0);
  await main.getByLabel('Address').fill('https://hq.example.org');
  await main.getByLabel('One-time enrolment code').fill('7K2MQ4-XC0PHT-9ZEB3V-DA0123-45678-9ABCD');
  await main.getByRole('button', { name: 'Connect', exact: true }).click();

  // What is where, in numbers; a fault has words and what to do.
  await main.getByText('Count and hash agree').waitFor();
  t.match(await main.innerText(), /11,276[\s\S]*1,204[\s\S]*12,480/);
  Object.assign(stand.box.state.delivery.hq, {
    fault: { code: 'sync/unreachable', detail: 'problem: ECONNREFUSED' },
    gaps: [{ first: 0, last: 99 }],
  });
  await main.getByText('Headquarters cannot be reached').waitFor();
  await main.getByText('exams go on').waitFor();
  await main.getByText('Events 1 to 100').waitFor();
  stand.box.state.delivery.hq.fault = null;
  await main.getByRole('button', { name: 'Exchange now' }).click();
  await main.getByText('Exchanging').waitFor();
  stand.box.state.delivery.hq.syncing = false;

  // The stick.
  await main.getByRole('link', { name: 'Send by stick' }).click();
  const saved = page.waitForEvent('download');
  await main.getByRole('button', { name: 'Write the file' }).click();
  t.match((await saved).suggestedFilename(), /courier/);
  await main.getByText('The file was written').waitFor();
  const take = main.getByRole('button', { name: 'Take the receipts' });
  t.equal(await take.isDisabled(), true, 'there is no file yet');
  await main
    .locator('input[type=file]')
    .setInputFiles({ name: 'receipts.json', mimeType: 'application/json', buffer: Buffer.from('{}') });
  await take.click();
  await main.getByText('3 receipts taken').waitFor();

  // Only with a reason, and said what it means.
  await go('/headquarters');
  await main.getByRole('button', { name: 'Disconnect' }).click();
  const dialog = page.getByRole('dialog');
  const sure = dialog.getByRole('button', { name: 'Disconnect' });
  t.equal(await sure.isDisabled(), true);
  await dialog.getByLabel('Reason').fill('moved');
  await sure.click();
  await main.getByRole('heading', { name: 'Connect to headquarters' }).waitFor();
  t.same(complaints, []);
});

t.test('who may only look finds nothing to press', { skip, timeout: 60_000 }, async (t) => {
  const stand = await stage('running');
  t.teardown(() => stand.close());
  const { page, go } = await stand.open({ as: 'auditor', path: '/headquarters' });
  await page.getByText('11,276').first().waitFor();
  for (const name of ['Exchange now', 'Disconnect'])
    t.equal(await page.getByRole('button', { name }).count(), 0, name);
  await go('/courier');
  await page.getByText('Keep the stick').waitFor();
  t.equal(await page.locator('main').getByRole('button').count(), 0);
});
