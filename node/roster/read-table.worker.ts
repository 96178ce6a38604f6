/** The thread that reads one roster file for `readTable` and ends. */
import { parentPort, workerData } from 'node:worker_threads';
import { RosterReadError } from './read-error.ts';
import { readTableInThread } from './read-in-thread.ts';
import type { ReadAnswer, ReadRequest } from './read-table.ts';

// Only readTable starts this file, with such a request.
const { bytes, options } = workerData as ReadRequest;

async function answer(): Promise<ReadAnswer> {
  try {
    return { ok: true, table: await readTableInThread(bytes, options) };
  } catch (error) {
    // readTableInThread raises nothing else; should it, the thread fails and readTable reports a damaged file.
    if (!(error instanceof RosterReadError)) throw error;
    return { ok: false, code: error.code, detail: error.detail };
  }
}

parentPort?.postMessage(await answer());
