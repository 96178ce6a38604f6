/** The writer thread. Messages in: batches of groups. Messages out: results, in the same order. */
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { DatabaseError, openWriter, type Synchronous, settle } from '#db/site/open.ts';
import { DEFER } from './projections/deferral.ts';
import { type Group, type GroupResult, type Signing, StorageError, WriterCore } from './writer-core.ts';

export interface WriterData {
  file: string;
  synchronous?: Synchronous;
}

export type ToWriter =
  | { t: 'batch'; id: number; groups: (Group | string)[] }
  | { t: 'sign'; signing: Signing }
  | { t: 'close' };

export type FromWriter =
  | { t: 'ready'; size: number }
  /** `first` is the number of the batch's first event when all groups were committed without a remark. */
  | ({ t: 'done'; id: number; size: number; behind: boolean } & (
      | { first: number }
      | { groups: GroupResult[] }
    ))
  | { t: 'failed'; code: 'box/storage' | DatabaseError['code']; message: string }
  | { t: 'closed' };

/** Waiting batches are taken along up to this many groups: one sync for all, and none of them waits long. */
const MERGED_GROUPS = 256;

const port = parentPort;
if (!port) throw new Error('writer.ts runs as a worker thread');
const send = (message: FromWriter) => port.postMessage(message);
const { file, synchronous } = workerData as WriterData;

try {
  const db = openWriter(file, synchronous);
  settle(db);
  const core = new WriterCore(db);
  const orFail = (work: () => void) => {
    try {
      work();
    } catch (error) {
      // A disk that lies: nothing more is acknowledged.
      const text = error instanceof Error ? error.message : String(error);
      send({
        t: 'failed',
        code: 'box/storage',
        message: error instanceof StorageError ? text : `writer: ${text}`,
      });
      process.exit(1);
    }
  };
  /** Runs while projections are behind and no batch comes that would take them along. */
  let later: NodeJS.Timeout | null = null;
  port.on('message', (message: ToWriter) =>
    orFail(() => {
      handle(message, core, () => {
        if (later) clearTimeout(later);
        core.settle();
        db.pragma('wal_checkpoint(TRUNCATE)');
        db.close();
      });
      if (message.t !== 'close' && core.behind)
        later ??= setTimeout(() => {
          later = null;
          orFail(() => core.settle());
        }, DEFER.ms);
    }),
  );
  send({ t: 'ready', size: core.size });
} catch (error) {
  const code = error instanceof DatabaseError ? error.code : 'box/storage';
  send({ t: 'failed', code, message: error instanceof Error ? error.message : String(error) });
}

/** Takes whatever batches wait already into the same transaction: under load they grow by themselves. */
function handle(message: ToWriter, core: WriterCore, close: () => void): void {
  let next: ToWriter | undefined = message;
  while (next) {
    if (next.t === 'sign') core.sign(next.signing);
    else if (next.t === 'close') {
      close();
      send({ t: 'closed' });
      port?.close();
      return;
    } else {
      const batches = [next];
      let other: ToWriter | undefined;
      let groups = next.groups.length;
      while (groups < MERGED_GROUPS) {
        const waiting = receiveMessageOnPort(port as NonNullable<typeof port>)?.message as
          | ToWriter
          | undefined;
        if (!waiting) break;
        if (waiting.t !== 'batch') {
          other = waiting;
          break;
        }
        batches.push(waiting);
        groups += waiting.groups.length;
      }
      answer(core, batches);
      next = other;
      continue;
    }
    next = undefined;
  }
}

function answer(core: WriterCore, batches: Extract<ToWriter, { t: 'batch' }>[]): void {
  const all = batches.flatMap((batch) => batch.groups);
  const { groups, size, behind } = core.commit(all);
  let from = 0;
  for (const batch of batches) {
    const own = groups.slice(from, from + batch.groups.length);
    from += batch.groups.length;
    const [head] = own;
    // Most batches: one number travels instead of an object for each event.
    if (head?.ok && own.every((group) => group.ok && !group.remarks))
      send({ t: 'done', id: batch.id, size, behind, first: head.first });
    else send({ t: 'done', id: batch.id, size, behind, groups: own });
  }
}
