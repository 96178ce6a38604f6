/** Parts of a benchmark in processes of their own: started here, asked by messages, ended here. */
import { type ChildProcess, fork } from 'node:child_process';
import { cpuMsOf, memoryOf } from './process-use.ts';

interface Answer {
  id: number;
  ok: boolean;
  value?: unknown;
  error?: string;
}

/** What a child does, by name. Values must survive JSON. */
export type Handlers = Record<string, (argument: never) => unknown>;

type Value<H extends Handlers, K extends keyof H> = Awaited<ReturnType<H[K]>>;

export class Child<H extends Handlers> {
  readonly #process: ChildProcess;
  readonly #waiting = new Map<
    number,
    { resolve: (value: unknown) => void; reject: (error: Error) => void }
  >();
  #nextId = 1;

  /** `script` is a file beside this one; `node` are options for Node, e.g. `--cpu-prof`. */
  constructor(script: string, node: readonly string[] = []) {
    this.#process = fork(new URL(script, import.meta.url), [], {
      execArgv: [...node],
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    this.#process.on('message', (answer: Answer) => {
      const waiting = this.#waiting.get(answer.id);
      this.#waiting.delete(answer.id);
      if (answer.ok) waiting?.resolve(answer.value);
      else waiting?.reject(new Error(`${script}: ${answer.error}`));
    });
    this.#process.on('exit', (code, signal) => {
      for (const { reject } of this.#waiting.values())
        reject(new Error(`${script} ended with ${signal ?? code}`));
      this.#waiting.clear();
    });
  }

  ask<K extends keyof H & string>(name: K, ...[argument]: Parameters<H[K]>): Promise<Value<H, K>> {
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve: (value) => resolve(value as Value<H, K>), reject });
      this.#process.send({ id, name, argument });
    });
  }

  /** Processor time used so far in milliseconds, of all threads; null where the system does not tell. */
  cpuMs(): number | null {
    return cpuMsOf(this.#process.pid);
  }

  /** Memory in use now and at most, in MiB; null where the system does not tell. */
  memory(): { nowMiB: number; peakMiB: number } | null {
    return memoryOf(this.#process.pid);
  }

  /** Ends it; by force after five seconds. */
  async end(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const ended = new Promise((resolve) => this.#process.once('exit', resolve));
    const force = setTimeout(() => this.#process.kill('SIGKILL'), 5_000);
    this.#process.disconnect();
    await ended;
    clearTimeout(force);
  }
}

/** Answers the parent's questions; the process ends when the parent is gone. */
export function answer(handlers: Handlers, ended: () => Promise<void> = async () => {}): void {
  process.on('message', ({ id, name, argument }: { id: number; name: string; argument: unknown }) => {
    const handler = handlers[name] as ((argument: unknown) => unknown) | undefined;
    Promise.resolve()
      .then(() => {
        if (!handler) throw new Error(`no handler ${name}`);
        return handler(argument);
      })
      .then((value) => process.send?.({ id, ok: true, value } satisfies Answer))
      .catch((error: unknown) =>
        process.send?.({
          id,
          ok: false,
          error: error instanceof Error ? (error.stack ?? error.message) : String(error),
        } satisfies Answer),
      );
  });
  process.on('disconnect', () => void ended().finally(() => process.exit(0)));
}
