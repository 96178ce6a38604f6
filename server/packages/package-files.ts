/**
 * Package files in the data folder: `<package>.<first of its hash>.part` while one comes over the line, which a restart
 * goes on with; `stick-….part` while one is read from a stick. Never in memory, never without room for the answers.
 */
import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, open, readdir, rm, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode } from '#node/files/durable-file.ts';
import type { PackageOffer } from '#protocol/hq.ts';
import { BoxError } from '#server/platform/box-error.ts';

/** Largest package that is taken. */
export const PACKAGE_FILE_BYTES = 2 * 1024 * 1024 * 1024;
/** Left free whatever comes: answers need the disk more. */
const DISK_RESERVE_BYTES = 512 * 1024 * 1024;
const FROM_LINE = /^(pk_[0-9a-z]{16})\.[0-9a-f]{16}\.part$/;

/** One answer of headquarters: the file's bytes from `from` on. */
export interface Coming {
  from: number;
  bytes: AsyncIterable<Uint8Array>;
}

export class PackageFiles {
  readonly #folder: string;
  readonly #freeBytes: (folder: string) => Promise<number>;

  /** @param freeBytes room on the disk of a folder */
  constructor(folder: string, freeBytes: (folder: string) => Promise<number> = freeOf) {
    this.#folder = folder;
    this.#freeBytes = freeBytes;
  }

  /** At the start: everything goes but what may still be fetched on. Names of what went. */
  async sweep(isTaken: (name: string) => boolean): Promise<string[]> {
    const gone: string[] = [];
    for (const name of await readdir(this.#folder)) {
      const id = FROM_LINE.exec(name)?.[1];
      if (id !== undefined && !isTaken(id)) continue;
      await rm(join(this.#folder, name), { recursive: true, force: true });
      gone.push(name);
    }
    return gone;
  }

  /** Where an offered package comes to. */
  pathOf({ package: id, sha256 }: Pick<PackageOffer, 'package' | 'sha256'>): string {
    return join(this.#folder, `${id}.${sha256.slice(0, 16)}.part`);
  }

  /** Bytes of it that have come. */
  async arrived(offer: PackageOffer): Promise<number> {
    const found = await stat(this.pathOf(offer)).catch(() => null);
    return found?.size ?? 0;
  }

  /**
   * Fetches what is missing of an offered package, from the byte it had come to; synced when it resolves. Throws
   * `request/too-large`, `box/disk-full`, `package/cut`, or what `ask` throws; what has come stays for the next try.
   * @param ask asks headquarters for the bytes from an offset on; it may begin anew
   */
  async fetch(
    offer: PackageOffer,
    ask: (offset: number) => Promise<Coming>,
    progress: (bytes: number) => void,
  ): Promise<string> {
    if (offer.bytes > PACKAGE_FILE_BYTES)
      throw new BoxError('request/too-large', { mostBytes: PACKAGE_FILE_BYTES });
    const path = this.pathOf(offer);
    let had = await this.arrived(offer);
    if (had > offer.bytes) {
      await this.remove(path);
      had = 0;
    }
    await this.#checkRoom(offer.bytes - had);
    if (had < offer.bytes) {
      const { from, bytes } = await ask(had);
      if (from > had) throw new BoxError('package/cut', { from, had });
      await guarded(async () => {
        const file = await open(path, 'a', 0o640);
        try {
          await file.truncate(from);
          await write(file, bytes, offer.bytes - from, (written) => progress(from + written));
        } finally {
          await file.sync().finally(() => file.close());
        }
      });
    }
    if ((await this.arrived(offer)) !== offer.bytes) throw new BoxError('package/cut');
    if ((await hashFile(path)) !== offer.sha256) {
      await this.remove(path);
      throw new BoxError('package/cut', { reason: 'hash' });
    }
    return path;
  }

  /** Keeps what is read from a stick. Throws `request/too-large`, `box/disk-full`. */
  async keep(
    stream: AsyncIterable<Uint8Array>,
    announced: number,
  ): Promise<{ path: string; sha256: string }> {
    if (announced > PACKAGE_FILE_BYTES)
      throw new BoxError('request/too-large', { mostBytes: PACKAGE_FILE_BYTES });
    await this.#checkRoom(announced);
    const path = join(this.#folder, `stick-${randomBytes(8).toString('hex')}.part`);
    const hash = createHash('sha256');
    try {
      await guarded(async () => {
        const file = await open(path, 'wx', 0o640);
        try {
          await write(file, stream, PACKAGE_FILE_BYTES, () => {}, hash.update.bind(hash));
        } finally {
          await file.sync().finally(() => file.close());
        }
      });
    } catch (error) {
      await this.remove(path);
      throw error;
    }
    return { path, sha256: hash.digest('hex') };
  }

  async remove(path: string): Promise<void> {
    await rm(path, { force: true });
  }

  async #checkRoom(bytes: number): Promise<void> {
    if ((await this.#freeBytes(this.#folder)) < bytes + DISK_RESERVE_BYTES)
      throw new BoxError('box/disk-full');
  }
}

export async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer); // no encoding is set
  return hash.digest('hex');
}

async function write(
  file: FileHandle,
  bytes: AsyncIterable<Uint8Array>,
  most: number,
  progress: (written: number) => void,
  seen: (chunk: Uint8Array) => void = () => {},
): Promise<void> {
  let written = 0;
  for await (const chunk of bytes) {
    if (written + chunk.length > most) throw new BoxError('request/too-large', { mostBytes: most });
    await file.appendFile(chunk);
    written += chunk.length;
    seen(chunk);
    progress(written);
  }
}

async function guarded<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const code = systemCode(error);
    if (code === 'ENOSPC' || code === 'EDQUOT') throw new BoxError('box/disk-full', undefined, error);
    throw error;
  }
}

async function freeOf(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}
