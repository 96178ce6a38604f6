/** Session packages and release codes, as people use them: what they see, type and are told. */
import t from 'tap';
import { splitIdentity } from '#node/release/release-codes.ts';
import { generateIdentity } from '#node/sealing/age-file.ts';
import { skip, stage } from './browser.ts';

t.test('what differs is read, and taken in two steps', { skip, timeout: 60_000 }, async (t) => {
  const stand = await stage('running');
  t.teardown(() => stand.close());
  const { page, complaints, go } = await stand.open({ language: 'zh-CN' });
  await go('/packages');
  await page.getByText('阿依古丽·吐尔逊江·买合木提').first().waitFor();
  await page.getByText('另有 1204 项').waitFor();
  await page.getByText('3 个中的 2 个').waitFor();
  await page.getByRole('button', { name: '确认取用' }).click();
  await page.getByText('要么全部生效，要么什么都不变').waitFor();
  await page.getByRole('dialog').getByRole('button', { name: '确认取用' }).click();
  await page.getByRole('heading', { name: '与本机的差异' }).waitFor({ state: 'detached' });
  t.equal(stand.box.state.delivery.packages.preview, null);
  await page.getByRole('button', { name: '下载' }).waitFor();
  t.same(complaints, []);
});

t.test(
  'a code is checked while it is typed, and the next officer signs in',
  { skip, timeout: 60_000 },
  async (t) => {
    const stand = await stage('running');
    t.teardown(() => stand.close());
    const { delivery, sessions } = stand.box.state;
    Object.assign(delivery.release ?? {}, { taken: [], until: null });
    const session = sessions[0]?.row.session ?? '';
    const { page, complaints, go } = await stand.open({ as: 'chief', language: 'en' });
    await go(`/run?session=${session}`);
    await page.getByRole('link', { name: 'Release codes' }).click();
    const [code = ''] = await splitIdentity((await generateIdentity()).identity, 2, 3, session);
    const field = page.getByLabel('Release code', { exact: true });
    const send = page.getByRole('button', { name: 'Send the code' });
    const typo = `${code.slice(0, 13)}${code[13] === 'Q' ? 'R' : 'Q'}`;
    await field.fill(typo);
    await page.getByText('2 of 16 groups are right').waitFor();
    await field.fill(`${typo}${code.slice(14, 40)}`);
    await page.getByText('Group 3 is wrong').waitFor();
    t.ok(await send.isDisabled());
    await field.fill(code.toLowerCase());
    await page.getByText('The code is in order').waitFor();
    // A hand-held scanner ends with Enter.
    await field.press('Enter');
    await page.getByText('Your code was taken').waitFor();
    t.equal(
      await page.getByLabel('Release code', { exact: true }).count(),
      0,
      'it is not left on the screen',
    );
    t.equal(delivery.release?.taken.length, 1);
    await page.getByRole('button', { name: 'Sign out for the next officer' }).click();
    await page.getByLabel(/User name|Login|Sign-in name/).waitFor();
    t.match(decodeURIComponent(page.url()), `/release?session=${session}`, 'who signs in is there again');
    t.same(complaints, []);
  },
);
