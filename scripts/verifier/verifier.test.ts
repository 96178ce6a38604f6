/** The Python verifier against exports of ours, good and tampered with: two programs, one format. */
import { spawnSync } from 'node:child_process';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import t from 'tap';
import { canonical } from '#domain/attempt/digest.ts';
import { leafHash } from '#domain/ledger/merkle.ts';
import { purgedText } from '#node/ledger/purged-row.ts';
import { sha256 } from '#node/ledger/sha256.ts';
import { generateBoxKey } from '#node/signing/box-key.ts';
import type { LedgerEvent } from '#protocol/ledger.ts';
import { countAnswers } from '#server/ledger/delete-answers.ts';
import { exportLedger } from '#server/ledger/export.ts';
import { sampleExam } from '#server/ledger/sample-exam.testing.ts';
import { SampleLedger, SampleMachine, SampleStream, sampleId } from '#server/ledger/sample-ledger.testing.ts';
import { verifyLedger } from '#server/ledger/verify.ts';

interface Answer {
  ok: boolean;
  size: number;
  root: string;
  faults: { code: string; seq?: number }[];
}

const works = (command: string, ...args: string[]) => spawnSync(command, args).status === 0;
const lacking = !works('python3', '-c', 'import sys; sys.exit(sys.version_info < (3, 9))')
  ? 'python3 (3.9 or newer) is not installed here'
  : !works('openssl', 'version')
    ? 'the openssl command is not installed here'
    : false;

function check(folder: string, ...more: string[]): { status: number | null; answer: Answer } {
  const script = join(import.meta.dirname, 'verify_ledger.py');
  const { status, stdout } = spawnSync('python3', [script, folder, ...more], { encoding: 'utf8' });
  return { status, answer: JSON.parse(stdout) as Answer };
}
const codes = (answer: Answer) => [...new Set(answer.faults.map(({ code }) => code))].sort();

