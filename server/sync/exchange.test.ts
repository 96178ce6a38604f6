import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { blobPath, putBlob } from '#server/platform/blobs.ts';
import { newId } from '#server/platform/ids.ts';
import type { Fault } from './faulty-hq.testing.ts';
import { connectedBox, type SyncBox } from './fixture.testing.ts';

const PATCH = /^PATCH \/site\/batches/;
const STATUS = /^POST \/site\/status/;

/** Everything that is here is there, byte for byte and once, and both say so. */
async function allThere(t: Test, { sync, hq, ledger, events, files }: SyncBox, what: string): Promise<void> {
  const state = await sync.service.state();
  t.ok(hq.events(ledger).join('\n') === events().join('\n'), `${what}: every event, byte for byte`);
  t.equal(new Set(hq.stored).size, hq.stored.length, `${what}: nothing was stored twice`);
  t.strictSame(files(), [], `${what}: no batch waits`);
  t.match(state, { fault: null, agrees: true, gaps: [], underway: 0, acknowledged: state.size }, what);
  t.equal(state.acknowledgedRoot, state.root);
  t.equal(state.standing?.root, state.root);
}

/** One box for all of them: each test leaves it with everything delivered. */
const all = await connectedBox(t);

t.test('what headquarters does wrong makes a try fail, and nothing more', async (t) => {
  const { sync, hq, box, write, files, waits } = all;
  await allThere(t, all, 'connected');
  t.strictSame(
    hq.reports.map(({ acknowledged, ledger }) => [acknowledged, ledger]),
    [
      [0, all.ledger],
      [all.events().length, all.ledger],
    ],
  );

  const garbage = { kind: 'text', on: PATCH, text: '<html>' } as const;
  const lie = (size: number, root: string): Fault => ({
    kind: 'standing',
    lie: () => [{ ledger: all.ledger, branch: 0, size, root, beyond: [] }],
  });
  const faults: [string, Fault, string][] = [
    ['hangs', { kind: 'hang', on: PATCH }, 'sync/slow'],
    ['drips', { kind: 'drip', on: STATUS }, 'sync/slow'],
    ['cuts the line', { kind: 'cut', after: 300 }, 'sync/unreachable'],
    ['is full', { kind: 'status', on: PATCH, status: 507 }, 'sync/full'],
    ['is down', { kind: 'status', on: STATUS, status: 503 }, 'sync/full'],
    ['refuses', { kind: 'status', on: PATCH, status: 403, code: 'hq/revoked' }, 'sync/refused'],
    ['answers a page', garbage, 'sync/lying'],
    ['answers something else', { ...garbage, text: '{"state":"taken"}' }, 'sync/lying'],
    ['redirects', { ...garbage, status: 302, headers: { location: 'http://127.0.0.1:9/' } }, 'sync/lying'],
    ['answers without end', { kind: 'huge', on: STATUS }, 'sync/lying'],
    ['stands still', { kind: 'standstill' }, 'sync/lying'],
    ['signs for another root', { kind: 'receipt', spoil: 'root' }, 'sync/lying'],
    ['signs for more', { kind: 'receipt', spoil: 'range' }, 'sync/lying'],
    ['signs with another key', { kind: 'receipt', spoil: 'key' }, 'sync/lying'],
    ['lacks what it signed for', lie(0, ''), 'sync/lying'],
    ['refuses a batch', { kind: 'refuse', code: 'batch/sealed' }, 'sync/batch-refused'],
  ];
  for (const [what, fault, code] of faults) {
    const acknowledged = (await sync.service.state()).acknowledged;
    await write(20);
    hq.fault = fault;
    const trying = sync.service.exchange();
    await write(5);
    await trying;
    const state = await sync.service.state();
    t.equal(state.fault?.code, code, `${what}: ${state.fault?.detail}`);
    t.equal(state.size, all.events().length, `${what}: the exam went on`);
    t.ok(waits.length === 1 && state.nextTry !== null, `${what}: it will be tried again`);
    if (
      !STATUS.test('on' in fault ? fault.on.source.replaceAll('\\', '').slice(1) : '') &&
      fault.kind !== 'standing'
    ) {
      t.equal(state.acknowledged, acknowledged, `${what}: nothing counts as delivered`);
      t.equal(files().length, 1, `${what}: the batch stays`);
    }
    hq.fault = null;
    // The wait that was set goes by; box time with it.
    box.time.pass(waits[0]?.ms ?? 0);
    waits.shift()?.run();
    await sync.service.exchange();
    await allThere(t, all, `after one that ${what}`);
  }
  t.match(box.logs.filter((line) => line.includes('the exchange failed')).length, faults.length);
});

