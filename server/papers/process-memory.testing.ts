/** Looks for bytes in another process's memory (Linux), and in every file below a folder. */
import { closeSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs';
import { join } from 'node:path';

const CHUNK = 4 * 1024 * 1024;

/** The same words as UTF-8 and as V8 keeps those that are not Latin. */
export function forms(text: string): Buffer[] {
  return [Buffer.from(text, 'utf8'), Buffer.from(text, 'utf16le')];
}

/**
 * Places where any of the needles is, as `mapping+offset`. Throws `EACCES` or `EPERM` where the system does not let us look.
 */
export function findInMemory(pid: number, needles: readonly Buffer[]): string[] {
  const maps = readFileSync(`/proc/${pid}/maps`, 'utf8').trim().split('\n');
  const memory = openSync(`/proc/${pid}/mem`, 'r');
  const overlap = Math.max(...needles.map(({ length }) => length)) - 1;
  const buffer = Buffer.alloc(CHUNK);
  const found: string[] = [];
  try {
    for (const line of maps) {
      const match = /^([0-9a-f]+)-([0-9a-f]+) (r...) \S+ \S+ \S+ *(.*)$/.exec(line);
      if (!match) continue;
      const [, from = '0', to = '0', , name = ''] = match;
      if (name === '[vvar]' || name === '[vsyscall]' || name.startsWith('[vvar')) continue;
      const end = Number.parseInt(to, 16);
      for (let at = Number.parseInt(from, 16); at < end; at += CHUNK - overlap) {
        let read: number;
        try {
          read = readSync(memory, buffer, 0, Math.min(CHUNK, end - at), at);
        } catch {
          break; // the mapping went away, or has no pages behind it
        }
        const part = buffer.subarray(0, read);
        for (const needle of needles) {
          const offset = part.indexOf(needle);
          if (offset >= 0) found.push(`${(at + offset).toString(16)} ${name || 'anonymous'}`);
        }
        if (end - at <= CHUNK) break;
      }
    }
  } finally {
    closeSync(memory);
  }
  return found;
}

/** Files below `root` that hold any of the needles. */
export function findInFiles(root: string, needles: readonly Buffer[]): string[] {
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => {
      const bytes = readFileSync(path);
      return needles.some((needle) => bytes.includes(needle));
    });
}
