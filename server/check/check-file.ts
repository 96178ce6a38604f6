/** Takes an untrusted file in: streamed to the disk with its hash, bounded in size and number, looked at one by one. */
import { createHash, randomBytes } from 'node:crypto';
import { open, readdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { Worker } from 'node:worker_threads';
import { isPdf } from '#domain/checking/signed-pdf.ts';
import { BoxError } from '#server/platform/box-error.ts';
import type { CheckFinding, CheckTask } from './check.worker.ts';

export const FILE_BYTES = 64 * 1024 * 1024;
/** Files at once, so that nobody fills the disk or the room of others; each address has a share. */
const FILES = 8;
const FILES_EACH = 2;
const PREFIX = 'check-';

export class CheckFiles {
  readonly #folder: string;
  readonly #authority: string;
  readonly #open = new Map<string, number>();
  #last: Promise<unknown> = Promise.resolve();

  /** `folder`: where files lie while they are looked at; `authority`: PEM. */
  constructor(folder: string, authority: string) {
    this.#folder = folder;
    this.#authority = authority;
  }

  /** Removes what a crash has left. */
  async start(): Promise<void> {
    for (const name of await readdir(this.#folder))
      if (name.startsWith(PREFIX)) await unlink(join(this.#folder, name)).catch(() => undefined);
  }

  /**
   * Stores the body, and gives its SHA-256 (hex) and a way to look at it; removed when `use` is done. Throws
   * `request/too-large`, `request/too-many`, `check/no-pdf`.
   */
  async take<T>(
    address: string,
    body: Readable,
    use: (file: { sha256: string; look: () => Promise<CheckFinding> }) => Promise<T>,
  ): Promise<T> {
    const mine = this.#open.get(address) ?? 0;
    const all = [...this.#open.values()].reduce((sum, count) => sum + count, 0);
    if (mine >= FILES_EACH || all >= FILES) throw new BoxError('request/too-many');
    this.#open.set(address, mine + 1);
    const file = join(this.#folder, `${PREFIX}${randomBytes(9).toString('hex')}`);
    try {
      const sha256 = await store(file, body);
      return await use({ sha256, look: () => this.#look(file) });
    } finally {
      await unlink(file).catch(() => undefined);
      const left = (this.#open.get(address) ?? 1) - 1;
      if (left > 0) this.#open.set(address, left);
      else this.#open.delete(address);
    }
  }

  /** One thread at a time. */
  #look(file: string): Promise<CheckFinding> {
    const work = this.#last.then(() => lookAt({ file, authority: this.#authority }));
    this.#last = work.catch(() => undefined);
    return work;
  }
}

async function store(file: string, body: Readable): Promise<string> {
  const hash = createHash('sha256');
  const target = await open(file, 'wx', 0o600);
  try {
    let size = 0;
    let head = Buffer.alloc(0);
    for await (const chunk of body as AsyncIterable<Buffer>) {
      if (head.length < 5) {
        head = Buffer.concat([head, chunk.subarray(0, 5)]);
        if (head.length >= 5 && !isPdf(head)) throw new BoxError('check/no-pdf');
      }
      size += chunk.length;
      if (size > FILE_BYTES) throw new BoxError('request/too-large');
      hash.update(chunk);
      await target.writeFile(chunk);
    }
    if (!isPdf(head)) throw new BoxError('check/no-pdf');
    return hash.digest('hex');
  } catch (error) {
    const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : '';
    if (code === 'ENOSPC' || code === 'EDQUOT') throw new BoxError('box/disk-full', {}, error);
    throw error;
  } finally {
    await target.close();
  }
}

function lookAt(task: CheckTask): Promise<CheckFinding> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./check.worker.ts', import.meta.url), { workerData: task });
    worker.once('message', (finding: CheckFinding) => resolve(finding));
    worker.once('error', reject);
    worker.once('exit', (code) => reject(new Error(`the checking thread ended with ${code}`)));
  });
}
