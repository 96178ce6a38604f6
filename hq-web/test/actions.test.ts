/** What people do on the pages, and what headquarters is then asked for. */
import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import t, { type Test } from 'tap';
import { launch, type OpenPage, openPage, skip } from './browser.ts';
import { EXAM, type FakeState, makeState, REQUEST, SESSION } from './fake-data.ts';
import { type FakeHq, startFakeHq } from './fake-hq.ts';

interface Stand extends OpenPage {
  hq: FakeHq;
}

const file = (name: string) => ({ name, mimeType: 'application/octet-stream', buffer: Buffer.from('x') });
const dialog = (page: Page) => page.getByRole('dialog');
/** The last call of this kind. */
const last = (hq: FakeHq, key: string) => hq.calls.findLast((call) => call.key === key);

t.test('on the pages of headquarters', { skip, timeout: 180_000 }, async (t) => {
  const hq = await startFakeHq(makeState('busy'));
  const browser = await launch();
  t.teardown(async () => {
    await browser.close();
    await hq.close();
  });
  /** One story, with a house and a browser window of its own. */
  const story = (
    name: string,
    state: FakeState,
    way: string,
    tell: (t: Test, stand: Stand) => Promise<void>,
  ) =>
    t.test(name, async (t) => {
      hq.state = state;
      hq.calls = [];
      const stand = { ...(await openPage(browser, { origin: hq.origin })), hq };
      await stand.go(way);
      await tell(t, stand);
      t.same(stand.complaints, [], 'nothing to complain of');
      t.same(hq.wrong, [], 'pages and answers keep to the contract');
      await stand.context.close();
    });

  await story('the first officer comes with the code', makeState('setup'), '/', async (t, { page }) => {
    await page.getByLabel('Set-up code').fill('WRONG');
    await page.getByLabel('Name', { exact: true }).fill('王建国');
    await page.getByLabel('Login').fill('wang');
    await page.getByLabel('Password', { exact: true }).fill('correct-horse');
    const button = page.getByRole('button', { name: 'Finish and sign in' });
    t.ok(await button.isDisabled(), 'the password is typed twice');
    await page.getByLabel('Password again').fill('correct-horse');
    await button.click();
    await page.getByText('hq/setup-code').waitFor();
    await page.getByLabel('Set-up code').fill('RIGHT-CODE');
    await button.click();
    await page.getByText('There is no site yet').waitFor();
  });

  await story(
    'whoever is signed out comes back to where he was',
    makeState('busy'),
    '/alarms',
    async (t, stand) => {
      const { page } = stand;
      await page.getByText('ledger/forked').waitFor();
      hq.state.me = null;
      await stand.go('/sites?state=silent');
      await page.getByLabel('Login').fill('director');
      await page.getByLabel('Password', { exact: true }).fill('wrong');
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByText('auth/failed').waitFor();
      await page.getByLabel('Password', { exact: true }).fill('correct-horse');
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByText('1 of 1 shown').waitFor();
      t.match(page.url(), /#\/sites\?state=silent$/);
    },
  );

  await story(
    'sites: trouble first, found, and seen anew without a jump',
    makeState('busy'),
    '/sites',
    async (t, { page }) => {
      const names = page.locator('tbody tr td:first-child a');
      await names.first().waitFor();
      t.equal(await names.first().innerText(), '广州市第一中学考点', 'trouble stands first');
      await page.getByRole('button', { name: /Silent/ }).click();
      await page.getByText('1 of 1 shown').waitFor();
      await page.reload();
      await page.getByText('1 of 1 shown').waitFor();
      t.ok(
        await page.getByRole('button', { name: /Silent/, pressed: true }).isVisible(),
        'a reload keeps the filter',
      );
      await page.getByRole('button', { name: /^All/ }).click();
      await page.getByRole('columnheader', { name: 'Not here yet' }).getByRole('button').click();
      await page.getByRole('columnheader', { name: 'Not here yet' }).getByRole('button').click();
      await page.waitForURL(/sort=-behind/);
      await page.waitForFunction(() => document.querySelector('tbody tr a')?.textContent?.startsWith('新疆'));
      await page.getByRole('searchbox').fill('REGENSBURG');
      await page.getByText('1 of 1 shown').waitFor();
      await page.getByRole('searchbox').fill('');
      await page.getByText('6 of 6 shown').waitFor();
      // The next reading changes a figure in its place; the row is the same element as before.
      await page.clock.install();
      await page.reload();
      const row = page.getByRole('row', { name: /上海/ });
      await row.getByText('1,451 / 1,486').waitFor();
      await row.evaluate((element) => element.setAttribute('data-before', ''));
      for (const site of hq.state.sites) site.signedIn = site.candidates;
      await page.clock.runFor(10_500);
      await page.locator('[data-before]').getByText('1,486 / 1,486').waitFor();
    },
  );

  await story(
    'a site is added, and its code shown once',
    makeState('empty'),
    '/sites',
    async (t, { page }) => {
      await page.getByRole('button', { name: 'Add a site' }).first().click();
      await dialog(page).getByLabel('Code of the site').fill('bad code');
      await dialog(page).getByLabel('Name of the site').fill('第九中学考点');
      t.ok(await dialog(page).getByRole('button', { name: 'Save' }).isDisabled());
      await dialog(page).getByLabel('Code of the site').fill('gz-009');
      await dialog(page).getByRole('button', { name: 'Save' }).click();
      await page.getByRole('heading', { name: '第九中学考点' }).waitFor();
      t.same(last(hq, 'POST /api/v1/officer/sites')?.body, {
        site: 'gz-009',
        name: '第九中学考点',
        region: '',
      });
      await page.getByRole('button', { name: 'Make an enrolment code' }).click();
      const code = page.locator('[data-code]');
      t.equal(
        (await code.innerText()).replace(/\s+/g, ' ').trim(),
        '7KQF M20X 9TRA ZPE4 W31H 08GD M5KS TT2C VN',
      );
      await page.getByRole('button', { name: 'I have written it down' }).click();
      await code.waitFor({ state: 'detached' });
      t.notMatch(await page.content(), /7KQF/, 'nowhere on the page any more');
    },
  );

  await story(
    'an alarm is seen, a box revoked, staff written down',
    makeState('busy'),
    '/sites/gz-001',
    async (t, { page }) => {
      await page.getByRole('link', { name: 'Alarms 2 waiting' }).waitFor();
      await page.getByRole('button', { name: 'I have seen it' }).first().click();
      await page.getByRole('link', { name: 'Alarms 1 waiting' }).waitFor();
      await page.getByRole('button', { name: 'Revoke' }).click();
      t.ok(await dialog(page).getByRole('button', { name: 'Revoke' }).isDisabled(), 'a reason is needed');
      await dialog(page).getByLabel('Reason').fill('服务器被盗');
      await dialog(page).getByRole('button', { name: 'Revoke' }).click();
      await page.getByText('The box is revoked').waitFor();
      t.same(last(hq, 'POST /api/v1/officer/sites/:site/revoke')?.body, {
        key: 'A'.repeat(43),
        reason: '服务器被盗',
      });
      await page.getByRole('button', { name: 'Add a person' }).click();
      await page.getByLabel('Name').last().fill('孙监考');
      await page.getByLabel('Login').last().fill('sun');
      await page.getByRole('button', { name: 'Save the list' }).click();
      await page.getByText('Saved').waitFor();
      t.same(last(hq, 'PUT /api/v1/officer/sites/:site/staff')?.body, {
        staff: [
          { staff: 'st_0000000000000001', login: 'zhao', name: '赵主考', role: 'chief' },
          { login: 'sun', name: '孙监考', role: 'invigilator' },
        ],
      });
    },
  );

  await story(
    'an exam, its papers, a roster, a session',
    makeState('empty'),
    '/exams',
    async (t, { page, go }) => {
      await page.getByRole('button', { name: 'New exam' }).first().click();
      await dialog(page).getByLabel('Name of the exam').fill('期末考试');
      await dialog(page).getByLabel('Subjects').fill('SX 数学\nYW 语文');
      await dialog(page).getByRole('button', { name: 'Save' }).click();
      await page.getByRole('link', { name: 'Add a paper' }).click();
      await page.locator('input[type=file]').setInputFiles(file('bad.zip'));
      t.equal(await page.getByLabel('Name of the paper').inputValue(), '数学 A', 'a name to begin with');
      await page.getByRole('button', { name: 'Add and seal it' }).click();
      await page.getByRole('row', { name: /Q7.*items\/q7\.xml/ }).waitFor();
      await page.getByText('𡋾').waitFor();
      await page.locator('input[type=file]').setInputFiles(file('good.zip'));
      await page.getByRole('button', { name: 'Add and seal it' }).click();
      await page.getByText('“数学 A” is sealed').waitFor();
      t.same(last(hq, 'POST /api/v1/officer/exams/:exam/papers')?.query, {
        subject: 'SX',
        label: '数学 A',
        file: 'good.zip',
      });

      await go(`/exams/${EXAM}/rosters/gz-009`);
      await page.locator('input[type=file]').setInputFiles(file('bad.csv'));
      const fault = page.getByRole('row', { name: /roster\/ticket-missing/ });
      t.match(await fault.innerText(), /^3\s/, 'faults are named by line');
      t.equal(await page.getByRole('button', { name: /Take/ }).count(), 0, 'nothing to confirm');
      await page.getByRole('button', { name: 'Another file' }).click();
      await page.locator('input[type=file]').setInputFiles(file('good.csv'));
      await page.getByLabel('School').selectOption('1');
      await page.waitForFunction(() => !document.querySelector('select')?.disabled);
      t.match(
        last(hq, 'POST /api/v1/officer/exams/:exam/sites/:site/roster')?.query.mapping,
        /"name":null.*"school":1/,
      );
      await page.getByRole('button', { name: 'Take 1,486 lines' }).click();
      await page.getByText('The roster is taken').waitFor();
      t.equal(last(hq, 'POST /api/v1/officer/exams/:exam/sites/:site/roster')?.query.confirm, 'true');

      const [exam] = hq.state.exams;
      exam?.papers.push({
        ...{ paper: 'pa_0000000000000009', subject: 'SX', label: '数学 A', items: 40 },
        ...{ bytes: 9_000, source: 'good.zip', added: 0, usedBy: 0 },
      });
      await go(`/exams/${EXAM}/sessions/new`);
      await page.getByText('Give the session a name').waitFor();
      await page.getByLabel('Name of the session').fill('上午');
      await page.getByLabel('Planned start').fill('2026-07-01T09:00');
      await page.getByText('By release codes only').click();
      await page.getByRole('button', { name: 'Make the session' }).click();
      await page.getByRole('link', { name: '上午' }).waitFor();
      const made = last(hq, 'POST /api/v1/officer/exams/:exam/sessions')?.body;
      t.match(made, {
        name: '上午',
        plannedStart: await page.evaluate(() => new Date('2026-07-01T09:00').getTime()),
        subjects: [
          { code: 'SX', durationMs: 7_200_000, papers: [{ version: 'A', paper: 'pa_0000000000000009' }] },
        ],
        n: 2,
        m: 3,
        releaseAt: null,
      });
    },
  );

  await story(
    'packages go to chosen sites; refusals are told',
    makeState('busy'),
    '/packages',
    async (t, { page }) => {
      t.match(
        await page
          .getByRole('link', { name: /Download/ })
          .first()
          .getAttribute('href'),
        /^\/api\/v1\/officer\/packages\/pk_\w+\/file$/,
      );
      await page.getByRole('checkbox', { name: '北京考点' }).check();
      await page.getByRole('checkbox', { name: '广州市第一中学考点' }).check();
      await page.getByRole('button', { name: 'Publish to 2 chosen sites' }).click();
      await dialog(page).getByText('Corrects or adds candidates only').click();
      await dialog(page).getByRole('button', { name: 'Publish' }).click();
      await dialog(page).getByText('Published for 2 sites').waitFor();
      t.same(last(hq, 'POST /api/v1/officer/exams/:exam/packages')?.body, {
        kind: 'addendum',
        sites: ['gz-001', 'bj-014'],
      });
      await dialog(page).getByRole('button', { name: 'Close' }).last().click();
      await page.getByRole('button', { name: 'Publish to all sites' }).click();
      await dialog(page).getByRole('button', { name: 'Publish' }).click();
      await dialog(page).getByText('package/no-box').waitFor();
      t.same(last(hq, 'POST /api/v1/officer/exams/:exam/packages')?.body, { kind: 'full', sites: 'all' });
    },
  );

  await story(
    'cards are made, and a session is released',
    makeState('busy'),
    '/release',
    async (t, { page }) => {
      await page.getByRole('button', { name: 'Make the cards' }).click();
      const [cards] = await Promise.all([
        page.waitForEvent('download'),
        dialog(page).getByRole('button', { name: 'Make the cards' }).click(),
      ]);
      t.equal(cards.suggestedFilename(), `release-cards-${SESSION}.pdf`);
      t.match(await readFile(await cards.path(), 'utf8'), /^%PDF/);
      t.same(last(hq, 'POST /api/v1/officer/sessions/:session/codes')?.body, { renew: false });
      await page.getByRole('button', { name: 'Make new cards' }).waitFor();
      await page.getByRole('button', { name: 'Release now' }).click();
      await dialog(page).getByLabel('Reason').fill('道路中断，提前启封');
      await dialog(page).getByRole('button', { name: 'Release now' }).click();
      await page.getByText('Released: sites on the line can have it.').waitFor();
      t.same(last(hq, 'POST /api/v1/officer/sessions/:session/release')?.body, {
        reason: '道路中断，提前启封',
      });
    },
  );

  await story(
    'requests are granted and refused with a reason',
    makeState('busy'),
    '/requests',
    async (t, { page }) => {
      await page.getByRole('button', { name: 'Grant', exact: true }).first().click();
      await dialog(page).getByText('The candidate may sit again').waitFor();
      await dialog(page).getByLabel('Reason').fill('情况属实');
      await dialog(page).getByRole('button', { name: 'Grant' }).click();
      await page.getByText('Granted: the site hears of it').waitFor();
      t.same(last(hq, 'POST /api/v1/officer/requests/:request/decision')?.body, {
        granted: true,
        reason: '情况属实',
      });
      t.equal(hq.state.requests.find(({ request }) => request === REQUEST)?.state, 'granted');
      await page.getByRole('link', { name: 'Requests 1 waiting' }).waitFor();
      await page.getByRole('button', { name: 'Refuse', exact: true }).click();
      await dialog(page).getByLabel('Reason').fill('证件不符');
      await dialog(page).getByRole('button', { name: 'Refuse' }).click();
      await page.getByText('No request waits').waitFor();
    },
  );

  await story(
    "a courier's file is taken, and the receipts saved",
    makeState('busy'),
    '/courier',
    async (t, { page }) => {
      await page.locator('input[type=file]').setInputFiles(file('bj-014.courier'));
      await page.getByText('Batches taken: 1. Here already: 1. Refused: 1.').waitFor();
      await page.getByText('batch/signature').waitFor();
      const [receipts] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: 'Save the receipts file' }).click(),
      ]);
      t.equal(receipts.suggestedFilename(), 'receipts-bj-014.json');
      const text = await readFile(await receipts.path(), 'utf8');
      t.match(JSON.parse(text), {
        format: 'gongyuan-receipts/1',
        site: 'bj-014',
        receipts: [{ text: '{}' }],
      });
    },
  );

  await story(
    'results: more of them, those with faults, one attempt, files',
    makeState('busy'),
    '/results',
    async (t, { page, go }) => {
      await page.getByText('100 of 240 shown').waitFor();
      await page.getByRole('button', { name: 'Show more' }).click();
      await page.getByText('200 of 240 shown').waitFor();
      await page.getByRole('button', { name: 'Faults of proof' }).click();
      await page.getByText('1 of 1 shown').waitFor();
      await page.locator('tbody a').first().click();
      await page.getByText('Everything is proved').waitFor();
      await go('/results?view=exports');
      t.match(
        await page.getByRole('link', { name: 'Download OneRoster' }).getAttribute('href'),
        `/api/v1/officer/exams/${EXAM}/exports/oneroster?lang=en`,
      );
    },
  );

  await story(
    'who may only look finds no button to change anything',
    makeState('busy', 'auditor'),
    '/sites',
    async (t, stand) => {
      const { page, go } = stand;
      await page.getByText('6 of 6 shown').waitFor();
      t.equal(await page.getByRole('button', { name: 'Add a site' }).count(), 0);
      t.equal(await page.getByRole('link', { name: 'Officers' }).count(), 0);
      await go('/requests');
      await page.getByText("Decisions are a director's matter.").waitFor();
      t.equal(await page.getByRole('button', { name: 'Grant', exact: true }).count(), 0);
      await go('/release');
      await page.getByText('Any 2 of 3 cards').waitFor();
      t.equal(await page.getByRole('button', { name: 'Release now' }).count(), 0);
    },
  );

  await story(
    'a lost line is told, and forgotten when it is back',
    makeState('busy'),
    '/alarms',
    async (t, { page }) => {
      await page.getByText('ledger/forked').waitFor();
      hq.line = false;
      await page.getByRole('button', { name: 'I have seen it' }).first().click();
      await page.getByText('hq/offline').waitFor();
      hq.line = true;
      await page.getByRole('button', { name: 'I have seen it' }).first().click();
      await page.getByText('Recorded: somebody has seen it').waitFor();
      t.equal(await page.getByText('hq/offline').count(), 0);
      // In the other language at once, without a reload.
      await page.getByRole('button', { name: '中文' }).click();
      await page.getByRole('heading', { name: '告警' }).waitFor();
    },
  );

  await story('an officer is added', makeState('busy'), '/officers', async (t, { page }) => {
    await page.getByRole('button', { name: 'Add an officer' }).click();
    await dialog(page).getByLabel('Name').fill('陈晓');
    await dialog(page).getByLabel('Login').fill('chen');
    await dialog(page).getByLabel('Auditor').check();
    await dialog(page).getByLabel('Password', { exact: true }).fill('long-enough-1');
    await dialog(page).getByLabel('Password again').fill('long-enough-1');
    await dialog(page).getByRole('button', { name: 'Save' }).click();
    await page.getByRole('row', { name: /陈晓/ }).waitFor();
    t.same(last(hq, 'POST /api/v1/officer/officers')?.body, {
      login: 'chen',
      name: '陈晓',
      role: 'auditor',
      password: 'long-enough-1',
    });
  });
});
