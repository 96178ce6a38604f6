/**
 * A disk whose power can be cut: an ext4 file system in a file, mounted through a loop device. The cut is the file
 * system's own shutdown (EXT4_IOC_SHUTDOWN without flushing its log): whatever was not synced is gone at the next mount,
 * and every write after the cut fails. Needs root on Linux; touches nothing but the mount point made here.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { closeSync, ftruncateSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const IMAGE_BYTES = 768 * 1024 * 1024;

/** Why the test cannot run on this machine; null when it can. */
export function powerDiskLacks(): string | null {
  if (process.platform !== 'linux') return 'needs Linux: a power cut is the shutdown of an ext4 file system';
  if (process.getuid?.() !== 0) return 'needs root, to mount a file system of its own';
  for (const tool of ['mkfs.ext4', 'mount', 'umount', 'losetup'])
    if (spawnSync(tool, ['--version'], { env: toolPath() }).error) return `needs ${tool}`;
  if (spawnSync('python3', ['-c', 'import fcntl']).status !== 0) return 'needs python3, to cut the power';
  return probe();
}

/** Containers often may not mount: try it once with a small disk. */
function probe(): string | null {
  const folder = mkdtempSync(join(tmpdir(), 'gongyuan-disk-'));
  try {
    const disk = new PowerDisk(folder, 16 * 1024 * 1024);
    try {
      disk.cut();
    } finally {
      disk.unplug();
    }
    return null;
  } catch (error) {
    return `this machine does not let it mount or shut down a file system: ${String(error).slice(0, 200)}`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** System tools are not on everybody's path. */
function toolPath(): NodeJS.ProcessEnv {
  return { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin` };
}

export class PowerDisk {
  readonly #image: string;
  /** Where the file system is mounted. */
  readonly mount: string;
  #mounted = false;

  /** Makes the file system in `folder`. Throws when the machine does not let it (no loop device in a container). */
  constructor(folder: string, bytes = IMAGE_BYTES) {
    this.#image = join(folder, 'disk.img');
    this.mount = join(folder, 'disk');
    mkdirSync(this.mount);
    const file = openSync(this.#image, 'wx');
    ftruncateSync(file, bytes);
    closeSync(file);
    run('mkfs.ext4', ['-q', '-F', this.#image]);
    this.plugIn();
  }

  /** Mounts it; after a cut this replays the file system's journal, as a box does at its start. */
  plugIn(): void {
    // A long commit interval: nothing becomes durable by itself while the test runs.
    run('mount', ['-o', 'loop,commit=300', this.#image, this.mount]);
    this.#mounted = true;
  }

  /** From this moment nothing more reaches the disk. Returns the moment before, in microseconds of the monotonic clock. */
  cut(): number {
    this.#assertOurs();
    const script = join(import.meta.dirname, 'cut_power.py');
    return Number(execFileSync('python3', [script, this.mount], { encoding: 'utf8' }));
  }

  /** After the processes on it have ended. */
  unplug(): void {
    if (!this.#mounted) return;
    run('umount', [this.mount]);
    this.#mounted = false;
  }

  /** The shutdown would hit whatever file system the path lies on: it must be the loop mount made here. */
  #assertOurs(): void {
    const mounts = readFileSync('/proc/self/mountinfo', 'utf8').split('\n');
    const own = mounts.some((line) => {
      const fields = line.split(' ');
      const rest = fields.slice(fields.indexOf('-') + 1);
      return fields[4] === this.mount && rest[0] === 'ext4' && /^\/dev\/loop\d+$/.test(rest[1] ?? '');
    });
    if (!own) throw new Error(`${this.mount} is not the test's own mount`);
  }
}

function run(command: string, args: string[]): void {
  execFileSync(command, args, { env: toolPath(), stdio: ['ignore', 'ignore', 'pipe'] });
}
