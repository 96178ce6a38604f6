/** Answers deleted from a ledger by an event: gone from the file, provable all the same, and no way to do it by hand. */
import { cpSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import t from 'tap';
import { frontierRoot, leafHash } from '#domain/ledger/merkle.ts';
import { purgedText } from '#node/ledger/purged-row.ts';
import { sha256 } from '#node/ledger/sha256.ts';
import type { EventBody } from '#protocol/events.schema.ts';
import { countAnswers } from './delete-answers.ts';
import { exportLedger } from './export.ts';
import { sampleExam } from './sample-exam.testing.ts';
import { type SampleLedger, SampleMachine, SampleStream, sampleId } from './sample-ledger.testing.ts';
import { loadFrontier } from './tiles.ts';
import { type VerifyReport, verifyLedger } from './verify.ts';

const CANARY = 'kanarienvogel 金丝雀';
const base = t.testdir();
const good = join(base, 'good');
const codes = ({ faults }: VerifyReport) => [...new Set(faults.map(({ code }) => code))].sort();
const attempts = [sampleId('attempt', 1), sampleId('attempt', 2)];

/** Somebody who writes the canary in many places, rewrites it and takes it back: what an editor leaves behind. */
function writeCanaries(ledger: SampleLedger): void {
  const machine = new SampleMachine(7);
  ledger.enrol(machine, '7');
  const stream = new SampleStream(sampleId('attempt', 2), 2, machine);
  ledger.login(stream, 2, '7');
  for (let round = 0; round < 30; round++)
    ledger.putRevisions(
      stream.attempt,
      Array.from({ length: 12 }, (_, i) => {
        const v = round % 3 === 2 ? 'short' : `${CANARY} ${round} `.repeat(1 + ((round * 7 + i * 31) % 90));
        return stream.next(`Q${i}`, { t: 'set', resp: 'R', v }).text;
      }),
    );
  const late = stream.next('Q1', { t: 'set', resp: 'R', v: `${CANARY} late` }, 2, false);
  ledger.put('REVISION_QUARANTINED', { revision: late.revision, lane: 'in-time' }, stream.attempt);
}

function lastOf(ledger: SampleLedger, attempt: string): number {
  return ledger.db.prepare('SELECT last_seq FROM attempt WHERE attempt = ?').pluck().get(attempt) as number;
}

function purged(
  ledger: SampleLedger,
  of: string[] = attempts,
  more: Partial<EventBody<'DATA_PURGED'>> = {},
): EventBody<'DATA_PURGED'> {
  const events = of.reduce((sum, attempt) => sum + countAnswers(ledger.db, lastOf(ledger, attempt)), 0);
  const purge = sampleId('purge', 1);
  const session = sampleId('session', 1);
  return { purge, session, files: [], attempts: of, events, acknowledged: ledger.core.size, ...more };
}

function ask(ledger: SampleLedger, n = 1): string {
  const purge = sampleId('purge', n);
  ledger.put('PURGE_ASKED', { purge, session: sampleId('session', 1), reason: 'over' });
  return purge;
}

function findIn(folder: string, needle: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => {
    const path = join(folder, name);
    return statSync(path).isFile() && readFileSync(path).includes(needle);
  });
}

/** A copy of the folder after its deletion, with SQL run on it as somebody with the file in hands would. */
function tampered(...sql: [string, ...unknown[]][]): VerifyReport {
  const dir = join(base, 'bad');
  rmSync(dir, { recursive: true, force: true });
  cpSync(good, dir, { recursive: true });
  const db = new Database(join(dir, 'site.db'));
  for (const [text, ...values] of sql) db.prepare(text).run(...values);
  db.close();
  return verifyLedger(dir);
}

const exam = sampleExam(good, { candidates: 3, revisions: 40 });

