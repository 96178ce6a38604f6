/**
 * What the journal needs of a database: ordered keys and transactions that are whole, durable, or not at all. All writes
 * of a transaction are handed over at once, so that nothing can be awaited inside it (Chrome 109 would abort it).
 */
export type StoreName = 'key' | 'meta' | 'attempts' | 'entries' | 'files' | 'uploads';

export const STORE_NAMES: readonly StoreName[] = ['key', 'meta', 'attempts', 'entries', 'files', 'uploads'];

/** Compared part by part, numbers before strings, as IndexedDB orders arrays. */
export type StoreKey = readonly (string | number)[];

export type Write =
  /** Fails the transaction with `exists` when the key is taken. */
  | { in: StoreName; key: StoreKey; add: unknown }
  | { in: StoreName; key: StoreKey; put: unknown }
  | { in: StoreName; key: StoreKey; drop: true }
  /** Everything whose key begins with `under`. */
  | { in: StoreName; under: StoreKey; drop: true };

export interface Stored {
  key: StoreKey;
  value: unknown;
}

export interface Store {
  get(name: StoreName, key: StoreKey): Promise<unknown>;
  /** Everything whose key begins with `prefix`, in order of the keys. */
  under(name: StoreName, prefix: StoreKey): Promise<Stored[]>;
  /** Rejects with `StoreError`; then nothing of it was written, or (a crash, a time-out) it can't be known. */
  write(writes: readonly Write[]): Promise<void>;
  close(): void;
}

export class StoreError extends Error {
  override readonly name = 'StoreError';
  /** `quota`: the disk is full; `exists`: an `add` met its key; `failed`: anything else, worth another try. */
  readonly reason: 'quota' | 'exists' | 'failed';
  constructor(reason: 'quota' | 'exists' | 'failed', message: string, cause?: unknown) {
    super(message, { cause });
    this.reason = reason;
  }
}
