/** Projections that wait under load: never more than the tables of answers, never longer than the next thing that needs them. */
import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import t from 'tap';
import { openReader, openWriter, type SiteDatabase } from '#db/site/open.ts';
import { canonical } from '#domain/attempt/digest.ts';
import { encodeEvent } from '#domain/ledger/event.ts';
import { Ledger } from './ledger.ts';
import { DEFER } from './projections/deferral.ts';
import { SampleLedger, SampleMachine, SampleStream, sampleId } from './sample-ledger.testing.ts';
import { verifyLedger } from './verify.ts';
import { deferredFrom, type GroupResult, WriterCore } from './writer-core.ts';

const SEATS = 8;
let wall = 1_790_000_000_000;
const revision = (stream: SampleStream, v: string) => {
  wall += 1;
  const { text } = stream.next('Q1', { t: 'set', resp: 'R', v });
  return encodeEvent({ at: wall, attempt: stream.attempt, body: text, kind: 'ANSWER_REVISED', wall });
};
const head = (stream: SampleStream) =>
  encodeEvent({
    at: wall,
    attempt: stream.attempt,
    body: canonical(stream.head()),
    kind: 'HEAD_SIGNED',
    wall,
  });
const ok = (results: readonly GroupResult[]) => results.every((result) => result.ok);

/** A ledger with candidates who have signed in. */
function room(dir: string): { ledger: SampleLedger; streams: SampleStream[] } {
  const ledger = new SampleLedger(dir);
  ledger.boxStarted();
  const streams = Array.from({ length: SEATS }, (_, i) => {
    const machine = new SampleMachine(i + 1);
    ledger.enrol(machine, String(i + 1));
    const stream = new SampleStream(sampleId('attempt', i + 1), 1, machine);
    ledger.login(stream, i + 1, String(i + 1));
    return stream;
  });
  return { ledger, streams };
}

/** One revision each of `count` groups, taken from the streams in turn. */
function batch(streams: readonly SampleStream[], count: number, word: string): string[] {
  return Array.from({ length: count }, (_, i) =>
    revision(streams[i % streams.length] as SampleStream, `${word}${i}`),
  );
}

function answers(db: SiteDatabase): Record<string, string> {
  const rows = db.prepare('SELECT attempt, value FROM answer WHERE epoch = 1').all() as {
    attempt: string;
    value: string;
  }[];
  return Object.fromEntries(rows.map(({ attempt, value }) => [attempt, JSON.parse(value) as string]));
}

/** The folder as a power cut would leave it: the files of a database that nobody closed. */
function cut(from: string, to: string): string {
  mkdirSync(to);
  for (const suffix of ['', '-wal'])
    if (existsSync(join(from, `site.db${suffix}`)))
      copyFileSync(join(from, `site.db${suffix}`), join(to, `site.db${suffix}`));
  return join(to, 'site.db');
}

t.test('a large batch is in the ledger at once and in the tables with the next small one', async (t) => {
  const dir = t.testdir();
  const { ledger, streams } = room(dir);
  const size = ledger.core.size;
  t.ok(ok(ledger.core.commit(batch(streams, DEFER.fromGroups, 'a')).groups));
  t.equal(ledger.core.size, size + DEFER.fromGroups);
  t.equal(ledger.core.behind, true);
  t.equal(deferredFrom(ledger.db), size);
  t.same(answers(ledger.db), {}, 'the tables wait');
  t.match(verifyLedger(dir), { ok: true, faults: [] }, 'which the verifier understands');

  const [first] = streams as [SampleStream];
  t.ok(ok(ledger.core.commit([revision(first, 'small')]).groups));
  t.equal(ledger.core.behind, false);
  t.equal(deferredFrom(ledger.db), null);
  t.equal(answers(ledger.db)[first.attempt], 'small');
  t.equal(Object.keys(answers(ledger.db)).length, SEATS);
  ledger.close();
  t.match(verifyLedger(dir), { ok: true, faults: [] });
});

