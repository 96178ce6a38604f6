/** Incidents, photos and material: recorded in the room, also while the line breaks. */
import t from 'tap';
import { type OpenPage, PHONE, type Stage, serious, skip, stage, tooWide } from './browser.ts';
import { faceOf } from './fake-evidence.ts';
import { candidateOf } from './fake-people.ts';
import { roomPicture } from './fake-pictures.ts';

const idsOf = ({ box }: Stage) => ({
  session: box.state.sessions[0]?.row.session ?? '',
  room: box.state.rooms[0]?.room ?? '',
});
const bodyOf = ({ box }: Stage, end: string) =>
  box.calls.findLast(({ key }) => key.startsWith('POST') && key.endsWith(end))?.body;

/** A picture of more than two chunks: what follows the picture's end does not concern who looks at it. */
const largePicture = () => Buffer.concat([roomPicture(1200, 900, 5), Buffer.alloc(9 * 1024 * 1024)]);

async function choose(
  { page }: OpenPage,
  label: string,
  name: string,
  bytes: Buffer,
  mimeType: string,
): Promise<void> {
  await page
    .locator('label', { hasText: label })
    .locator('input[type=file]')
    .setInputFiles({ name, mimeType, buffer: bytes });
}

t.test('an incident on a phone in three taps', { skip, timeout: 120_000 }, async (t) => {
  const stand = await stage('running');
  t.teardown(() => stand.close());
  const { session, room } = idsOf(stand);
  const { page, complaints, go } = await stand.open({ as: 'invigilator', size: PHONE });
  await go(`/watch?session=${session}&room=${room}`);
  await page.getByRole('link', { name: 'Incident', exact: true }).tap();
  await page.getByRole('button', { name: 'Disturbance' }).tap();
  await page.getByRole('button', { name: 'Record', exact: true }).tap();
  await page.getByText('Recorded by').waitFor();
  t.match(bodyOf(stand, '/incidents'), { room, reason: 'disturbance', text: '', people: [] });
  t.equal(await page.getByRole('heading', { level: 1 }).textContent(), 'Disturbance');
  t.equal(await page.getByRole('button', { name: 'Close it' }).count(), 0, 'closing is the chief’s');

  await t.test('from a seat it is about the person who sits there', async (t) => {
    await go(`/watch?session=${session}&room=${room}`);
    await page.getByRole('button', { name: /^Seat 12,/ }).tap();
    await page.getByRole('dialog').getByRole('link', { name: 'Incident' }).tap();
    await page.getByRole('heading', { name: 'Record an incident' }).waitFor();
    t.ok(
      await page
        .locator('main')
        .getByText(/^Seat 12 ·/)
        .waitFor()
        .then(() => true),
    );
    await page.getByRole('button', { name: 'Other' }).tap();
    const record = page.getByRole('button', { name: 'Record', exact: true });
    t.ok(await record.isDisabled(), '“Other” needs a text');
    await page.getByLabel('What was seen').fill('Asked twice for another seat');
    t.equal(await tooWide(page), 0);
    t.same(await serious(page), []);
    await record.tap();
    await page.getByText('Asked twice for another seat').waitFor();
    const entry = stand.box.state.sessions[0]?.seats.find(
      (one) => one.room === room && one.seat === '12',
    )?.entry;
    t.match(bodyOf(stand, '/incidents'), { reason: 'other', people: [entry] });
  });

  await t.test('another time, never later than now', async (t) => {
    await go(`/incidents/new?session=${session}&room=${room}`);
    await page.getByRole('button', { name: 'Late arrival' }).tap();
    await page.getByRole('button', { name: 'Another time' }).tap();
    await page.locator('input[type=datetime-local]').fill('2026-06-07T23:00');
    await page.getByText("It can't be later than now").waitFor();
    t.ok(await page.getByRole('button', { name: 'Record', exact: true }).isDisabled());
    await page.locator('input[type=datetime-local]').fill('2026-06-07T09:40');
    await page.getByRole('button', { name: 'Record', exact: true }).tap();
    await page.getByText('Recorded by').waitFor();
    t.match(bodyOf(stand, '/incidents'), { happenedWall: Date.UTC(2026, 5, 7, 1, 40) });
  });
  t.same(complaints, []);
});

