/**
 * The service worker of the candidate's page, at `/sw.js`. A new version installs beside the old one and waits: it takes
 * over when the page says that nobody sits here (register.ts), never during an attempt.
 */
import {
  answer,
  dropOldShells,
  installShell,
  repairShell,
  type Shell,
  type ShellDeps,
} from './shell-cache.ts';

interface ExtendableEvent extends Event {
  waitUntil(work: Promise<unknown>): void;
}

/** The parts of ServiceWorkerGlobalScope used here: TypeScript's worker types can't stand beside its DOM types. */
interface WorkerScope {
  __SHELL__?: Shell;
  readonly caches: CacheStorage;
  readonly location: Location;
  readonly clients: { claim(): Promise<void> };
  fetch: typeof fetch;
  skipWaiting(): Promise<void>;
  addEventListener(type: 'install' | 'activate', on: (event: ExtendableEvent) => void): void;
  addEventListener(
    type: 'fetch',
    on: (event: ExtendableEvent & { request: Request; respondWith(answer: Promise<Response>): void }) => void,
  ): void;
  addEventListener(type: 'message', on: (event: ExtendableEvent & MessageEvent<WorkerMessage>) => void): void;
}

export type WorkerMessage = { t: 'activate' } | { t: 'repair' };

const scope = globalThis as unknown as WorkerScope;

const deps: ShellDeps = {
  // Put in front of this file by the build; without it (development) nothing is kept.
  shell: scope.__SHELL__ ?? { version: 'development', files: [] },
  caches: scope.caches,
  fetch: (request, init) => scope.fetch(request, init),
  origin: scope.location.origin,
};

scope.addEventListener('install', (event) => {
  event.waitUntil(installShell(deps));
});

scope.addEventListener('activate', (event) => {
  event.waitUntil(dropOldShells(deps).then(() => scope.clients.claim()));
});

scope.addEventListener('fetch', (event) => {
  const answered = answer(deps, event.request);
  if (answered) event.respondWith(answered);
});

scope.addEventListener('message', (event) => {
  if (event.data.t === 'activate') event.waitUntil(scope.skipWaiting());
  if (event.data.t === 'repair') {
    const [port] = event.ports;
    const done = repairShell(deps).then(
      () => port?.postMessage({ ok: true }),
      () => port?.postMessage({ ok: false }),
    );
    event.waitUntil(done);
  }
});
