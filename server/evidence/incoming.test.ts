import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { ROLES } from '#protocol/rights.ts';
import { build } from '#server/test/harness.ts';
import { announce, evidenceBox, send, tus, upload } from './evidence.testing.ts';
import { Evidence } from './evidence.ts';
import { incomingRoutes } from './incoming.routes.ts';
import { IncomingUploads } from './incoming.ts';

const files = (folder: string) => readdirSync(folder).sort();

t.test('an upload goes on where it broke off', async (t) => {
  const box = await evidenceBox(t);
  const bytes = Buffer.from('0123456789abcdefghij');
  const id = await announce(box, box.chief, bytes.length);
  t.match(id, /^[0-9a-f]{32}$/);
  t.equal((await send(box, box.chief, id, bytes.subarray(0, 7))).headers['upload-offset'], '7');
  const head = await tus(box, 'HEAD', box.chief, { id });
  t.match(head.headers, { 'upload-offset': '7', 'upload-length': '20', 'tus-resumable': '1.0.0' });
  t.equal(head.headers['upload-metadata'], undefined, 'whose it is stays here');
  const wrong = await send(box, box.chief, id, bytes.subarray(9), 9);
  t.equal(wrong.statusCode, 409);
  t.equal(wrong.json().code, 'upload/offset');
  t.equal((await send(box, box.chief, id, bytes.subarray(7), 7)).statusCode, 204);
  await box.evidence.incoming.claim(id, box.chief.staff, 'test', async ({ bytes: size }) =>
    t.equal(size, 20),
  );
  t.same(files(box.deps.folder.incoming), [], 'what is taken over is gone');
});

t.test('only who began it may go on with it, look at it, end it or name it', async (t) => {
  const box = await evidenceBox(t);
  const id = await announce(box, box.invigilator, 4);
  for (const answer of [
    await tus(box, 'HEAD', box.chief, { id }),
    await send(box, box.chief, id, Buffer.from('evil')),
    await tus(box, 'DELETE', box.chief, { id }),
  ])
    t.equal(answer.statusCode, 404);
  t.equal((await send(box, box.chief, id, Buffer.from('evil'))).json().code, 'upload/none');
  const mine = await announce(box, box.chief, 4);
  for (const trick of [
    `${mine}?/${id}`,
    `${mine}?x=/${id}`,
    `${mine}/../${id}`,
    `${mine}%2f${id}`,
    `${mine}#/${id}`,
  ]) {
    await send(box, box.chief, trick, Buffer.from('evil'));
    t.equal((await tus(box, 'HEAD', box.invigilator, { id })).headers['upload-offset'], '0', trick);
  }
  await send(box, box.invigilator, id, Buffer.from('good'));
  const { incoming } = box.evidence;
  await t.rejects(
    incoming.claim(id, box.chief.staff, 'test', async () => {}),
    { code: 'upload/none' },
  );
  await t.resolves(incoming.claim(id, box.invigilator.staff, 'test', async () => {}));
  await t.rejects(
    incoming.claim(id, box.invigilator.staff, 'other', async () => {}),
    { code: 'upload/none' },
  );
});

t.test('an unfinished upload is no file, and a finished one is named by one call at a time', async (t) => {
  const box = await evidenceBox(t);
  const { incoming } = box.evidence;
  const id = await announce(box, box.chief, 4);
  await send(box, box.chief, id, Buffer.from('ab'));
  await t.rejects(
    incoming.claim(id, box.chief.staff, 'test', async () => {}),
    { code: 'upload/unfinished' },
  );
  await send(box, box.chief, id, Buffer.from('cd'), 2);
  const { promise: held, resolve: release } = Promise.withResolvers<void>();
  const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
  const first = incoming.claim(id, box.chief.staff, 'test', () => {
    begin();
    return held;
  });
  await begun;
  await t.rejects(
    incoming.claim(id, box.chief.staff, 'other', async () => {}),
    { code: 'upload/none' },
  );
  t.equal((await tus(box, 'DELETE', box.chief, { id })).statusCode, 404, 'nor is it taken away meanwhile');
  release();
  await first;
});