t.test('an incident with a photo, noted and closed', { skip, timeout: 120_000 }, async (t) => {
  const stand = await stage('running');
  t.teardown(() => stand.close());
  const { session, room } = idsOf(stand);
  const open = await stand.open({ as: 'chief' });
  const { page, complaints, go } = open;
  await go(`/incidents/new?session=${session}&room=${room}`);
  await page.getByRole('button', { name: 'Damage' }).click();
  await choose(open, 'Choose a picture file', 'desk.jpg', roomPicture(640, 480, 3), 'image/jpeg');
  await page.getByText('desk.jpg').waitFor();
  await page.getByRole('button', { name: 'Record', exact: true }).click();
  await page.getByRole('button', { name: /Incident photo/ }).waitFor();
  const made = stand.box.state.evidence.incidents[0];
  t.match(bodyOf(stand, '/photos'), { purpose: 'incident', incident: made?.incident, way: 'file' });

  await page.getByLabel('Another note').fill('The owner was told');
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await page.locator('ol').getByText('The owner was told').waitFor();
  await page.getByRole('button', { name: 'Close it' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Handled on the spot' }).click();
  await dialog.getByRole('button', { name: 'Continue' }).click();
  t.equal(made?.outcome, null, 'nothing has happened yet');
  await dialog.getByRole('button', { name: 'Close it' }).click();
  await dialog.waitFor({ state: 'detached' });
  await page.getByText('Handled on the spot, the exam went on').waitFor();
  await page.getByLabel('Another note').waitFor({ state: 'detached' });
  t.pass('a closed one takes no notes');
  await page.getByRole('link', { name: 'Evidence report' }).click();
  await page.getByRole('heading', { name: 'Evidence report' }).waitFor();
  t.equal(await page.getByLabel('Incident', { exact: true }).inputValue(), made?.incident);
  t.same(complaints, []);
});

t.test('a photo on a phone goes on where the line broke', { skip, timeout: 120_000 }, async (t) => {
  const stand = await stage('running');
  t.teardown(() => stand.close());
  const { session, room } = idsOf(stand);
  const { uploads } = stand.box.state.evidence;
  const open = await stand.open({ as: 'invigilator', size: PHONE });
  const { page, complaints, go } = open;
  await go(`/camera?session=${session}&room=${room}`);
  await page.getByText('The room panorama is due').waitFor();
  await choose(open, 'Choose a picture file', 'room.jpg', largePicture(), 'image/jpeg');
  const picture = page.getByRole('button', { name: 'Mark a candidate on the picture' });
  const box = await picture.boundingBox();
  if (!box) throw new Error('the picture is shown');
  await picture.click({ position: { x: box.width / 4, y: box.height / 2 } });
  await page.getByRole('dialog').getByRole('button', { name: /^03/ }).click();
  await page.getByRole('listitem').getByText('03').first().waitFor();
  await page.getByLabel('Reason').fill('Looking sideways');
  t.equal(await tooWide(page), 0);
  t.same(await serious(page), []);

  uploads.afterChunk = () => stand.box.line(false);
  await page.getByRole('button', { name: 'Store it' }).tap();
  await page.getByText('Waiting for the network, 44 % sent').waitFor();
  t.equal(uploads.chunks.length, 1);
  const asked: string[] = [];
  page.once('dialog', (dialog) => {
    asked.push(dialog.message());
    void dialog.dismiss();
  });
  await page.getByRole('banner').getByRole('button').tap();
  await page.getByRole('navigation').getByRole('link', { name: 'Incidents' }).tap();
  await page.getByRole('navigation').waitFor({ state: 'detached' });
  t.same(asked, ['The file is not all sent. Leave this page all the same?']);
  t.ok(
    await page
      .getByText('Waiting for the network')
      .waitFor()
      .then(() => true),
    'it stays',
  );
  uploads.afterChunk = () => {};
  stand.box.line(true);
  await page.getByText('The photo is stored').first().waitFor();
  const bytes = largePicture().length;
  t.same(
    uploads.chunks.map(({ offset }) => offset),
    [0, 4_194_304, 8_388_608],
    'no byte was sent twice',
  );
  t.equal(
    uploads.chunks.reduce((sum, chunk) => sum + chunk.bytes, 0),
    bytes,
  );
  const stored = stand.box.state.evidence.photos[0];
  t.match(bodyOf(stand, '/photos'), { purpose: 'panorama', room, way: 'file', text: 'Looking sideways' });
  const [person] = stored?.people ?? [];
  t.equal(person?.seat, '03');
  t.ok(
    Math.abs((person?.x ?? 0) - 250) <= 5 && Math.abs((person?.y ?? 0) - 500) <= 5,
    `${person?.x}, ${person?.y}`,
  );
  t.ok(
    await page
      .getByText(stored?.sha256 ?? '')
      .waitFor()
      .then(() => true),
    'its fingerprint is shown',
  );
  await page.getByRole('img', { name: 'Stamped' }).waitFor();
  await page.getByRole('button', { name: 'Another photo' }).tap();
  await page.getByRole('button', { name: 'Start the camera' }).waitFor();
  await page.getByText('The room panorama is due').waitFor({ state: 'detached' });
  t.pass('it is taken');
  t.same(
    complaints.filter((text) => !/WebSocket|ERR_|Failed to load resource/.test(text)),
    [],
  );
});

t.test('the live picture, and a browser that gives none', { skip, timeout: 60_000 }, async (t) => {
  const stand = await stage('running');
  t.teardown(() => stand.close());
  const { session, room } = idsOf(stand);
  const open = await stand.open({ as: 'chief' });
  const { page, complaints } = open;
  await page.addInitScript(() => {
    navigator.mediaDevices.getUserMedia = async (wanted) => {
      if (sessionStorage.getItem('refuse')) throw new DOMException('no', 'NotAllowedError');
      sessionStorage.setItem('wanted', JSON.stringify(wanted));
      const canvas = document.createElement('canvas');
      canvas.width = 640;
      canvas.height = 480;
      const pen = canvas.getContext('2d');
      setInterval(() => pen?.fillRect(0, 0, 320, 480), 50);
      return canvas.captureStream(20);
    };
  });
  await open.go(`/camera?session=${session}&room=${room}`);
  await page.getByRole('button', { name: 'Start the camera' }).click();
  await page.waitForFunction(() => (document.querySelector('video')?.videoWidth ?? 0) > 0);
  t.match(await page.evaluate(() => sessionStorage.getItem('wanted')), /environment/, 'the rear camera');
  await page.getByRole('button', { name: 'Take the photo' }).click();
  await page.getByRole('button', { name: 'Store it' }).click();
  await page.getByText('The photo is stored').first().waitFor();
  t.match(bodyOf(stand, '/photos'), { way: 'camera', people: [] });

  await page.evaluate(() => sessionStorage.setItem('refuse', 'yes'));
  await open.go(`/camera?session=${session}&room=${room}`);
  await page.getByRole('button', { name: 'Start the camera' }).click();
  await page.getByText('The camera was not given').waitFor();
  await choose(open, 'Choose a picture file', 'paper.pdf', Buffer.from('%PDF-1.7'), 'application/pdf');
  await page.getByRole('button', { name: 'Store it' }).click();
  await page.getByText('This file is no photo that can be read').waitFor();
  t.ok(
    await page
      .getByText('photo/unreadable')
      .waitFor()
      .then(() => true),
    'the code for the technician',
  );
  t.same(complaints, []);
});

t.test('photos and material of a session', { skip, timeout: 60_000 }, async (t) => {
  const stand = await stage('running');
  t.teardown(() => stand.close());
  const { session } = idsOf(stand);
  const open = await stand.open({ as: 'chief' });
  const { page, complaints, go } = open;
  await go(`/photos?session=${session}`);
  await page.getByLabel('Kind').selectOption({ label: 'Room panorama' });
  await page.getByRole('button', { name: /Incident photo/ }).waitFor({ state: 'detached' });
  await page.getByRole('button', { name: /Room panorama/ }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('img', { name: 'Stamped' }).waitFor();
  t.ok(
    await dialog
      .getByRole('img', { name: 'As taken (without its location)' })
      .waitFor()
      .then(() => true),
  );
  t.same(await serious(page), []);
  await dialog.getByRole('button', { name: 'Close' }).last().click();

  await page.getByRole('button', { name: 'Add material' }).click();
  await dialog.locator('input[type=file]').setInputFiles({
    name: 'notes.docx',
    mimeType: 'application/msword',
    buffer: Buffer.from('no'),
  });
  const add = dialog.getByRole('button', { name: 'Add material' });
  await add.click();
  await dialog.getByText('This type of file is not taken').waitFor();
  await dialog.locator('input[type=file]').setInputFiles({
    name: 'statement.pdf',
    mimeType: 'application/pdf',
    buffer: Buffer.from('%PDF-1.7'),
  });
  await dialog.getByLabel('What it is').fill('Statement of the invigilator');
  await add.click();
  await dialog.waitFor({ state: 'detached' });
  await page.getByRole('link', { name: 'statement.pdf' }).waitFor();
  t.match(bodyOf(stand, '/materials'), { name: 'statement.pdf', text: 'Statement of the invigilator' });
  t.same(complaints, []);

  await t.test('who only looks adds nothing', async (t) => {
    const other = await stand.open({ as: 'auditor', path: `/photos?session=${session}` });
    await other.page.getByRole('link', { name: 'statement.pdf' }).waitFor();
    t.equal(await other.page.getByRole('button', { name: 'Add material' }).count(), 0);
    t.equal(await other.page.getByRole('link', { name: 'Take a photo' }).count(), 0);
  });
});

t.test('registered photos: what fitted and what did not, as lists', { skip, timeout: 60_000 }, async (t) => {
  const stand = await stage('running');
  t.teardown(() => stand.close());
  const { page, complaints, go } = await stand.open({ as: 'administrator' });
  await go('/candidates');
  await page.getByRole('link', { name: 'Registered photos' }).click();
  const file = page.locator('input[type=file]');
  await file.setInputFiles({ name: 'photos.rar', mimeType: 'application/zip', buffer: Buffer.from('Rar!') });
  await page.getByRole('button', { name: 'Import the photos' }).click();
  await page.getByText('This file is no ZIP that can be read').waitFor();
  await file.setInputFiles({
    name: 'photos.zip',
    mimeType: 'application/zip',
    buffer: Buffer.from('PK and more'),
  });
  await page.getByRole('button', { name: 'Import the photos' }).click();
  await page.getByText('91 photos matched').waitFor();
  for (const [title, line] of [
    ['Candidates without a photo', '李𬭛'],
    ['More than one of a person', '照片/26110101000007.jpg'],
    ['Cannot be read', '照片/26110101000009.heic'],
    ['Of nobody known', '照片/Thumbs.db'],
  ] as const) {
    const card = page.locator('section', { has: page.getByRole('heading', { name: title }) });
    t.ok(
      await card
        .getByText(line)
        .waitFor()
        .then(() => true),
      title,
    );
  }
  t.same(await serious(page), []);
  t.same(complaints, []);

  await t.test('the photo is shown at the seat; where there is none, nothing is', async (t) => {
    const { session, room } = idsOf(stand);
    await go(`/watch?session=${session}&room=${room}`);
    const seats = stand.box.state.sessions[0]?.seats.filter((one) => one.room === room) ?? [];
    for (const has of [true, false]) {
      const seat = seats.find(({ entry }) => (faceOf(candidateOf(entry)) !== null) === has)?.seat;
      await page
        .locator('main')
        .getByRole('button', { name: new RegExp(`^Seat ${seat},`) })
        .click();
      const dialog = page.getByRole('dialog');
      await dialog.waitFor();
      const photo = dialog.getByRole('img', { name: /^Registered photo of/ });
      if (has) await photo.waitFor();
      else await page.waitForLoadState('networkidle');
      t.equal(await photo.count(), has ? 1 : 0, `seat ${seat}`);
      if (has)
        // An image element, for it is one by its role.
        t.ok(await photo.evaluate((image) => (image as HTMLImageElement).naturalWidth > 0), 'it is drawn');
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'detached' });
    }
  });
});
