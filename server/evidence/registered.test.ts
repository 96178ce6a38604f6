import { readdirSync } from 'node:fs';
import { loadImage } from '@napi-rs/canvas';
import t from 'tap';
import { asPhone, CANARY, fields, hugePng } from '#node/photos/pictures.testing.ts';
import { renameEntry, writeZip } from '#scripts/zip/write-zip.ts';
import { newId } from '#server/platform/ids.ts';
import { type EvidenceBox, evidenceBox, getFile, readBlob, upload } from './evidence.testing.ts';

async function take(box: EvidenceBox, zip: Buffer, exam = box.site.exam) {
  const administrator = await box.signIn('administrator');
  return box.call('POST /api/v1/console/exams/:exam/photos', {
    as: administrator,
    params: { exam },
    body: { upload: await upload(box, administrator, zip), file: '照片.zip' },
  });
}

const candidateOf = (box: EvidenceBox, entry: string) =>
  box.statements.get<{ candidate: string }>('SELECT candidate FROM entry WHERE entry = ?', entry)!.candidate;
const registered = (box: EvidenceBox) =>
  box.statements.all<{ candidate: string; sha256: string }>('SELECT candidate, sha256 FROM registered_photo');

t.test('each photo finds its candidate by ID or ticket number; the others are told by name', async (t) => {
  const box = await evidenceBox(t);
  const [a, b, c, d] = box.site.candidates;
  const portrait = asPhone(await fields('jpeg', 1200, 900, ['#00ff00', '#ffff00', '#ff0000', '#0000ff']), {
    orientation: 6,
  });
  const plain = await fields('png', 240, 320);
  const { answer } = await take(
    box,
    await writeZip({
      [`一班/${a!.idNumber}.JPG`]: portrait,
      [`一班/${b!.ticket}.png`]: plain,
      [`二班/${c!.ticket}.png`]: plain,
      [`二班/${c!.idNumber}.jpeg`]: portrait,
      [`${d!.ticket}.jpg`]: 'not a picture',
      '说明.txt': 'read me',
      '二班/999999.jpg': portrait,
      '__MACOSX/._x.jpg': 'litter',
    }),
  );
  t.equal(answer.matched, 2);
  t.same(
    answer.doubled.map(({ file }) => file).sort(),
    [`二班/${c!.ticket}.png`, `二班/${c!.idNumber}.jpeg`].sort(),
  );
  t.same(
    answer.doubled.map(({ name }) => name),
    [c!.name, c!.name],
  );
  t.same(answer.unreadable, [{ file: `${d!.ticket}.jpg`, code: 'photo/unreadable' }]);
  t.same([...answer.unknown].sort(), ['二班/999999.jpg', '说明.txt'].sort());
  t.same(answer.missing, {
    total: 2,
    some: [c, d].map((one) => ({ name: one!.name, ticket: one!.ticket })),
  });

  const path = `candidates/${candidateOf(box, a!.entry)}/photo`;
  const photo = await getFile(box, box.invigilator, path);
  t.equal(photo.headers['content-type'], 'image/jpeg');
  const image = await loadImage(photo.rawPayload);
  t.same([image.width, image.height], [480, 640], 'upright and no larger than it is shown');
  t.notOk(photo.rawPayload.includes(CANARY));
  t.equal(
    (await getFile(box, box.chief, `candidates/${candidateOf(box, c!.entry)}/photo`)).json().code,
    'photo/none',
  );
  t.equal(
    (await getFile(box, box.chief, `candidates/${newId('candidate')}/photo`)).json().code,
    'thing/not-found',
  );
  const stranger = await box.signIn('invigilator', [box.otherRoom]);
  t.equal((await getFile(box, stranger, path)).json().code, 'auth/scope', 'who does not sit in the own room');
  t.same(
    await readBlob(box, registered(box).find(({ candidate }) => path.includes(candidate))!.sha256),
    photo.rawPayload,
  );
});

t.test('a second ZIP fills what was missing and replaces what it brings', async (t) => {
  const box = await evidenceBox(t);
  const [a, b] = box.site.candidates;
  const one = await fields('jpeg', 60, 80);
  const other = await fields('jpeg', 60, 80, ['#000000', '#ffffff', '#000000', '#ffffff']);
  t.equal((await take(box, await writeZip({ [`${a!.ticket}.jpg`]: one }))).answer.missing.total, 3);
  const [{ sha256: before } = { sha256: '' }] = registered(box);
  const second = await take(box, await writeZip({ [`${a!.ticket}.jpg`]: other, [`${b!.ticket}.jpg`]: one }));
  t.match(second.answer, { matched: 2, missing: { total: 2 } });
  const after = registered(box).find(({ candidate }) => candidate === candidateOf(box, a!.entry))!.sha256;
  t.not(after, before);
});

