/**
 * The lock file names packages by version and hash alone: no address of any registry, and nothing without a hash but
 * builds of tools for other systems, which a registry may not hold and which are never fetched where they don't fit.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from './step.ts';

interface Locked {
  version?: string;
  resolved?: string;
  integrity?: string;
  link?: boolean;
  dev?: boolean;
  optional?: boolean;
  cpu?: string[];
  os?: string[];
  libc?: string[];
}

/** A tool's build for a system other than Linux on a PC, where this is built and tested. */
const isForOthers = ({ dev, optional, cpu = [], os = [], libc = [] }: Locked): boolean =>
  dev === true &&
  optional === true &&
  !(cpu.includes('x64') && os.includes('linux') && !libc.includes('musl')) &&
  (cpu.length > 0 || os.length > 0);

/** Faults of a package-lock.json, as sentences. */
export function lockFileFaults(text: string): string[] {
  const { packages = {}, lockfileVersion } = JSON.parse(text) as {
    packages?: Record<string, Locked>;
    lockfileVersion?: number;
  };
  const faults = lockfileVersion === 3 ? [] : [`lockfileVersion is ${lockfileVersion}, not 3`];
  for (const [path, locked] of Object.entries(packages)) {
    if (path === '') continue;
    const { resolved, integrity, link } = locked;
    if (resolved !== undefined) faults.push(`${path} names an address: ${resolved}`);
    if (link || !path.startsWith('node_modules/')) faults.push(`${path} is not a package of a registry`);
    else if (integrity === undefined ? !isForOthers(locked) : !integrity.startsWith('sha512-'))
      faults.push(`${path} has no SHA-512`);
  }
  return faults;
}

if (import.meta.main) {
  const faults = lockFileFaults(await readFile(join(ROOT, 'package-lock.json'), 'utf8'));
  for (const fault of faults) process.stdout.write(`package-lock.json: ${fault}\n`);
  process.exitCode = faults.length === 0 ? 0 : 1;
}
