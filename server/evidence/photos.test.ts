import { createHash } from 'node:crypto';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createCanvas, loadImage } from '@napi-rs/canvas';
import t from 'tap';
import { asPhone, CANARY, fields, hugePng } from '#node/photos/pictures.testing.ts';
import { stripPhoto } from '#node/photos/strip.ts';
import type { PhotoRow } from '#protocol/evidence.ts';
import { newId } from '#server/platform/ids.ts';
import {
  announce,
  type EvidenceBox,
  endSittings,
  evidenceBox,
  getFile,
  type Person,
  readBlob,
  startSittings,
  upload,
} from './evidence.testing.ts';

type Body = Parameters<EvidenceBox['call']>[1] extends infer _ ? Record<string, unknown> : never;

/** Uploads a picture and names it; extra fields as given. */
async function add(box: EvidenceBox, as: Person, bytes: Buffer, more: Body = {}) {
  const body = {
    upload: await upload(box, as, bytes),
    purpose: 'panorama',
    room: box.site.room,
    way: 'camera',
    text: '',
    people: [],
    ...more,
  };
  return box.call('POST /api/v1/console/sessions/:session/photos', {
    as,
    params: { session: box.site.session },
    body: body as never, // tests send what the types forbid, too
  });
}

const list = (box: EvidenceBox, as: Person | 'auditor', query = {}) =>
  box.call('GET /api/v1/console/sessions/:session/photos', {
    as,
    params: { session: box.site.session },
    query: query as never, // filled in by each test
  });

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
const blobs = (box: EvidenceBox) =>
  readdirSync(box.deps.folder.blobs, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());

t.test('a panorama becomes evidence: stripped, stamped, small, named by its hash', async (t) => {
  const box = await evidenceBox(t);
  const phone = asPhone(await fields('jpeg', 800, 600), { taken: '2026:11:21 09:30:05' });
  t.ok(phone.includes(CANARY));
  const [first, second] = box.site.candidates;
  const { answer } = await add(box, box.invigilator, phone, {
    text: '第三排有人站立',
    people: [{ entry: first!.entry, x: 250, y: 500 }, { entry: second!.entry }],
  });
  t.match(answer, {
    purpose: 'panorama',
    room: box.site.room,
    incident: null,
    way: 'camera',
    text: '第三排有人站立',
    width: 800,
    height: 600,
    takenWall: Date.parse('2026-11-21T01:30:05Z'),
    storedWall: box.time.wallMs(),
    staffName: 'invigilator 某',
    people: [
      { entry: first!.entry, name: first!.name, seat: first!.seat, x: 250, y: 500 },
      { entry: second!.entry, name: second!.name, seat: second!.seat, x: null, y: null },
    ],
  });

  const original = await getFile(box, box.invigilator, `photos/${answer.photo}/original`);
  t.match(original.headers, {
    'content-type': 'image/jpeg',
    'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'none'; sandbox",
  });
  t.equal(sha256(original.rawPayload), answer.sha256, 'what is given out is what the ledger names');
  t.notOk(original.rawPayload.includes(CANARY), 'without its place');
  const plain = await loadImage(await fields('jpeg', 800, 600));
  const kept = await loadImage(original.rawPayload);
  const shades = (image: typeof plain) => {
    const context = createCanvas(800, 600).getContext('2d');
    context.drawImage(image, 0, 0);
    return Buffer.from(context.getImageData(0, 0, 800, 600).data);
  };
  t.ok(shades(plain).equals(shades(kept)), 'and not one pixel changed');

  const stamped = await loadImage(
    (await getFile(box, box.chief, `photos/${answer.photo}/stamped`)).rawPayload,
  );
  t.ok(stamped.width >= 960 && stamped.height > 600, `a band below: ${stamped.width} × ${stamped.height}`);
  const context = createCanvas(stamped.width, stamped.height).getContext('2d');
  context.drawImage(stamped, 0, 0);
  const left = (stamped.width - 800) / 2;
  const radius = Math.round(800 * 0.028);
  const [red = 0, green = 0, blue = 0] = context.getImageData(left + 200 - radius, 300, 1, 1).data;
  t.ok(red > 150 && green < 90 && blue < 90, `a red ring around the first: ${red} ${green} ${blue}`);
  const small = await loadImage((await getFile(box, box.chief, `photos/${answer.photo}/small`)).rawPayload);
  t.same([small.width, small.height], [480, 360]);

  const event = box.statements.get<{ bytes: string }>(
    "SELECT bytes FROM ledger_event WHERE kind = 'PHOTO_STORED'",
  );
  const { body } = JSON.parse(event!.bytes) as {
    body: Record<'original' | 'stamped' | 'small', { sha256: string; bytes: number }>;
  };
  for (const version of ['original', 'stamped', 'small'] as const) {
    const blob = await readBlob(box, body[version].sha256);
    t.equal(sha256(blob), body[version].sha256, `${version}: the hash in the ledger is that of the file`);
    t.equal(blob.length, body[version].bytes);
  }
  t.same(readdirSync(box.deps.folder.incoming), [], 'the upload is gone');
  t.same(
    (await list(box, 'auditor')).answer.map(({ photo }) => photo),
    [answer.photo],
  );
});

