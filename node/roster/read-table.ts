/**
 * Reads a roster file in a thread of its own with a bound on time and memory: a box that runs an exam must not stand
 * still because somebody uploads a workbook, and must survive one that is damaged or made to kill it.
 */
import { Worker } from 'node:worker_threads';
import {
  ROSTER_READ_FAULTS,
  type RosterReadCode,
  type RosterReadDetail,
} from '#domain/roster/read-faults.ts';
import { megabytes, READ_LIMITS, RosterReadError } from './read-error.ts';
import type { ReadOptions, ReadTable } from './read-in-thread.ts';

export type ReadRequest = { readonly bytes: Uint8Array; readonly options: ReadOptions };

export type ReadAnswer =
  | { readonly ok: true; readonly table: ReadTable }
  | { readonly ok: false; readonly code: RosterReadCode; readonly detail: RosterReadDetail };

export type ReadTableOptions = ReadOptions & {
  /** Time to read the file, 30,000 ms by default. */
  readonly timeoutMs?: number;
  /** Heap of the thread, 512 MB by default. */
  readonly maxHeapMegabytes?: number;
};

/**
 * Reads CSV (comma, semicolon or tab; UTF-8, GBK, GB18030, or UTF-16 with its mark), XLSX and XLS (Excel 95 to 2003). The contents
 * decide what it is, not the name of the file. Rows without content are left out; `lineOfRow` has the physical line of the text
 * or the row number of the sheet. Starting the thread takes about 100 ms.
 * @throws RosterReadError and nothing else, with one of the codes of ROSTER_READ_FAULTS; roster/read-too-slow after
 *   `timeoutMs`, roster/read-too-large also when the thread's memory runs out
 */
export async function readTable(bytes: Uint8Array, options: ReadTableOptions = {}): Promise<ReadTable> {
  const { timeoutMs = 30_000, maxHeapMegabytes = 512, ...readOptions } = options;
  const maxBytes = readOptions.limits?.maxBytes ?? READ_LIMITS.maxBytes;
  // Before anything is copied to the thread.
  if (bytes.length > maxBytes)
    throw new RosterReadError(ROSTER_READ_FAULTS.tooLarge, { limit: megabytes(maxBytes) });

  const request: ReadRequest = { bytes: new Uint8Array(bytes), options: readOptions };
  const worker = new Worker(new URL('./read-table.worker.ts', import.meta.url), {
    workerData: request,
    resourceLimits: { maxOldGenerationSizeMb: maxHeapMegabytes },
    // The spreadsheet library prints what it meets in damaged files; the box's log is no place for it.
    stdout: true,
    stderr: true,
  });
  let timer: NodeJS.Timeout | undefined;
  try {
    const answer = await new Promise<ReadAnswer>((resolve, reject) => {
      timer = setTimeout(
        () => reject(new RosterReadError(ROSTER_READ_FAULTS.tooSlow, { limit: `${timeoutMs / 1000} s` })),
        timeoutMs,
      );
      worker.once('message', resolve);
      worker.once('error', (cause: Error & { code?: string }) => {
        const memory = cause.code === 'ERR_WORKER_OUT_OF_MEMORY';
        reject(
          memory
            ? new RosterReadError(ROSTER_READ_FAULTS.tooLarge, { limit: megabytes(maxBytes) }, cause)
            : new RosterReadError(ROSTER_READ_FAULTS.damaged, {}, cause),
        );
      });
      worker.once('exit', () => reject(new RosterReadError(ROSTER_READ_FAULTS.damaged)));
    });
    if (answer.ok) return answer.table;
    const fault = Object.values(ROSTER_READ_FAULTS).find(({ code }) => code === answer.code);
    throw new RosterReadError(fault ?? ROSTER_READ_FAULTS.damaged, answer.detail);
  } finally {
    clearTimeout(timer);
    await worker.terminate();
  }
}
