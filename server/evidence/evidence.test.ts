/** The whole of it in one ledger: everything of a day of evidence verifies, and every file that it names is there. */
import { createHash } from 'node:crypto';
import t from 'tap';
import { fields } from '#node/photos/pictures.testing.ts';
import { writeZip } from '#scripts/zip/write-zip.ts';
import { verifyLedger } from '#server/ledger/verify.ts';
import { evidenceBox, readBlob, upload } from './evidence.testing.ts';

t.test('a day of evidence verifies', async (t) => {
  const box = await evidenceBox(t);
  const { session, room, exam, candidates } = box.site;
  const [a, b] = candidates;
  const { chief } = box;
  const jpeg = await fields('jpeg', 200, 150);
  const { incident } = (
    await box.call('POST /api/v1/console/sessions/:session/incidents', {
      as: chief,
      params: { session },
      body: { room, reason: 'illness', text: '发热', happenedWall: box.time.wallMs(), people: [a!.entry] },
    })
  ).answer;
  const params = { incident };
  await box.call('POST /api/v1/console/incidents/:incident/notes', {
    as: chief,
    params,
    body: { text: '送医' },
  });
  for (const more of [{ purpose: 'panorama' }, { purpose: 'incident', incident }] as const)
    await box.call('POST /api/v1/console/sessions/:session/photos', {
      as: chief,
      params: { session },
      body: {
        upload: await upload(box, chief, jpeg),
        room,
        way: 'file',
        text: '',
        people: [{ entry: a!.entry, x: 0, y: 1000 }],
        ...more,
      },
    });
  await box.call('POST /api/v1/console/incidents/:incident/close', {
    as: chief,
    params,
    body: { outcome: '缓考' },
  });
  const administrator = await box.signIn('administrator');
  await box.call('POST /api/v1/console/exams/:exam/photos', {
    as: administrator,
    params: { exam },
    body: {
      upload: await upload(box, administrator, await writeZip({ [`${b!.ticket}.jpg`]: jpeg })),
      file: '照片.zip',
    },
  });
  await box.call('POST /api/v1/console/sessions/:session/materials', {
    as: chief,
    params: { session },
    body: { upload: await upload(box, chief, Buffer.from('%PDF-1.7\n')), name: '说明.pdf', text: '' },
  });

  const report = verifyLedger(box.deps.folder.root);
  t.same(report.faults, []);
  const rows = ['incident', 'incident_person', 'incident_note', 'photo', 'registered_photo', 'material'].map(
    (table) => report.projections[table]?.rows,
  );
  t.same(rows, [1, 1, 1, 2, 1, 1], 'each table has rows to compare');

  const named = box.statements
    .all<{ bytes: string }>('SELECT bytes FROM ledger_event')
    .flatMap(({ bytes }) => {
      const { kind, body } = JSON.parse(bytes);
      if (kind === 'PHOTO_STORED') return [body.original.sha256, body.stamped.sha256, body.small.sha256];
      if (kind === 'REGISTERED_PHOTOS_IMPORTED')
        return body.photos.map((one: { sha256: string }) => one.sha256);
      return kind === 'MATERIAL_ADDED' ? [body.sha256] : [];
    });
  t.equal(named.length, 8);
  for (const sha256 of named)
    t.equal(
      createHash('sha256')
        .update(await readBlob(box, sha256))
        .digest('hex'),
      sha256,
    );
});
