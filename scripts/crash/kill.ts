/**
 * `npm run crash:kill -- [--cycles 200] [--seed TEXT] [--load FILE]`: kill -9 under load, again and again. What was
 * acknowledged is remembered outside the data folder; after each kill it must all be there and the folder must verify.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { seeded } from '#domain/random/seeded.ts';
import { CrashFigures, type CrashReport, checkAfter } from './check.ts';
import { runCommand } from './command.ts';
import type { CrashLoad } from './load.ts';
import { Oracle } from './oracle.ts';

export interface KillOptions {
  /** An empty folder of the test's own. */
  folder: string;
  load: CrashLoad;
  cycles: number;
  seed: string;
  perSecond: number;
  /** Cycles after which a new data folder is taken, so that checks stay short. */
  fresh: number;
  /** A restart that takes longer is counted as a failure. */
  restartLimitMs: number;
  progress: (text: string) => void;
}

/** One cycle in so many kills the process while it starts. */
const EARLY = 6;

export async function killCycles(options: KillOptions): Promise<CrashReport> {
  const { folder, load, cycles, seed, perSecond, fresh, progress } = options;
  const rng = seeded(seed);
  const figures = new CrashFigures(seed, options.restartLimitMs);
  for (let first = 0; first < cycles; first += fresh) {
    const data = join(folder, `data-${first}`);
    mkdirSync(data);
    const oracle = new Oracle(join(folder, `oracle-${first}`));
    const acked = (ack: Parameters<Oracle['record']>[0]) => oracle.record(ack);
    const start = () => load.start({ data, synchronous: 'FULL', perSecond, acked });
    let young = true;
    for (let cycle = first; cycle < Math.min(first + fresh, cycles); cycle++) {
      const running = start();
      if (rng.below(EARLY) === 0) await wait(rng.below(500));
      else {
        await Promise.race([running.underLoad ?? running.ready, running.exited]);
        await wait(20 + rng.below(600));
      }
      kill(running.pid);
      const { signal, code, stderr } = await running.exited;
      if (signal !== 'SIGKILL') figures.unexpected.push(`ended by itself (${code}): ${stderr.slice(0, 500)}`);
      await running.ready.then(
        (ms) => {
          figures.restarted(ms);
          young = false;
        },
        () => {},
      );
      figures.cycles += 1;
      const after = checkAfter(data, oracle, young);
      figures.after(after);
      progress(
        `cycle ${cycle + 1}: ${oracle.acks} acknowledged, ${after.events} events, ${after.lost.length} lost${after.faults.length > 0 ? `, ${after.faults[0]}` : ''}`,
      );
      if (stop(figures)) break;
    }
    if (!stop(figures)) {
      // After the last kill it serves again, stops cleanly, and still has everything.
      const running = start();
      figures.restarted(await running.ready);
      await load.stop(running);
      figures.after(checkAfter(data, oracle, false));
    }
    figures.acknowledged += oracle.acks;
    oracle.close();
    if (stop(figures)) break;
    rmSync(data, { recursive: true });
  }
  return figures.report();
}

/** At the first fault the folder is left as it is, to be looked at. */
function stop({ lost, faults, unexpected }: CrashFigures): boolean {
  return lost > 0 || faults.length > 0 || unexpected.length > 0;
}

/** Only ever the child that was started here. */
function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Gone already; how it ended is looked at anyway.
  }
}

if (import.meta.main)
  await runCommand(
    'crash:kill',
    { cycles: 200 },
    async ({ cycles, seed, load, perSecond, restartLimitMs, progress }) => {
      const folder = mkdtempSync(join(tmpdir(), 'gongyuan-kill-'));
      const report = await killCycles({
        folder,
        load,
        cycles,
        seed,
        perSecond,
        fresh: 20,
        restartLimitMs,
        progress,
      });
      if (report.ok) rmSync(folder, { recursive: true });
      else progress(`left for inspection: ${folder}`);
      return report;
    },
  );
