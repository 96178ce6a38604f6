import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { bytesOf, choice3, manifest } from '#node/papers/package.testing.ts';
import { openFile } from '#node/sealing/age-file.ts';
import type { Paper } from '#protocol/paper.ts';
import { zipPaper } from '#scripts/demo/papers/read-paper.ts';
import { writeZip } from '#scripts/zip/write-zip.ts';
import { newId } from '#server/platform/ids.ts';
import { build, type TestBox } from '#server/test/harness.ts';
import { addExam, addRoom, addSession } from '#server/test/prepare.testing.ts';

const as = 'administrator';
const NO_SWAPS = 'no-such-file';

function packageOf(body: string): Promise<Buffer> {
  const files = { 'q1.xml': choice3('q1', body), 'q2.xml': choice3('q2') };
  return writeZip(
    [...bytesOf({ 'imsmanifest.xml': manifest(files), ...files })].map(([name, data]) => ({
      name,
      data,
      compress: false,
    })),
  );
}
const send = (box: TestBox, exam: string, body: Buffer, query: object = {}) =>
  box.call('POST /api/v1/console/exams/:exam/papers', {
    as,
    params: { exam },
    query: { subject: '0101', label: 'A 卷', file: 'a.zip', ...query },
    body,
  });
const list = async (box: TestBox, exam: string) =>
  (await box.call('GET /api/v1/console/exams/:exam/papers', { as, params: { exam } })).answer;
const onDisk = (box: TestBox) => readdir(box.deps.folder.sealed);

t.test('a package becomes a sealed paper that only its identity opens', async (t) => {
  const box = await build(t, { papers: { swapsFile: NO_SWAPS } });
  const { exam } = await addExam(box.deps, { '0101': 1 });
  const done = await send(box, exam, await packageOf('水面的倒影'));
  const { paper, faults, missingGlyphs } = done.answer;
  t.match(paper, {
    exam,
    subject: '0101',
    label: 'A 卷',
    items: 2,
    intact: true,
    usedBy: 0,
    released: false,
  });
  t.same(
    faults.filter(({ severity }) => severity === 'error'),
    [],
  );
  t.same(missingGlyphs, []);
  const id = paper?.paper ?? '';
  t.same(await list(box, exam), [paper]);
  t.same(await onDisk(box), [id]);
  t.equal((await readdir(join(box.deps.folder.sealed, id))).length, paper?.files);

  const params = { paper: id };
  const { identity } = (await box.call('POST /api/v1/console/papers/:paper/preview-key', { as, params }))
    .answer;
  const fetched = await box.app.inject(`/sealed/${id}/f0.age`);
  t.equal(fetched.statusCode, 200);
  t.equal(fetched.headers['cache-control'], 'public, max-age=31536000, immutable');
  t.equal(fetched.headers['content-type'], 'application/octet-stream');
  const opened = JSON.parse(Buffer.from(await openFile(fetched.rawPayload, identity)).toString()) as Paper;
  t.same(Object.keys(opened.items).length, 2);
  t.ok(JSON.stringify(opened).includes('水面的倒影'));
  for (const font of opened.fonts) {
    const { rawPayload } = await box.app.inject(`/sealed/${id}/${font.file}`);
    t.ok((await openFile(rawPayload, identity)).length > 100);
  }
  t.equal(
    box.statements.all("SELECT 1 FROM ledger_event WHERE kind = 'PAPER_PREVIEWED'").length,
    1,
    'every look is kept',
  );
  const everything = JSON.stringify(box.statements.all('SELECT bytes FROM ledger_event')) + box.logs.join('');
  t.notOk(everything.includes(identity), 'the identity is in no event and no log');
  for (const url of [`/sealed/${id}/f99.age`, `/sealed/${newId('paper')}/f0.age`])
    t.equal((await box.app.inject(url)).json().code, 'sealed/not-found');
  for (const url of [`/sealed/${id}/manifest.json`, `/sealed/..%2f..%2fkeys/f0.age`])
    t.equal((await box.app.inject(url)).json().code, 'request/invalid');

  t.equal((await box.call('DELETE /api/v1/console/papers/:paper', { as, params })).status, 200);
  t.same(await onDisk(box), []);
  t.same(await list(box, exam), []);
  t.equal(box.statements.all('SELECT 1 FROM local_paper_identity').length, 0, 'its identity is gone too');
  t.equal((await box.app.inject(`/sealed/${id}/f0.age`)).json().code, 'sealed/not-found');
});

