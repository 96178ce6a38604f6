/**
 * Builds the web applications and precompresses them. `npm run build` always builds; others build what is missing or old.
 * By hand, one of them: `node scripts/build.ts hq-web`.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile, stat, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants } from 'node:zlib';

const ROOT = join(import.meta.dirname, '..');
const brotli = promisify(brotliCompress);
const COMPRESSED = /\.(js|mjs|css|html|json|svg|wasm|webmanifest|txt)$/;

interface WebApp {
  name: string;
  folder: string;
  output: string;
  page: string;
}

const APPS: readonly WebApp[] = [
  { name: 'client-web', folder: 'client-web', output: 'client-web/dist', page: 'index.html' },
  { name: 'console', folder: 'console', output: 'console/build', page: 'index.html' },
  { name: 'hq-web', folder: 'hq-web', output: 'hq-web/dist', page: 'index.html' },
];
/** Rooms whose code ends up in the applications. */
const SHARED = ['web', 'protocol', 'domain'];

interface BuildOptions {
  always?: boolean;
  /** Names of applications; all where absent. */
  only?: readonly string[];
}

/** Builds the applications whose sources are newer than their pages. `always` builds them whatever their age. */
export function ensureBuilt({ always = false, only }: BuildOptions = {}): Promise<void> {
  return oneAtATime(() => buildWhatIsOld(always, only));
}

/** Two commands at once (tests, a demo) must not build into the same folder: the second waits and finds it built. */
async function oneAtATime(work: () => Promise<void>): Promise<void> {
  const lock = join(ROOT, '.build.lock');
  for (;;) {
    try {
      await writeFile(lock, String(process.pid), { flag: 'wx' });
      break;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) return work();
      const holder = Number(await readFile(lock, 'utf8').catch(() => '0'));
      if (holder > 0 && !isRunning(holder)) await unlink(lock).catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
  try {
    await work();
  } finally {
    await unlink(lock).catch(() => undefined);
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

async function buildWhatIsOld(always: boolean, only: readonly string[] | undefined): Promise<void> {
  const shared = Math.max(...(await Promise.all(SHARED.map((folder) => newest(join(ROOT, folder))))));
  for (const app of APPS) {
    if (only && !only.includes(app.name)) continue;
    const page = join(ROOT, app.output, app.page);
    const built = existsSync(page) ? (await stat(page)).mtimeMs : 0;
    const sources = Math.max(shared, await newest(join(ROOT, app.folder)));
    if (!always && built > sources) continue;
    await run('npx', ['--no-install', 'vite', 'build', '--logLevel', 'error'], join(ROOT, app.folder));
    if (app.name === 'client-web') await nameShell(join(ROOT, app.output));
    await compress(join(ROOT, app.output));
  }
}

/** Newest change of a source file below a folder. */
async function newest(folder: string): Promise<number> {
  if (!existsSync(folder)) return 0;
  let latest = 0;
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (
      !entry.isFile() ||
      /(^|\/)(dist|build|node_modules|\.svelte-kit|paraglide|test)(\/|$)/.test(
        entry.parentPath.slice(ROOT.length),
      )
    )
      continue;
    if (entry.name.endsWith('.test.ts')) continue;
    latest = Math.max(latest, (await stat(join(entry.parentPath, entry.name))).mtimeMs);
  }
  return latest;
}

/** Puts the list of the application's files in front of its service worker, so that any change makes a new worker. */
async function nameShell(folder: string): Promise<void> {
  const worker = join(folder, 'sw.js');
  if (!existsSync(worker)) return;
  const hash = createHash('sha256');
  const files: string[] = [];
  for (const entry of (await readdir(join(folder, 'assets'))).sort()) {
    if (entry.endsWith('.br') || /^(preview|verify|check|receipt-words)-/.test(entry)) continue;
    files.push(`/assets/${entry}`);
    hash.update(entry);
  }
  hash.update(await readFile(join(folder, 'index.html'))).update(await readFile(worker));
  const shell = JSON.stringify({ version: hash.digest('hex').slice(0, 16), files });
  await writeFile(worker, `self.__SHELL__=${shell};\n${await readFile(worker, 'utf8')}`);
}

/** Writes a Brotli copy beside every text file. */
async function compress(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !COMPRESSED.test(entry.name)) continue;
    const path = join(entry.parentPath, entry.name);
    const bytes = await readFile(path);
    const packed = await brotli(bytes, {
      params: { [constants.BROTLI_PARAM_QUALITY]: 10, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
    });
    await writeFile(`${path}.br`, packed);
  }
}

/** Quiet when all is well; what the builder said is shown when it failed. */
function run(command: string, args: string[], cwd: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, NODE_ENV: 'production', npm_config_loglevel: 'error' },
    });
    let said = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => {
        said += chunk.toString();
      });
    child.once('error', reject);
    child.once('exit', (code) => {
      if (code === 0) return resolve();
      process.stderr.write(said);
      reject(new Error(`building ${cwd} failed (${code})`));
    });
  });
}

if (process.argv[1] === import.meta.filename) {
  const names = process.argv.slice(2).filter((word) => !word.startsWith('--'));
  const always = !process.argv.includes('--if-needed');
  await ensureBuilt({ always, ...(names.length > 0 ? { only: names } : {}) });
}
