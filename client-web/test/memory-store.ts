/** `Store` in memory for tests: whole transactions, cloned values, and faults on demand. */
import {
  type Store,
  type Stored,
  StoreError,
  type StoreKey,
  type StoreName,
  type Write,
} from '../src/journal/store.types.ts';

/** What happens to the next writes. `unsure`: written, but reported as failed. */
export type Fault = 'none' | 'quota' | 'failed' | 'unsure' | 'hang';

export class MemoryStore implements Store {
  readonly #tables = new Map<StoreName, Map<string, Stored>>();
  fault: Fault = 'none';
  writes = 0;
  /** How long a transaction takes; a crash in between leaves nothing of it. */
  readonly #takes: () => Promise<void>;
  /** A crash: nothing more is written by those who still hold this store. */
  #generation = 0;

  constructor(takes: () => Promise<void> = () => Promise.resolve()) {
    this.#takes = takes;
  }

  get(name: StoreName, key: StoreKey): Promise<unknown> {
    const found = this.#table(name).get(JSON.stringify(key))?.value;
    return Promise.resolve(copy(found));
  }

  under(name: StoreName, prefix: StoreKey): Promise<Stored[]> {
    const found = [...this.#table(name).values()]
      .filter(({ key }) => prefix.every((part, i) => key[i] === part))
      .sort((a, b) => compare(a.key, b.key));
    return Promise.resolve(found.map(({ key, value }) => ({ key, value: copy(value) })));
  }

  async write(writes: readonly Write[]): Promise<void> {
    const generation = this.#generation;
    this.writes += 1;
    await this.#takes();
    if (this.fault === 'hang' || generation !== this.#generation) return new Promise(() => undefined);
    if (this.fault === 'quota' || this.fault === 'failed') throw new StoreError(this.fault, this.fault);
    for (const write of writes)
      if ('add' in write && this.#table(write.in).has(JSON.stringify(write.key)))
        throw new StoreError('exists', 'taken');
    for (const write of writes) this.#apply(write);
    if (this.fault === 'unsure') throw new StoreError('failed', 'unsure');
  }

  close(): void {
    // Nothing is held.
  }

  crash(): void {
    this.#generation += 1;
  }

  #apply(write: Write): void {
    const table = this.#table(write.in);
    if ('under' in write) {
      for (const [text, { key }] of [...table])
        if (write.under.every((part, i) => key[i] === part)) table.delete(text);
    } else if ('drop' in write) table.delete(JSON.stringify(write.key));
    else
      table.set(JSON.stringify(write.key), {
        key: write.key,
        value: copy('add' in write ? write.add : write.put),
      });
  }

  #table(name: StoreName): Map<string, Stored> {
    let table = this.#tables.get(name);
    if (!table) {
      table = new Map();
      this.#tables.set(name, table);
    }
    return table;
  }
}

/** Blobs are never changed and stay themselves; their clones read slowly in Node. */
function copy(value: unknown): unknown {
  if (typeof value === 'object' && value !== null && 'blob' in value) return { ...value };
  return structuredClone(value);
}

function compare(a: StoreKey, b: StoreKey): number {
  for (const [i, part] of a.entries()) {
    const other = b[i];
    if (other === undefined) return 1;
    if (part === other) continue;
    if (typeof part !== typeof other) return typeof part === 'number' ? -1 : 1;
    return part < other ? -1 : 1;
  }
  return a.length - b.length;
}
