/**
 * Load on the whole server (`--load scripts/crash/server.load.ts`): candidates' machines over wss, each with its chain,
 * that come back after every kill, compare what the box has with what they were told is safe, and go on. What they were
 * told is counted here, in the test's own process.
 */
import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { seeded, subSeed } from '#domain/random/seeded.ts';
import type { DemoAnswer } from '#protocol/console.ts';
import { BoxAccess } from '../simulate/box-access.ts';
import { Device } from '../simulate/device.ts';
import { addressAt } from '../simulate/people.ts';
import type { CrashLoad, LoadOptions, RunningLoad } from './load.ts';
import { CrashMachine, LineLost } from './server-machine.ts';

const MACHINES = 60;
const SEED = 'crash';
/** Revisions that a machine sends before it has heard of the first. */
const UNDER_WAY = 20;
const BEAT_MS = 10;

interface Place {
  port: number;
  machines: CrashMachine[];
}

export const load: CrashLoad = serverLoad();

function serverLoad(): CrashLoad {
  /** By data folder: machines outlive the server that is killed. */
  const places = new Map<string, Promise<Place>>();
  const placeOf = (data: string): Promise<Place> => {
    const known = places.get(data) ?? freePort().then((port) => ({ port, machines: [] }));
    places.set(data, known);
    return known;
  };
  return {
    start: (options) => start(options, placeOf(options.data)),
    async stop(running) {
      process.kill(running.pid, 'SIGTERM');
      const { code, stderr } = await running.exited;
      if (code !== 0) throw new Error(`the server did not end cleanly (${code}): ${stderr}`);
    },
  };
}

function start({ data, perSecond, acked }: LoadOptions, placed: Promise<Place>): RunningLoad {
  const started = performance.now();
  // The port is known before the first start and stays: the box's origin must not change.
  const child = spawn(
    'sh',
    [
      '-c',
      'read port && exec "$0" "$@" "$port"',
      process.execPath,
      join(import.meta.dirname, 'server-child.ts'),
      data,
      String(MACHINES),
      SEED,
    ],
    {
      stdio: ['pipe', 'pipe', 'pipe'],
    },
  );
  const { pid } = child;
  if (pid === undefined) throw new Error('the server did not start');
  // It may be killed before it has read the line.
  child.stdin.on('error', () => undefined);
  void placed.then(({ port }) => child.stdin.end(`${port}\n`));
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const ended = new Promise<{ code: number | null; signal: string | null }>((resolve) =>
    child.on('close', (code, signal) => resolve({ code, signal })),
  );
  let writing: Promise<void> = Promise.resolve();
  let busy = () => {};
  const underLoad = new Promise<void>((resolve) => {
    busy = resolve;
  });
  let over = false;
  void ended.then(() => {
    over = true;
  });
  const ready = new Promise<number>((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', (line) => {
      resolve(performance.now() - started);
      const { url, site } = JSON.parse(line) as { url: string; site: DemoAnswer };
      const told: LoadOptions['acked'] = (ack) => {
        acked(ack);
        busy();
      };
      writing = placed.then((place) => write(place, { url, site, perSecond, acked: told, over: () => over }));
      // Looked at when the server has ended.
      writing.catch(() => undefined);
    });
    void ended.then(() => reject(new Error(`ended before it was ready: ${stderr}`)));
  });
  ready.catch(() => {});
  const exited = ended.then(async ({ code, signal }) => {
    try {
      await writing;
    } catch (error) {
      // A machine was told something that is not so any more: no orderly end.
      return { code: 1, signal: null, stderr: String(error) };
    }
    return { code, signal, stderr };
  });
  return { pid, ready, underLoad, exited };
}

interface Writing {
  url: string;
  site: DemoAnswer;
  perSecond: number;
  acked: LoadOptions['acked'];
  /** The server is gone. */
  over: () => boolean;
}

/** All machines come (back) and write until the server is gone and every line has been read to its end. */
async function write(place: Place, { url, site, perSecond, acked, over }: Writing): Promise<void> {
  // Killed right after it was ready: nobody was told anything.
  const box = await BoxAccess.open(url).catch(() => null);
  if (!box) return;
  if (place.machines.length === 0)
    place.machines = site.candidates.map(
      ({ number }, i) =>
        new CrashMachine({
          number,
          address: addressAt(i),
          device: new Device(SEED, number),
          rng: seeded(subSeed(SEED, 'crash', number)),
        }),
    );
  const faults: string[] = [];
  const lines = place.machines.map((machine) =>
    machine.connect(box, acked).catch((error: unknown) => {
      if (!(error instanceof LineLost)) faults.push(`${machine.number}: ${String(error)}`);
    }),
  );
  const beat = setInterval(() => {
    const each = (perSecond * BEAT_MS) / 1_000 / place.machines.length;
    for (const machine of place.machines) machine.write(each, UNDER_WAY);
  }, BEAT_MS);
  await Promise.all(lines);
  while (!over()) await new Promise((resolve) => setTimeout(resolve, BEAT_MS));
  clearInterval(beat);
  await Promise.all(place.machines.map((machine) => machine.silent));
  faults.push(...place.machines.flatMap((machine) => machine.faults.splice(0)));
  if (faults.length > 0) throw new Error(faults.slice(0, 3).join('; '));
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() =>
        address && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port')),
      );
    });
  });
}
