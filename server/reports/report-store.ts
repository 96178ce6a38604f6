/**
 * PDFs on the disk: `<reports>/<report>.pdf`, there whole or not at all. A file is renamed into place before its event is
 * committed; whatever a crash leaves in between is swept at the next start.
 */
import { open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { syncFolder, systemCode } from '#node/files/durable-file.ts';
import { BoxError } from '#server/platform/box-error.ts';

const FINISHED = /^(rp_[0-9a-z]{16})\.pdf$/;
const COMING = '.coming-';

export class ReportStore {
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  path(report: string): string {
    return join(this.#root, `${report}.pdf`);
  }

  /** Where a report is written while it is being made. */
  comingPath(report: string): string {
    return join(this.#root, `${COMING}${report}.pdf`);
  }

  /** From now on the file is there under its name, also after a power cut. `from` must be synced already. */
  async commit(report: string, from = this.comingPath(report)): Promise<void> {
    await rename(from, this.path(report));
    await syncFolder(this.#root);
  }

  async remove(report: string): Promise<void> {
    for (const path of [this.path(report), this.comingPath(report)]) await rm(path, { force: true });
  }

  /** Size in bytes. Throws `report/none` where the file is gone. */
  async size(report: string): Promise<number> {
    try {
      return (await stat(this.path(report))).size;
    } catch (error) {
      throw systemCode(error) === 'ENOENT' ? new BoxError('report/none', { report }, error) : error;
    }
  }

  /** Takes away files that the ledger knows nothing of; returns their names. */
  async sweep(known: ReadonlySet<string>): Promise<string[]> {
    const swept: string[] = [];
    for (const { name } of await readdir(this.#root, { withFileTypes: true })) {
      const report = FINISHED.exec(name)?.[1];
      if (!name.startsWith(COMING) && (report === undefined || known.has(report))) continue;
      await rm(join(this.#root, name), { force: true });
      swept.push(name);
    }
    return swept;
  }
}

/** Writes and syncs a file. Throws `box/disk-full`. */
export async function writeSynced(path: string, bytes: Uint8Array): Promise<void> {
  try {
    const file = await open(path, 'w', 0o640);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
  } catch (error) {
    await rm(path, { force: true }).catch(() => undefined);
    const code = systemCode(error);
    if (code === 'ENOSPC' || code === 'EDQUOT') throw new BoxError('box/disk-full', {}, error);
    throw error;
  }
}
