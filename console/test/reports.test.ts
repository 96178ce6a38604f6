/** Papers: chosen, made, looked at, printed by this browser or by a queue of the box. */
import t from 'tap';
import { PHONE, type Stage, serious, skip, stage } from './browser.ts';
import { FakeRefusal } from './fake-request.ts';

const session = ({ box }: Stage) => box.state.sessions[0]?.row.session ?? '';
const posted = ({ box }: Stage, end: string) =>
  box.calls.filter(({ key }) => key.startsWith('POST') && key.endsWith(end));

t.test('a seating chart is made, looked at and printed', { skip, timeout: 120_000 }, async (t) => {
  const stand = await stage('running');
  t.teardown(() => stand.close());
  const room = stand.box.state.rooms[0];
  const { page, complaints, go } = await stand.open({ as: 'chief' });
  await page.addInitScript(() => {
    // The browser of the tests has no viewer of PDFs; here it is one that has.
    Object.defineProperty(navigator, 'pdfViewerEnabled', { get: () => true });
    window.print = () => sessionStorage.setItem('printed', String(window !== window.top));
  });
  // The viewer's place: what is tested is that the frame asks for this address.
  await page.route('**/reports/*/file', (route) =>
    route.fulfill({ contentType: 'text/html', body: '<p>paper</p>' }),
  );
  await go(`/reports?session=${session(stand)}`);
  await page
    .getByRole('navigation', { name: 'Kinds of papers' })
    .getByRole('link', { name: /^Seating chart/ })
    .click();
  await page.getByLabel('Room').selectOption({ label: room?.name ?? '' });
  await page.getByLabel('Paper size').selectOption('A3');
  await page.getByLabel('Seen from').selectOption({ label: 'The door' });
  t.equal(await page.getByLabel('Language of the paper').inputValue(), 'en', 'as the page');
  await page.getByLabel('Language of the paper').selectOption('zh-CN');
  await page.getByRole('button', { name: 'Make it' }).click();
  await page.frameLocator('iframe').getByText('paper').waitFor();
  t.same(posted(stand, '/reports')[0]?.body, {
    kind: 'seating-chart',
    lang: 'zh-CN',
    session: session(stand),
    room: room?.room,
    size: 'A3',
    view: 'door',
  });
  const made = stand.box.state.evidence.reports[0];
  t.match(await page.locator('iframe').getAttribute('src'), made?.report);
  t.ok(
    await page
      .getByText('Copy 2')
      .waitFor()
      .then(() => true),
    'one was made before',
  );

  await page.getByRole('button', { name: 'Print', exact: true }).click();
  await page.waitForFunction(() => sessionStorage.getItem('printed') === 'true');
  const row = page.getByRole('row').nth(1);
  await row.locator('[data-label="Prints"]').getByText('1').waitFor();
  t.same(posted(stand, '/printed')[0]?.body, { way: 'browser' });

  await t.test('a queue takes it, or says why not', async (t) => {
    await page.getByLabel('Printer queue').selectOption('A3-Hall');
    await page.getByRole('button', { name: 'Send to the printer' }).click();
    await page.getByText('The printer did not take the job').waitFor();
    t.ok(
      await page
        .getByText('print the PDF from the browser')
        .waitFor()
        .then(() => true),
      'what to do',
    );
    await page.getByLabel('Printer queue').selectOption('Office-LaserJet');
    await page.getByRole('button', { name: 'Send to the printer' }).click();
    await page.getByText('Sent to Office-LaserJet').waitFor();
    t.same(posted(stand, '/printed').at(-1)?.body, { way: 'queue', queue: 'Office-LaserJet' });
  });

  await t.test('characters that cannot be printed are named', async (t) => {
    stand.box.state.evidence.nextReport = new FakeRefusal('report/glyph', { characters: ['𡋾', '𠮷'] });
    await page.getByRole('button', { name: 'Make it' }).click();
    await page.getByText('There are characters that cannot be printed').waitFor();
    t.ok(
      await page
        .getByText('𡋾 𠮷')
        .waitFor()
        .then(() => true),
    );
    t.ok(
      await page
        .getByText('report/glyph')
        .waitFor()
        .then(() => true),
    );
  });
  t.same(await serious(page), []);
  t.same(complaints, []);
});

