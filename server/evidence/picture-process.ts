/** The box's side of the picture process: starts it, bounds it, and reads what it says. */
import { type ChildProcess, spawn } from 'node:child_process';
import { setPriority } from 'node:os';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { BoxError } from '#server/platform/box-error.ts';
import type { Deps } from '#server/platform/deps.ts';
import type { PictureJob, PictureLine } from './picture-jobs.ts';

const CHILD = fileURLToPath(new URL('./picture.child.ts', import.meta.url));
const HEAP_MB = 512;
/** 50 megapixels take 200 MB decoded; with everything beside them the process needs less than half of this. */
const DATA_KB = 1_200_000;
const NICE = 10;
const TIMEOUT_MS: Record<PictureJob['t'], number> = {
  photo: 60_000,
  material: 120_000,
  // 20,000 photos at some 40 ms each.
  registered: 30 * 60_000,
};
/** Jobs that wait; each holds an upload of its own, so more are no crowd but a fault. */
const WAITING_MOST = 40;

/** One at a time in each of two lanes: an import of thousands before the exam does not hold up a photo of a room. */
export class PictureProcess {
  readonly #deps: Deps;
  readonly #lanes = { single: Promise.resolve(), many: Promise.resolve() };
  readonly #running = new Set<ChildProcess>();
  readonly #timeoutMs: Record<PictureJob['t'], number>;
  #waiting = 0;
  #stopped = false;

  constructor(deps: Deps, timeoutMs: Record<PictureJob['t'], number> = TIMEOUT_MS) {
    this.#deps = deps;
    this.#timeoutMs = timeoutMs;
  }

  /**
   * What the process said, without its last line. Throws the code it ended with (`photo/unreadable`, `photo/too-large`,
   * `material/type`, `registered/zip`, `box/disk-full`), `upload/busy`, or `photo/unreadable` where it broke or took too
   * long over a picture.
   */
  async run(job: PictureJob): Promise<PictureLine[]> {
    if (this.#waiting >= WAITING_MOST) throw new BoxError('upload/busy');
    this.#waiting += 1;
    const lane = job.t === 'registered' ? 'many' : 'single';
    const turn = this.#lanes[lane].then(() => this.#run(job));
    this.#lanes[lane] = turn.then(
      () => undefined,
      () => undefined,
    );
    try {
      return await turn;
    } finally {
      this.#waiting -= 1;
    }
  }

  /** Ends what runs; nothing is started any more. */
  stop(): void {
    this.#stopped = true;
    for (const child of this.#running) child.kill('SIGKILL');
  }

  async #run(job: PictureJob): Promise<PictureLine[]> {
    if (this.#stopped) throw new BoxError('box/stopping');
    const child = start();
    this.#running.add(child);
    const gone = new Promise<void>((resolve) => {
      child.once('close', () => resolve());
      child.once('error', () => resolve());
    });
    const timer = setTimeout(() => child.kill('SIGKILL'), this.#timeoutMs[job.t]);
    try {
      // A child that is gone shows in what it has not said.
      child.stdin.on('error', () => undefined);
      child.stdin.end(JSON.stringify(job));
      const lines: PictureLine[] = [];
      // Our own child process writes them; see picture.child.ts.
      for await (const line of createInterface({ input: child.stdout }))
        lines.push(JSON.parse(line) as PictureLine);
      await gone;
      const last = lines.pop();
      if (last?.t === 'done') return lines;
      throw this.#broken(job, last, child);
    } finally {
      clearTimeout(timer);
      child.kill('SIGKILL');
      await gone;
      this.#running.delete(child);
    }
  }

  #broken(job: PictureJob, last: PictureLine | undefined, child: ChildProcess): BoxError {
    if (last?.t === 'failed' && last.code !== 'box/internal') return new BoxError(last.code, last.detail);
    const how = last?.t === 'failed' ? last.reason : `exit ${child.exitCode ?? child.signalCode ?? ''}`;
    this.#deps.log.warn({ job: job.t, how }, 'the picture process broke');
    if (this.#stopped) return new BoxError('box/stopping');
    return job.t === 'photo' ? new BoxError('photo/unreadable') : new BoxError('box/internal', { how });
  }
}

function start(): ChildProcess & { stdin: Writable; stdout: Readable } {
  const node = [process.execPath, `--max-old-space-size=${HEAP_MB}`, CHILD];
  // No core file: it would hold the picture. The bound on data is the system's, for pixels are outside of the heap;
  // systems that know none do without.
  const [command = '', ...args] =
    process.platform === 'win32'
      ? node
      : ['/bin/sh', '-c', `ulimit -c 0; ulimit -d ${DATA_KB} 2>/dev/null; exec "$@"`, 'sh', ...node];
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'ignore'], env: {} });
  if (child.pid !== undefined)
    try {
      setPriority(child.pid, NICE);
    } catch {
      // It has ended already, or the system has no priorities: neither matters here.
    }
  return child;
}
