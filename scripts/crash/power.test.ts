/** A few power cuts; `npm run crash:power` runs many. */
import t from 'tap';
import { load } from './ledger.load.ts';
import { powerCycles } from './power.ts';
import { powerDiskLacks } from './power-disk.ts';

const skip = powerDiskLacks() ?? false;
const options = { load, perSecond: 3_000, restartLimitMs: 15_000 };

t.test('nothing acknowledged is lost when the power goes out', { skip }, async (t) => {
  const report = await powerCycles({
    ...options,
    folder: t.testdir(),
    cycles: 3,
    seed: 'three cuts',
    synchronous: 'FULL',
    progress: (text) => t.comment(text),
  });
  t.match(report, { ok: true, cycles: 3, lost: 0, faults: [] });
  t.ok(report.acknowledged > 300, `${report.acknowledged} acknowledged`);
});

t.test('the same test sees a loss where commits are not synced', { skip }, async (t) => {
  let lost = 0;
  // Something else on the machine may sync every disk just before a cut: one loss is proof enough.
  for (let run = 0; run < 4 && lost === 0; run++) {
    const report = await powerCycles({
      ...options,
      folder: t.testdir(),
      cycles: 2,
      seed: `control ${run}`,
      synchronous: 'NORMAL',
      progress: (text) => t.comment(text),
    });
    ({ lost } = report);
  }
  t.ok(lost > 0, `${lost} acknowledged revisions lost with synchronous=NORMAL`);
});
