/** The writer without its thread: full disks, checkpoints, clocks that jump, the tree's edges over restarts. */
import { join } from 'node:path';
import t from 'tap';
import { openMemory, openWriter, type SiteDatabase } from '#db/site/open.ts';
import { canonical } from '#domain/attempt/digest.ts';
import { encodeEvent } from '#domain/ledger/event.ts';
import { appendLeaf, emptyFrontier, type Frontier, leafHash } from '#domain/ledger/merkle.ts';
import { sha256 } from '#node/ledger/sha256.ts';
import { generateBoxKey } from '#node/signing/box-key.ts';
import type { EventKind } from '#protocol/events.schema.ts';
import { sampleExam } from './sample-exam.testing.ts';
import { SampleLedger, SampleMachine, SampleStream, sampleId } from './sample-ledger.testing.ts';
import { loadFrontier } from './tiles.ts';
import { verifyLedger } from './verify.ts';
import { type Group, type GroupResult, WriterCore } from './writer-core.ts';

const event = (kind: EventKind, body: unknown, wall = 2, attempt?: string): string =>
  encodeEvent({ at: 1, attempt, body: canonical(body), kind, wall });
const exam = (n: number, name = 'x') => event('EXAM_SAVED', { exam: sampleId('exam', n), name });
/** An event that changes no table. */
const quiet = (n: number) => event('LOGIN_REFUSED', { number: String(n), machine: null, code: 'x' });
const one = (core: WriterCore, ...events: string[]): GroupResult =>
  core.commit([{ events }]).groups[0] as GroupResult;
const checkpoints = (db: SiteDatabase) =>
  db.prepare('SELECT size FROM ledger_checkpoint ORDER BY size').pluck().all() as number[];

t.test(
  'a full database refuses with a code, keeps nothing of it, and goes on when there is room',
  async (t) => {
    const dir = t.testdir();
    const ledger = new SampleLedger(dir);
    ledger.boxStarted();
    const before = ledger.core.size;
    const pages = ledger.db.pragma('page_count', { simple: true }) as number;
    ledger.db.pragma(`max_page_count = ${pages}`);
    const big = (n: number) => exam(n, '长'.repeat(60_000));
    const full = ledger.core.commit([{ events: [big(1)] }, { events: [big(2)] }]).groups;
    t.match(full, [
      { ok: false, code: 'box/disk-full' },
      { ok: false, code: 'box/disk-full' },
    ]);
    t.equal(ledger.core.size, before);
    ledger.db.pragma('max_page_count = 100000');
    ledger.put('EXAM_SAVED', { exam: sampleId('exam', 1), name: 'fits' });
    ledger.close();
    const report = verifyLedger(dir);
    t.match(report, { ok: true, faults: [], events: before + 1 });
    t.equal(report.projections['exam']?.rows, 1);
  },
);

t.test('a bad event of a batch refuses itself alone; what it wrote before is gone', async (t) => {
  const dir = t.testdir();
  const ledger = new SampleLedger(dir);
  ledger.boxStarted();
  const groups: Group[] = [
    { events: [exam(1)] },
    { events: [exam(2), event('ROOM_REMOVED', { room: sampleId('room', 9) })] },
    { events: [exam(3)], local: [{ t: 'box', key: 'k', value: 'v' }] },
    { events: [event('ATTEMPT_TIMED_UP', { endsAt: 1 }, 2, sampleId('attempt', 9))] },
    { events: [event('LOGIN_REFUSED', { number: '', machine: null, code: 'x' }, 2, sampleId('attempt', 9))] },
    { events: ['{"at":1,"body":{},"kind":"NO_SUCH","wall":1}'] },
  ];
  t.match(ledger.core.commit(groups).groups, [
    { ok: true, first: 1 },
    { ok: false, code: 'thing/changed' },
    { ok: true, first: 2 },
    { ok: false, code: 'thing/changed' },
    { ok: false, code: 'thing/changed', message: /never logged in/ },
    { ok: false, code: 'thing/changed' },
  ]);
  t.same(ledger.db.prepare('SELECT exam FROM exam ORDER BY exam').pluck().all(), [
    sampleId('exam', 1),
    sampleId('exam', 3),
  ]);
  t.same(ledger.db.prepare('SELECT key FROM local_box').pluck().all(), ['k']);
  ledger.close();
  t.match(verifyLedger(dir), { ok: true, faults: [] });
});

t.test('after a refused batch, streams go on from what was committed', async (t) => {
  const dir = t.testdir();
  const ledger = new SampleLedger(dir);
  ledger.boxStarted();
  const machine = new SampleMachine(1);
  ledger.enrol(machine, '1');
  const stream = new SampleStream(sampleId('attempt', 1), 1, machine);
  ledger.login(stream, 1, '1');
  const first = stream.next('Q1', { t: 'set', resp: 'R', v: 'a' }).text;
  const second = stream.next('Q1', { t: 'splice', resp: 'R', at: 1, del: 0, ins: 'b' }).text;
  const third = stream.next('Q1', { t: 'splice', resp: 'R', at: 2, del: 0, ins: 'c' }).text;
  t.throws(() => ledger.putRevisions(stream.attempt, [first, third]), /thing\/changed/);
  ledger.putRevisions(stream.attempt, [first, second]);
  ledger.putRevisions(stream.attempt, [third]);
  t.equal(ledger.db.prepare('SELECT value FROM answer').pluck().get(), '"abc"');
  ledger.close();
  t.match(verifyLedger(dir), { ok: true, faults: [] });
});

