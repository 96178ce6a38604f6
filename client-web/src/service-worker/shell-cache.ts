/**
 * The application in the browser's cache, so that a reload while the box is away is no error page. Plain rules over
 * injected caches and fetch; sw.ts ties them to the worker's events.
 */

/** What the build puts in front of the worker (scripts/build.ts). */
export interface Shell {
  version: string;
  /** Paths of all hashed files of the candidate's page. */
  files: string[];
}

export interface ShellDeps {
  shell: Shell;
  caches: CacheStorage;
  fetch(request: Request | string, init?: RequestInit): Promise<Response>;
  origin: string;
}

const PREFIX = 'gongyuan-shell-';
const PAGE = '/index.html';
/** Never touched: other pages of the box, its interface, and the sealed files, which the page keeps itself. */
const NOT_OURS = [
  '/api',
  '/sealed',
  '/console',
  '/preview',
  '/verify',
  '/check',
  '/sw.js',
  '/asset-manifest.json',
];
/** Fonts of the screens: made by the box, named by their content. */
const FONTS = '/fonts/';

function cacheName({ version }: Shell): string {
  return PREFIX + version;
}

function isNotOurs(path: string): boolean {
  return NOT_OURS.some((one) => path === one || path.startsWith(`${one}/`) || path.startsWith(`${one}.`));
}

/** Fetches all files of this version into its own cache; rejects, leaving none of it, when one can't be had. */
export async function installShell(deps: ShellDeps): Promise<void> {
  const name = cacheName(deps.shell);
  try {
    await fill(deps, name);
  } catch (error) {
    await deps.caches.delete(name);
    throw error;
  }
}

/** Fetches all files again; the old ones serve until all new ones are there. */
export async function repairShell(deps: ShellDeps): Promise<void> {
  const fresh = `${cacheName(deps.shell)}-repair`;
  try {
    await fill(deps, fresh);
    const from = await deps.caches.open(fresh);
    const to = await deps.caches.open(cacheName(deps.shell));
    for (const request of await from.keys()) {
      const answer = await from.match(request);
      if (answer) await to.put(request, answer);
    }
  } finally {
    await deps.caches.delete(fresh);
  }
}

/** Drops the caches of other versions. */
export async function dropOldShells(deps: ShellDeps): Promise<void> {
  const mine = cacheName(deps.shell);
  for (const name of await deps.caches.keys())
    if (name.startsWith(PREFIX) && name !== mine) await deps.caches.delete(name);
}

/** The answer to a request of the page, or null: let it go to the network as if there were no worker. */
export function answer(deps: ShellDeps, request: Request): Promise<Response> | null {
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== deps.origin || isNotOurs(url.pathname)) return null;
  if (request.mode === 'navigate') return fromCache(deps, PAGE, request);
  if (url.pathname.startsWith(FONTS)) return keepFont(deps, request);
  if (deps.shell.files.includes(url.pathname)) return fromCache(deps, url.pathname, request);
  return null;
}

async function fromCache(deps: ShellDeps, path: string, request: Request): Promise<Response> {
  const cache = await deps.caches.open(cacheName(deps.shell));
  return (await cache.match(path)) ?? deps.fetch(request);
}

async function keepFont(deps: ShellDeps, request: Request): Promise<Response> {
  const cache = await deps.caches.open(cacheName(deps.shell));
  const known = await cache.match(request.url);
  // The sheet may change with the box's version, the fonts it names are named by content: a known one is shown at
  // once, and the sheet is looked at again behind it.
  if (known && !request.url.endsWith('.css')) return known;
  const fresh = deps.fetch(request).then(async (response) => {
    if (response.ok) await cache.put(request.url, response.clone());
    return response;
  });
  if (!known) return fresh;
  return fresh.catch(() => known);
}

async function fill(deps: ShellDeps, name: string): Promise<void> {
  const cache = await deps.caches.open(name);
  for (const path of [PAGE, ...deps.shell.files]) {
    const response = await deps.fetch(path, { cache: 'reload', credentials: 'omit' });
    if (!response.ok || response.redirected) throw new Error(`${path} answered ${response.status}`);
    await cache.put(path, response);
  }
}
