/**
 * In real browsers: the papers came from headquarters, and at the start it is not there. Two officers enter their codes one
 * after the other at one PC, the chief starts, and the candidate reads the paper. Once with the internet line cut (nothing
 * answers, and nothing says so), once with headquarters stopped.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import t, { type Test } from 'tap';
import { CANARY } from '#hq/test/preparation.testing.ts';
import { launch, whyNot } from '#scripts/browser/launch.ts';
import { prepareStory, type Story, seatEverybody, takePackage } from './prepared.testing.ts';

const ROOT = join(import.meta.dirname, '../../..');
const words = (path: string) => JSON.parse(readFileSync(join(ROOT, path), 'utf8')) as Record<string, string>;
const desk = words('console/messages/zh-CN.json');
const kiosk = words('client-web/messages/zh-CN.json');
const PASSWORD = 'correct horse battery';
const skip = (await whyNot(launch)) ?? false;

t.test('the internet line is cut', { skip, timeout: 120_000 }, (t) =>
  startWithout(t, async ({ line }) => line.die()),
);
t.test('headquarters is down', { skip, timeout: 120_000 }, (t) => startWithout(t, ({ hq }) => hq.stop()));

async function startWithout(t: Test, fail: (story: Story) => Promise<void>): Promise<void> {
  const story = await prepareStory(t, { startsIn: 30 });
  const { site, administrator, technician, session, codes, time } = story;
  await takePackage(story);
  const room = await seatEverybody(story);
  await site.app.services.staff.add(
    { login: 'pingcuo', name: '平措', role: 'technician', rooms: [], password: PASSWORD },
    { staff: administrator.staff },
  );
  const browser = await launch({
    args: [`--ignore-certificate-errors-spki-list=${site.app.certificate.spkiHashBase64}`],
  });
  t.teardown(() => browser.close());
  const context = () => browser.newContext({ locale: 'zh-CN', viewport: { width: 1366, height: 768 } });
  const faults: string[] = [];
  const open = async (of: BrowserContext, path: string): Promise<Page> => {
    const page = await of.newPage();
    page.on('pageerror', (error) => faults.push(String(error)));
    await page.goto(`${site.origin}${path}`);
    return page;
  };

  await fail(story);

  // A candidate comes into the waiting room.
  const candidate = await open(await context(), '/');
  await candidate.getByText(kiosk['enrol_title'] ?? '').waitFor();
  const { pending } = await site.call(technician, 'GET /api/v1/console/machines');
  await site.call(
    technician,
    'POST /api/v1/console/machines/seat',
    {},
    { pending: pending[0]?.pending ?? '', room, seat: '01' },
  );
  const ticket = site.app.deps.db
    .prepare("SELECT ticket FROM seating JOIN entry USING (entry) WHERE seat = '01'")
    .pluck()
    .get() as string;
  await candidate.getByLabel(kiosk['login_number'] ?? '').fill(ticket);
  await candidate.keyboard.press('Enter');
  await candidate.getByRole('button', { name: kiosk['confirm_yes'] ?? '' }).click();
  await candidate
    .getByText(kiosk['waiting_words'] ?? '')
    .first()
    .waitFor();
  t.notOk((await candidate.content()).includes(CANARY), 'not a word of the paper before the start');

  // Two officers at one PC.
  const office = await context();
  await office.addCookies([cookieOf(site.origin, technician.cookie)]);
  const page = await open(office, `/console/release?session=${session}`);
  const enter = async (code: string) => {
    await page.getByLabel(desk['release_code'] ?? '', { exact: true }).fill(code);
    await page.getByRole('button', { name: desk['release_send'] ?? '' }).click();
  };
  const [first = '', , third = ''] = codes;
  const mistyped = first.replace(
    /^(.{6})(.)/,
    (_all, head: string, one: string) => head + (one === '7' ? '8' : '7'),
  );
  await page.getByLabel(desk['release_code'] ?? '', { exact: true }).fill(mistyped);
  await page.getByText((desk['release_group_wrong'] ?? '').replace('{n}', '2')).waitFor();
  t.pass('one wrong character is named with its group while it is typed');
  await enter(first);
  await page.getByRole('button', { name: desk['release_next_do'] ?? '' }).click();
  await page.getByLabel(desk['signin_login'] ?? '').fill('pingcuo');
  await page.locator('input[name=password]').fill(PASSWORD);
  await page.keyboard.press('Enter');
  await page.getByText((desk['release_you'] ?? '').replace('{name}', '平措')).waitFor();
  await enter(third);
  await page.getByText(desk['release_received'] ?? '').waitFor();

  // The chief starts, and the candidate reads.
  time.pass(31 * 60_000);
  const chief = await context();
  await chief.addCookies([cookieOf(site.origin, story.chief.cookie)]);
  const run = await open(chief, `/console/run?session=${session}`);
  await run
    .getByRole('button', { name: desk['run_start'] ?? '', exact: true })
    .first()
    .click();
  const dialog = run.getByRole('dialog');
  const confirm = dialog.getByRole('button', { name: desk['run_start_confirm'] ?? '' });
  const onward = dialog.getByRole('button', { name: desk['run_continue'] ?? '' });
  await confirm.or(onward).first().waitFor();
  if (await onward.count()) await onward.click();
  await confirm.click();
  await candidate.getByText(CANARY).first().waitFor({ timeout: 20_000 });
  t.pass('the paper is open, and nobody needed the internet');
  t.same(faults, []);
}

function cookieOf(origin: string, cookie: string) {
  const [name = '', value = ''] = cookie.split('=');
  return { name, value, url: origin, secure: true, httpOnly: true, sameSite: 'Strict' as const };
}
