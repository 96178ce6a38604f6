/** The page's side of the service worker: registers it, lets a new version in at the right moment, has it repaired. */
import type { WorkerMessage } from './sw.ts';

/** While nobody sits here, a new version is looked for so often. */
const LOOK_EVERY_MS = 10 * 60_000;
const REPAIR_MS = 60_000;

/**
 * Registers `/sw.js`. `free` says whether nobody sits here: only then a waiting version takes over, and the page loads
 * anew with it. Returns what to call when the seat became free. Where there is no service worker, it does nothing.
 */
export function registerShell(free: () => boolean): () => void {
  const workers = navigator.serviceWorker;
  if (!workers) return () => undefined;
  let registration: ServiceWorkerRegistration | null = null;
  /** A version was let in: the page belongs to the old one until it is loaded anew. */
  let letting = false;

  const letIn = () => {
    const waiting = registration?.waiting;
    if (!waiting || !free()) return;
    letting = true;
    tell(waiting, { t: 'activate' });
  };
  workers.addEventListener('controllerchange', () => {
    // The very first worker also takes control; then the page is its own already.
    if (letting && free()) location.reload();
  });
  workers.register('/sw.js', { scope: '/', updateViaCache: 'none' }).then(
    (registered) => {
      registration = registered;
      letIn();
      registered.addEventListener('updatefound', () => {
        const { installing } = registered;
        installing?.addEventListener('statechange', () => {
          // Without a controller it is the first one: it activates by itself.
          if (installing.state === 'installed' && workers.controller) letIn();
        });
      });
      setInterval(() => {
        if (free()) registered.update().catch(() => undefined);
      }, LOOK_EVERY_MS);
    },
    // Refused (an odd certificate, private browsing): the exam runs without; the environment test says so.
    () => undefined,
  );
  return letIn;
}

/** Has the worker fetch the application again. Rejects when that fails; without a worker there is nothing to repair. */
export async function repairShell(): Promise<void> {
  const controller = navigator.serviceWorker?.controller;
  if (!controller) return;
  await new Promise<void>((resolve, reject) => {
    const { port1, port2 } = new MessageChannel();
    const timer = setTimeout(() => reject(new Error('the worker does not answer')), REPAIR_MS);
    port1.onmessage = (event: MessageEvent<{ ok: boolean }>) => {
      clearTimeout(timer);
      if (event.data.ok) resolve();
      else reject(new Error('the application could not be fetched'));
    };
    controller.postMessage({ t: 'repair' } satisfies WorkerMessage, [port2]);
  });
}

function tell(worker: ServiceWorker, message: WorkerMessage): void {
  worker.postMessage(message);
}
