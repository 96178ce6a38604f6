/** `OpenFile` by the worker, which is started when the first paper is released. */

import type { OpenJob, OpenResult } from './open.worker.ts';
import type { OpenFile } from './opened-paper.ts';

interface Waiting {
  resolve(plain: Blob): void;
  reject(error: Error): void;
}

export function createWorkerOpener(startWorker: () => Worker): OpenFile {
  const waiting = new Map<number, Waiting>();
  let worker: Worker | null = null;
  let nextId = 1;

  const fail = (message: string) => {
    worker?.terminate();
    worker = null;
    for (const one of waiting.values()) one.reject(new Error(message));
    waiting.clear();
  };

  const start = (): Worker => {
    const started = startWorker();
    started.onmessage = (event: MessageEvent<OpenResult>) => {
      const result = event.data;
      const one = waiting.get(result.id);
      waiting.delete(result.id);
      if ('plain' in result) one?.resolve(result.plain);
      else one?.reject(new Error(result.error));
    };
    started.onerror = (event) => fail(event.message || 'the worker did not start');
    return started;
  };

  return (identity, sealed, type) =>
    new Promise((resolve, reject) => {
      const id = nextId++;
      waiting.set(id, { resolve, reject });
      worker ??= start();
      const job: OpenJob = { id, identity, sealed, type };
      worker.postMessage(job);
    });
}