t.test('answers go with the event that says so, and with nothing else', async (t) => {
  writeCanaries(exam);
  exam.checkpoint();
  t.same(verifyLedger(good).faults, []);
  const before = exam.db.prepare('SELECT size, note FROM ledger_checkpoint').all();
  const size = exam.core.size;
  const events = purged(exam).events;
  ask(exam);
  t.throws(
    () => exam.put('DATA_PURGED', purged(exam, attempts, { events: events - 1 })),
    /thing\/changed/,
    'a wrong count',
  );
  t.throws(
    () =>
      exam.put('DATA_PURGED', purged(exam, attempts, { attempts: [...attempts, sampleId('attempt', 9)] })),
    /thing\/changed/,
    'somebody unknown',
  );
  t.equal(exam.db.prepare("SELECT count(*) FROM ledger_event WHERE bytes LIKE '#%'").pluck().get(), 0);

  exam.put('DATA_PURGED', purged(exam));
  t.match(exam.core.commit([{ events: [], wipe: true }]).groups, [{ ok: true }]);
  t.same(findIn(good, 'kanarienvogel'), [], 'gone from the database, its log and the folder');
  t.same(findIn(good, '金丝雀'), []);
  t.same(
    exam.db.prepare('SELECT size, note FROM ledger_checkpoint WHERE size <= ?').all(size),
    before,
    'the checkpoints are the ones signed before',
  );
  t.equal(exam.db.prepare("SELECT count(*) FROM ledger_event WHERE bytes LIKE '#%'").pluck().get(), events);
  for (const table of ['answer', 'stream', 'quarantine'])
    t.same(
      exam.db.prepare(`SELECT DISTINCT attempt FROM ${table}`).pluck().all(),
      table === 'quarantine' ? [] : [sampleId('attempt', 3)],
      `${table}: of the third candidate alone`,
    );
  t.throws(() => exam.put('DATA_PURGED', purged(exam)), /thing\/changed/, 'only once');
});

