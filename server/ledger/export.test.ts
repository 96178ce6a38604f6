import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import t from 'tap';
import { LedgerUnreadable } from '#node/ledger/faults.ts';
import { verifyNote } from '#node/signing/note.ts';
import { EXPORT_FILES } from '#protocol/ledger.ts';
import { exportLedger, type LedgerAbout } from './export.ts';
import { Ledger } from './ledger.ts';
import { sampleExam } from './sample-exam.testing.ts';
import { sampleId } from './sample-ledger.testing.ts';

/** RFC 6962, 2.1, over whole lines: nothing of ours. */
function rootOf(leaves: Buffer[]): Buffer {
  const hash = (...parts: Buffer[]) => createHash('sha256').update(Buffer.concat(parts)).digest();
  const mth = (of: Buffer[]): Buffer => {
    if (of.length === 1) return hash(Buffer.of(0), of[0] as Buffer);
    let k = 1;
    while (k * 2 < of.length) k *= 2;
    return hash(Buffer.of(1), mth(of.slice(0, k)), mth(of.slice(k)));
  };
  return mth(leaves);
}

/** The code of the refusal. */
function refusal(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof LedgerUnreadable) return error.fault.code;
    throw error;
  }
  return 'none';
}

t.test('three files say everything: hashed bytes, signed notes, what it is about', async (t) => {
  const dir = t.testdir();
  const exam = sampleExam(join(dir, 'data'));
  exam.put('EXAM_SAVED', { exam: sampleId('exam', 2), name: 'after the last checkpoint' });
  const size = exam.core.size;
  exam.close();
  const out = join(dir, 'out');
  const about = exportLedger(join(dir, 'data'), out);
  t.same(readdirSync(out).sort(), Object.values(EXPORT_FILES).sort());
  t.same(JSON.parse(readFileSync(join(out, EXPORT_FILES.about), 'utf8')), about);
  t.match(about, {
    format: 'gongyuan-ledger/1',
    site: 'XZ01',
    box: sampleId('box', 1),
    epoch: 1,
    origin: `XZ01/${sampleId('box', 1)}/1`,
    keys: [{ key: exam.box.publicKey, seq: 0 }],
    size,
    signed: size - 1,
  } satisfies Partial<LedgerAbout>);

  const lines = readFileSync(join(out, EXPORT_FILES.events)).toString('utf8').split('\n');
  t.equal(lines.pop(), '');
  t.equal(lines.length, size);
  const leaves = lines.map((line) => Buffer.from(line));
  t.equal(rootOf(leaves).toString('base64'), about.root);
  const notes = readFileSync(join(out, EXPORT_FILES.checkpoints), 'utf8').split('----\n');
  t.equal(notes.pop(), '');
  t.ok(notes.length >= 2);
  for (const note of notes) {
    const [origin = '', count = '', root = ''] = note.split('\n');
    t.equal(
      verifyNote(note, [{ name: origin, publicKey: exam.box.publicKey }]),
      `${origin}\n${count}\n${root}\n`,
    );
    t.equal(rootOf(leaves.slice(0, Number(count))).toString('base64'), root);
  }
});

t.test('it refuses a folder that is not empty and a ledger with a hole', async (t) => {
  const dir = t.testdir();
  const exam = sampleExam(join(dir, 'data'));
  exam.close();
  const out = join(dir, 'out');
  mkdirSync(out);
  writeFileSync(join(out, 'notes.txt'), 'mine');
  t.equal(
    refusal(() => exportLedger(join(dir, 'data'), out)),
    'export/target',
  );
  t.same(readdirSync(out), ['notes.txt']);
  t.equal(
    refusal(() => exportLedger(join(dir, 'nowhere'), join(dir, 'other'))),
    'ledger/missing',
  );
  t.notOk(existsSync(join(dir, 'other')));
  const db = new Database(join(dir, 'data', 'site.db'));
  db.exec('DELETE FROM ledger_event WHERE seq = 20');
  db.close();
  t.equal(
    refusal(() => exportLedger(join(dir, 'data'), join(dir, 'hole'))),
    'event/missing',
  );
  t.same(readdirSync(join(dir, 'hole')), []);
});

t.test('the command exports beside a running server', async (t) => {
  const dir = t.testdir();
  const ledger = await Ledger.open(join(dir, 'site.db'), { elapsed: () => 1, wall: () => 2 });
  await ledger.append([{ kind: 'EXAM_SAVED', body: { exam: sampleId('exam', 1), name: 'x' } }]);
  const out = join(dir, 'out');
  const run = () =>
    execFileSync(process.execPath, ['scripts/export-ledger.ts', '--data', dir, '--out', out], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  t.match(JSON.parse(run()), { size: 1, signed: 0, origin: null, site: null, keys: [] });
  t.equal(statSync(join(out, EXPORT_FILES.checkpoints)).size, 0);
  t.throws(run, /export\/target/);
  await ledger.close();
});