t.test('checkpoints come at the start, every 1,000 events, when asked, and after ten seconds', async (t) => {
  const db = openMemory();
  let now = 1_000_000;
  const core = new WriterCore(db, () => now);
  one(core, quiet(0));
  t.same(checkpoints(db), [], 'none without a key');
  core.sign({ origin: 'site/bx_1/1', key: generateBoxKey() });
  one(core, quiet(1));
  t.same(checkpoints(db), [2]);
  for (let n = 0; n < 9; n++) one(core, ...Array.from({ length: 110 }, (_, i) => quiet(i)));
  t.same(checkpoints(db), [2], '990 events later none is due yet');
  one(core, ...Array.from({ length: 10 }, (_, i) => quiet(i)));
  t.same(checkpoints(db), [2, 1002]);
  one(core, quiet(2));
  core.commit([{ events: [quiet(3)], checkpoint: true }]);
  t.same(checkpoints(db), [2, 1002, 1004], 'asked for');
  core.commit([{ events: [], checkpoint: true }]);
  t.same(checkpoints(db), [2, 1002, 1004], 'nothing new, nothing to sign');
  one(core, quiet(4));
  core.commit([{ events: [], checkpoint: true }]);
  t.same(checkpoints(db), [2, 1002, 1004, 1005], 'asked for without an event of its own');
  now += 10_000;
  one(core, quiet(5));
  t.same(checkpoints(db), [2, 1002, 1004, 1005, 1006]);
  one(core, exam(1), event('ROOM_REMOVED', { room: sampleId('room', 9) }));
  core.commit([{ events: [], checkpoint: true }]);
  t.same(checkpoints(db), [2, 1002, 1004, 1005, 1006], 'a refused batch moves nothing');
  db.close();
});

t.test('a wall clock that jumps by years either way does no harm', async (t) => {
  const dir = t.testdir();
  const year = 365 * 24 * 3_600_000;
  const ledger = sampleExam(dir, { candidates: 1, revisions: 10 });
  ledger.close();
  const db = openWriter(join(dir, 'site.db'));
  let now = 0;
  const core = new WriterCore(db, () => now);
  core.sign({ origin: `XZ01/${sampleId('box', 1)}/1`, key: ledger.box });
  const before = checkpoints(db).length;
  for (const wall of [0, 30 * year, 1, 80 * year, 1_800_000_000_000, -5 * year]) {
    now = wall;
    t.match(one(core, event('EXAM_SAVED', { exam: sampleId('exam', 1), name: String(wall) }, wall)), {
      ok: true,
    });
  }
  t.ok(checkpoints(db).length > before + 3, 'checkpoints go on being made');
  db.close();
  t.match(verifyLedger(dir), { ok: true, faults: [] });
});

t.test('the tree’s edge is the same after a restart, at every edge of a tile', async (t) => {
  const db = openMemory();
  const core = new WriterCore(db);
  const own: Frontier = emptyFrontier();
  const grow = (to: number) => {
    while (core.size < to) {
      const events = Array.from({ length: Math.min(2_000, to - core.size) }, (_, i) => quiet(core.size + i));
      one(core, ...events);
      for (const text of events) appendLeaf(sha256, own, leafHash(sha256, Buffer.from(text)), () => {});
    }
  };
  const plain = ({ size, levels }: Frontier) => ({
    size,
    levels: levels.map((level) => level.map((hash) => Buffer.from(hash).toString('hex'))),
  });
  for (const size of [0, 1, 254, 255, 256, 257, 511, 512, 513, 65_535, 65_536, 65_537, 65_792]) {
    grow(size);
    const loaded = plain(loadFrontier(db, sha256));
    const due = plain(own);
    // A level that is empty and the last may be there or not: the root is the same.
    while (due.levels.at(-1)?.length === 0) due.levels.pop();
    while (loaded.levels.at(-1)?.length === 0) loaded.levels.pop();
    t.same(loaded, due, `size ${size}`);
    if (size === 256 || size === 65_536) {
      // A writer that starts here goes on with the same tree.
      t.equal(new WriterCore(db).size, size);
    }
  }
  t.same(db.prepare('SELECT level, count(*) AS n FROM ledger_tile GROUP BY level ORDER BY level').all(), [
    { level: 0, n: 257 },
    { level: 1, n: 1 },
  ]);
  db.close();
});

t.test('writers that stop and start at random places make the tree of one that never did', async (t) => {
  const dir = t.testdir();
  const file = join(dir, 'site.db');
  let at = 0;
  for (const step of [1, 254, 1, 1, 255, 257, 512, 3]) {
    const db = openWriter(file);
    const core = new WriterCore(db);
    t.equal(core.size, at);
    one(core, ...Array.from({ length: step }, (_, i) => quiet(at + i)));
    at += step;
    db.close();
  }
  t.match(verifyLedger(dir), { ok: true, faults: [], events: at });
});
