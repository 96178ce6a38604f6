/** The two demo papers, kept unpacked so that they can be read and reviewed: as files by path, and as the ZIP of an author. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { buffer } from 'node:stream/consumers';
import yazl from 'yazl';

export const DEMO_PAPERS = ['zh', 'en'] as const;
export type DemoPaper = (typeof DEMO_PAPERS)[number];

/** Entries are stamped alike, so that the same papers always give the same ZIP. */
const MADE = new Date(2030, 0, 1);

/** Files of the package by their path inside it, `/` between folders, in order of the path. */
export function readPaper(name: DemoPaper): Map<string, Uint8Array> {
  const root = join(import.meta.dirname, name);
  const paths = readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  return new Map(
    paths
      .map((path): [string, Uint8Array] => [relative(root, path).split(sep).join('/'), readFileSync(path)])
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

/** The package as the console's import page takes it. */
export function zipPaper(name: DemoPaper): Promise<Buffer> {
  const zip = new yazl.ZipFile();
  for (const [path, bytes] of readPaper(name))
    zip.addBuffer(Buffer.from(bytes), path, { mtime: MADE, mode: 0o100644 });
  zip.end();
  return buffer(zip.outputStream);
}
