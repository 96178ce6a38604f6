/** Evidence files by SHA-256: written once, synced before anything names them, never changed. */
import { createHash, randomBytes } from 'node:crypto';
import { mkdir, open, rename, stat, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { syncFolder } from '#node/files/durable-file.ts';
import { BoxError } from './box-error.ts';

/** Where a file of this hash lies; `folder` is the data folder's `blobs`. */
export function blobPath(folder: string, sha256: string): string {
  return join(folder, sha256.slice(0, 2), sha256);
}

/**
 * Keeps the bytes; durable when it resolves (file and folder are synced). Bytes that are there already are left as
 * they are. Throws `box/disk-full` or what the disk says.
 */
export async function putBlob(folder: string, bytes: Uint8Array): Promise<{ sha256: string; bytes: number }> {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const path = blobPath(folder, sha256);
  const kept = { sha256, bytes: bytes.byteLength };
  const there = await stat(path).catch(() => null);
  if (there?.size === bytes.byteLength) return kept;
  const parent = dirname(path);
  await mkdir(parent, { recursive: true, mode: 0o750 });
  const part = join(parent, `.${sha256}.${randomBytes(6).toString('hex')}`);
  try {
    const file = await open(part, 'wx', 0o640);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(part, path);
    for (const changed of [parent, folder]) await syncFolder(changed);
  } catch (error) {
    await unlink(part).catch(() => {});
    const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : '';
    if (code === 'ENOSPC' || code === 'EDQUOT') throw new BoxError('box/disk-full', {}, error);
    throw error;
  }
  return kept;
}