t.test('the verifier in Python', { skip: lacking }, async (t) => {
  const base = t.testdir();
  const exam = sampleExam(join(base, 'data'), { candidates: 2, revisions: 20 });
  exam.close();
  exportLedger(join(base, 'data'), join(base, 'good'));
  const ours = verifyLedger(join(base, 'data'));

  /** A copy of the good export with lines of one file changed. */
  const changed = (file: string, change: (lines: string[]) => string[]) => {
    const folder = join(base, 'bad');
    rmSync(folder, { recursive: true, force: true });
    cpSync(join(base, 'good'), folder, { recursive: true });
    const path = join(folder, file);
    writeFileSync(path, change(readFileSync(path, 'utf8').split('\n')).join('\n'));
    return check(folder);
  };
  const event = (kind: string, change: (event: LedgerEvent<string, Record<string, unknown>>) => void) =>
    changed('events.jsonl', (lines) => {
      const at = lines.findIndex((line) => line.includes(`"kind":"${kind}"`));
      const value = JSON.parse(lines[at] ?? '') as LedgerEvent<string, Record<string, unknown>>;
      change(value);
      lines[at] = canonical(value);
      return lines;
    });

  await t.test('agrees with the server on a good export', async (t) => {
    const { status, answer } = check(join(base, 'good'));
    t.same(answer.faults, []);
    t.equal(status, 0);
    t.match(answer, {
      ok: true,
      size: ours.size,
      root: ours.root,
      checkpoints: ours.checkpoints,
      signatures: ours.signatures,
      unsigned: 0,
    });
    t.match(check(join(base, 'good'), '--heads', 'last', '--key', exam.box.publicKey), { status: 0 });
    t.same(codes(check(join(base, 'good'), '--key', generateBoxKey().publicKey).answer), [
      'checkpoint/signature',
      'key/changed',
    ]);
  });

  await t.test('finds what was changed, even where all hashes were made anew', async (t) => {
    const find = (found: { status: number | null; answer: Answer }, code: string, what: string) => {
      t.equal(found.status, 1, what);
      t.ok(codes(found.answer).includes(code), `${what}: ${codes(found.answer).join(' ')}`);
    };
    find(
      event('EXAM_SAVED', (e) => (e.body['name'] = 'other')),
      'checkpoint/root',
      'a name',
    );
    find(
      event('HEAD_SIGNED', (e) => (e.body['rev'] = 2)),
      'head/differs',
      'a signed head moved',
    );
    find(
      event('HEAD_SIGNED', (e) => (e.body['rev'] = 2)),
      'head/signature',
      'its signature',
    );
    find(
      event('MACHINE_ENROLLED', (e) => (e.body['key'] = new SampleMachine(9).key)),
      'stream/chain',
      'a key',
    );
    find(
      event('REVISION_QUARANTINED', (e) => {
        e.kind = 'ANSWER_REVISED';
        e.body = e.body['revision'] as Record<string, unknown>;
      }),
      'checkpoint/root',
      'a fenced revision let in',
    );
    find(
      event('ATTEMPT_SUBMITTED', (e) => {
        (e.body['receipt'] as Record<string, unknown>)['name'] = 'somebody else';
      }),
      'receipt/signature',
      'a receipt',
    );
    find(
      changed('events.jsonl', (lines) => {
        const at = lines.findIndex((line) => line.includes('"t":"mark"'));
        return lines.toSpliced(at, 1);
      }),
      'stream/rev',
      'a line lost',
    );
    find(
      changed('events.jsonl', (lines) => [...lines.slice(0, -2), '']),
      'checkpoint/size',
      'the end cut off',
    );
    find(
      changed('events.jsonl', (lines) => lines.map((line, i) => (i === 5 ? line.replace(':', ': ') : line))),
      'event/form',
      'a blank put in',
    );
    find(
      changed('checkpoints.txt', (lines) => lines.map((l, i) => (i === 1 ? '2' : l))),
      'checkpoint/root',
      'a size',
    );
    find(
      changed('checkpoints.txt', (lines) =>
        lines.map((l, i) => (i === 4 ? l.replace(/.{8}$/, 'AAAAAAA=') : l)),
      ),
      'checkpoint/signature',
      'a signature',
    );
    find(
      changed('checkpoints.txt', (lines) => lines.slice(2)),
      'checkpoint/form',
      'half a note',
    );
    find(
      changed('ledger.json', (lines) => lines.map((l) => l.replace('XZ01', 'XZ02'))),
      'about/differs',
      'the site',
    );
    find(
      changed('ledger.json', (lines) => lines.map((l) => l.replace('"box"', '"kox"'))),
      'about/differs',
      'a name',
    );
    t.match(check(join(base, 'nowhere')), { status: 2, answer: { faults: [{ code: 'export/unreadable' }] } });
  });

  await t.test('works out receipts for itself', async (t) => {
    const ledger = new SampleLedger(join(base, 'lying'));
    ledger.boxStarted();
    const streams = [1, 2].map((n) => {
      const machine = new SampleMachine(n);
      ledger.enrol(machine, String(n));
      const stream = new SampleStream(sampleId('attempt', n), 1, machine);
      ledger.login(stream, n, String(n));
      ledger.putRevisions(stream.attempt, [
        stream.next('Q1', { t: 'set', resp: 'R', v: '答案😀' }).text,
        stream.next('Q1', { t: 'splice', resp: 'R', at: 3, del: 0, ins: 'cuts the emoji' }).text,
        stream.next('Q1', { t: 'splice', resp: 'R', at: 4, del: 0, ins: '𠮷' }).text,
        stream.next('Q1', { t: 'splice', resp: 'R', at: 0, del: 1, ins: '' }).text,
      ]);
      return stream;
    }) as [SampleStream, SampleStream];
    t.same(streams[0].content.answers, { Q1: { R: '案😀𠮷' } });
    ledger.submit([streams[0]], 1);
    ledger.submit([streams[1]], 2, (receipt) => ({ ...receipt, digest: streams[0].hash }));
    ledger.checkpoint();
    ledger.close();
    exportLedger(join(base, 'lying'), join(base, 'lying-out'));
    const { answer } = check(join(base, 'lying-out'));
    t.same(
      answer.faults.map(({ code, seq }) => `${code} ${seq}`),
      ['receipt/digest', 'receipt/code'].map((code) => `${code} ${ledger.core.size - 1}`),
    );
    t.same(
      verifyLedger(join(base, 'lying')).faults.map(({ code }) => code),
      ['receipt/digest', 'receipt/code'],
    );
  });

  await t.test(
    'a receipt with another code, other counts: found by both, and nothing else with it',
    async (t) => {
      for (const [name, spoil, due] of [
        ['code', { code: '0000-0000-0000-0039' }, 'receipt/code'],
        ['answered', { answered: 2 }, 'receipt/counts'],
        ['none', { answered: 0 }, 'receipt/counts'],
        ['revisions', { revisions: 3 }, 'receipt/counts'],
        ['good', {}, null],
      ] as const) {
        const folder = join(base, `forged-${name}`);
        const ledger = new SampleLedger(folder);
        ledger.boxStarted();
        const machine = new SampleMachine(1);
        ledger.enrol(machine, '1');
        const first = new SampleStream(sampleId('attempt', 1), 1, machine);
        ledger.login(first, 1, '1');
        ledger.putRevisions(first.attempt, [
          first.next('Q1', { t: 'set', resp: 'R', v: 'a' }).text,
          // Blank: an item without an answer.
          first.next('Q2', { t: 'set', resp: 'R', v: ' \u3000' }).text,
        ]);
        // Signed by the box all the same: only working it out anew tells.
        ledger.submit([first], 1, (receipt) => ({ ...receipt, ...spoil }));
        ledger.checkpoint();
        ledger.close();
        exportLedger(folder, `${folder}-out`);
        const due1 = due === null ? [] : [due];
        t.same(codes(check(`${folder}-out`).answer), due1, `${name}, by the other verifier`);
        t.same(
          verifyLedger(folder).faults.map(({ code }) => code),
          due1,
          name,
        );
      }
    },
  );

  await t.test('deleted answers are accounted for, and hidden ones are found', async (t) => {
    const data = join(base, 'purged');
    const ledger = sampleExam(data, { candidates: 2, revisions: 20 });
    const attempts = [sampleId('attempt', 1)];
    const last = ledger.db.prepare('SELECT last_seq FROM attempt WHERE attempt = ?').pluck().get(attempts[0]);
    const events = countAnswers(ledger.db, Number(last));
    const [purge, session] = [sampleId('purge', 1), sampleId('session', 1)];
    ledger.put('PURGE_ASKED', { purge, session, reason: 'over' });
    ledger.put('DATA_PURGED', {
      purge,
      session,
      files: [],
      attempts,
      events,
      acknowledged: ledger.core.size,
    });
    ledger.checkpoint();
    ledger.close();
    exportLedger(data, join(base, 'purged-out'));
    const { answer } = check(join(base, 'purged-out'));
    const { root, signatures } = verifyLedger(data);
    t.same(answer.faults, []);
    t.match(answer, { ok: true, root, signatures: { ...signatures } });

    const spoiled = (change: (lines: string[]) => void): string[] => {
      const folder = join(base, 'purged-bad');
      rmSync(folder, { recursive: true, force: true });
      cpSync(join(base, 'purged-out'), folder, { recursive: true });
      const path = join(folder, 'events.jsonl');
      const lines = readFileSync(path, 'utf8').split('\n');
      change(lines);
      writeFileSync(path, lines.join('\n'));
      return codes(check(folder).answer);
    };
    const hide = (lines: string[], attempt: string) => {
      const at = lines.findIndex((line) => line.includes('"kind":"ANSWER_REVISED"'));
      lines[at] = purgedText(leafHash(sha256, Buffer.from(lines[at] ?? '')), attempt);
    };
    t.ok(spoiled((lines) => hide(lines, sampleId('attempt', 2))).includes('purge/unnamed'), 'hidden by hand');
    t.ok(spoiled((lines) => hide(lines, sampleId('attempt', 1))).includes('purge/count'), 'as if deleted');
    const receipt = spoiled((lines) => {
      const at = lines.findIndex((line) => line.includes('"kind":"ATTEMPT_SUBMITTED"'));
      lines[at] = (lines[at] ?? '').replace(/"answered":\d+/, '"answered":99');
    });
    t.ok(receipt.includes('receipt/signature'), 'a receipt of somebody whose answers are gone');
  });

  await t.test('an altered export and an altered database are found alike', async (t) => {
    const data = join(base, 'altered');
    cpSync(join(base, 'data'), data, { recursive: true });
    const db = new Database(join(data, 'site.db'));
    db.exec("UPDATE ledger_event SET bytes = replace(bytes, '写', '改') WHERE kind = 'ANSWER_REVISED'");
    db.close();
    exportLedger(data, join(base, 'altered-out'));
    const found = codes(check(join(base, 'altered-out')).answer);
    const ownFound = new Set(verifyLedger(data).faults.map(({ code }) => code as string));
    for (const code of ['stream/chain', 'receipt/digest', 'checkpoint/root']) {
      t.ok(found.includes(code), code);
      t.ok(ownFound.has(code), code);
    }
  });
});
