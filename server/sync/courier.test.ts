import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import t from 'tap';
import { generateBoxKey } from '#node/signing/box-key.ts';
import { signReceipt } from '#node/sync/batch-file.ts';
import { readCourier } from '#node/sync/courier-file.ts';
import { COOKIE } from '#server/staff/auth.service.ts';
import { connectedBox, type SyncBox } from './fixture.testing.ts';

const DOWN = { kind: 'status', on: /./, status: 503 } as const;

async function write({ box }: SyncBox): Promise<{ file: Buffer; name: string }> {
  const { cookie } = await box.signIn('technician');
  const answer = await box.app.inject({
    method: 'POST',
    url: '/api/v1/console/hq/courier',
    cookies: { [COOKIE]: cookie },
  });
  if (answer.statusCode !== 200) throw new Error(answer.payload);
  return { file: answer.rawPayload, name: String(answer.headers['content-disposition']) };
}

/** One box for all of them. */
const all = await connectedBox(t);

t.test('a site without a line: out on a stick, receipts back on it, and the line does no harm', async (t) => {
  const { box, sync, hq, ledger, files, events } = all;
  const receipts = (body: Buffer) => box.call('POST /api/v1/console/hq/receipts', { as: 'technician', body });
  hq.fault = DOWN;
  await all.write(5_000);
  const first = (await sync.service.state()).acknowledged;

  const { file, name } = await write(all);
  t.match(name, new RegExp(`^attachment; filename="5401-001-${first}-[0-9]+\\.gongyuan-courier"$`));
  t.ok(files().length >= 2, 'nothing is deleted for having been written');
  const read = await readCourier(Readable.from([file]));
  t.match(read.index, { site: '5401-001', hq: hq.key.publicKey, key: box.deps.box.key.publicKey });
  let whole = 0;
  for await (const one of read.files) if (one.file) whole += 1;
  t.equal(whole, read.index.batches.length, 'headquarters reads every batch of it');
  const written = JSON.parse(events().findLast((text) => text.includes('COURIER_WRITTEN')) ?? '').body;
  t.match(written, {
    sha256: createHash('sha256').update(file).digest('hex'),
    batches: whole,
    first,
    last: read.index.batches.at(-1)?.last,
  });

  const back = await hq.courier(file);
  t.equal(back.receipts.length, whole);
  const forged = back.receipts.map(({ text }) => signReceipt(JSON.parse(text), generateBoxKey()));
  for (const [what, bytes, code] of [
    ['no JSON', 'x', 'sync/receipts-form'],
    ['something else', '{"format":"gongyuan-receipts/2"}', 'sync/receipts-form'],
    ['of another site', JSON.stringify({ ...back, site: 'other' }), 'sync/receipts-other'],
    ['forged', JSON.stringify({ ...back, receipts: forged }), 'sync/receipts-other'],
  ] as const)
    t.equal((await receipts(Buffer.from(bytes))).code, code, what);
  t.equal((await sync.service.state()).acknowledged, first);
  t.equal(files().length, whole);

  t.strictSame((await receipts(Buffer.from(JSON.stringify(back)))).answer, { taken: whole, refused: 0 });
  t.strictSame(files(), [], 'now they may go');
  t.equal((await sync.service.state()).acknowledged, (written.last as number) + 1);
  t.strictSame(await receipts(Buffer.from(JSON.stringify(back))).then(({ answer }) => answer), {
    taken: whole,
    refused: 0,
  });
  t.strictSame((await hq.courier(file)).receipts.length, whole, 'delivered twice');

  // A second stick, and the line comes back before it arrives.
  const second = await write(all);
  hq.fault = null;
  await sync.service.exchange();
  t.strictSame(files(), []);
  await hq.courier(second.file);
  t.equal(new Set(hq.stored).size, hq.stored.length, 'once');
  t.ok(hq.events(ledger).join() === events().join());
  const rows = (await box.call('GET /api/v1/console/hq/batches', { as: 'auditor' })).answer;
  t.ok(rows.length >= 3 && rows.every(({ state, taken }) => state === 'taken' && taken !== null));
  t.strictSame(
    rows.map(({ last }) => last),
    rows.map(({ last }) => last).toSorted((a, b) => b - a),
    'newest first',
  );
});

t.test('what a crash leaves in the outbox is mended', async (t) => {
  const { box, sync, hq, ledger, files, events } = all;
  const { outbox } = box.deps.folder;
  hq.fault = DOWN;
  await all.write(9_000);
  await write(all);
  const before = files();
  t.ok(before.length >= 3);
  // One file is gone, one was written and never got its row, one is half a file.
  const [gone = '', half = ''] = before;
  rmSync(join(outbox, gone));
  writeFileSync(join(outbox, half), 'half');
  writeFileSync(join(outbox, `${'0'.repeat(64)}.age`), 'never named');
  writeFileSync(join(outbox, `.${gone}.abc.tmp`), 'never named');
  await sync.start();
  t.equal(readdirSync(outbox).length, before.length - 1);
  hq.fault = null;
  await sync.service.exchange();
  t.strictSame(readdirSync(outbox), []);
  t.ok(hq.events(ledger).join() === events().join(), 'everything arrived');
  t.equal(new Set(hq.stored).size, hq.stored.length);
  t.match(await sync.service.state(), { fault: null, agrees: true, gaps: [] });
});

t.test('from a stopped box, by hand', async (t) => {
  const { box, hq, write: append, ledger } = all;
  await append(50);
  const run = (...argv: string[]) => {
    const script = join(import.meta.dirname, '../../scripts/courier.ts');
    const ran = spawnSync(process.execPath, [script, ...argv], {
      encoding: 'utf8',
      env: { ...process.env, NODE_OPTIONS: '' },
      timeout: 60_000,
    });
    return { status: ran.status, out: ran.stdout, err: ran.stderr };
  };
  const { root } = box.deps.folder;
  const stick = `${root}.gongyuan-courier`;
  // As a power cut leaves it.
  const stopped = `${root}-stopped`;
  cpSync(root, stopped, { recursive: true });
  t.match(run('write', '--data', stopped, '--out', stick), { status: 0 });
  const starts = () => hq.events(ledger).filter((text) => text.includes('"kind":"BOX_STARTED"')).length;
  t.equal(starts(), 1);
  const back = join(stopped, 'receipts.json');
  writeFileSync(back, JSON.stringify(await hq.courier(readFileSync(stick))));
  t.equal(starts(), 2, 'up to what happened last');
  const taken = run('receipts', '--data', stopped, back);
  t.match(taken, { status: 0 });
  t.same(JSON.parse(taken.out), { taken: 1, refused: 0 });
});