t.test('the demo papers come in', async (t) => {
  const box = await build(t, { papers: { swapsFile: NO_SWAPS } });
  const { exam } = await addExam(box.deps, { '0101': 1 });
  for (const name of ['zh', 'en'] as const) {
    const { paper, faults, missingGlyphs } = (await send(box, exam, await zipPaper(name), { label: name }))
      .answer;
    t.ok((paper?.items ?? 0) > 15, name);
    t.ok(paper?.intact);
    t.same(
      faults.filter(({ severity }) => severity === 'error'),
      [],
    );
    t.same(missingGlyphs, []);
  }
});

t.test('a spreadsheet is a paper too, told by the ending of its name', async (t) => {
  const box = await build(t, { papers: { swapsFile: NO_SWAPS } });
  const { exam } = await addExam(box.deps, { '0101': 1 });
  const sheet = Buffer.from('题型,题目,答案\n判断,地球是圆的。,对\n填空,两半球的分界线叫什么？,赤道\n');
  const { paper } = (await send(box, exam, sheet, { file: '地理甲卷.csv' })).answer;
  t.match(paper, { items: 2, intact: true });
  const wrong = (await send(box, exam, Buffer.from('题型,题目\n占卜,明天？\n'), { file: 'x.csv' })).answer;
  t.equal(wrong.paper, null);
  t.ok(wrong.faults.some(({ severity, code }) => severity === 'error' && code.startsWith('sheet/')));
});

t.test('a faulty package leaves nothing but its faults, in words', async (t) => {
  const HEAD = 'Filename Type Size Used Priority\n';
  const lists = t.testdir({
    disk: `${HEAD}/dev/sda2 partition 1 0 -2\n`,
    zram: `${HEAD}/dev/zram0 partition 1 0 100\n`,
  });
  const swapsFile = join(lists, 'disk');
  const box = await build(t, { papers: { swapsFile } });
  const { exam } = await addExam(box.deps, { '0101': 1 });
  const noZip = (await send(box, exam, Buffer.from('this is no zip'))).answer;
  t.equal(noZip.paper, null);
  t.match(noZip.faults, [
    { severity: 'error', code: 'zip/not-zip', zh: /ZIP/, doEn: /./ },
    { severity: 'warning', code: 'paper/swap', zh: /交换/ },
  ]);
  const files = { 'imsmanifest.xml': manifest({ 'q1.xml': '' }), 'q1.xml': '<qti-assessment-item><broken' };
  const broken = (await send(box, exam, await writeZip(files))).answer;
  t.equal(broken.paper, null);
  t.ok(broken.faults.some(({ severity, file }) => severity === 'error' && file === 'q1.xml'));
  t.same(await onDisk(box), []);
  t.same(await list(box, exam), []);
  t.equal(box.statements.all("SELECT 1 FROM ledger_event WHERE kind = 'PAPER_ADDED'").length, 0);

  const other = await build(t, { papers: { swapsFile: join(lists, 'zram') } });
  const { exam: second } = await addExam(other.deps, { '0101': 1 });
  const quiet = (await send(other, second, await packageOf('x'))).answer;
  t.notOk(
    quiet.faults.some(({ code }) => code === 'paper/swap'),
    'swap in memory is none',
  );
});