t.test('waits grow with failures and end with the first success', async (t) => {
  const { sync, hq, waits } = all;
  hq.fault = { kind: 'status', on: STATUS, status: 503 };
  const ms: number[] = [];
  for (let i = 0; i < 9; i++) {
    await sync.service.exchange();
    ms.push(waits.at(-1)?.ms ?? 0);
  }
  t.strictSame(ms, [2_500, 5_000, 10_000, 20_000, 40_000, 80_000, 160_000, 300_000, 300_000]);
  t.equal(waits.length, 1, 'one wait at a time');
  hq.fault = null;
  await sync.service.exchange();
  t.strictSame(waits, []);
  hq.fault = { kind: 'status', on: STATUS, status: 503 };
  await sync.service.exchange();
  t.equal(waits[0]?.ms, 2_500);
  hq.fault = null;
  await sync.service.exchange();
});

t.test('a line that breaks every few bytes brings everything in the end, to the byte', async (t) => {
  const { sync, hq, write, ledger } = all;
  await write(3_000);
  hq.fault = { kind: 'cut', after: 4_000 };
  let tries = 0;
  while ((await sync.service.state()).acknowledged < all.events().length && tries++ < 60)
    await sync.service.exchange();
  t.ok(tries > 2, `it broke ${tries} times`);
  const [batch] = [...hq.batches.values()].slice(-1);
  t.equal(batch?.bytes.length, batch?.offer.bytes, 'no byte was sent twice');
  hq.fault = null;
  await sync.service.exchange();
  await allThere(t, all, 'after all those cuts');
  t.equal(hq.events(ledger).length, all.events().length);
});

t.test('a slow line holds up nobody', async (t) => {
  const { sync, hq, write, box } = all;
  await write(4_500);
  hq.fault = { kind: 'slow-line', bytes: 20 };
  let going = true;
  const exchange = sync.service.exchange().finally(() => {
    going = false;
  });
  let answers = 0;
  while (going)
    await box.deps.ledger.append([{ kind: 'CLOCK_ANCHOR', body: { boot: 'b', mono: answers++ } }]);
  await exchange;
  t.ok(answers > 5, `${answers} were acknowledged meanwhile`);
  hq.fault = null;
  await sync.service.exchange();
  await allThere(t, all, 'afterwards');
  t.ok(hq.stored.length >= 3, 'in several batches');
});

t.test('clocks that are a day apart, and tokens that are gone', async (t) => {
  const { sync, hq, write, box } = all;
  for (const days of [-1, 1]) {
    hq.now = box.time.wallMs() + days * 86_400_000;
    hq.forgetTokens();
    await write(3);
    await sync.service.exchange();
    await allThere(t, all, `${days} day`);
  }
  // The box's own clock jumps: its token is of its monotonic time, which goes on.
  box.time.reboot(86_400_000);
  await write(3);
  await sync.service.exchange();
  await allThere(t, all, 'the box a day ahead');
});

t.test('headquarters restored from an old copy gets again what it lost', async (t) => {
  const { sync, hq, write } = all;
  for (let i = 0; i < 4; i++) {
    await write(10);
    await sync.service.exchange();
  }
  const before = hq.stored.length;
  hq.restore(before - 3);
  t.ok(hq.events(all.ledger).length < all.events().length);
  await sync.service.exchange();
  await allThere(t, all, 'restored');
  t.equal(hq.stored.length, before, 'the very same batches');
  // A hole in the middle, with what came after it still there.
  hq.lose(before - 3);
  t.match(hq.standings()[0]?.beyond, [{}], 'what came after the hole is there');
  await write(1);
  await sync.service.exchange();
  await allThere(t, all, 'a hole');
});

