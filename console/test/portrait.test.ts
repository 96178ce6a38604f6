/** The portrait of a candidate: asked for in the session's rules, seen beside the registered photo. */
import t from 'tap';
import { PHONE, serious, skip, stage, tooWide } from './browser.ts';

const SHOTS = process.env.GONGYUAN_SHOTS;

t.test(
  'the seat shows registered photo and newest portrait, both named',
  { skip, timeout: 120_000 },
  async (t) => {
    const stand = await stage('running');
    t.teardown(() => stand.close());
    const { state } = stand.box;
    const portraits = state.evidence.photos.filter(({ purpose }) => purpose === 'portrait');
    const newest = portraits.reduce((a, b) => (a.storedWall > b.storedWall ? a : b));
    const { session, room } = newest;
    const seat = newest.people[0]?.seat;
    for (const [language, seats, registered, taken, labels, size] of [
      [
        'en',
        `Seat ${seat},`,
        /^Registered photo of/,
        /^Portrait of/,
        ['Registered photo', 'Portrait'],
        undefined,
      ],
      ['zh-CN', `座位 ${seat}`, /的报名照片$/, /的现场照片$/, ['报名照片', '现场照片'], PHONE],
    ] as const)
      await t.test(language, async (t) => {
        const { page, context, complaints } = await stand.open({
          as: 'invigilator',
          language,
          path: `/watch?session=${session}&room=${room}`,
          ...(size ? { size } : {}),
        });
        const open = (start: string) =>
          page
            .locator('main')
            .getByRole('button', { name: new RegExp(`^${start}`) })
            .click();
        await open(seats);
        const dialog = page.getByRole('dialog');
        for (const name of [registered, taken]) {
          const image = dialog.getByRole('img', { name });
          await image.waitFor();
          await page.waitForLoadState('networkidle');
          // An image element, for it is one by its role.
          t.ok(await image.evaluate((one) => (one as HTMLImageElement).naturalWidth > 0), 'it is drawn');
        }
        t.match(await dialog.getByRole('img', { name: taken }).getAttribute('src'), newest.photo);
        const captions = await dialog.locator('figcaption').allTextContents();
        t.same(
          captions.map((text) => labels.find((label) => text.trim().startsWith(label))),
          labels,
        );
        t.same(await serious(page), []);
        t.equal(await tooWide(page), 0);
        if (SHOTS) await page.screenshot({ path: `${SHOTS}/seat-${language}.png` });
        await page.keyboard.press('Escape');
        await dialog.waitFor({ state: 'detached' });
        t.same(complaints, []);
        await context.close();
      });

    await t.test('beside another person’s photo stands no portrait', async (t) => {
      const other = state.sessions[0]?.seats.find(
        (one) => one.room === room && one.entry !== newest.people[0]?.entry,
      )?.seat;
      const { page, context } = await stand.open({
        as: 'invigilator',
        path: `/watch?session=${session}&room=${room}`,
      });
      await page
        .locator('main')
        .getByRole('button', { name: new RegExp(`^Seat ${other},`) })
        .click();
      await page.getByRole('dialog').waitFor();
      await page.waitForLoadState('networkidle');
      t.equal(
        await page
          .getByRole('dialog')
          .getByRole('img', { name: /^Portrait of/ })
          .count(),
        0,
      );
      await context.close();
    });
  },
);

t.test('a session asks for portraits', { skip, timeout: 120_000 }, async (t) => {
  const stand = await stage('prepare');
  t.teardown(() => stand.close());
  for (const [language, name, start, tick, create] of [
    [
      'en',
      'Name of the session',
      /^Planned start/,
      /^Ask the candidate’s PC for a portrait/,
      'Create the session',
    ],
    ['zh-CN', null, null, /^登录时由考试机摄像头拍摄现场照片/, null],
  ] as const) {
    const { page, context, complaints, go } = await stand.open({ language });
    await go('/sessions/new');
    const box = page.getByRole('checkbox', { name: tick });
    await box.waitFor();
    t.equal(await box.isChecked(), false);
    t.same(await serious(page), []);
    if (name && start && create) {
      await page.getByLabel(name).fill('With portraits');
      await page.getByLabel(start).fill('2026-06-08T09:00');
      await box.check();
      await page.getByRole('button', { name: create }).click();
      await page.getByRole('heading', { name: 'With portraits' }).waitFor();
      t.equal(
        stand.box.state.sessions.find(({ row }) => row.name === 'With portraits')?.row.policy.portrait,
        true,
      );
      await page.getByRole('checkbox', { name: tick }).and(page.locator(':checked')).waitFor();
    }
    if (SHOTS) await page.screenshot({ path: `${SHOTS}/form-${language}.png`, fullPage: true });
    t.same(complaints, []);
    await context.close();
  }
});