t.test('a picture that lies on its side is kept as it lies and shown upright', async (t) => {
  const box = await evidenceBox(t);
  const bytes = asPhone(await fields('jpeg', 600, 400, ['#00ff00', '#ffff00', '#ff0000', '#0000ff']), {
    orientation: 6,
  });
  const { answer } = await add(box, box.invigilator, bytes);
  t.match(answer, { width: 400, height: 600, takenWall: null });
  const original = (await getFile(box, box.chief, `photos/${answer.photo}/original`)).rawPayload;
  t.match(await stripPhoto(original), { orientation: 6, width: 600, height: 400 });
  const small = await loadImage((await getFile(box, box.chief, `photos/${answer.photo}/small`)).rawPayload);
  t.same([small.width, small.height], [320, 480]);
  const context = createCanvas(320, 480).getContext('2d');
  context.drawImage(small, 0, 0);
  const [red = 0, green = 0, blue = 0] = context.getImageData(40, 40, 1, 1).data;
  t.ok(red > 200 && green < 60 && blue < 60, `red is at the top left: ${red} ${green} ${blue}`);
});

t.test('what is no photo is refused, and nothing of it stays', async (t) => {
  const box = await evidenceBox(t);
  const jpeg = await fields('jpeg', 64, 48);
  const cases: [string, Buffer, string][] = [
    ['text', Buffer.from('no picture at all'), 'photo/unreadable'],
    ['page', Buffer.from('<html><script>alert(1)</script>'), 'photo/unreadable'],
    ['cut short', jpeg.subarray(0, jpeg.length - 40), 'photo/unreadable'],
    ['blank data', hugePng(400, 300), 'photo/unreadable'],
    ['100 megapixels in 90 bytes', hugePng(10_000, 10_000), 'photo/too-large'],
  ];
  for (const [what, bytes, code] of cases) t.equal((await add(box, box.invigilator, bytes)).code, code, what);
  const administrator = await box.signIn('administrator');
  const heavy = Buffer.concat([jpeg, Buffer.alloc(30 * 1024 * 1024)]);
  t.equal((await add(box, administrator, heavy)).code, 'photo/too-large', 'more than 30 MB');
  t.same((await list(box, box.chief)).answer, []);
  t.same(blobs(box), []);
  t.same(readdirSync(box.deps.folder.incoming), []);
});

t.test('the rules of the three purposes', async (t) => {
  const box = await evidenceBox(t);
  const { session, room, candidates } = box.site;
  const jpeg = await fields('jpeg', 64, 48);
  const [a, b] = candidates;
  const code = async (more: Body) => (await add(box, box.chief, jpeg, more)).code;
  t.equal(await code({ purpose: 'incident' }), 'photo/incident-needed');
  t.equal(await code({ purpose: 'incident', incident: newId('incident') }), 'incident/none');
  t.equal(await code({ purpose: 'portrait' }), 'photo/portrait-one');
  t.equal(
    await code({ purpose: 'portrait', people: [{ entry: a!.entry }, { entry: b!.entry }] }),
    'photo/portrait-one',
  );
  t.equal(await code({ people: [{ entry: newId('entry') }] }), 'incident/not-here');
  t.equal(await code({ room: box.otherRoom, people: [{ entry: a!.entry }] }), 'incident/not-here');
  t.equal(await code({ room: newId('room') }), 'thing/not-found');
  t.equal(await code({ people: [{ entry: a!.entry }, { entry: a!.entry, x: 1, y: 1 }] }), 'request/invalid');
  t.equal(await code({ people: [{ entry: a!.entry, x: 1001, y: 1 }] }), 'request/invalid');
  t.equal(await code({ purpose: 'selfie' }), 'request/invalid');
  t.equal(await code({ upload: 'f'.repeat(32) }), 'upload/none');
  t.equal(await code({ upload: await announce(box, box.chief, 9) }), 'upload/unfinished');
  t.equal(
    (await add(box, box.chief, jpeg, { upload: await upload(box, box.invigilator, jpeg) })).code,
    'upload/none',
  );

  const record = await box.call('POST /api/v1/console/sessions/:session/incidents', {
    as: box.chief,
    params: { session },
    body: { room, reason: 'contraband', text: '', happenedWall: box.time.wallMs(), people: [a!.entry] },
  });
  const { incident } = record.answer;
  t.equal(await code({ purpose: 'incident', incident, room: box.otherRoom }), 'incident/none');
  const { answer } = await add(box, box.chief, jpeg, { purpose: 'incident', incident });
  t.equal(answer.incident, incident);
  const [row] = (
    await box.call('GET /api/v1/console/sessions/:session/incidents', { as: box.chief, params: { session } })
  ).answer;
  t.same(
    row!.photos.map(({ photo }) => photo),
    [answer.photo],
  );
  t.equal(
    (await add(box, box.chief, jpeg, { purpose: 'portrait', people: [{ entry: a!.entry }] })).status,
    200,
  );
  await box.call('POST /api/v1/console/incidents/:incident/close', {
    as: box.chief,
    params: { incident },
    body: { outcome: '已处理' },
  });
  t.equal(await code({ purpose: 'incident', incident }), 'incident/closed');
  for (const [query, n] of [
    [{ purpose: 'portrait' }, 1],
    [{ incident }, 1],
    [{ room: box.otherRoom }, 0],
  ] as const)
    t.equal((await list(box, box.chief, query)).answer.length, n, JSON.stringify(query));
});

