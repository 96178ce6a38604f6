import t from 'tap';
import { fields } from '#node/photos/pictures.testing.ts';
import { newId } from '#server/platform/ids.ts';
import {
  type EvidenceBox,
  endSittings,
  evidenceBox,
  getFile,
  type Person,
  startSittings,
  upload,
} from './evidence.testing.ts';

const PDF = Buffer.from('%PDF-1.7\n1 0 obj\n<< >>\nendobj\n');
const DAY = 24 * 3_600_000;

async function add(box: EvidenceBox, as: Person, bytes: Buffer, more: Record<string, unknown> = {}) {
  return box.call('POST /api/v1/console/sessions/:session/materials', {
    as,
    params: { session: box.site.session },
    body: { upload: await upload(box, as, bytes), name: '情况说明.pdf', text: '', ...more } as never, // wrong ones too
  });
}

const list = (box: EvidenceBox, as: Person) =>
  box.call('GET /api/v1/console/sessions/:session/materials', { as, params: { session: box.site.session } });

t.test('material is kept as it came and given out to be saved', async (t) => {
  const box = await evidenceBox(t);
  const { answer } = await add(box, box.chief, PDF, { text: ' 补充 ', room: box.site.room });
  t.match(answer, {
    session: box.site.session,
    room: box.site.room,
    name: '情况说明.pdf',
    type: 'application/pdf',
    bytes: PDF.length,
    text: '补充',
    staffName: 'chief 某',
  });
  const file = await getFile(box, box.invigilator, `materials/${answer.material}/file`);
  t.same(file.rawPayload, PDF);
  t.match(file.headers, {
    'content-type': 'application/pdf',
    'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent('情况说明.pdf')}`,
  });
  t.same((await list(box, box.chief)).answer, [answer]);
  t.equal(
    (await getFile(box, box.chief, `materials/${newId('material')}/file`)).json().code,
    'material/none',
  );
});

t.test('types by content, whatever the name says', async (t) => {
  const box = await evidenceBox(t);
  t.equal(
    (await add(box, box.chief, await fields('jpeg', 8, 8), { name: 'x.pdf' })).answer.type,
    'image/jpeg',
  );
  for (const bytes of ['<html><script>alert(1)</script>', 'MZ\x90\0', 'PK\x03\x04', ''])
    t.equal(
      (await add(box, box.chief, Buffer.from(bytes, 'latin1'), { name: 'x.pdf' })).code,
      'material/type',
      JSON.stringify(bytes),
    );
  t.equal((await list(box, box.chief)).answer.length, 1);
});

t.test('the window closes seven days after the last sitting', async (t) => {
  const box = await evidenceBox(t);
  t.equal((await add(box, box.chief, PDF)).status, 200, 'before the start');
  await startSittings(box);
  await endSittings(box);
  box.time.pass(7 * DAY - 60_000);
  const person = await box.signIn('chief');
  t.equal((await add(box, person, PDF)).status, 200);
  box.time.pass(120_000);
  t.equal((await add(box, person, PDF)).code, 'material/closed');
  t.equal((await list(box, person)).answer.length, 2);
});

t.test('who may add and see it', async (t) => {
  const box = await evidenceBox(t);
  t.equal((await add(box, box.invigilator, PDF, { room: box.site.room })).code, 'auth/forbidden');
  const whole = (await add(box, box.chief, PDF)).answer;
  const there = (await add(box, box.chief, PDF, { room: box.otherRoom })).answer;
  const here = (await add(box, box.chief, PDF, { room: box.site.room })).answer;
  t.same(
    (await list(box, box.invigilator)).answer.map(({ material }) => material),
    [here.material],
  );
  for (const { material } of [whole, there])
    t.equal((await getFile(box, box.invigilator, `materials/${material}/file`)).json().code, 'auth/scope');
  t.equal((await add(box, box.chief, PDF, { room: newId('room') })).code, 'thing/not-found');
});