t.test('a call that is repeated, for its answer was lost, gets the answer of the first', async (t) => {
  const box = await evidenceBox(t);
  const { incoming } = box.evidence;
  const id = await upload(box, box.chief, Buffer.from('abcd'));
  let used = 0;
  const call = () => incoming.claim(id, box.chief.staff, 'test', async () => ++used);
  t.same(await Promise.all([call(), call()]), [1, 1]);
  t.equal(await call(), 1);
  await t.rejects(
    incoming.claim(id, box.invigilator.staff, 'test', async () => {}),
    { code: 'upload/none' },
  );
});

t.test('where the box is at fault the upload stays for another try', async (t) => {
  const box = await evidenceBox(t);
  const { incoming } = box.evidence;
  const id = await upload(box, box.chief, Buffer.from('abcd'));
  await t.rejects(
    incoming.claim(id, box.chief.staff, 'test', async () => {
      throw new Error('out of order');
    }),
  );
  await t.resolves(incoming.claim(id, box.chief.staff, 'test', async () => {}));
});

t.test('no more than a person may use, and no more than some at once', async (t) => {
  const box = await evidenceBox(t);
  const mb = 1024 * 1024;
  const most = { administrator: 1024 * mb, chief: 200 * mb, invigilator: 30 * mb, technician: 0, auditor: 0 };
  for (const role of ROLES) {
    const person = await box.signIn(role);
    const ask = (bytes: number) => tus(box, 'POST', person, { headers: { 'upload-length': String(bytes) } });
    if (most[role] === 0) {
      t.match((await ask(1)).json(), { code: 'auth/forbidden' }, role);
      continue;
    }
    const large = await ask(most[role] + 1);
    t.equal(large.statusCode, 413, role);
    t.equal(large.json().code, 'request/too-large');
  }
  const ids: string[] = [];
  for (let i = 0; i < 10; i++) ids.push(await announce(box, box.chief, 5));
  const eleventh = await tus(box, 'POST', box.chief, { headers: { 'upload-length': '5' } });
  t.equal(eleventh.statusCode, 429);
  t.equal(eleventh.json().code, 'upload/busy');
  await t.resolves(announce(box, box.invigilator, 5), 'another person may');
  t.equal((await tus(box, 'DELETE', box.chief, { id: ids[0]! })).statusCode, 204);
  await t.resolves(announce(box, box.chief, 5), 'one ended makes room');
});

t.test('a disk that is nearly full is left to the answers', async (t) => {
  const mb = 1024 * 1024;
  let free = 1000 * mb;
  const box = await build(t, {
    routes: (app, deps) => incomingRoutes(app, new IncomingUploads(deps, async () => free)),
  });
  const chief = await box.signIn('chief');
  const ask = (bytes: number) => tus(box, 'POST', chief, { headers: { 'upload-length': String(bytes) } });
  t.equal((await ask(200 * mb)).statusCode, 201);
  t.equal((await ask(200 * mb)).statusCode, 201);
  const third = await ask(100 * mb);
  t.match(third.json(), { code: 'box/disk-full' }, 'what is announced counts before it has come');
  t.equal((await ask(80 * mb)).statusCode, 201);
  free = 500 * mb;
  t.equal((await ask(1)).json().code, 'box/disk-full');
});

t.test('uploads that no call took do not stand in the way: the oldest go', async (t) => {
  const box = await evidenceBox(t);
  const ids: string[] = [];
  for (let i = 0; i < 13; i++) {
    ids.push(await upload(box, box.chief, Buffer.from('abcd')));
    box.time.pass(1000);
  }
  const stay = files(box.deps.folder.incoming).filter((name) => !name.endsWith('.json'));
  t.same(stay, ids.slice(2).sort(), 'ten, and the one that came last');
});

