/** ZIP files for tests and scripts; the product only reads them. */
import { Buffer } from 'node:buffer';
import yazl from 'yazl';

export interface ZipInput {
  name: string;
  data: string | Uint8Array;
  /** Unix mode with file type, e.g. 0o120777 for a symbolic link. */
  mode?: number;
  compress?: boolean;
}

/** Entries in the given order. yazl itself refuses unsafe names: give a safe one and `renameEntry` afterwards. */
export async function writeZip(
  entries: readonly ZipInput[] | Record<string, string | Uint8Array>,
): Promise<Buffer> {
  const list = Array.isArray(entries)
    ? (entries as readonly ZipInput[]) // Array.isArray does not narrow readonly arrays
    : Object.entries(entries as Record<string, string | Uint8Array>).map(([name, data]) => ({ name, data }));
  const zip = new yazl.ZipFile();
  for (const entry of list as readonly ZipInput[]) {
    const data = typeof entry.data === 'string' ? Buffer.from(entry.data, 'utf8') : Buffer.from(entry.data);
    zip.addBuffer(data, entry.name, {
      mtime: new Date(Date.UTC(2026, 0, 1)),
      compress: entry.compress ?? true,
      ...(entry.mode === undefined ? {} : { mode: entry.mode }),
    });
  }
  zip.end();
  const chunks: Buffer[] = [];
  for await (const chunk of zip.outputStream) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

/** Replaces a name by another of the same length in all headers, to make names that a careful packer refuses. */
export function renameEntry(zip: Uint8Array, from: string | Uint8Array, to: string | Uint8Array): Buffer {
  const old = Buffer.from(from as string); // Buffer.from takes both, its overloads not their union
  const fresh = Buffer.from(to as string);
  if (old.length !== fresh.length) throw new RangeError('names differ in length');
  const copy = Buffer.from(zip);
  for (let at = copy.indexOf(old); at >= 0; at = copy.indexOf(old, at + old.length)) fresh.copy(copy, at);
  return copy;
}
