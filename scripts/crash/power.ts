/**
 * `npm run crash:power -- [--cycles 50] [--synchronous FULL|NORMAL] [--load FILE]`: the power goes out under load, again
 * and again. With FULL nothing acknowledged may be lost; with NORMAL, the negative control, the same test must see a loss.
 *
 * What counts is what was acknowledged before the cut began. In a real power cut nobody goes on; here the process does for
 * some milliseconds, and Linux may tell it in that time that a sync succeeded which the shutdown made void. Such late
 * acknowledgements are counted apart.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { seeded } from '#domain/random/seeded.ts';
import { CrashFigures, type CrashReport, checkAfter } from './check.ts';
import { runCommand } from './command.ts';
import type { Ack, CrashLoad, RunningLoad } from './load.ts';
import { findLoss, Oracle } from './oracle.ts';
import { PowerDisk, powerDiskLacks } from './power-disk.ts';

export interface PowerOptions {
  /** An empty folder of the test's own. */
  folder: string;
  load: CrashLoad;
  cycles: number;
  seed: string;
  perSecond: number;
  synchronous: 'FULL' | 'NORMAL';
  restartLimitMs: number;
  progress: (text: string) => void;
}

/** One cycle in so many cuts the power while the process starts. */
const EARLY = 8;

export async function powerCycles(options: PowerOptions): Promise<CrashReport> {
  const figures = new CrashFigures(options.seed, options.restartLimitMs);
  const disk = new PowerDisk(options.folder);
  try {
    await cutAgain(options, disk, figures);
  } finally {
    disk.unplug();
  }
  return figures.report();
}

async function cutAgain(options: PowerOptions, disk: PowerDisk, figures: CrashFigures): Promise<void> {
  const { folder, load, cycles, seed, perSecond, synchronous, progress } = options;
  const rng = seeded(seed);
  const oracleOf = (n: number) => new Oracle(join(folder, `oracle-${n}`));
  let generation = 0;
  let oracle = oracleOf(generation);
  let data = join(disk.mount, 'data-0');
  let young = true;
  mkdirSync(data);
  const fresh = () => {
    oracle.close();
    rmSync(data, { recursive: true, force: true });
    generation += 1;
    oracle = oracleOf(generation);
    data = join(disk.mount, `data-${generation}`);
    mkdirSync(data);
    young = true;
  };
  for (let cycle = 0; cycle < cycles; cycle++) {
    if (generation * 20 + 20 <= cycle) fresh();
    const before = oracle.acks;
    const heard: Ack[] = [];
    const running = load.start({ data, synchronous, perSecond, acked: (ack) => heard.push(ack) });
    if (rng.below(EARLY) === 0) await wait(rng.below(500));
    else {
      await Promise.race([running.ready, running.exited]);
      await wait(100 + rng.below(700));
    }
    const cutUs = disk.cut();
    await end(running);
    const late = heard.filter(({ atUs }) => atUs >= cutUs);
    for (const ack of heard) if (ack.atUs < cutUs) oracle.record(ack);
    disk.unplug();
    disk.plugIn();
    await running.ready.then(
      (ms) => {
        figures.restarted(ms);
        young = false;
      },
      () => {},
    );
    figures.cycles += 1;
    figures.acknowledged += oracle.acks - before;
    if (young) mkdirSync(data, { recursive: true });
    const after = checkAfter(data, oracle, young);
    figures.after(after);
    figures.late += late.length;
    const lateLost = young ? 0 : findLoss(join(data, 'site.db'), late).lost.length;
    figures.lateLost += lateLost;
    progress(
      `cut ${cycle + 1}: ${oracle.acks} acknowledged, ${after.events} events, ${after.lost.length} lost, ${lateLost} of ${late.length} late ones${after.faults.length > 0 ? `, ${after.faults[0]}` : ''}`,
    );
    // What was lost once would be counted again: go on with a new folder.
    if (after.lost.length > 0 || after.faults.length > 0) fresh();
  }
  oracle.close();
}

/** The process sees its disk fail and should stop by itself; the cut takes it along if it does not. */
async function end(running: RunningLoad): Promise<void> {
  const patience = setTimeout(() => {
    try {
      process.kill(running.pid, 'SIGKILL');
    } catch {
      // Gone in the meantime.
    }
  }, 50);
  await running.exited;
  clearTimeout(patience);
}

if (import.meta.main)
  await runCommand('crash:power', { cycles: 50 }, async (given) => {
    const lacks = powerDiskLacks();
    if (lacks !== null) {
      given.progress(`skipped: ${lacks}`);
      return { ok: true, skipped: lacks };
    }
    const folder = mkdtempSync(join(tmpdir(), 'gongyuan-power-'));
    const report = await powerCycles({ ...given, folder });
    rmSync(folder, { recursive: true });
    // The control proves that the test can see a loss.
    return given.synchronous === 'NORMAL' ? { ...report, ok: report.lost > 0 } : report;
  });
