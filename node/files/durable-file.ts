/**
 * Writes a file so that after a power cut there is the old one or the new one, whole: temporary file in the same
 * folder, fsync, rename (or link), fsync of the folder. Used for keys and certificates.
 */
import { randomBytes } from 'node:crypto';
import { link, open, rename, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

export interface DurableOptions {
  /** Permission bits, set whatever the umask. */
  mode: number;
  /** Fail with `EEXIST` instead of replacing: for keys, of which two processes must not make two. */
  exclusive?: boolean;
}

export async function writeDurably(
  path: string,
  data: string | Uint8Array,
  { mode, exclusive = false }: DurableOptions,
): Promise<void> {
  const folder = dirname(path);
  const temporary = join(folder, `.${basename(path)}.${randomBytes(6).toString('hex')}.tmp`);
  try {
    // Never readable by others, not even for a moment: opened 0600, widened before it gets its name.
    const file = await open(temporary, 'wx', 0o600);
    try {
      await file.writeFile(data);
      await file.chmod(mode);
      await file.sync();
    } finally {
      await file.close();
    }
    if (exclusive) await link(temporary, path);
    else await rename(temporary, path);
  } finally {
    // After a rename there is nothing left to remove; after a link or a failure there is.
    await unlink(temporary).catch(() => undefined);
  }
  await syncFolder(folder);
}

/** A rename is durable only when its folder is. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** The system's error code (`ENOENT`, `EEXIST`, …) of something caught, or `undefined`. */
export function systemCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
