import t from 'tap';
import { answer, dropOldShells, installShell, repairShell, type ShellDeps } from './shell-cache.ts';

const ORIGIN = 'https://exam.test';

class TestCache {
  readonly kept = new Map<string, Response>();
  match(request: RequestInfo): Promise<Response | undefined> {
    return Promise.resolve(this.kept.get(pathOf(request))?.clone());
  }
  put(request: RequestInfo, response: Response): Promise<void> {
    this.kept.set(pathOf(request), response);
    return Promise.resolve();
  }
  keys(): Promise<Request[]> {
    return Promise.resolve([...this.kept.keys()].map((path) => new Request(ORIGIN + path)));
  }
}

function pathOf(request: RequestInfo): string {
  return new URL(typeof request === 'string' ? request : request.url, ORIGIN).pathname;
}

function setUp(version = 'v1') {
  const all = new Map<string, TestCache>();
  const box = { files: new Map<string, string>(), up: true, asked: [] as string[] };
  for (const path of ['/index.html', '/assets/a.js', '/assets/b.css']) box.files.set(path, `${path} one`);
  const caches = {
    open: (name: string) => {
      const cache = all.get(name) ?? new TestCache();
      all.set(name, cache);
      return Promise.resolve(cache);
    },
    delete: (name: string) => Promise.resolve(all.delete(name)),
    keys: () => Promise.resolve([...all.keys()]),
  };
  const deps: ShellDeps = {
    shell: { version, files: ['/assets/a.js', '/assets/b.css'] },
    // The part of CacheStorage that is used.
    caches: caches as unknown as CacheStorage,
    fetch: (request) => {
      const path = pathOf(request);
      box.asked.push(path);
      if (!box.up) return Promise.reject(new TypeError('Failed to fetch'));
      const text = box.files.get(path);
      return Promise.resolve(text === undefined ? new Response(null, { status: 404 }) : new Response(text));
    },
    origin: ORIGIN,
  };
  return { deps, box, all };
}

/** Node's Request knows no navigations. */
function navigation(path: string): Request {
  const request = new Request(ORIGIN + path);
  Object.defineProperty(request, 'mode', { value: 'navigate' });
  return request;
}

const text = async (answered: Promise<Response> | null) => (answered ? (await answered).text() : null);

t.test('once installed, page and files are there without the box', async (t) => {
  const { deps, box } = setUp();
  await installShell(deps);
  box.up = false;
  t.equal(await text(answer(deps, navigation('/'))), '/index.html one');
  t.equal(await text(answer(deps, navigation('/anything/else'))), '/index.html one');
  t.equal(await text(answer(deps, new Request(`${ORIGIN}/assets/a.js`))), '/assets/a.js one');
});

t.test('what is not the candidate’s page is never touched', async (t) => {
  const { deps } = setUp();
  await installShell(deps);
  for (const path of [
    '/api/v1/kiosk/socket',
    '/sealed/pa/f0.age',
    '/console',
    '/console/run',
    '/preview.html',
    '/verify',
    '/check',
    '/sw.js',
  ])
    t.equal(answer(deps, navigation(path)), null, path);
  t.equal(answer(deps, new Request(`${ORIGIN}/assets/other.js`)), null);
  t.equal(answer(deps, new Request('https://elsewhere.test/assets/a.js')), null);
  t.equal(answer(deps, new Request(`${ORIGIN}/assets/a.js`, { method: 'POST', body: 'x' })), null);
});

t.test('an installation that lacks a file leaves nothing behind', async (t) => {
  const { deps, box, all } = setUp('v2');
  box.files.delete('/assets/b.css');
  await t.rejects(installShell(deps));
  t.equal(all.size, 0);
});

t.test('the new version’s activation drops the old one, and nobody else’s cache', async (t) => {
  const { deps, all } = setUp('v2');
  await deps.caches.open('gongyuan-shell-v1');
  await deps.caches.open('of-another-application');
  await installShell(deps);
  await dropOldShells(deps);
  t.same([...all.keys()].sort(), ['gongyuan-shell-v2', 'of-another-application']);
});

t.test('repair brings what the box has now; without the box the old stays', async (t) => {
  const { deps, box, all } = setUp();
  await installShell(deps);
  box.files.set('/index.html', 'repaired');
  await repairShell(deps);
  t.equal(await text(answer(deps, navigation('/'))), 'repaired');
  box.up = false;
  await t.rejects(repairShell(deps));
  t.equal(await text(answer(deps, navigation('/'))), 'repaired');
  t.equal(all.size, 1);
});

t.test('fonts of the screens are kept as they are met', async (t) => {
  const { deps, box } = setUp();
  box.files.set('/fonts/ui-abc.woff2', 'font');
  box.files.set('/fonts/ui.css', 'sheet one');
  t.equal(await text(answer(deps, new Request(`${ORIGIN}/fonts/ui-abc.woff2`))), 'font');
  t.equal(await text(answer(deps, new Request(`${ORIGIN}/fonts/ui.css`))), 'sheet one');
  box.files.set('/fonts/ui.css', 'sheet two');
  t.equal(await text(answer(deps, new Request(`${ORIGIN}/fonts/ui.css`))), 'sheet two');
  box.up = false;
  t.equal(await text(answer(deps, new Request(`${ORIGIN}/fonts/ui-abc.woff2`))), 'font');
  t.equal(await text(answer(deps, new Request(`${ORIGIN}/fonts/ui.css`))), 'sheet two');
});