t.test('what is sent is what was announced', async (t) => {
  const box = await evidenceBox(t);
  const id = await announce(box, box.chief, 4);
  const long = await send(box, box.chief, id, Buffer.from('abcdefgh'));
  t.equal(long.statusCode, 413);
  t.equal((await tus(box, 'HEAD', box.chief, { id })).headers['upload-offset'], '0');
  const deferred = await tus(box, 'POST', box.chief, { headers: { 'upload-defer-length': '1' } });
  t.match(deferred.json(), { code: 'request/invalid' }, 'its length is known beforehand');
  const parts = await tus(box, 'POST', box.chief, {
    headers: { 'upload-length': '4', 'upload-concat': 'partial' },
  });
  t.match(parts.json(), { code: 'request/invalid' }, 'an extension that is not offered');
  const other = await box.app.inject({
    method: 'PATCH',
    url: `/api/v1/console/uploads/${id}`,
    cookies: { '__Host-gongyuan': box.chief.cookie },
    headers: { 'tus-resumable': '1.0.0', 'upload-offset': '0', 'content-type': 'application/json' },
    payload: '"ab"',
  });
  t.equal(other.statusCode, 400);
  const old = await tus(box, 'HEAD', box.chief, { id, headers: { 'tus-resumable': '0.2.2' } });
  t.ok(old.statusCode >= 400);
  for (const bad of ['../../site.db', '%2e%2e%2fsite.db', 'x', `${id}.json`]) {
    const answer = await tus(box, 'HEAD', box.chief, { id: bad });
    t.equal(answer.statusCode, 404, bad);
  }
});

t.test('nobody without a sign-in, and no page of others', async (t) => {
  const box = await evidenceBox(t);
  const id = await announce(box, box.chief, 4);
  for (const method of ['HEAD', 'PATCH', 'DELETE'] as const)
    t.equal((await tus(box, method, { cookie: 'forged' }, { id })).statusCode, 401, method);
  t.equal((await tus(box, 'POST', { cookie: 'forged' })).statusCode, 401);
  const evil = await tus(box, 'POST', box.chief, {
    headers: { 'upload-length': '4', origin: 'https://evil.example' },
  });
  t.equal(evil.json().code, 'auth/origin');
  const ours = await tus(box, 'POST', box.chief, {
    headers: { 'upload-length': '4', origin: 'https://gongyuan.test' },
  });
  t.equal(ours.statusCode, 201);
  t.equal(ours.headers['access-control-allow-origin'], undefined);
});

t.test('abandoned uploads are swept after a day, others not', async (t) => {
  const box = await evidenceBox(t);
  const { incoming } = box.deps.folder;
  const old = await announce(box, box.chief, 4);
  box.time.pass(23 * 3_600_000);
  const young = await announce(box, box.invigilator, 4);
  await box.evidence.incoming.sweep();
  t.same(files(incoming).length, 4);
  box.time.pass(2 * 3_600_000);
  writeFileSync(join(incoming, `${'0'.repeat(32)}.json`), '{');
  writeFileSync(join(incoming, 'keep.txt'), 'not ours');
  await box.evidence.incoming.sweep();
  t.same(files(incoming), ['keep.txt', young, `${young}.json`].sort(), 'and what a power cut left half made');
  t.notOk(files(incoming).includes(old));
  rmSync(join(incoming, 'keep.txt'));
});

t.test('the box restarts in the middle of an upload', async (t) => {
  const data = t.testdir();
  const bytes = Buffer.from('the quick brown fox');
  let id = '';
  let person = { staff: '', cookie: '' };
  await t.test('before', async (t) => {
    const box = await evidenceBox(t, { config: { data } });
    person = box.chief;
    id = await announce(box, person, bytes.length);
    await send(box, person, id, bytes.subarray(0, 9));
  });
  await t.test('after', async (t) => {
    let evidence: Evidence | undefined;
    const box = await build(t, {
      config: { data },
      routes: async (app, deps) => {
        evidence = new Evidence(deps);
        await evidence.incoming.sweep();
        await evidence.routes(app);
      },
    });
    t.equal((await tus(box, 'HEAD', person, { id })).headers['upload-offset'], '9');
    t.equal((await send(box, person, id, bytes.subarray(9), 9)).statusCode, 204);
    await evidence!.incoming.claim(id, person.staff, 'test', async ({ path }) => {
      t.same(await readFile(path), bytes);
    });
  });
});