t.test(
  'without a viewer the file opens beside the page, and counts as printed',
  { skip, timeout: 60_000 },
  async (t) => {
    const stand = await stage('running');
    t.teardown(() => stand.close());
    const { page, context, go } = await stand.open({ as: 'invigilator', size: PHONE });
    const [room] = stand.box.state.rooms;
    await go(`/reports?session=${session(stand)}&kind=attendance`);
    await page.getByLabel('Room').waitFor();
    const choices = await page.getByLabel('Room').locator('option').allInnerTexts();
    t.same(choices, [room?.name], 'her own room only, and not all rooms together');
    t.equal(await page.getByRole('link', { name: /^Evidence report/ }).count(), 0);
    await page.getByLabel('Room').selectOption({ label: room?.name ?? '' });
    await page.getByRole('button', { name: 'Make it' }).tap();
    await page.getByText('This browser shows no PDF inside a page').waitFor();
    const opened = context.waitForEvent('page');
    await page.getByRole('button', { name: 'Print', exact: true }).tap();
    await opened;
    await page.waitForFunction(() => document.querySelector('[data-label="Prints"]')?.textContent === '1');
    t.same(posted(stand, '/printed')[0]?.body, { way: 'browser' });
  },
);

t.test('evidence and answers say what they are for', { skip, timeout: 60_000 }, async (t) => {
  const stand = await stage('running');
  t.teardown(() => stand.close());
  const attempt =
    [...stand.box.state.fates.values()].find(({ status }) => status === 'writing')?.attempt ?? '';
  const { page, complaints, go } = await stand.open({ as: 'chief' });
  await go(`/attempts/${attempt}?session=${session(stand)}`);
  await page.getByRole('link', { name: 'Print answers' }).click();
  await page.getByRole('heading', { name: 'Answers of a candidate' }).waitFor();
  const make = page.getByRole('button', { name: 'Make it' });
  t.ok(await make.isDisabled());
  await page.getByText('Say what it is for.').waitFor();
  await page.getByRole('button', { name: 'Appeal of a candidate' }).click();
  await make.click();
  await page.getByText('Copy 1').waitFor();
  t.same(posted(stand, '/reports')[0]?.body, {
    kind: 'answers',
    lang: 'en',
    session: session(stand),
    attempt,
    purpose: 'Appeal of a candidate',
  });
  t.same(complaints, []);

  const other = await stand.open({ as: 'technician', path: `/reports?session=${session(stand)}` });
  await other.page.getByRole('link', { name: /^Attendance sheet/ }).waitFor();
  t.equal(await other.page.getByRole('link', { name: /^Answers of a candidate/ }).count(), 0);
});

t.test('one ticket is printed again on the spot', { skip, timeout: 60_000 }, async (t) => {
  const stand = await stage('running');
  t.teardown(() => stand.close());
  const [room] = stand.box.state.rooms;
  const seat = stand.box.state.sessions[0]?.seats.find((one) => one.room === room?.room && one.seat === '07');
  const { page, go } = await stand.open({ as: 'technician' });
  await go(`/reports?session=${session(stand)}&kind=tickets&room=${room?.room}`);
  await page.getByText('For everybody').click();
  await page.getByRole('button', { name: /^07/ }).click();
  await page.getByText('Only for 1 candidate').waitFor();
  await page.getByRole('button', { name: 'Make it' }).click();
  await page.getByText('Copy 1').waitFor();
  t.match(posted(stand, '/reports')[0]?.body, { kind: 'tickets', room: room?.room, entries: [seat?.entry] });
});

t.test('printers: a person says whether the page came out right', { skip, timeout: 60_000 }, async (t) => {
  const stand = await stage('running');
  t.teardown(() => stand.close());
  const { page, complaints, go } = await stand.open({ as: 'technician' });
  await go('/printers');
  const card = (queue: string) =>
    page.locator('li.card', { has: page.getByRole('heading', { name: queue }) });
  const office = card('Office-LaserJet');
  await office.getByRole('button', { name: 'Print a test page' }).click();
  await office.getByText('Did it come out right?').waitFor();
  t.same(await serious(page), []);
  await office.getByRole('button', { name: 'No' }).click();
  await office.getByText('Do not rely on this printer').waitFor();
  await office.getByText('Nobody has confirmed a test page yet').waitFor();
  await office.getByRole('button', { name: 'Print a test page' }).click();
  await office.getByRole('button', { name: 'Yes, it is right' }).click();
  await office.getByText(/^Test page confirmed: Sun 7 Jun 2026, 10:05/).waitFor();
  t.same(
    posted(stand, '/confirm').map(({ body }) => body),
    [{ right: false }, { right: true }],
  );
  await card('A3-Hall').getByRole('button', { name: 'Print a test page' }).click();
  await card('A3-Hall').getByText('printer/failed').waitFor();
  t.same(complaints, []);

  const other = await stand.open({ as: 'invigilator', path: '/printers' });
  await other.page.getByText('Office-LaserJet').waitFor();
  t.equal(
    await other.page.getByRole('button', { name: 'Print a test page' }).count(),
    0,
    'testing is not hers',
  );
});
