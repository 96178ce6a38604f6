/** A few kills under load, of the ledger alone and of the whole server; `npm run crash:kill` runs hundreds. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import t from 'tap';
import { checkAfter } from './check.ts';
import { killCycles } from './kill.ts';
import { load } from './ledger.load.ts';
import { findLoss, Oracle } from './oracle.ts';
import { load as server } from './server.load.ts';

t.test(
  'nothing acknowledged is lost when the process is killed under load, and it is back in time',
  async (t) => {
    const report = await killCycles({
      folder: t.testdir(),
      load,
      cycles: 5,
      seed: 'five kills',
      perSecond: 3_000,
      fresh: 3,
      // A test machine may be busy with other tests; the long run holds the promise of 3 seconds.
      restartLimitMs: 15_000,
      progress: (text) => t.comment(text),
    });
    t.match(report, { ok: true, cycles: 5, lost: 0, faults: [], unexpected: [] });
    t.ok(report.acknowledged > 500, `${report.acknowledged} acknowledged`);
  },
);

t.test('the whole server comes back to its candidates, who find what they were told is safe', async (t) => {
  const report = await killCycles({
    folder: t.testdir(),
    load: server,
    cycles: 4,
    seed: 'four kills',
    perSecond: 1_000,
    fresh: 4,
    restartLimitMs: 60_000,
    progress: (text) => t.comment(text),
  });
  t.match(report, { ok: true, cycles: 4, lost: 0, faults: [], unexpected: [] });
  t.ok(report.acknowledged > 50, `${report.acknowledged} acknowledged`);
});

t.test('the oracle would see a loss', async (t) => {
  const folder = t.testdir();
  const data = join(folder, 'data');
  mkdirSync(data);
  const oracle = new Oracle(join(folder, 'oracle'));
  const running = load.start({
    data,
    synchronous: 'FULL',
    perSecond: 2_000,
    acked: (ack) => oracle.record(ack),
  });
  await running.ready;
  while (oracle.acks < 200) await new Promise((resolve) => setTimeout(resolve, 20));
  await load.stop(running);
  t.match(checkAfter(data, oracle, false), { lost: [], faults: [] });
  const acks = oracle.acks;

  const file = join(data, 'site.db');
  const whole = readFileSync(file);
  const change = (sql: string) => {
    writeFileSync(file, whole);
    const db = new Database(file);
    db.exec(sql);
    db.close();
    for (const suffix of ['-wal', '-shm']) rmSync(file + suffix, { force: true });
    return findLoss(file, oracle.all()).lost.length;
  };
  t.equal(
    change(
      "DELETE FROM ledger_event WHERE seq = (SELECT max(seq) FROM ledger_event WHERE kind = 'ANSWER_REVISED')",
    ),
    1,
  );
  t.equal(
    change("UPDATE ledger_event SET bytes = replace(bytes, 'Q3', 'Q9') WHERE kind = 'ANSWER_REVISED'") > 10,
    true,
  );
  t.equal(change("DELETE FROM ledger_event WHERE kind = 'ANSWER_REVISED'"), acks);
  oracle.close();
});