t.test('the ledger goes on, here and after a restart, and verifies', async (t) => {
  const stream = new SampleStream(sampleId('attempt', 2), 1, new SampleMachine(2));
  const late = stream.next('Q1', { t: 'set', resp: 'R', v: 'after all' }, 2, false);
  t.throws(
    () => exam.put('REVISION_QUARANTINED', { revision: late.revision, lane: 'in-time' }, stream.attempt),
    /thing\/changed/,
    'what comes later for a deleted stream is refused',
  );
  exam.put('EXAM_SAVED', { exam: sampleId('exam', 2), name: 'next' });
  const atStart = Buffer.from(frontierRoot(sha256, loadFrontier(exam.db, sha256))).toString('base64');
  exam.checkpoint();
  exam.close();
  const report = verifyLedger(good);
  t.same(report.faults, []);
  t.match(report, { ok: true, signatures: { heads: 5, submissions: 3, receipts: 3 } });
  t.equal(report.signatures.checkpoints, report.checkpoints);
  const about = exportLedger(good, join(base, 'out'));
  t.equal(atStart, report.root, 'a writer that starts on it has the same tree');
  t.equal(about.root, report.root, 'the export has the same root');
  t.match(readFileSync(join(base, 'out', 'events.jsonl'), 'utf8'), /^#[A-Za-z0-9+/]{43}= at_0{15}1$/m);
});

t.test(
  'whoever is deleted, together or one after the other, the tree and its checkpoints hold',
  async (t) => {
    let run = 0;
    fc.assert(
      fc.property(fc.shuffledSubarray([1, 2, 3], { minLength: 1 }), fc.boolean(), (people, together) => {
        const dir = join(base, `any-${run++}`);
        const ledger = sampleExam(dir, { candidates: 3, revisions: 6 });
        const ids = people.map((n) => sampleId('attempt', n));
        const parts = together ? [ids] : ids.map((id) => [id]);
        parts.forEach((own, n) => {
          const purge = ask(ledger, n + 1);
          ledger.put('DATA_PURGED', purged(ledger, own, { purge }));
        });
        const left = ledger.db.prepare('SELECT count(DISTINCT attempt) FROM stream').pluck().get();
        ledger.checkpoint();
        ledger.close();
        const { faults } = verifyLedger(dir);
        return faults.length === 0 && left === 3 - people.length;
      }),
      { numRuns: 8 },
    );
    t.ok(run >= 8, `${run} ledgers`);
  },
);

t.test('a reader that holds the log puts the wiping off', async (t) => {
  const dir = join(base, 'held');
  const ledger = sampleExam(dir, { candidates: 1, revisions: 6 });
  const reader = new Database(ledger.file, { readonly: true });
  reader.exec('BEGIN');
  reader.prepare('SELECT count(*) FROM ledger_event').get();
  ledger.put('EXAM_SAVED', { exam: sampleId('exam', 2), name: 'after it began to read' });
  ledger.db.pragma('busy_timeout = 1');
  const wipe = () => ledger.core.commit([{ events: [], wipe: true }]).groups;
  t.match(wipe(), [{ ok: false, code: 'box/busy' }]);
  reader.exec('COMMIT');
  t.match(wipe(), [{ ok: true }]);
  reader.close();
  ledger.close();
});

t.test('answers deleted while the ledger is being verified', async (t) => {
  const dir = join(base, 'meanwhile');
  const long = sampleExam(dir, { candidates: 2, revisions: 1_600 });
  let times = 0;
  const report = verifyLedger(dir, () => {
    times += 1;
    if (times === 1) long.put('DATA_PURGED', purged(long, attempts, { purge: ask(long) }));
  });
  long.close();
  t.ok(times >= 2, 'it read on, and began again');
  t.same(report.faults, []);
});

t.test('what was not deleted by the book is found', async (t) => {
  const db = new Database(join(good, 'site.db'), { readonly: true });
  const row = (where: string) =>
    db.prepare(`SELECT seq, bytes FROM ledger_event WHERE ${where} ORDER BY seq LIMIT 1`).get() as {
      seq: number;
      bytes: string;
    };
  const hidden = (bytes: string, attempt: string) =>
    purgedText(leafHash(sha256, Buffer.from(bytes)), attempt);
  const SET = 'UPDATE ledger_event SET bytes = ? WHERE seq = ?';
  const kept = row("kind = 'ANSWER_REVISED' AND bytes LIKE '{%'");
  const third = sampleId('attempt', 3);
  t.ok(
    codes(tampered([SET, hidden(kept.bytes, third), kept.seq])).includes('purge/unnamed'),
    'hidden by hand',
  );
  const other = codes(tampered([SET, hidden(kept.bytes, attempts[0] ?? ''), kept.seq]));
  t.ok(other.includes('purge/count') && other.includes('event/previous'), `under another's name: ${other}`);
  const login = row(`kind = 'CANDIDATE_LOGGED_IN' AND bytes LIKE '%${attempts[0]}%'`);
  const lost = codes(tampered([SET, hidden(login.bytes, attempts[0] ?? ''), login.seq]));
  t.ok(lost.includes('purge/kind'), `a login: ${lost}`);
  const gone = row("bytes LIKE '#%'");
  const flipped = gone.bytes.replace(/^#(.)/, (_, first: string) => `#${first === 'A' ? 'B' : 'A'}`);
  t.ok(codes(tampered([SET, flipped, gone.seq])).includes('checkpoint/root'), 'another leaf');
  t.ok(codes(tampered([SET, `${gone.bytes} `, gone.seq])).includes('event/form'), 'another form');
  const done = row("kind = 'DATA_PURGED'");
  const fewer = done.bytes.replace(/"events":\d+/, '"events":1');
  t.ok(codes(tampered([SET, fewer, done.seq])).includes('purge/count'), 'a number changed');
  const head = row("kind = 'ATTEMPT_SUBMITTED'");
  const forged = head.bytes.replace(
    /"receiptSig":"(.)/,
    (_, first: string) => `"receiptSig":"${first === 'A' ? 'B' : 'A'}`,
  );
  t.ok(
    codes(tampered([SET, forged, head.seq])).includes('receipt/signature'),
    'receipts stay checked where answers are gone',
  );
  db.close();
});
