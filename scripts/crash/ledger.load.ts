/** Load on the ledger alone: a child process appends chained revisions of many attempts and prints what was committed. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { CrashLoad, LoadOptions, RunningLoad } from './load.ts';

export const load: CrashLoad = {
  start({ data, synchronous, perSecond, acked }: LoadOptions): RunningLoad {
    const started = performance.now();
    const child = spawn(
      process.execPath,
      [join(import.meta.dirname, 'ledger-child.ts'), data, synchronous, String(perSecond)],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
    const { pid } = child;
    if (pid === undefined) throw new Error('the child did not start');
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    const lines = createInterface({ input: child.stdout });
    const ready = new Promise<number>((resolve, reject) => {
      lines.on('line', (line) => {
        const [what, stream, rev, hash, at] = line.split(' ');
        if (what === 'ready') resolve(performance.now() - started);
        // A line that the kill cut short acknowledges nothing.
        else if (what === 'ack' && stream && rev && hash && at?.endsWith('.'))
          acked({ stream, rev: Number(rev), hash, atUs: Number.parseInt(at, 10) });
      });
      lines.on('close', () => reject(new Error(`ended before it was ready: ${stderr}`)));
    });
    ready.catch(() => {});
    const drained = new Promise<void>((resolve) => lines.on('close', () => resolve()));
    const exited = new Promise<{ code: number | null; signal: string | null; stderr: string }>((resolve) =>
      child.on('exit', (code, signal) => void drained.then(() => resolve({ code, signal, stderr }))),
    );
    return { pid, ready, exited };
  },

  async stop(running: RunningLoad): Promise<void> {
    process.kill(running.pid, 'SIGTERM');
    const { code, stderr } = await running.exited;
    if (code !== 0) throw new Error(`the child did not end cleanly (${code}): ${stderr}`);
  },
};
