import { execFileSync } from 'node:child_process';
import { copyFileSync, cpSync, mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import t from 'tap';
import { openMemory } from '#db/site/open.ts';
import { canonical } from '#domain/attempt/digest.ts';
import { checkpointOrigin, encodeCheckpoint } from '#domain/ledger/checkpoint.ts';
import { encodeEvent } from '#domain/ledger/event.ts';
import { appendLeaf, emptyFrontier, frontierRoot, leafHash } from '#domain/ledger/merkle.ts';
import { LEDGER_FAULTS } from '#node/ledger/faults.ts';
import { sha256 } from '#node/ledger/sha256.ts';
import { generateBoxKey } from '#node/signing/box-key.ts';
import { signNote } from '#node/signing/note.ts';
import type { LedgerEvent } from '#protocol/ledger.ts';
import { Ledger } from './ledger.ts';
import { PROJECTION_NAMES } from './rebuild.ts';
import { sampleExam } from './sample-exam.testing.ts';
import { SampleLedger, SampleMachine, SampleStream, sampleId } from './sample-ledger.testing.ts';
import { type VerifyReport, verifyLedger } from './verify.ts';

const base = t.testdir();
const exam = sampleExam(join(base, 'good'), { candidates: 2, revisions: 120 });
exam.close();
const whole = readFileSync(join(base, 'good', 'site.db'));
const codes = (report: VerifyReport) => [...new Set(report.faults.map(({ code }) => code))].sort();

/** A copy of the good folder, with SQL run on it as somebody with the file in hands would. */
function tampered(dir: string, ...sql: [string, ...unknown[]][]): VerifyReport {
  rmSync(dir, { recursive: true, force: true });
  cpSync(join(base, 'good'), dir, { recursive: true });
  const db = new Database(join(dir, 'site.db'));
  for (const [text, ...values] of sql) db.prepare(text).run(...values);
  db.close();
  return verifyLedger(dir);
}

t.test('a whole exam verifies: events, tree, signatures, tables', async (t) => {
  const report = verifyLedger(join(base, 'good'));
  t.same(report.faults, []);
  t.equal(report.ok, true);
  t.equal(report.events, report.size);
  t.equal(report.keysFolder, 'same');
  t.match(report.signatures, { heads: 4, submissions: 2, receipts: 2 });
  t.equal(report.signatures.checkpoints, report.checkpoints);
  t.same(Object.keys(report.projections).sort(), [...PROJECTION_NAMES].sort());
  const used = Object.values(report.projections).filter(({ rows }) => rows > 0).length;
  t.ok(used >= 20, `${used} tables have rows to compare`);
});

t.test('a change of any value in any table of ledger and projections is found', async (t) => {
  const db = new Database(join(base, 'good', 'site.db'), { readonly: true });
  const tables = ['ledger_event', 'ledger_tile', 'ledger_checkpoint', ...PROJECTION_NAMES];
  for (const table of tables) {
    const columns = db.pragma(`table_info("${table}")`) as { name: string }[];
    const count = db.prepare(`SELECT count(*) FROM "${table}"`).pluck().get() as number;
    for (const { name } of columns) {
      if (count === 0) continue;
      const rowid = db
        .prepare(`SELECT rowid FROM "${table}" LIMIT 1 OFFSET ?`)
        .pluck()
        .get(count >> 1);
      const value = db.prepare(`SELECT "${name}" FROM "${table}" WHERE rowid = ?`).pluck().get(rowid);
      const report = tampered(join(base, 'cell'), [
        `UPDATE "${table}" SET "${name}" = ? WHERE rowid = ?`,
        flipped(value),
        rowid,
      ]);
      t.equal(report.ok, false, `${table}.${name}`);
    }
  }
  db.close();
});

/** The value with one bit of its last byte changed, or another where it is a number. */
function flipped(value: unknown): unknown {
  if (typeof value === 'number') return value + 1_000_000;
  if (value === null) return 0;
  const bytes = Buffer.from(value as string | Buffer);
  if (bytes.length === 0) return 'x';
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 0x40;
  return typeof value === 'string' ? bytes.toString('latin1') : bytes;
}

t.test('a flipped byte anywhere in the file is found, or has changed nothing', async (t) => {
  const dir = join(base, 'flip');
  mkdirSync(dir, { recursive: true });
  const file = join(dir, 'site.db');
  const contents = (path: string) => {
    const db = new Database(path, { readonly: true });
    const tables = ['ledger_event', 'ledger_tile', 'ledger_checkpoint', ...PROJECTION_NAMES];
    const all = tables.map((name) => JSON.stringify(db.prepare(`SELECT * FROM "${name}"`).all()));
    db.close();
    return all.join('\n');
  };
  const before = contents(join(base, 'good', 'site.db'));
  let found = 0;
  fc.assert(
    fc.property(fc.nat(whole.length - 1), fc.integer({ min: 0, max: 7 }), (at, bit) => {
      const copy = Buffer.from(whole);
      copy[at] = (copy[at] ?? 0) ^ (1 << bit);
      writeFileSync(file, copy);
      const report = verifyLedger(dir);
      if (!report.ok) found += 1;
      return !report.ok || contents(file) === before;
    }),
    { numRuns: 100 },
  );
  t.ok(found > 10, `${found} of 100 flips were found, the others fell on unused bytes`);
});

t.test('what somebody does who knows SQL', async (t) => {
  const dir = join(base, 'sql');
  const last = exam.core.size - 1;
  const cut = tampered(dir, ['DELETE FROM ledger_event WHERE seq = ?', last]);
  t.ok(codes(cut).includes('checkpoint/size'), 'the last event taken away');
  const hole = tampered(dir, ['DELETE FROM ledger_event WHERE seq = 40']);
  t.ok(codes(hole).includes('event/missing'), 'one taken out of the middle');
  t.same(codes(tampered(dir, ["DELETE FROM answer WHERE item = 'Q3'"])), ['projection/differs']);
  const more = tampered(dir, ['INSERT INTO exam VALUES (?, ?)', sampleId('exam', 9), 'more']);
  t.same(more.projections['exam'], { rows: 2, equal: false });
  t.same(codes(more), ['projection/differs']);
  t.same(codes(tampered(dir, ['DELETE FROM ledger_tile'])), ['tile/missing']);
  t.same(codes(tampered(dir, ["INSERT INTO ledger_tile VALUES (0, 7, x'00')"])), ['tile/surplus']);
  t.same(codes(tampered(dir, ['CREATE TRIGGER t AFTER INSERT ON exam BEGIN SELECT 1; END'])), [
    'ledger/schema',
  ]);
});

t.test('a history written anew does not hold without the box’s key', async (t) => {
  const dir = join(base, 'forged');
  cpSync(join(base, 'good'), dir, { recursive: true });
  const db = new Database(join(dir, 'site.db'));
  const rows = db.prepare('SELECT seq, bytes FROM ledger_event ORDER BY seq').all() as {
    seq: number;
    bytes: string;
  }[];
  const frontier = emptyFrontier();
  const tiles: [number, number, Uint8Array][] = [];
  for (const { seq, bytes } of rows) {
    const event = JSON.parse(bytes) as LedgerEvent<string, { name?: string }>;
    if (event.kind === 'SITE_SET_UP') event.body.name = 'another site';
    const text = canonical(event);
    db.prepare('UPDATE ledger_event SET bytes = ? WHERE seq = ?').run(text, seq);
    appendLeaf(sha256, frontier, leafHash(sha256, Buffer.from(text)), ({ level, index, hashes }) =>
      tiles.push([level, index, hashes]),
    );
  }
  for (const tile of tiles) db.prepare('INSERT OR REPLACE INTO ledger_tile VALUES (?, ?, ?)').run(...tile);
  db.prepare("UPDATE site SET name = 'another site'").run();
  db.prepare('DELETE FROM ledger_checkpoint').run();
  const origin = checkpointOrigin('XZ01', sampleId('box', 1), 1);
  const size = rows.length;
  const root = Buffer.from(frontierRoot(sha256, frontier)).toString('base64');
  const note = signNote(encodeCheckpoint({ origin, size, root }), origin, generateBoxKey());
  const { wall } = JSON.parse(rows.at(-1)?.bytes ?? '') as LedgerEvent;
  db.prepare('INSERT INTO ledger_checkpoint VALUES (?, ?, ?)').run(size, wall, note);
  db.close();
  t.same(codes(verifyLedger(dir)), ['checkpoint/signature']);
});

t.test('faults that a box could commit are found by their own checks', async (t) => {
  const dir = join(base, 'wrong');
  const ledger = new SampleLedger(dir);
  ledger.boxStarted();
  ledger.put('EXAM_SAVED', { exam: sampleId('exam', 1), name: 'x' });
  const machine = new SampleMachine(1);
  ledger.enrol(machine, '1');
  const stream = new SampleStream(sampleId('attempt', 1), 1, machine);
  ledger.login(stream, 1, '1');
  ledger.putRevisions(stream.attempt, [
    stream.next('Q1', { t: 'set', resp: 'R', v: 'a' }).text,
    stream.next('Q1', { t: 'set', resp: 'R', v: 'ab' }).text,
  ]);
  const head = stream.head();
  ledger.put('HEAD_SIGNED', { ...head, sig: new SampleMachine(2).sign('x') }, stream.attempt);
  ledger.put('HEAD_SIGNED', { ...head, rev: 1 }, stream.attempt);
  const ahead = { ...head, rev: 9 };
  ledger.put('HEAD_SIGNED', ahead, stream.attempt);
  ledger.put(
    'REVISION_CONFLICT',
    { stream: stream.stream, rev: 1, hash: stream.hash, kept: stream.hash },
    stream.attempt,
  );
  ledger.submit([stream], 1, (r) => ({
    ...r,
    digest: stream.hash,
    streams: [],
    attempt: sampleId('attempt', 2),
  }));
  const seqs = { bad: 6, earlier: 7, ahead: 8, conflict: 9, receipt: 10 };
  ledger.putText('EXAM_SAVED', `{"exam":"${sampleId('exam', 1)}","more":1,"name":""}`);
  ledger.putText('EXAM_SAVED', `{"name":"x","exam":"${sampleId('exam', 1)}"}`);
  ledger.put('BOX_STARTED', {
    box: sampleId('box', 1),
    boxEpoch: 1,
    boot: 'b',
    mono: 1,
    resumed: 'same-boot',
    gapMs: 0,
    version: '1',
    origin: 'x',
    key: generateBoxKey().publicKey,
  });
  ledger.close();
  const report = verifyLedger(dir);
  const at = (seq: number) => report.faults.filter((f) => f.seq === seq).map((f) => f.code);
  t.same(at(seqs.bad), ['head/signature']);
  t.same(at(seqs.earlier).sort(), ['head/differs', 'head/signature']);
  t.same(at(seqs.ahead).sort(), ['head/differs', 'head/signature']);
  t.same(at(seqs.conflict), ['stream/kept']);
  t.same(at(seqs.receipt).sort(), [
    'receipt/code',
    'receipt/counts',
    'receipt/digest',
    'receipt/streams',
    'receipt/subject',
  ]);
  t.same(at(11), ['event/body', 'projection/stopped']);
  t.same(at(12), ['event/form']);
  t.same(at(13), ['key/changed']);
});

t.test('chains are followed by the verifier itself, not only by the projectors', async (t) => {
  const dir = join(base, 'chain');
  const ledger = new SampleLedger(dir);
  ledger.boxStarted();
  const machine = new SampleMachine(1);
  ledger.enrol(machine, '1');
  const stream = new SampleStream(sampleId('attempt', 1), 1, machine);
  ledger.login(stream, 1, '1');
  ledger.putRevisions(stream.attempt, [stream.next('Q1', { t: 'go' }).text]);
  const other = new SampleStream(sampleId('attempt', 1), 2, machine);
  const { revision } = other.next('Q1', { t: 'go' });
  const put = (seq: number, body: unknown, kind = 'ANSWER_REVISED') =>
    ledger.db
      .prepare('INSERT INTO ledger_event VALUES (?, ?, ?, ?)')
      .run(
        seq,
        kind,
        seq - 1,
        encodeEvent({ at: 1, attempt: stream.attempt, body: canonical(body), kind, wall: 1 }),
      );
  const after = stream.next('Q1', { t: 'go' }).revision;
  put(4, { ...after, prev: revision.prev });
  put(5, { ...after, rev: 7 });
  put(6, revision);
  put(
    7,
    { stream: stream.stream, rev: Number.MAX_SAFE_INTEGER, hash: stream.hash, code: 'x' },
    'REVISION_REFUSED',
  );
  ledger.close();
  const report = verifyLedger(dir);
  const at = (seq: number) => report.faults.filter((f) => f.seq === seq).map((f) => f.code);
  t.ok(at(4).includes('stream/chain'));
  t.ok(at(5).includes('stream/rev'));
  t.ok(at(6).includes('stream/unknown'));
  t.ok(at(7).includes('stream/rev'));
  t.equal(report.faults.filter(({ code }) => code === 'projection/stopped').length, 1);
});

t.test('the keys folder must hold the key that the ledger names', async (t) => {
  const dir = join(base, 'keys');
  cpSync(join(base, 'good'), dir, { recursive: true });
  writeFileSync(
    join(dir, 'keys', 'box.pem'),
    generateBoxKey().privateKey.export({ type: 'pkcs8', format: 'pem' }),
  );
  t.match(verifyLedger(dir), { ok: false, keysFolder: 'differs', faults: [{ code: 'key/folder' }] });
  rmSync(join(dir, 'keys'), { recursive: true });
  t.match(verifyLedger(dir), { ok: true, keysFolder: 'absent' });
});

t.test('it reads beside a running server, and a copy of its files', async (t) => {
  const dir = t.testdir();
  const ledger = await Ledger.open(join(dir, 'site.db'), { elapsed: () => 1, wall: () => 2 });
  const save = (n: number) =>
    ledger.append([{ kind: 'EXAM_SAVED', body: { exam: sampleId('exam', n), name: `exam ${n}` } }]);
  for (let n = 1; n <= 300; n++) void save(n);
  await save(301);
  t.match(verifyLedger(dir), { ok: true, events: 301 });
  const copy = join(dir, 'copy');
  mkdirSync(copy);
  for (const name of ['site.db', 'site.db-wal']) copyFileSync(join(dir, name), join(copy, name));
  t.match(verifyLedger(copy), { ok: true, events: 301 });
  await save(302);
  t.match(verifyLedger(dir), { ok: true, events: 302 });
  await ledger.close();
});

t.test('what cannot be read is said with a code', async (t) => {
  const dir = join(base, 'unread');
  mkdirSync(dir);
  const file = join(dir, 'site.db');
  const answer = () => verifyLedger(dir);
  t.match(answer(), { ok: false, faults: [{ code: 'ledger/missing' }] });
  writeFileSync(file, '');
  t.match(answer(), { ok: false, faults: [{ code: 'ledger/older' }] }, 'an empty file is an empty database');
  writeFileSync(file, 'this is not a database at all, but long enough to be taken for one'.repeat(20));
  t.match(answer(), { ok: false, faults: [{ code: 'ledger/unreadable' }] });
  writeFileSync(file, whole);
  truncateSync(file, whole.length >> 1);
  t.equal(answer().ok, false);
  const change = (sql: string) => {
    writeFileSync(file, whole);
    const db = new Database(file);
    db.exec(sql);
    db.close();
  };
  change("INSERT INTO __drizzle_migrations (hash, created_at) VALUES ('of a later version', 9e12)");
  t.match(answer(), { ok: false, faults: [{ code: 'ledger/newer' }] });
  change("UPDATE __drizzle_migrations SET hash = 'of another branch'");
  t.match(answer(), { ok: false, faults: [{ code: 'ledger/diverged' }] });
  change('DELETE FROM __drizzle_migrations');
  t.match(answer(), { ok: false, faults: [{ code: 'ledger/older' }] });
});

t.test('the command prints one line of JSON and its exit code says the same', async (t) => {
  const run = (dir: string, ...more: string[]) => {
    try {
      const args = ['scripts/verify.ts', '--data', dir, ...more];
      return { code: 0, out: execFileSync(process.execPath, args, { encoding: 'utf8' }) };
    } catch (error) {
      const { status, stdout } = error as { status: number; stdout: string };
      return { code: status, out: stdout };
    }
  };
  const good = run(join(base, 'good'), '--json');
  t.equal(good.code, 0);
  t.equal(good.out.trim().split('\n').length, 1);
  t.match(JSON.parse(good.out), { ok: true, faults: [] });
  const bad = run(join(base, 'wrong'));
  t.equal(bad.code, 1);
  t.match(bad.out, /event\/form \(event 12\)/);
  t.match(run(join(base, 'nowhere'), '--json'), { code: 1, out: /ledger\/missing/ });
});

t.test('every code is described for strangers', async (t) => {
  const page = readFileSync('docs/ledger.md', 'utf8');
  for (const code of Object.keys(LEDGER_FAULTS)) t.ok(page.includes(`\`${code}\``), code);
});

t.test('the tables compared are those of the schema', async (t) => {
  const db = openMemory();
  const names = db
    .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    .pluck()
    .all() as string[];
  const rest = names.filter((name) => !PROJECTION_NAMES.includes(name)).sort();
  t.ok(
    rest.every((name) => /^(ledger|local)_|^__drizzle/.test(name)),
    rest.join(' '),
  );
  db.close();
});