t.test('a small batch never waits', async (t) => {
  const { ledger, streams } = room(t.testdir());
  ledger.core.commit(batch(streams, DEFER.fromGroups - 1, 'a'));
  t.equal(ledger.core.behind, false);
  ledger.close();
});

t.test('signed heads and anchors go beside; whatever else comes brings the tables up to date', async (t) => {
  const dir = t.testdir();
  const { ledger, streams } = room(dir);
  const [first] = streams as [SampleStream];
  ledger.core.commit(batch(streams, DEFER.fromGroups, 'a'));
  ledger.core.commit([...batch(streams, DEFER.fromGroups, 'b'), { events: [head(first)] }]);
  t.equal(ledger.core.behind, true);
  t.match(verifyLedger(dir), { ok: true, faults: [] });
  const exam = encodeEvent({
    at: wall,
    attempt: undefined,
    body: canonical({ exam: sampleId('exam', 1), name: 'x' }),
    kind: 'EXAM_SAVED',
    wall,
  });
  ledger.core.commit([...batch(streams, DEFER.fromGroups, 'c'), { events: [exam] }]);
  t.equal(ledger.core.behind, false);
  t.match(verifyLedger(dir), { ok: true, faults: [] });
  ledger.close();
});

t.test('another machine goes on from answers that waited', async (t) => {
  const dir = t.testdir();
  const { ledger, streams } = room(dir);
  const [first] = streams as [SampleStream];
  ledger.core.commit([...batch(streams, DEFER.fromGroups, 'a'), revision(first, 'newest')]);
  t.equal(ledger.core.behind, true);
  const machine = new SampleMachine(99);
  ledger.enrol(machine, '99');
  ledger.login(new SampleStream(first.attempt, 2, machine), 1, '99');
  const carried = ledger.db
    .prepare('SELECT value FROM answer WHERE attempt = ? AND epoch = 2')
    .pluck()
    .get(first.attempt);
  t.equal(carried, '"newest"');
  ledger.close();
  t.match(verifyLedger(dir), { ok: true, faults: [] });
});

t.test('one busy stream, and a long wait, are not put off', async (t) => {
  const { ledger, streams } = room(t.testdir());
  const [first] = streams as [SampleStream];
  ledger.core.commit(Array.from({ length: DEFER.ofOneStream - 1 }, (_, i) => revision(first, String(i))));
  t.equal(ledger.core.behind, true);
  ledger.core.commit(batch(streams, DEFER.fromGroups, 'b'));
  t.equal(ledger.core.behind, false, 'more of one stream than the box has hashes of in memory');
  ledger.close();
});

t.test('after a cut the tables are made up from the events', async (t) => {
  const root = t.testdir();
  const dir = join(root, 'before');
  const after = join(root, 'after');
  mkdirSync(dir);
  const { ledger, streams } = room(dir);
  ledger.core.commit(batch(streams, DEFER.fromGroups * 2, 'a'));
  ledger.core.commit(batch(streams, DEFER.fromGroups * 3, 'b'));
  t.equal(ledger.core.behind, true);
  const db = openWriter(cut(dir, after));
  t.not(deferredFrom(db), null);
  const core = new WriterCore(db);
  t.equal(core.behind, false);
  t.equal(deferredFrom(db), null);
  t.equal(core.size, ledger.core.size);
  ledger.core.settle();
  t.same(answers(db), answers(ledger.db));
  t.ok(ok(core.commit([revision(streams[0] as SampleStream, 'goes on')]).groups));
  db.close();
  t.match(verifyLedger(after), { ok: true, faults: [] });
  ledger.close();
});

