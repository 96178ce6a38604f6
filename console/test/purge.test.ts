/** Retention on the page of a session that is over: one person asks, another confirms. */
import t from 'tap';
import { DESK, PHONE, serious, skip, stage, tooWide } from './browser.ts';

t.test('two people delete the data of a session', { skip, timeout: 120_000 }, async (t) => {
  const stand = await stage('running');
  t.teardown(() => stand.close());
  const { state } = stand.box;
  const { purge } = state.delivery;
  const [session] = state.sessions;
  if (!session) throw new Error('the day has a session');
  const path = `/sessions/${session.row.session}`;

  const asker = await stand.open({ as: 'administrator', path });
  const { page } = asker;
  await page.getByRole('heading', { name: 'Sittings' }).waitFor();
  t.equal(await page.getByText('Keeping and deleting data').count(), 0, 'not while the session runs');

  session.row.state = 'ended';
  await asker.go(path);
  await page.getByText('This site is not connected to a headquarters').waitFor();
  t.equal(
    await page.getByRole('button', { name: 'Ask for deletion' }).count(),
    0,
    'not without headquarters',
  );

  purge.hold = 'purge/too-early';
  purge.from = Date.UTC(2026, 11, 24, 4, 0);
  await asker.go(path);
  await page.getByText(/May be deleted from .*2026/).waitFor();

  purge.hold = null;
  await asker.go(path);
  await page.getByRole('button', { name: 'Ask for deletion' }).click();
  const dialog = page.getByRole('dialog');
  const send = dialog.getByRole('button', { name: 'Ask for deletion' });
  t.ok(await send.isDisabled(), 'not without a reason');
  await dialog.getByLabel('Reason').fill('time is over');
  await send.click();
  await page.getByText('Another chief invigilator or administrator must confirm').waitFor();
  t.equal(await page.getByRole('button', { name: /Confirm deletion/ }).count(), 0, 'the same person cannot');
  t.equal(purge.asked?.reason, 'time is over');

  const other = await stand.open({ as: 'chief', path, language: 'zh-CN', size: PHONE });
  await other.page.getByText('time is over').waitFor();
  t.equal(await tooWide(other.page), 0);
  await other.page.getByRole('button', { name: '确认清除…' }).click();
  const warning = other.page.getByRole('dialog');
  await warning.getByText('清除后无法恢复').waitFor();
  t.same(await serious(other.page), []);
  const remove = warning.getByRole('button', { name: '永久删除' });
  t.ok(await remove.isDisabled(), 'not before it is ticked');
  await warning.getByLabel(/我已核对场次和数量/).check();
  await remove.click();
  await other.page.getByText(/清除：57 个文件，48 份作答/).waitFor();
  t.equal(purge.asked, null);

  await page.setViewportSize(DESK);
  await asker.go(path);
  await page.getByText('Deleted on').waitFor();
  t.same(await serious(page), []);
  t.same([...asker.complaints, ...other.complaints], []);
});
