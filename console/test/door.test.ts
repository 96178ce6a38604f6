/** Seats drawn at the door: settled once, then one candidate after the other, on a desk and on a phone. */
import t from 'tap';
import { DESK, PHONE, serious, skip, stage, tooWide } from './browser.ts';

/** In the part of the page that shows. */
const inView = (one: Element): boolean => {
  const { top, bottom } = one.getBoundingClientRect();
  return top >= 0 && bottom <= innerHeight;
};

for (const [size, language] of [
  [DESK, 'zh-CN'],
  [PHONE, 'en'],
] as const)
  t.test(`a seat for everybody who comes, ${language}`, { skip, timeout: 120_000 }, async (t) => {
    const stand = await stage('running');
    t.teardown(() => stand.close());
    const { state } = stand.box;
    const [session] = state.sessions;
    if (!session) throw new Error('the running site has a session');
    session.row.state = 'open';
    session.seats = [];
    session.row.seated = 0;
    session.seating = { mode: 'draw', seed: 'f3a9', algorithm: 'gongyuan-seating/1', seated: 0, unmet: [] };
    const { page, complaints, go } = await stand.open({ as: 'chief', size, language });
    await go(`/seating?session=${session.row.session}`);
    const zh = language === 'zh-CN';
    const number = page.getByLabel(zh ? '准考证号或身份证号' : 'Ticket or ID number');
    const [sitting] = session.sittings;
    const entry = (state.entries.get(session.row.exam) ?? []).find(
      ({ subject }) => subject === sitting?.subject,
    );
    if (!sitting || !entry) throw new Error('the session has somebody to sit');
    await page
      .getByLabel(zh ? '考场' : 'Room')
      .first()
      .selectOption(sitting.room);

    await number.fill('no such number');
    await number.press('Enter');
    await page.getByText('seating/no-candidate').waitFor();

    await number.fill(entry.ticket);
    await number.press('Enter');
    await page.getByText(entry.name).first().waitFor();
    const [drawn] = session.seats;
    t.equal(drawn?.entry, entry.entry);
    await page
      .getByText(drawn?.seat ?? '', { exact: true })
      .first()
      .waitFor();
    t.equal(await number.inputValue(), '', 'ready for the next candidate');
    if (size === DESK)
      t.equal(
        await number.evaluate((field) => field === document.activeElement),
        true,
        'a scanner types into it',
      );
    t.equal(await page.getByText(entry.name).first().evaluate(inView), true, 'the seat is in sight');

    await number.fill(entry.ticket);
    await number.press('Enter');
    await page.getByText(zh ? '这名考生已经抽过' : 'Drawn before').waitFor();
    t.equal(session.seats.length, 1);
    t.equal(await tooWide(page), 0);
    t.same(await serious(page), []);
    t.same(complaints, []);
  });
