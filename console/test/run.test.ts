/** The day itself: opening, starting, watching, mending, and a line that breaks. */
import t from 'tap';
import { PHONE, serious, skip, stage } from './browser.ts';

t.test(
  'open entry and start: first what will happen, then it is done',
  { skip, timeout: 120_000 },
  async (t) => {
    const stand = await stage('running');
    t.teardown(() => stand.close());
    const morning = stand.box.state.sessions[0];
    if (!morning) throw new Error('the running site has a session');
    morning.row.state = 'planned';
    for (const sitting of morning.sittings) sitting.state = 'planned';
    const { page, complaints, go } = await stand.open({ as: 'chief' });
    await go(`/run?session=${morning.row.session}`);
    await page.getByRole('button', { name: 'Open entry' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('95 seated candidates can sign in').waitFor();
    t.equal(morning.row.state, 'planned', 'nothing has happened yet');
    await dialog.getByRole('button', { name: 'Open entry' }).click();
    await page.getByText('Entry is open').first().waitFor();
    t.equal(morning.row.state, 'open');

    await page.getByRole('button', { name: 'Start', exact: true }).first().click();
    await dialog.getByText('数学 (第二考场（教学楼 202）)').click();
    t.ok(
      await dialog.getByRole('button', { name: 'Continue' }).isDisabled(),
      'one of two rooms with this paper asks why',
    );
    await dialog.getByRole('button', { name: 'Network failure' }).click();
    await dialog.getByRole('button', { name: 'Continue' }).click();
    await dialog.getByText('数学 · 第二考场（教学楼 202）: 32 candidates').waitFor();
    await dialog.getByText('A start cannot be taken back.').waitFor();
    t.equal(stand.box.calls.filter(({ key }) => key.endsWith('/start')).length, 0, 'nothing has started yet');
    t.same(await serious(page), []);
    await dialog.getByRole('button', { name: 'Start now' }).click();
    await dialog.waitFor({ state: 'detached' });
    t.same(stand.box.calls.find(({ key }) => key.endsWith('/start'))?.body, {
      sitting: morning.sittings[1]?.sitting,
      reason: 'Network failure',
    });

    await t.test('a refusal stays in the window, with words, remedy and code', async (t) => {
      await page.getByRole('button', { name: 'Credit everyone' }).click();
      await dialog.getByLabel('min', { exact: true }).fill('45');
      await dialog.getByRole('button', { name: 'Power cut' }).click();
      await dialog.getByRole('button', { name: 'Continue' }).click();
      await dialog.getByText('95 candidates get 45 min each').waitFor();
      await dialog.getByRole('button', { name: 'Credit 45 min' }).click();
      await dialog.getByText('The credit is above what may be granted alone').waitFor();
      await dialog.getByText('Ask for approval from above').waitFor();
      t.ok(
        await dialog
          .getByText('credit/limit')
          .waitFor()
          .then(() => true),
      );
      await dialog.getByRole('button', { name: 'Back' }).click();
      await dialog.getByRole('button', { name: '10 min' }).click();
      await dialog.getByRole('button', { name: 'Continue' }).click();
      await dialog.getByRole('button', { name: 'Credit 10 min' }).click();
      await page.getByText('10 min credited').waitFor();
      t.same(stand.box.calls.findLast(({ key }) => key.endsWith('/credits'))?.body, {
        scope: { session: morning.row.session },
        ms: 600_000,
        cause: 'Power cut',
      });
    });
    t.same(complaints, []);
  },
);

t.test('the live map on a phone', { skip, timeout: 120_000 }, async (t) => {
  const stand = await stage('running');
  t.teardown(() => stand.close());
  const { state } = stand.box;
  const session = state.sessions[0]?.row.session;
  const room = state.rooms[0]?.room;
  const { page, complaints, go } = await stand.open({ as: 'invigilator', size: PHONE });
  await go(`/watch?session=${session}`);
  await page.getByRole('heading', { name: '第一考场（教学楼 201）' }).waitFor();
  t.equal(await page.getByText('第二考场').count(), 0, 'an invigilator sees her own rooms only');
  const seat = (label: string) =>
    page.locator('main').getByRole('button', { name: new RegExp(`^Seat ${label},`) });
  const order = () =>
    page.locator('main button.seat').evaluateAll((all) => all.map((one) => one.textContent));

  await t.test('a seat that changes changes alone, where it stands', async (t) => {
    const before = await order();
    const entry = state.sessions[0]?.seats.find((one) => one.room === room && one.seat === '02')?.entry ?? '';
    const fate = state.fates.get(entry);
    if (!fate) throw new Error('seat 02 has a candidate');
    t.match(await seat('02').textContent(), /Writing/);
    fate.status = 'submitted';
    stand.box.pushSeats((label) => label === '02');
    await page.getByRole('button', { name: /^Seat 02,.*Handed in/ }).waitFor();
    const after = await order();
    t.equal(after.length, before.length);
    t.equal(after.filter((text, index) => text !== before[index]).length, 1);
  });

  await t.test('trouble on top, mended by its one best action', async (t) => {
    const list = page.getByRole('region', { name: 'Needs a hand' });
    await list.getByText('Offline for').waitFor();
    await list.getByRole('button', { name: 'Same PC' }).click();
    await page.getByText('the answers are on that PC again').waitFor();
    await page.getByRole('button', { name: /^Seat 17,.*Writing/ }).waitFor();
    t.equal(await list.getByText('Offline for').count(), 0);
  });

  await t.test('several selected seats get one message', async (t) => {
    await page.getByRole('button', { name: 'Select' }).click();
    await seat('01').click();
    await seat('03').click();
    await page.getByText('2 selected').waitFor();
    await page.getByRole('button', { name: 'Message' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Please be quiet.' }).click();
    await dialog.getByRole('button', { name: 'Continue' }).click();
    await dialog.getByText('2 candidates see it at once.').waitFor();
    await dialog.getByRole('button', { name: 'Send' }).click();
    await dialog.waitFor({ state: 'detached' });
    const sent = stand.box.calls.filter(({ key }) => key.endsWith('/notices'));
    t.equal(sent.length, 2);
    t.match(sent[0]?.body, { scope: { attempt: /^at_/ }, text: 'Please be quiet.' });
    t.equal(await page.getByRole('button', { name: 'Credit' }).count(), 0, 'crediting is the chief’s');
  });

  await t.test('the line breaks: it says so, shows what it knew, and comes back by itself', async (t) => {
    stand.box.line(false);
    await page.getByText("The line to the site's server is lost").first().waitFor();
    await page.getByText(/As it was at 10:0\d:\d\d/).waitFor();
    t.ok(
      await seat('01')
        .waitFor()
        .then(() => true),
      'the map stays in sight',
    );
    stand.box.line(true);
    await page.getByText(/As it was at/).waitFor({ state: 'detached' });
    t.equal(await page.getByText("The line to the site's server is lost").count(), 0);
  });
  t.same(
    complaints.filter((text) => !/WebSocket|ERR_|Failed to load resource/.test(text)),
    [],
  );
});

t.test(
  'a sign-in that ends leads to the gate, and back to the same page',
  { skip, timeout: 60_000 },
  async (t) => {
    const stand = await stage('prepare');
    t.teardown(() => stand.close());
    const { page, go, context } = await stand.open({ as: 'administrator' });
    await go('/rooms');
    // What the page asks for at its start must be here: a refusal of that would lead to the gate by itself.
    await page.getByText('计算机房 301').waitFor();
    await context.clearCookies();
    await page.getByRole('link', { name: 'Candidates' }).click();
    await page.waitForURL(/\/sign-in\?next=%2Fconsole%2Fcandidates/);
    await page.getByLabel('Login').fill('administrator');
    await page.getByLabel('Password', { exact: true }).fill('wrong');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('Login or password is wrong').waitFor();
    await page.getByLabel('Password', { exact: true }).fill('right');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: 'Candidates' }).waitFor();
    t.equal(new URL(page.url()).pathname, '/console/candidates');
  },
);

t.test(
  'the clock after a power cut: the chief confirms, others are told who does',
  { skip, timeout: 60_000 },
  async (t) => {
    const stand = await stage('running');
    t.teardown(() => stand.close());
    stand.box.state.unconfirmedGapMs = 754_000;
    const other = await stand.open({ as: 'technician' });
    await other.page.getByText('The chief invigilator must confirm it').waitFor();
    t.equal(await other.page.getByRole('button', { name: 'Confirm the time' }).count(), 0);
    const { page } = await stand.open({ as: 'chief' });
    await page.getByText('the server was off for 12 min 34 s').waitFor();
    await page.getByRole('button', { name: 'Confirm the time' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Really off for').fill('15');
    await dialog.getByRole('button', { name: 'Confirm the time' }).click();
    await page.getByText('The time is confirmed').waitFor();
    t.same(stand.box.calls.find(({ key }) => key.endsWith('/clock/confirm'))?.body, {
      gapMs: (15 * 60 + 34) * 1000,
    });
    await page.getByText('the server was off').waitFor({ state: 'detached' });
  },
);

t.test(
  'each role sees the pages that it may open, and no dead links',
  { skip, timeout: 120_000 },
  async (t) => {
    const stand = await stage('running');
    t.teardown(() => stand.close());
    for (const [role, missing] of [
      ['administrator', []],
      ['invigilator', ['Staff', 'Log', 'Packages', 'Requests', 'Headquarters']],
      ['technician', ['Staff', 'Log', 'Incidents', 'Camera', 'Photos & material']],
      ['auditor', ['Camera']],
    ] as const) {
      const { page, context } = await stand.open({ as: role });
      const links = page.getByRole('navigation').getByRole('link');
      await links.first().waitFor();
      const names = await links.allInnerTexts();
      t.equal(names.length, 18 - missing.length, role);
      for (const name of missing) t.notOk(names.includes(name), `${role} sees no ${name}`);
      for (const name of names) {
        await page.getByRole('navigation').getByRole('link', { name, exact: true }).click();
        await page.locator('main h1').waitFor();
        await page.waitForLoadState('networkidle');
        t.equal(await page.getByText('auth/forbidden').count(), 0, `${role} may open ${name}`);
      }
      await context.close();
    }
  },
);

t.test('the language changes at once and is remembered', { skip, timeout: 60_000 }, async (t) => {
  const stand = await stage('prepare');
  t.teardown(() => stand.close());
  const { page, go } = await stand.open({ language: 'zh-CN' });
  await go('/staff');
  await page.getByRole('heading', { name: '人员', exact: true }).waitFor();
  await page.getByRole('button', { name: 'English' }).click();
  await page.getByRole('heading', { name: 'Staff', exact: true }).waitFor();
  await page.getByText('Site administrator').first().waitFor();
  t.equal(await page.getByText('考点管理员').count(), 0, 'no words of the other language are left');
  await page.reload();
  await page.getByRole('heading', { name: 'Staff', exact: true }).waitFor();
});
