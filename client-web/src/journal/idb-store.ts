/**
 * `Store` on IndexedDB. Transactions ask for `durability: 'strict'`: since Chrome 121 the default only reaches the
 * system's cache, and a power cut would take back what the light called saved.
 */
import type { Timers } from '../clock/timers.ts';
import {
  STORE_NAMES,
  type Store,
  StoreError,
  type StoreKey,
  type StoreName,
  type Write,
} from './store.types.ts';

const VERSION = 1;
/** A transaction that has not ended by then counts as failed; the writer finds out later whether it was written. */
const TIMEOUT_MS = 10_000;

export interface IdbDeps {
  indexedDB: IDBFactory;
  keyRange: typeof IDBKeyRange;
  timers: Timers;
  name?: string;
}

/** Opens (and creates) the database. Rejects with `StoreError` where the browser refuses storage. */
export async function openIdbStore(deps: IdbDeps): Promise<Store> {
  const store = new IdbStore(deps);
  await store.database();
  return store;
}

class IdbStore implements Store {
  readonly #deps: IdbDeps;
  #opening: Promise<IDBDatabase> | null = null;
  #closed = false;

  constructor(deps: IdbDeps) {
    this.#deps = deps;
  }

  /** The open connection; the browser may close it at any time (storage cleared, disk trouble), then it is opened anew. */
  database(): Promise<IDBDatabase> {
    if (this.#closed) return Promise.reject(new StoreError('failed', 'the store was closed'));
    this.#opening ??= this.#open().catch((error: unknown) => {
      this.#opening = null;
      throw error;
    });
    return this.#opening;
  }

  async get(name: StoreName, key: StoreKey): Promise<unknown> {
    const found = await this.#run([name], 'readonly', (of) => [of(name).get([...key])]);
    return found[0];
  }

  async under(name: StoreName, prefix: StoreKey): Promise<{ key: StoreKey; value: unknown }[]> {
    const range = this.#under(prefix);
    const [keys, values] = await this.#run([name], 'readonly', (of) => [
      of(name).getAllKeys(range),
      of(name).getAll(range),
    ]);
    // Both requests see the same snapshot and order. Our keys are arrays of strings and numbers, nothing else is written.
    return (keys as StoreKey[]).map((key, i) => ({ key, value: (values as unknown[])[i] }));
  }

  async write(writes: readonly Write[]): Promise<void> {
    if (writes.length === 0) return;
    const names = [...new Set(writes.map((write) => write.in))];
    await this.#run(names, 'readwrite', (of) =>
      writes.map((write) => {
        const store = of(write.in);
        if ('add' in write) return store.add(write.add, [...write.key]);
        if ('put' in write) return store.put(write.put, [...write.key]);
        return store.delete('under' in write ? this.#under(write.under) : [...write.key]);
      }),
    );
  }

  close(): void {
    this.#closed = true;
    const opening = this.#opening;
    this.#opening = null;
    void opening?.then(
      (db) => db.close(),
      () => undefined,
    );
  }

  /** An array sorts after every string and number, so it bounds everything that begins with the prefix. */
  #under(prefix: StoreKey): IDBKeyRange {
    return this.#deps.keyRange.bound([...prefix], [...prefix, []], false, true);
  }

  /** Runs one transaction: `start` makes all requests at once; their results come when the transaction is complete. */
  async #run(
    names: StoreName[],
    mode: 'readonly' | 'readwrite',
    start: (of: (name: StoreName) => IDBObjectStore) => IDBRequest[],
  ): Promise<unknown[]> {
    const db = await this.database();
    return new Promise((resolve, reject) => {
      const fail = (error: unknown) => {
        cancel();
        reject(storeError(error));
      };
      const cancel = this.#deps.timers.after(TIMEOUT_MS, () => {
        this.#forget(db);
        reject(new StoreError('failed', 'the transaction did not end'));
      });
      try {
        const transaction = db.transaction(names, mode, { durability: 'strict' });
        let cause: unknown = null;
        transaction.onerror = (event) => {
          cause ??= (event.target as IDBRequest).error;
        };
        transaction.onabort = () => fail(cause ?? transaction.error);
        const requests = start((name) => transaction.objectStore(name));
        transaction.oncomplete = () => {
          cancel();
          resolve(requests.map((request) => request.result as unknown));
        };
      } catch (error) {
        // The connection was closed under us; the next call opens another.
        if (error instanceof DOMException && error.name === 'InvalidStateError') this.#forget(db);
        fail(error);
      }
    });
  }

  #forget(db: IDBDatabase): void {
    this.#opening = null;
    db.close();
  }

  #open(): Promise<IDBDatabase> {
    return new Promise((resolve, reject) => {
      const request = this.#deps.indexedDB.open(this.#deps.name ?? 'gongyuan', VERSION);
      request.onupgradeneeded = () => {
        for (const name of STORE_NAMES) request.result.createObjectStore(name);
      };
      request.onerror = () => reject(storeError(request.error));
      request.onblocked = () => reject(new StoreError('failed', 'another page holds an older database'));
      request.onsuccess = () => {
        const db = request.result;
        db.onversionchange = () => this.#forget(db);
        db.onclose = () => {
          this.#opening = null;
        };
        resolve(db);
      };
    });
  }
}

function storeError(error: unknown): StoreError {
  const name = error instanceof Error || error instanceof DOMException ? error.name : '';
  const reason = name === 'QuotaExceededError' ? 'quota' : name === 'ConstraintError' ? 'exists' : 'failed';
  return new StoreError(reason, name || 'the browser refused storage', error);
}