t.test('names are matched without regard to case, width and folders', async (t) => {
  const box = await evidenceBox(t);
  const candidate = newId('candidate');
  await box.deps.ledger.append([
    {
      kind: 'ROSTER_IMPORTED',
      body: {
        exam: box.site.exam,
        file: 'x.csv',
        sha256: '0'.repeat(64),
        part: 1,
        parts: 1,
        subjects: [{ code: '0101', name: '语文' }],
        entries: [
          {
            entry: newId('entry'),
            candidate,
            idNumber: '11010519491231002X',
            ticket: 'A-77',
            name: '周小',
            gender: '',
            school: '',
            subject: '0101',
          },
        ],
      },
    },
  ]);
  const jpeg = await fields('jpeg', 30, 40);
  for (const name of [
    '11010519491231002x.jpg',
    'a/b/c/１１０１０５１９４９１２３１００２Ｘ.jpg',
    'a-77.JPEG',
    ' A-77 .png',
  ]) {
    const { answer } = await take(box, await writeZip({ [name]: jpeg }));
    t.equal(answer.matched, 1, name);
  }
});

t.test('of a bad ZIP nothing is taken', async (t) => {
  const box = await evidenceBox(t);
  const [a, b] = box.site.candidates;
  const jpeg = await fields('jpeg', 60, 80);
  const good = { [`${a!.ticket}.jpg`]: jpeg };
  const whole = await writeZip({ ...good, [`${b!.ticket}.jpg`]: jpeg });
  const flipped = Buffer.from(
    await writeZip([
      { name: `${a!.ticket}.jpg`, data: jpeg, compress: false },
      { name: `${b!.ticket}.jpg`, data: jpeg, compress: false },
    ]),
  );
  flipped[flipped.lastIndexOf(jpeg.subarray(0, 20)) + 40]! ^= 0xff;
  const outside = renameEntry(await writeZip({ ...good, 'aa/x.jpg': jpeg }), 'aa/x.jpg', '../x.jpg');
  const bomb = await writeZip({ ...good, 'bomb.jpg': Buffer.alloc(25 * 1024 * 1024) });
  const cases: [string, Buffer, string][] = [
    ['no ZIP', Buffer.from('hello'), ''],
    ['a picture', jpeg, ''],
    ['cut short', whole.subarray(0, whole.length - 30), 'zip/truncated'],
    ['damaged', flipped, 'zip/crc'],
    ['leads out', outside, 'zip/traversal'],
    ['bomb', bomb, 'zip/bomb'],
    [
      'link',
      await writeZip([{ name: `${a!.ticket}.jpg`, data: '/etc/passwd', mode: 0o120777 }]),
      'zip/symlink',
    ],
  ];
  for (const [what, zip, fault] of cases) {
    const result = await take(box, zip);
    t.equal(result.code, 'registered/zip', what);
    if (fault !== '') t.equal(result.detail['fault'], fault, what);
  }
  t.equal((await take(box, await writeZip({ 'x.jpg': jpeg }))).code, 'registered/empty');
  t.equal((await take(box, whole, newId('exam'))).code, 'thing/not-found');
  t.same(registered(box), []);
  t.same(readdirSync(box.deps.folder.blobs), []);
  const other = await box.call('POST /api/v1/console/exams/:exam/photos', {
    as: box.chief,
    params: { exam: box.site.exam },
    body: { upload: await upload(box, box.chief, whole), file: 'x.zip' },
  });
  t.equal(other.code, 'auth/forbidden', 'preparing is the administrator’s');
});

t.test('a picture too large inside the ZIP is told, the others are taken', async (t) => {
  const box = await evidenceBox(t);
  const [a, b] = box.site.candidates;
  const { answer } = await take(
    box,
    await writeZip({
      [`${a!.ticket}.png`]: hugePng(10_000, 10_000),
      [`${b!.ticket}.jpg`]: await fields('jpeg', 60, 80),
    }),
  );
  t.match(answer, { matched: 1, unreadable: [{ file: `${a!.ticket}.png`, code: 'photo/too-large' }] });
});
