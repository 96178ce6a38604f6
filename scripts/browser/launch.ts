/**
 * A browser for tests and demonstrations: the machine's own Chromium or Chrome, otherwise the one that npm brings. The
 * kiosk's oldest browser, Chrome 109, comes from npm alone. Nothing is downloaded at run time.
 */
import { createReadStream, createWriteStream } from 'node:fs';
import { access, constants, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { brotliDecompressSync, createBrotliDecompress } from 'node:zlib';
import { type Browser, type BrowserContext, chromium as driver } from 'playwright-core';

const ROOT = path.resolve(import.meta.dirname, '../..');

/** Quiet, alone, no traffic of its own; as root and as anybody. */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-dev-shm-usage',
  // Without a hand that clicks first, sound would not start.
  '--autoplay-policy=no-user-gesture-required',
];

const CANDIDATES = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'microsoft-edge',
].flatMap((name) =>
  ['/usr/bin', '/usr/local/bin', '/snap/bin', '/opt/google/chrome'].map((folder) => `${folder}/${name}`),
);

async function executable(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}

/** Version of an npm package that is installed here. */
async function versionOf(name: string): Promise<string> {
  const about: unknown = JSON.parse(
    await readFile(path.join(ROOT, 'node_modules', name, 'package.json'), 'utf8'),
  );
  return typeof about === 'object' && about !== null && 'version' in about ? String(about.version) : '';
}

/** The first of these folders that can be written: the repository may belong to somebody else. */
async function inWritableFolder<T>(name: string, work: (folder: string) => Promise<T>): Promise<T> {
  const [here, elsewhere] = [ROOT, tmpdir()].map((parent) => path.join(parent, '.chromium', name));
  return work(here as string).catch(() => work(elsewhere as string));
}

/** Two tests may unpack at once: each writes a name of its own, the last rename wins, both are whole. */
const partName = () => `part-${process.pid}-${performance.now()}`;

/**
 * The browser inside an npm package, unpacked into a folder of its own version. The packages' own `executablePath()`
 * is not used: every version of them unpacks to the same file, so that the second one asked for would be the first.
 */
async function packaged(name: 'chromium-109' | '@sparticuz/chromium'): Promise<string> {
  const source = path.join(ROOT, 'node_modules', name, 'bin/chromium.br');
  return inWritableFolder(await versionOf(name), async (folder) => {
    const file = path.join(folder, 'chromium');
    if (await executable(file)) return file;
    await mkdir(folder, { recursive: true });
    const part = path.join(folder, partName());
    await pipeline(
      createReadStream(source),
      createBrotliDecompress(),
      createWriteStream(part, { mode: 0o755 }),
    );
    await rename(part, file);
    return file;
  });
}

/** Libraries that the packaged browsers need and a bare machine lacks (NSS, expat), from the same package. */
async function packagedLibraries(): Promise<string> {
  const name = '@sparticuz/chromium';
  return inWritableFolder(`${await versionOf(name)}-lib`, async (folder) => {
    if (
      await access(folder).then(
        () => true,
        () => false,
      )
    )
      return folder;
    const packed = await readFile(path.join(ROOT, 'node_modules', name, 'bin/al2023.tar.br'));
    const part = `${folder}-${partName()}`;
    await mkdir(part, { recursive: true });
    for (const { name: file, bytes } of readTar(brotliDecompressSync(packed)))
      await writeFile(path.join(part, path.basename(file)), bytes);
    await rename(part, folder).catch((error: unknown) => access(folder).catch(() => Promise.reject(error)));
    return folder;
  });
}

/** Plain files of a ustar archive. */
function* readTar(tar: Buffer): Generator<{ name: string; bytes: Buffer }> {
  for (let at = 0; at + 512 <= tar.length; ) {
    const name = tar.toString('utf8', at, at + 100).replace(/\0.*$/s, '');
    if (name === '') return;
    const size = Number.parseInt(tar.toString('ascii', at + 124, at + 136), 8) || 0;
    const kind = tar[at + 156];
    if (kind === 0x30 || kind === 0) yield { name, bytes: tar.subarray(at + 512, at + 512 + size) };
    at += 512 + Math.ceil(size / 512) * 512;
  }
}

async function findCurrent(): Promise<string> {
  const named = process.env.GONGYUAN_CHROMIUM;
  for (const file of [...(named ? [named] : []), ...CANDIDATES]) if (await executable(file)) return file;
  return packaged('@sparticuz/chromium');
}

export interface LaunchOptions {
  args?: readonly string[];
}

/** Environment of a browser: a packaged one brings its libraries along. */
async function environment(executablePath: string): Promise<Record<string, string>> {
  const env = Object.fromEntries(
    Object.entries(process.env).filter((pair): pair is [string, string] => pair[1] !== undefined),
  );
  // In the C locale a browser saves names that are not ASCII as `download`.
  if (!env.LC_ALL && !/utf-?8/i.test(env.LANG ?? '')) env.LC_ALL = 'C.UTF-8';
  if (!executablePath.includes('.chromium')) return env;
  return {
    ...env,
    LD_LIBRARY_PATH: [await packagedLibraries(), env.LD_LIBRARY_PATH].filter(Boolean).join(':'),
  };
}

async function start(executablePath: string, { args = [] }: LaunchOptions): Promise<Browser> {
  return driver.launch({
    env: await environment(executablePath),
    executablePath,
    args: [...FLAGS, ...args],
    headless: true,
    // Tests end browsers themselves; a stray signal handler would end the test runner.
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
  });
}

/** The current browser. Rejects when there is none, or it does not start. */
export async function launch(options: LaunchOptions = {}): Promise<Browser> {
  const found = await findCurrent();
  // A machine's browser may be there and yet not start (a broken snap, a missing library); npm's is whole.
  return start(found, options).catch(async () => start(await packaged('@sparticuz/chromium'), options));
}

/** Chrome 109, the oldest that the kiosk supports (the last one for Windows 7). */
export async function launch109(options: LaunchOptions = {}): Promise<Browser> {
  return start(await packaged('chromium-109'), options);
}

/**
 * The current browser with a folder of its own: service workers, storage and certificates as on a candidate's machine
 * (a page opened with `ignoreHTTPSErrors` registers no service worker; use `--ignore-certificate-errors-spki-list`).
 */
export async function launchProfile(folder: string, options: LaunchOptions = {}): Promise<BrowserContext> {
  const executablePath = await findCurrent();
  return driver.launchPersistentContext(path.resolve(folder), {
    env: await environment(executablePath),
    executablePath,
    args: [...FLAGS, ...(options.args ?? [])],
    headless: true,
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
  });
}

/** Why a browser test is skipped here, or null when the browser runs. For `t.test(name, { skip })`. */
export async function whyNot(open: () => Promise<Browser>): Promise<string | null> {
  try {
    await (await open()).close();
    return null;
  } catch (error) {
    const first = String(error instanceof Error ? error.message : error).split('\n')[0];
    return `no browser runs here (install chromium, or name one in GONGYUAN_CHROMIUM): ${first}`;
  }
}