t.test('one at a time, bounded in size and time; whatever happens nothing stays', async (t) => {
  const box = await build(t, { papers: { swapsFile: NO_SWAPS, maxBytes: 100_000, timeoutMs: 20_000 } });
  const { exam } = await addExam(box.deps, { '0101': 1 });
  const zip = await packageOf('x');
  const both = await Promise.all([send(box, exam, zip), send(box, exam, zip)]);
  t.same(both.map(({ status, code }) => `${status} ${code}`).sort(), ['200 ', '409 paper/busy']);
  const before = await onDisk(box);
  const large = await send(box, exam, Buffer.alloc(200_000));
  t.equal(large.code, 'request/too-large');
  t.equal((await send(box, newId('exam'), zip)).code, 'thing/not-found');
  t.equal((await send(box, exam, zip, { label: '' })).code, 'request/invalid');
  t.equal((await send(box, exam, zip, { release: true })).code, 'request/invalid');
  const none = await box.call('POST /api/v1/console/exams/:exam/papers', {
    as,
    params: { exam },
    query: { subject: '0101', label: 'A', file: 'a.zip' },
  });
  t.equal(none.code, 'request/invalid', 'no body');

  // Without its key the process fails: no words of it get out, only that it failed.
  const key = join(box.deps.folder.keys, 'box-key.pem');
  const pem = await readFile(key);
  await rm(key);
  t.equal((await send(box, exam, zip)).code, 'paper/import-failed');
  await writeFile(key, pem, { mode: 0o600 });
  t.same(await onDisk(box), before);
  t.equal((await send(box, exam, zip)).status, 200, 'and the next one goes');

  const hasty = await build(t, { papers: { swapsFile: NO_SWAPS, timeoutMs: 1 } });
  const { exam: other } = await addExam(hasty.deps, { '0101': 1 });
  t.equal((await send(hasty, other, zip)).code, 'paper/timeout');
  t.same(await onDisk(hasty), []);
});

t.test('a paper in use stays; a touched one is seen; a start sweeps what a power cut left', async (t) => {
  const box = await build(t, { papers: { swapsFile: NO_SWAPS } });
  const { exam } = await addExam(box.deps, { '0101': 1 });
  const paper = (await send(box, exam, await packageOf('x'))).answer.paper?.paper ?? '';
  const session = await addSession(box, exam, ['0101']);
  const room = await addRoom(box, 'A', ['s']);
  const sittings = [{ subject: '0101', room, papers: [{ version: 'A', paper }], durationMs: 3_600_000 }];
  await box.call('PUT /api/v1/console/sessions/:session/sittings', {
    as,
    params: { session },
    body: { sittings },
  });
  const params = { paper };
  const held = await box.call('DELETE /api/v1/console/papers/:paper', { as, params });
  t.equal(held.code, 'thing/in-use');
  t.same(held.detail, { sittings: 1 });
  t.match(await list(box, exam), [{ usedBy: 1, intact: true }]);

  const file = join(box.deps.folder.sealed, paper, 'f0.age');
  const bytes = await readFile(file);
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
  await writeFile(file, bytes);
  t.match(await list(box, exam), [{ intact: false }], 'one bit');
  t.equal((await box.app.inject(`/sealed/${paper}/f0.age`)).json().code, 'paper/tampered');
  await rm(file);
  t.match(await list(box, exam), [{ intact: false }], 'a missing file');

  await box.call('PUT /api/v1/console/sessions/:session/sittings', {
    as,
    params: { session },
    body: { sittings: [] },
  });
  await box.deps.ledger.append([{ kind: 'PAPER_RELEASED', body: { paper, manifestSha256: '0'.repeat(64) } }]);
  t.equal((await box.call('DELETE /api/v1/console/papers/:paper', { as, params })).code, 'paper/released');

  const stray = newId('paper');
  for (const name of [`.coming-${stray}`, `.going-${stray}`, stray])
    await writeFile(join(box.deps.folder.sealed, name), 'x');
  await box.services.papers.start();
  t.same(await onDisk(box), [paper]);
});
