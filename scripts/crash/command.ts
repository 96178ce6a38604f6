/** The command line that both crash tests share. */
import { randomBytes } from 'node:crypto';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type CrashLoad, importLoad } from './load.ts';

export interface CrashArguments {
  cycles: number;
  seed: string;
  load: CrashLoad;
  perSecond: number;
  restartLimitMs: number;
  synchronous: 'FULL' | 'NORMAL';
  progress: (text: string) => void;
}

/** Prints the report as one line of JSON; the exit code says whether it is well (2: wrong use). */
export async function runCommand(
  name: string,
  defaults: { cycles: number },
  run: (given: CrashArguments) => Promise<{ ok: boolean }>,
): Promise<void> {
  try {
    const { values } = parseArgs({
      options: {
        cycles: { type: 'string', default: String(defaults.cycles) },
        seed: { type: 'string', default: randomBytes(6).toString('hex') },
        load: { type: 'string' },
        'per-second': { type: 'string', default: '4000' },
        'restart-limit': { type: 'string', default: '3000' },
        synchronous: { type: 'string', default: 'FULL' },
      },
    });
    const report = await run({
      cycles: whole(values.cycles),
      seed: values.seed,
      load: await importLoad(values.load === undefined ? undefined : resolve(values.load)),
      perSecond: whole(values['per-second']),
      restartLimitMs: whole(values['restart-limit']),
      synchronous: values.synchronous === 'NORMAL' ? 'NORMAL' : 'FULL',
      progress: (text) => console.error(text),
    });
    console.log(JSON.stringify(report));
    process.exitCode = report.ok ? 0 : 1;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    console.error(
      `${error.message}\nusage: npm run ${name} -- [--cycles N] [--seed TEXT] [--load FILE] [--per-second N] [--restart-limit MS] [--synchronous FULL|NORMAL]`,
    );
    process.exitCode = 2;
  }
}

function whole(text: string): number {
  if (!/^[1-9][0-9]{0,8}$/.test(text)) throw new TypeError(`${text} is not a number`);
  return Number(text);
}
