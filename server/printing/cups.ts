/**
 * The printing system of the machine, where it has one (CUPS): `lpstat` tells the queues, `lp` takes a file. Called as
 * programs with a list of arguments, never through a shell; each call ends in bounded time.
 */
import { execFile } from 'node:child_process';
import { systemCode } from '#node/files/durable-file.ts';
import type { PrinterRow } from '#protocol/reports.ts';

export type Queue = Pick<PrinterRow, 'queue' | 'state' | 'text'>;

const TIMEOUT_MS = 5_000;
/** A queue of the network may take a while to answer for a large file. */
const PRINT_TIMEOUT_MS = 30_000;
const OUTPUT_BYTES = 256 * 1024;
/** What CUPS lets a queue be called; nothing that a program could take for an option. */
export const QUEUE_NAME = /^(?!-)[^\s/#'"\\]{1,127}$/u;

export class CupsError extends Error {}

/** Queues and their state. Empty where there is no CUPS, or none that answers. */
export async function listQueues(timeoutMs = TIMEOUT_MS): Promise<Queue[]> {
  const names = await lpstat(['-e'], timeoutMs);
  if (names === null) return [];
  const states = parseStates((await lpstat(['-p'], timeoutMs)) ?? '');
  return names
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => QUEUE_NAME.test(line))
    .map((queue) => states.get(queue) ?? { queue, state: 'unknown', text: '' });
}

/** Hands a file to a queue; resolves when the queue has taken it. Throws CupsError with what `lp` said. */
export async function sendToQueue(queue: string, path: string, title: string): Promise<void> {
  const name = title.replace(/[^\p{L}\p{N} ·.-]/gu, ' ').slice(0, 120);
  try {
    await run('lp', ['-d', queue, '-t', name, '--', path], PRINT_TIMEOUT_MS);
  } catch (error) {
    throw new CupsError(wordsOf(error), { cause: error });
  }
}

/**
 * `lpstat -p` in the C locale, e.g. `printer HP is idle.  enabled since …`, `printer HP now printing HP-12.  …`,
 * `printer HP disabled since …` with the reason on an indented line below.
 */
export function parseStates(output: string): Map<string, Queue> {
  const states = new Map<string, Queue>();
  let last: Queue | null = null;
  for (const line of output.split('\n')) {
    const match = /^printer (\S+) (.*)$/.exec(line);
    if (match) {
      const [, queue = '', rest = ''] = match;
      last = { queue, state: stateOf(rest), text: '' };
      states.set(queue, last);
    } else if (last && /^\s+\S/.test(line) && last.text === '') last.text = line.trim().slice(0, 200);
  }
  return states;
}

function stateOf(rest: string): Queue['state'] {
  if (rest.startsWith('disabled')) return 'stopped';
  if (rest.startsWith('now printing')) return 'printing';
  return rest.startsWith('is idle') ? 'idle' : 'unknown';
}

/** Null where the program is missing, fails or does not answer in time. */
async function lpstat(args: string[], timeoutMs: number): Promise<string | null> {
  try {
    return await run('lpstat', args, timeoutMs);
  } catch {
    return null;
  }
}

function run(program: string, args: string[], timeout: number): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(
      program,
      args,
      // Words are read: they must come in the one language that they are read in.
      {
        timeout,
        killSignal: 'SIGKILL',
        maxBuffer: OUTPUT_BYTES,
        env: { PATH: process.env['PATH'], LC_ALL: 'C' },
      },
      (error, stdout, stderr) => {
        if (error) reject(Object.assign(error, { words: stderr.trim() }));
        else resolve(stdout);
      },
    );
  });
}

function wordsOf(error: unknown): string {
  if (systemCode(error) === 'ENOENT') return 'lp is not installed';
  const words = error instanceof Error && 'words' in error ? String(error.words) : '';
  return words === '' ? 'lp failed or did not answer in time' : words.slice(0, 300);
}