t.test('the panorama is due half an hour after the start and closes with the session', async (t) => {
  const box = await evidenceBox(t);
  const { session, room } = box.site;
  const jpeg = await fields('jpeg', 64, 48);
  const states = async (as: Person) =>
    (await box.call('GET /api/v1/console/sessions/:session/panoramas', { as, params: { session } })).answer;
  t.match(await states(box.chief), [
    { room, roomName: '考场 01', dueAt: null, taken: 0, open: true },
    { room: box.otherRoom, dueAt: null, taken: 0, open: true },
  ]);
  await startSittings(box);
  const started = box.statements.get<{ at: number }>(
    'SELECT started_at AS at FROM sitting WHERE room = ?',
    room,
  )!.at;
  t.equal((await add(box, box.invigilator, jpeg)).status, 200);
  t.match(await states(box.invigilator), [{ room, dueAt: started + 30 * 60_000, taken: 1, open: true }]);
  t.equal((await states(box.invigilator)).length, 1, 'of the own room only');
  await endSittings(box);
  t.match(await states(box.chief), [{ open: false }, { open: false }]);
  t.equal((await add(box, box.chief, jpeg)).code, 'photo/session-closed');
  const [first] = box.site.candidates;
  t.equal(
    (await add(box, box.chief, jpeg, { purpose: 'portrait', people: [{ entry: first!.entry }] })).status,
    200,
    'other photos may still come',
  );
});

t.test('a session closes by its time too, without anybody ending it', async (t) => {
  const box = await evidenceBox(t);
  await startSittings(box);
  const jpeg = await fields('jpeg', 64, 48);
  box.time.pass(59 * 60_000);
  t.equal((await add(box, box.chief, jpeg)).status, 200);
  box.time.pass(2 * 60_000);
  t.equal((await add(box, box.chief, jpeg)).code, 'photo/session-closed');
});

t.test('an invigilator’s photos are those of the own rooms', async (t) => {
  const box = await evidenceBox(t);
  const jpeg = await fields('jpeg', 64, 48);
  const there = (await add(box, box.chief, jpeg, { room: box.otherRoom })).answer as PhotoRow;
  const here = (await add(box, box.invigilator, jpeg)).answer as PhotoRow;
  t.equal((await add(box, box.invigilator, jpeg, { room: box.otherRoom })).code, 'auth/scope');
  t.same(
    (await list(box, box.invigilator)).answer.map(({ photo }) => photo),
    [here.photo],
  );
  t.equal((await list(box, box.chief)).answer.length, 2);
  const other = await getFile(box, box.invigilator, `photos/${there.photo}/small`);
  t.equal(other.json().code, 'auth/scope');
  t.equal((await getFile(box, box.chief, `photos/${newId('photo')}/small`)).json().code, 'photo/none');
  t.equal((await getFile(box, box.chief, `photos/${here.photo}/secret`)).json().code, 'request/invalid');
  for (const file of blobs(box)) rmSync(join(file.parentPath, file.name));
  const lost = await getFile(box, box.chief, `photos/${here.photo}/small`);
  t.equal(lost.json().code, 'thing/not-found', 'a file that is gone from the disk');
});
