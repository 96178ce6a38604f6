/** The ledger under pressure: full queue, full disk, bodies out of shape, folders that must not be served from. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import t, { type Test } from 'tap';
import { openWriter } from '#db/site/open.ts';
import { canonical } from '#domain/attempt/digest.ts';
import { BoxError } from '#server/platform/box-error.ts';
import { EVENT_BYTES, Ledger } from './ledger.ts';
import { sampleId } from './sample-ledger.testing.ts';
import { verifyLedger } from './verify.ts';

const clock = { elapsed: () => 1_000, wall: () => 1_800_000_000_000 };
const exam = (n: number, name = 'x') =>
  ({ kind: 'EXAM_SAVED', body: { exam: sampleId('exam', n), name } }) as const;
const code = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'none',
    (error: unknown) => (error instanceof BoxError ? error.code : String(error)),
  );

t.test('a queue that is full refuses at once; what it took, it commits', async (t) => {
  const dir = t.testdir();
  const ledger = await Ledger.open(join(dir, 'site.db'), clock);
  const body = canonical({ number: '1', machine: null, code: 'x' });
  const count = { taken: 0, busy: 0, other: 0 };
  const answered = new Promise<void>((resolve) => {
    const all = 50_200;
    let left = all;
    for (let n = 0; n < all; n++)
      ledger.appendText('LOGIN_REFUSED', '', body, (result) => {
        if (result.ok) count.taken += 1;
        else count[result.code === 'box/busy' ? 'busy' : 'other'] += 1;
        left -= 1;
        if (left === 0) resolve();
      });
  });
  t.same(count, { taken: 0, busy: 200, other: 0 }, 'refused in the same turn');
  t.equal(ledger.backlog, 50_000);
  await answered;
  t.same(count, { taken: 50_000, busy: 200, other: 0 });
  t.equal(ledger.size, 50_000);
  t.equal(ledger.backlog, 0);
  t.equal(await code(ledger.append([exam(1)])), 'none', 'and goes on');
  await ledger.close();
});

t.test('bodies that may not be in the ledger do not get in', async (t) => {
  const ledger = await Ledger.open(join(t.testdir(), 'site.db'), clock);
  t.equal(await code(ledger.append([exam(1, '')])), 'box/internal', 'against the schema: our own fault');
  const more = { kind: 'EXAM_SAVED', body: { ...exam(1).body, more: 1 } } as const;
  t.equal(await code(ledger.append([more])), 'box/internal');
  t.equal(await code(ledger.append([exam(1, 'half \ud83d')])), 'request/invalid', 'half a character');
  const huge = new Promise((resolve) =>
    ledger.appendText('LOGIN_REFUSED', '', `"${'x'.repeat(EVENT_BYTES)}"`, resolve),
  );
  t.match(await huge, { ok: false, code: 'request/too-large' });
  t.equal(ledger.size, 0);
  await ledger.close();
  t.equal(await code(ledger.append([exam(1)])), 'box/stopping');
});

t.test('data that must not be served from is refused at the start, with its code', async (t) => {
  const dir = t.testdir();
  const file = join(dir, 'site.db');
  const open = () => code(Ledger.open(file, clock));
  writeFileSync(file, 'not a database, but long enough to look like one. '.repeat(40));
  t.equal(await open(), 'box/storage');
  rmSync(file);
  openWriter(file).close();
  const db = new Database(file);
  db.exec("INSERT INTO __drizzle_migrations (hash, created_at) VALUES ('later', 9e15)");
  t.equal(await open(), 'box/data-newer');
  db.exec(
    "DELETE FROM __drizzle_migrations WHERE hash = 'later'; UPDATE __drizzle_migrations SET hash = 'other'",
  );
  t.equal(await open(), 'box/data-diverged');
  db.close();
});

const mountable = process.platform === 'linux' && process.getuid?.() === 0;
t.test(
  'a full disk refuses, and the ledger goes on when there is room again',
  { skip: mountable ? false : 'needs root on Linux, for a small file system of its own' },
  async (t) => {
    const mount = join(t.testdir(), 'small');
    mkdirSync(mount);
    const made = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=12m', 'gongyuan-test', mount]);
    if (made.status !== 0) {
      t.comment(`not run: this machine does not let it mount (${made.stderr.toString().trim()})`);
      return;
    }
    try {
      await fillAndFree(t, mount);
    } finally {
      // Before the test's folder is removed, which a mount in it would hinder.
      spawnSync('umount', ['-l', mount]);
    }
  },
);

async function fillAndFree(t: Test, mount: string): Promise<void> {
  const ballast = join(mount, 'ballast');
  writeFileSync(ballast, Buffer.alloc(4 * 1024 * 1024));
  const ledger = await Ledger.open(join(mount, 'site.db'), clock);
  let failed = '';
  ledger.onFailure((error) => {
    failed = error.code;
  });
  const manifest = 'm'.repeat(400_000);
  const add = (n: number) =>
    code(
      ledger.append([
        {
          kind: 'PAPER_ADDED',
          body: {
            paper: sampleId('paper', n),
            exam: sampleId('exam', 1),
            subject: 'YW',
            label: 'A',
            manifest,
            manifestSig: 'A'.repeat(86),
            items: 1,
            source: { file: '', sha256: 'a'.repeat(64) },
          },
        },
      ]),
    );
  let taken = 0;
  let answer = '';
  while (taken < 100 && answer !== 'box/disk-full') {
    answer = await add(taken + 1);
    if (answer === 'none') taken += 1;
    else break;
  }
  t.equal(answer, 'box/disk-full');
  t.equal(await add(200), 'box/disk-full', 'again and again');
  t.equal(ledger.size, taken, 'nothing of the refused is kept');
  rmSync(ballast);
  t.equal(await add(300), 'none');
  t.equal(failed, '', 'the process was never told to stop');
  await ledger.close();
  t.match(verifyLedger(mount), { ok: true, faults: [], events: taken + 1 });
}
