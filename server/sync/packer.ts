/** The box's hold on the packing thread: starts it when it is first asked, and asks one thing after the other. */
import { Worker } from 'node:worker_threads';
import type { ErrorCode } from '#protocol/errors.ts';
import { BoxError } from '#server/platform/box-error.ts';
import type { PackAnswer, PackAsk, PackerData } from './pack.worker.ts';

type Told =
  | { id: number; ok: true; value: PackAnswer }
  | { id: number; ok: false; code: string; message: string };

interface Waiting {
  resolve: (value: PackAnswer) => void;
  reject: (error: unknown) => void;
}

export type Packed = Extract<PackAnswer, { t: 'packed' }>;

export class Packer {
  readonly #data: PackerData;
  #worker: Worker | null = null;
  readonly #waiting = new Map<number, Waiting>();
  #next = 1;

  constructor(data: PackerData) {
    this.#data = data;
  }

  /** Root (base64) over the first `size` events, or over all; empty for none. */
  async root(size: number | null = null): Promise<{ size: number; root: string }> {
    const answer = await this.#ask({ t: 'root', size });
    if (answer.t !== 'root') throw new BoxError('box/internal', { answer: answer.t });
    return { size: answer.size, root: answer.root };
  }

  /** Packs and writes the file; it is on the disk when this resolves. Throws `box/disk-full`, `batch/too-large`. */
  async pack(ask: Omit<Extract<PackAsk, { t: 'pack' }>, 't'>): Promise<Packed> {
    const answer = await this.#ask({ t: 'pack', ...ask });
    if (answer.t !== 'packed') throw new BoxError('box/internal', { answer: answer.t });
    return answer;
  }

  async stop(): Promise<void> {
    const worker = this.#worker;
    if (!worker) return;
    const ended = new Promise((resolve) => worker.once('exit', resolve));
    worker.postMessage({ id: 0, ask: null });
    await ended;
  }

  #ask(ask: PackAsk): Promise<PackAnswer> {
    const worker = this.#worker ?? this.#start();
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      worker.postMessage({ id, ask });
    });
  }

  #start(): Worker {
    const worker = new Worker(new URL('./pack.worker.ts', import.meta.url), {
      workerData: this.#data,
      name: 'sync packer',
    });
    worker.on('message', (told: Told) => {
      const waiting = this.#waiting.get(told.id);
      this.#waiting.delete(told.id);
      if (told.ok) waiting?.resolve(told.value);
      else waiting?.reject(new BoxError(codeOf(told.code), { problem: told.message }));
    });
    const gone = (error: unknown) => {
      // An error is followed by an exit, and another thread may have been started between them.
      if (this.#worker !== worker) return;
      this.#worker = null;
      for (const { reject } of this.#waiting.values())
        reject(new BoxError('box/internal', { problem: String(error) }));
      this.#waiting.clear();
    };
    worker.on('error', gone);
    worker.on('exit', () => gone('the packing thread ended'));
    this.#worker = worker;
    return worker;
  }
}

function codeOf(code: string): ErrorCode {
  if (code === 'ENOSPC' || code === 'EDQUOT') return 'box/disk-full';
  return code === 'batch/too-large' ? code : 'box/internal';
}