t.test('a bad event among many refuses itself alone and loses nothing that waited', async (t) => {
  const dir = t.testdir();
  const { ledger, streams } = room(dir);
  const [first, second] = streams as [SampleStream, SampleStream];
  ledger.core.commit(batch(streams, DEFER.fromGroups, 'a'));
  t.equal(ledger.core.behind, true);
  const good = batch([first], DEFER.fromGroups, 'b');
  const late = revision(second, 'x');
  const fork = late.replace('"v":"x"', '"v":"y"');
  const { groups } = ledger.core.commit([...good, late, fork]);
  t.ok(ok(groups.slice(0, -1)));
  t.match(groups.at(-1), { ok: false, code: 'thing/changed' });
  t.equal(ledger.core.behind, false);
  t.match(answers(ledger.db), {
    [first.attempt]: `b${DEFER.fromGroups - 1}`,
    [second.attempt]: 'x',
  });
  ledger.close();
  t.match(verifyLedger(dir), { ok: true, faults: [] });
});

t.test('whatever the sizes of batches and wherever it is cut, nothing is missing', async (t) => {
  const step = fc.record({ size: fc.integer({ min: 1, max: 150 }), cut: fc.boolean(), bad: fc.boolean() });
  const root = t.testdir();
  let run = 0;
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 6 }), (steps) => {
      run += 1;
      let folder = join(root, String(run));
      mkdirSync(folder);
      const { ledger, streams } = room(folder);
      let db = ledger.db;
      let core = ledger.core;
      const closing = [() => ledger.close()];
      steps.forEach((one, i) => {
        const texts = batch(streams, one.size, `${i}-`);
        const bad = one.bad ? ['{"at":1,"body":{},"kind":"NO_SUCH","wall":1}'] : [];
        const { groups } = core.commit([...texts, ...bad]);
        if (!ok(groups.slice(0, one.size))) throw new Error('a good one was refused');
        if (!one.cut) return;
        const to = join(root, `${run}-${i}`);
        db = openWriter(cut(folder, to));
        const opened = db;
        closing.push(() => opened.close());
        core = new WriterCore(db);
        folder = to;
      });
      core.settle();
      const found = answers(db);
      for (const stream of streams) {
        const due = stream.content.answers['Q1']?.['R'];
        if (found[stream.attempt] !== due)
          throw new Error(`${found[stream.attempt]} instead of ${String(due)}`);
      }
      for (const close of closing) close();
    }),
    { numRuns: 12 },
  );
  t.pass();
});

t.test('who waits for the tables gets them, and an idle writer does not leave them behind', async (t) => {
  const dir = t.testdir();
  const { ledger, streams } = room(dir);
  ledger.close();
  const running = await Ledger.open(join(dir, 'site.db'), { elapsed: () => wall, wall: () => wall });
  const reader = openReader(join(dir, 'site.db'));
  t.teardown(() => reader.close());
  const send = (count: number, word: string) =>
    Promise.all(
      Array.from({ length: count }, (_, i) => {
        const stream = streams[i % streams.length] as SampleStream;
        const { text } = stream.next('Q1', { t: 'set', resp: 'R', v: `${word}${i}` });
        return new Promise<void>((resolve, reject) =>
          running.appendText('ANSWER_REVISED', stream.attempt, text, (result) =>
            result.ok ? resolve() : reject(new Error(result.message)),
          ),
        );
      }),
    );
  const newest = () => streams.map((stream) => stream.content.answers['Q1']?.['R']);
  const stored = () => streams.map((stream) => answers(reader)[stream.attempt]);
  await send(200, 'a');
  await running.settled();
  t.same(stored(), newest());
  await send(200, 'b');
  // By itself, some time after the last batch.
  while (JSON.stringify(stored()) !== JSON.stringify(newest()))
    await new Promise((resolve) => setTimeout(resolve, 50));
  t.equal(deferredFrom(reader), null);
  await send(200, 'c');
  await running.close();
  t.same(stored(), newest(), 'and neither does one that is closed');
  t.match(verifyLedger(dir), { ok: true, faults: [] });
});