t.test('another continuation of this ledger is named, and ours is sent all the same', async (t) => {
  const { sync, hq, write, box } = all;
  const { acknowledged } = await sync.service.state();
  const foreign = { ledger: all.ledger, branch: 1, size: 9_999, root: `${'B'.repeat(43)}=`, beyond: [] };
  hq.fault = { kind: 'standing', lie: (honest) => [...honest, foreign] };
  await write(10);
  await sync.service.exchange();
  const state = await sync.service.state();
  t.match(state, { fault: { code: 'sync/forked' }, agrees: true, acknowledged: state.size });
  t.match(state.fault?.detail, `common: ${state.size}`, 'how far both are the same');
  t.ok(state.acknowledged > acknowledged);
  t.strictSame(hq.events(all.ledger), all.events());
  t.match(box.logs.join(''), 'another continuation');
  // Only the other one: nothing of ours is taken back, nothing is sent again.
  hq.fault = { kind: 'standing', lie: () => [foreign] };
  const stored = hq.stored.length;
  await sync.service.exchange();
  t.match(await sync.service.state(), {
    fault: { code: 'sync/forked' },
    agrees: false,
    acknowledged: state.size,
  });
  t.equal(hq.stored.length, stored);
  hq.fault = null;
  await sync.service.exchange();
  await allThere(t, all, 'when it is gone');
});

t.test('what a status is good for besides', async (t) => {
  const { sync, hq, write } = all;
  hq.extra = { decisions: 7 };
  const told: [number, string][] = [];
  sync.onStatus(async () => {
    throw new Error('a fault of a feature');
  });
  sync.onStatus(async (status, client) => {
    told.push([status.decisions, client.http.url]);
  });
  await write(3);
  await sync.service.exchange();
  t.strictSame(told, [[7, hq.url]]);
  await allThere(t, all, 'with a feature that fails');
});

t.test('photos and uploads follow the answers', async (t) => {
  const { sync, hq, box } = all;
  const { folder, ledger } = box.deps;
  const large = Buffer.alloc(700_000, 'photo');
  const photo = await putBlob(folder.blobs, large);
  const upload = await putBlob(folder.blobs, Buffer.from('handed in'));
  writeFileSync(join(folder.uploads, upload.sha256), 'handed in');
  const lost = 'f'.repeat(64);
  const material = (sha256: string, bytes: number) => ({
    kind: 'MATERIAL_ADDED' as const,
    body: {
      material: newId('material'),
      session: newId('session'),
      room: null,
      name: 'a',
      type: 'application/pdf' as const,
      bytes,
      sha256,
      text: '',
    },
  });
  await ledger.append([material(photo.sha256, large.length), material(upload.sha256, 9), material(lost, 1)]);
  t.match((await sync.service.state()).media, { here: 3, acknowledged: 0 });
  hq.fault = { kind: 'cut', after: 1_000_000 };
  await sync.service.exchange();
  const state = await sync.service.state();
  t.match(state, { fault: null, acknowledged: state.size, media: { here: 3, acknowledged: 2 } });
  t.ok(hq.media.get(photo.sha256)?.equals(large));
  t.equal(hq.media.get(upload.sha256)?.toString(), 'handed in');
  const parts = hq.asked.filter((one) => one.startsWith('PATCH /site/media')).length;
  t.equal(parts, 4, 'in parts');
  t.match(box.logs.join(''), 'cannot be sent', 'a file that is not here is no end of it');
  await sync.service.exchange();
  t.equal(hq.asked.filter((one) => one.startsWith('PATCH /site/media')).length, parts, 'once');
  t.ok(blobPath(folder.blobs, photo.sha256).includes(photo.sha256));

  // It stops in the middle, and goes on there.
  const more = await putBlob(folder.blobs, Buffer.alloc(900_000, 'more'));
  await ledger.append([material(more.sha256, 900_000)]);
  let seen = 0;
  hq.fault = { kind: 'status', on: /^PATCH \/site\/media/, status: 503 };
  await sync.service.exchange();
  t.match(await sync.service.state(), { fault: { code: 'sync/full' }, media: { acknowledged: 2 } });
  hq.fault = null;
  seen = hq.asked.filter((one) => one === 'POST /site/media').length;
  await sync.service.exchange();
  t.match(await sync.service.state(), { fault: null, media: { acknowledged: 3 } });
  t.equal(hq.asked.filter((one) => one === 'POST /site/media').length, seen, 'it is not begun anew');
});
