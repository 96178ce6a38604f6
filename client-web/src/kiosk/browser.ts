/** The kiosk's world in a real browser, Chrome 109 and newer. */
import { SOCKET_PATH, SOCKET_SUBPROTOCOL } from '#protocol/socket.ts';
import { browserTimers } from '../clock/timers.ts';
import { hex } from '../journal/bytes.ts';
import { loadDeviceKey } from '../journal/device-key.ts';
import { openIdbStore } from '../journal/idb-store.ts';
import type { SocketLike } from '../link/link.types.ts';
import { createWorkerOpener } from '../sealed/worker-opener.ts';
import { repairShell } from '../service-worker/register.ts';
import type { KioskDeps } from './ground.ts';

/** Version of this application as the box records it. */
const CLIENT = 'gongyuan-kiosk/0.1.0';
const LOCK = 'gongyuan-kiosk';

export function browserDeps(): KioskDeps {
  const timers = browserTimers();
  return {
    unfit,
    openStore: async () => {
      // Asks that the browser never clears the journal to make room; it works without, the journal is small.
      void navigator.storage?.persist?.().catch(() => false);
      return openIdbStore({ indexedDB, keyRange: IDBKeyRange, timers });
    },
    loadDevice: (store) => loadDeviceKey(store, crypto.subtle),
    lock: takeLock,
    connect: () => {
      const address = `${location.origin.replace(/^http/, 'ws')}${SOCKET_PATH}`;
      // The handlers that are set look at less of an event than a WebSocket gives.
      return new WebSocket(address, SOCKET_SUBPROTOCOL) as SocketLike;
    },
    http: (path, init) => fetch(path, { credentials: 'omit', ...init }),
    sha256: async (bytes) => hex(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))),
    openFile: createWorkerOpener(
      () => new Worker(new URL('../sealed/open.worker.ts', import.meta.url), { type: 'module' }),
    ),
    objectUrl: { create: (blob) => URL.createObjectURL(blob), revoke: (url) => URL.revokeObjectURL(url) },
    timers,
    pcWall: () => Date.now(),
    random: () => Math.random(),
    origin: location.origin,
    client: CLIENT,
    agent: navigator.userAgent,
    watch,
    shell: { repair: repairShell, reload: () => location.reload() },
  };
}

/** What the exam can't do without. WebCrypto and locks are there in secure contexts only: another address is no help. */
function unfit(): string | null {
  if (!window.isSecureContext) return 'socket/origin';
  const fit =
    'indexedDB' in window && 'locks' in navigator && crypto.subtle !== undefined && 'hasOwn' in Object;
  return fit ? null : 'kiosk/old-browser';
}

/** Holds the Web Lock for the life of the page; a second tab waits until the first is closed. */
function takeLock(waiting: () => void): Promise<() => void> {
  return new Promise((resolve, reject) => {
    const hold = () =>
      new Promise<void>((release) => {
        resolve(release);
      });
    navigator.locks
      .request(LOCK, { ifAvailable: true }, (lock) => {
        if (lock) return hold();
        waiting();
        // Asked apart from this request, which ends at once.
        navigator.locks.request(LOCK, hold).catch(reject);
        return undefined;
      })
      .catch(reject);
  });
}

function watch(on: { leaving(): void; back(): void }): () => void {
  const abort = new AbortController();
  const { signal } = abort;
  document.addEventListener(
    'visibilitychange',
    () => (document.visibilityState === 'hidden' ? on.leaving() : on.back()),
    { signal },
  );
  window.addEventListener('pagehide', () => on.leaving(), { signal });
  window.addEventListener('blur', () => on.leaving(), { signal });
  window.addEventListener('pageshow', () => on.back(), { signal });
  window.addEventListener('online', () => on.back(), { signal });
  return () => abort.abort();
}
