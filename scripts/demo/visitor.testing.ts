/**
 * The visitor's story, in a real browser against the real demo, in both languages: sign in at a free seat, answer, pull
 * the plug, go on typing, reload, start again, see everything safe, hand in, check the receipt.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { BrowserContext, Page } from 'playwright-core';
import type { Test } from 'tap';
import { launchProfile } from '#scripts/browser/launch.ts';

interface Ready {
  kiosk: string;
  console: string;
  spki: string;
  staff: { role: string; login: string; password: string }[];
  candidates: { number: string; name: string; seat: string }[];
}

const ROOT = join(import.meta.dirname, '../..');
type Words = Record<string, string>;
const words = (language: string): Words =>
  JSON.parse(readFileSync(join(ROOT, `client-web/messages/${language}.json`), 'utf8')) as Words;

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

async function startDemo(port: number, data: string): Promise<{ ready: Ready; child: ChildProcess }> {
  const args = [
    join(ROOT, 'scripts/demo/demo.ts'),
    '--json',
    '--port',
    String(port),
    '--data',
    data,
    '--no-candidates',
  ];
  const child = spawn(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout as NonNullable<typeof child.stdout> });
  const ready = await new Promise<Ready>((resolve, reject) => {
    lines.once('line', (line) => resolve(JSON.parse(line) as Ready));
    child.once('exit', (code) => reject(new Error(`the demo ended with ${code}`)));
  });
  return { ready, child };
}

function ended(child: ChildProcess): Promise<void> {
  return child.exitCode !== null || child.signalCode !== null
    ? Promise.resolve()
    : new Promise((resolve) => child.once('exit', () => resolve()));
}

async function axe(t: Test, page: Page, where: string): Promise<void> {
  // Colours are still on their way just after a page has changed.
  await page.waitForTimeout(300);
  await page.evaluate(readFileSync(join(ROOT, 'node_modules/axe-core/axe.min.js'), 'utf8'));
  const found = await page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: { run(): Promise<{ violations: { id: string; impact: string; nodes: { html: string }[] }[] }> };
    };
    const { violations } = await axe.run();
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
  });
  t.same(found, [], `axe finds nothing serious: ${where}`);
}

/** Signs in at the next free seat and comes to the exam. */
async function enter(t: Test, page: Page, ready: Ready, i: number, language: 'zh-CN' | 'en'): Promise<void> {
  const w = words(language);
  const person = ready.candidates[i];
  await page.goto(ready.kiosk);
  await page.getByRole('button', { name: language === 'en' ? 'English' : '中文' }).click();
  await page.getByText(w.enrol_press ?? '').waitFor();
  await axe(t, page, 'enrol');
  await page.keyboard.press('Enter');
  await page.getByLabel(w.login_number ?? '').fill('000');
  await page.keyboard.press('Enter');
  await page.getByText('login/not-found').waitFor();
  await axe(t, page, 'sign-in, refused');
  await page.getByLabel(w.login_number ?? '').fill(person?.number ?? '');
  await page.keyboard.press('Enter');
  await page
    .getByText(person?.name ?? '')
    .first()
    .waitFor();
  await axe(t, page, 'is this you');
  await page.getByRole('button', { name: w.confirm_yes ?? '' }).click();
  await page.getByRole('checkbox').check();
  await axe(t, page, 'pledge');
  await page.getByRole('button', { name: w.pledge_sign ?? '' }).click();
  await page.getByRole('button', { name: w.next ?? '', exact: true }).waitFor();
  await axe(t, page, 'exam');
}

/** Goes forward until an essay field is on the page. */
async function toEssay(page: Page, w: Words): Promise<void> {
  for (let i = 0; i < 40; i++) {
    if (await page.locator('textarea').count()) return;
    await page.getByRole('button', { name: w.next ?? '', exact: true }).click();
  }
  throw new Error('the paper has no essay');
}

/** The whole story; call it from a test of its own file, for it takes a while. */
export async function visitorStory(t: Test, language: 'zh-CN' | 'en'): Promise<void> {
  const w = words(language);
  const folder = t.testdir({ profile: {} });
  const data = join(folder, 'data');
  const port = await freePort();
  let demo = await startDemo(port, data);
  t.teardown(async () => {
    demo.child.kill('SIGKILL');
    await ended(demo.child);
  });
  const { ready } = demo;
  const context: BrowserContext = await launchProfile(join(folder, 'profile'), {
    args: [`--ignore-certificate-errors-spki-list=${ready.spki}`, `--lang=${language}`],
  });
  t.teardown(() => context.close());
  const page = context.pages()[0] ?? (await context.newPage());
  await page.setViewportSize({ width: 1366, height: 768 });
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(String(error)));

  await enter(t, page, ready, 0, language);
  await toEssay(page, w);
  await page.locator('textarea').first().fill('第一段：在停电之前写下。');
  await page
    .getByText(w.light_server ?? '')
    .first()
    .waitFor();
  t.pass('saved on the server');

  demo.child.kill('SIGKILL');
  await ended(demo.child);
  await page
    .getByText(w.light_offline ?? '')
    .first()
    .waitFor({ timeout: 30_000 });
  await page.locator('textarea').first().press('End');
  await page.locator('textarea').first().pressSequentially('第二段：停电时接着写😀。');
  await page.waitForTimeout(1_500);
  await axe(t, page, 'offline');
  await page.reload();
  await page.locator('textarea').first().waitFor({ timeout: 30_000 });
  t.equal(
    await page.locator('textarea').first().inputValue(),
    '第一段：在停电之前写下。第二段：停电时接着写😀。',
    'a reload while the box is away brings everything back',
  );
  await page.locator('textarea').first().press('End');
  await page.locator('textarea').first().pressSequentially('第三段。');

  demo = await startDemo(port, data);
  t.same(demo.ready.candidates, ready.candidates, 'the same site is back');
  await page
    .getByText(w.light_server ?? '')
    .first()
    .waitFor({ timeout: 30_000 });
  await page
    .getByRole('button', { name: w.to_overview ?? '' })
    .or(page.getByRole('button', { name: w.overview_open ?? '' }))
    .first()
    .click();
  await page
    .getByText(w.overview_title ?? '')
    .first()
    .waitFor();
  await axe(t, page, 'overview');
  await page
    .getByRole('button', { name: w.hand_in ?? '', exact: true })
    .first()
    .click();
  await page
    .getByRole('dialog')
    .getByRole('button', { name: w.hand_in_yes ?? '', exact: true })
    .click();
  await page.getByText(w.done_title ?? '').waitFor({ timeout: 30_000 });
  await page.getByText(w.answers_agree ?? '').waitFor();
  await axe(t, page, 'done');
  const code = /[0-9A-Z]{4}(-[0-9A-Z]{4}){3}/.exec(await page.locator('body').innerText())?.[0] ?? '';
  t.ok(code, 'a receipt with its code');

  const checking = await context.newPage();
  await checking.goto(`${ready.kiosk}verify#${code}`);
  await checking.getByText(w.verify_genuine ?? '').waitFor();
  await axe(t, checking, 'receipt check');
  await checking
    .getByLabel(w.verify_code ?? '')
    .fill(code.replace(/.$/, (last) => (last === '0' ? '1' : '0')));
  await checking.getByRole('button', { name: w.verify_check ?? '' }).click();
  await checking.getByText(w.verify_mistyped ?? '').waitFor();
  t.same(faults, [], 'no error on the page');
}
