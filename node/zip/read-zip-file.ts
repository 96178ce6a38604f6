/**
 * A ZIP file that is too large for memory, read from the disk entry by entry under the same rules as `readZip`: nothing
 * is unpacked to the disk, and the whole of it is checked before the first file is handed out.
 */
import yauzl from 'yauzl';
import type { ZipFault, ZipLimits } from '#domain/papers/import/package-limits.ts';
import { damage, inflate, list, type Named } from './read-zip.ts';

export interface ZipOnDisk {
  /** In the order of its directory, normalised. */
  names: string[];
  read(name: string): Promise<Uint8Array>;
}

/**
 * Opens the file, checks every entry (each is inflated once, and forgotten), and gives it to `use`, which may then read
 * single entries. Answers the faults instead where there are any; never rejects for a bad file.
 */
export async function useZipFile<T>(
  path: string,
  limits: ZipLimits,
  use: (zip: ZipOnDisk) => Promise<T>,
): Promise<{ faults: ZipFault[] } | { result: T }> {
  const faults: ZipFault[] = [];
  let zip: yauzl.ZipFile;
  try {
    zip = await yauzl.openPromise(path, { decodeStrings: false, validateEntrySizes: true, autoClose: false });
  } catch (error) {
    return { faults: [{ file: '', ...damage(error) }] };
  }
  try {
    if (zip.entryCount > limits.entries)
      return { faults: [{ code: 'zip/too-many-entries', file: '', detail: `${zip.entryCount} entries` }] };
    const named = new Map<string, Named>();
    try {
      for (const one of await list(zip, limits, faults)) named.set(one.name, one);
    } catch (error) {
      faults.push({ file: '', ...damage(error) });
    }
    if (faults.length > 0) return { faults };
    for (const { entry, name } of named.values()) {
      try {
        await inflate(zip, entry);
      } catch (error) {
        return { faults: [{ file: name, ...damage(error) }] };
      }
    }
    const read = async (name: string) => {
      const one = named.get(name);
      if (!one) throw new RangeError(`no entry ${name}`);
      return inflate(zip, one.entry);
    };
    return { result: await use({ names: [...named.keys()], read }) };
  } finally {
    zip.close();
  }
}
