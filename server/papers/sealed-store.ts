/**
 * Ciphertexts on the disk, `<root>/<paper>/<file>`. A paper's folder is there whole or not at all, whatever a power cut
 * interrupts: written aside, synced, then renamed; removed by a rename first.
 */
import { createHash } from 'node:crypto';
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { syncFolder, systemCode } from '#node/files/durable-file.ts';
import { BoxError } from '#server/platform/box-error.ts';

const NAME = /^f(0|[1-9][0-9]{0,4})\.age$/;
const COMING = '.coming-';
const GOING = '.going-';

export interface StoredFile {
  bytes: number;
  /** Lower-case hexadecimal. */
  sha256: string;
}

export class SealedStore {
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  /** Begins a paper; nothing of it is seen before `commit`. */
  async begin(paper: string): Promise<PaperFolder> {
    const folder = new PaperFolder(this.#root, join(this.#root, `${COMING}${paper}`), paper);
    await storage(() => mkdir(folder.path, { mode: 0o750 }));
    return folder;
  }

  async remove(paper: string): Promise<void> {
    const going = join(this.#root, `${GOING}${paper}`);
    try {
      await rename(join(this.#root, paper), going);
    } catch (error) {
      if (systemCode(error) !== 'ENOENT') throw error;
    }
    await rm(going, { recursive: true, force: true });
  }

  /** Takes away what an interrupted import or removal has left; `papers` are those that the ledger knows. */
  async sweep(papers: ReadonlySet<string>): Promise<string[]> {
    const swept: string[] = [];
    for (const { name } of await readdir(this.#root, { withFileTypes: true })) {
      const paper = /^(?:\.coming-|\.going-)?(pa_[0-9a-z]{16})$/.exec(name)?.[1];
      if (paper === undefined || (name === paper && papers.has(paper))) continue;
      await rm(join(this.#root, name), { recursive: true, force: true });
      swept.push(name);
    }
    return swept;
  }
}

export class PaperFolder {
  readonly path: string;
  readonly #root: string;
  readonly #paper: string;
  readonly files = new Map<string, StoredFile>();

  constructor(root: string, path: string, paper: string) {
    this.#root = root;
    this.path = path;
    this.#paper = paper;
  }

  /** Writes one file and syncs it. Throws `box/disk-full`. */
  async write(name: string, chunks: AsyncIterable<Uint8Array>): Promise<void> {
    if (!NAME.test(name)) throw new Error(`not a sealed file's name: ${name.slice(0, 40)}`);
    const hash = createHash('sha256');
    let bytes = 0;
    await storage(async () => {
      const file = await open(join(this.path, name), 'wx', 0o640);
      try {
        for await (const chunk of chunks) {
          hash.update(chunk);
          bytes += chunk.length;
          await file.writeFile(chunk);
        }
        await file.sync();
      } finally {
        await file.close();
      }
    });
    this.files.set(name, { bytes, sha256: hash.digest('hex') });
  }

  /** From now on the paper's folder is there, also after a power cut. */
  async commit(): Promise<void> {
    await storage(async () => {
      await syncFolder(this.path);
      await rename(this.path, join(this.#root, this.#paper));
      await syncFolder(this.#root);
    });
  }

  /** Nothing of it stays. */
  async discard(): Promise<void> {
    await rm(this.path, { recursive: true, force: true });
  }
}

async function storage<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (systemCode(error) === 'ENOSPC') throw new BoxError('box/disk-full', undefined, error);
    throw error;
  }
}
