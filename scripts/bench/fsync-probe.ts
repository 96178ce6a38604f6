/** How long this disk takes to make 4 KiB durable, measured beside a benchmark: the yardstick of its latencies. */
import { closeSync, fsyncSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { quantile, sorted } from '../simulate/report.ts';

const BYTES = 4_096;

/** Syncs `perSecond` times a second for `ms` milliseconds; p50 and p99 in milliseconds. */
export async function probeFsync(
  folder: string,
  { ms, perSecond }: { ms: number; perSecond: number },
): Promise<{ p50: number; p99: number; syncs: number }> {
  const path = join(folder, 'fsync-probe');
  const file = openSync(path, 'w');
  const block = Buffer.alloc(BYTES, 7);
  const times: number[] = [];
  try {
    const from = performance.now();
    while (performance.now() - from < ms) {
      const before = performance.now();
      writeSync(file, block);
      fsyncSync(file);
      times.push(performance.now() - before);
      await new Promise((resolve) => setTimeout(resolve, 1_000 / perSecond));
    }
  } finally {
    closeSync(file);
    rmSync(path, { force: true });
  }
  const all = sorted(times);
  return { p50: quantile(all, 0.5) ?? 0, p99: quantile(all, 0.99) ?? 0, syncs: times.length };
}
