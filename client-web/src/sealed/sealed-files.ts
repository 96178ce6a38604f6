/**
 * The sealed files of one paper on this machine: fetched in the waiting room, each machine at its own moment, checked by
 * size and SHA-256, kept in the store. What is on the disk is still sealed (S1).
 */
import type { SealedFile } from '#protocol/sealed.ts';
import type { Timers } from '../clock/timers.ts';
import { pause } from '../clock/timers.ts';
import type { Store } from '../journal/store.types.ts';
import { createBackoff } from '../link/backoff.ts';

const AT_ONCE = 3;
const RETRY_FIRST_MS = 500;
const RETRY_MOST_MS = 10_000;
const TIMEOUT_MS = 5 * 60_000;

export interface SealedDeps {
  store: Store;
  http(path: string, init?: RequestInit): Promise<Response>;
  sha256(bytes: ArrayBuffer): Promise<string>;
  timers: Timers;
  random(): number;
  changed(): void;
}

export interface SealedProgress {
  files: number;
  of: number;
  bytes: number;
  ofBytes: number;
  complete: boolean;
}

export class SealedFiles {
  readonly #deps: SealedDeps;
  #paper: string | null = null;
  #files: readonly SealedFile[] = [];
  #here = new Map<string, Blob>();
  #waiting = new Map<string, ((blob: Blob) => void)[]>();
  /** Grows when another paper is asked for: work for an earlier one ends. */
  #turn = 0;

  constructor(deps: SealedDeps) {
    this.#deps = deps;
  }

  get progress(): SealedProgress | null {
    if (this.#paper === null) return null;
    const here = this.#files.filter((file) => this.#here.has(file.name));
    const sum = (files: readonly SealedFile[]) => files.reduce((bytes, file) => bytes + file.bytes, 0);
    const of = this.#files.length;
    return {
      files: here.length,
      of,
      bytes: sum(here),
      ofBytes: sum(this.#files),
      complete: of > 0 && here.length === of,
    };
  }

  /** Begins (or goes on) to bring a paper here. `spreadMs`: machines begin at random moments of this span. */
  want(paper: { id: string; files: readonly SealedFile[] }, spreadMs: number): void {
    if (this.#paper === paper.id && this.#files.length === paper.files.length) return;
    this.#turn += 1;
    this.#paper = paper.id;
    this.#files = paper.files;
    this.#here = new Map();
    void this.#bring(this.#turn, paper.id, paper.files, spreadMs);
  }

  /** The sealed file, as soon as it is here. */
  file(name: string): Promise<Blob> {
    const here = this.#here.get(name);
    if (here) return Promise.resolve(here);
    return new Promise((resolve) => {
      const waiting = this.#waiting.get(name) ?? [];
      waiting.push(resolve);
      this.#waiting.set(name, waiting);
    });
  }

  /** Fetches all files anew, once; each replaces the old one only when it is proved. Rejects if one can't be had. */
  async refetch(): Promise<void> {
    const paper = this.#paper;
    if (paper === null) return;
    for (const file of this.#files) await this.#keep(paper, file, await this.#fetch(paper, file));
    this.#deps.changed();
  }

  /** Fetches one file anew: it could not be opened. */
  async replace(name: string): Promise<void> {
    const file = this.#files.find((one) => one.name === name);
    if (this.#paper !== null && file)
      await this.#keep(this.#paper, file, await this.#fetch(this.#paper, file));
  }

  /** Forgets the paper, and drops all papers' files from the disk. */
  async clear(): Promise<void> {
    this.stop();
    await this.#deps.store.write([{ in: 'files', under: [], drop: true }]);
  }

  stop(): void {
    this.#turn += 1;
    this.#paper = null;
    this.#files = [];
    this.#here = new Map();
    this.#waiting.clear();
  }

  async #bring(turn: number, paper: string, files: readonly SealedFile[], spreadMs: number): Promise<void> {
    await this.#recall(turn, paper, files);
    const missing = files.filter((file) => !this.#here.has(file.name));
    if (missing.length === 0 || turn !== this.#turn) return;
    await pause(this.#deps.timers, Math.round(spreadMs * this.#deps.random()));
    const worker = async () => {
      for (let file = missing.shift(); file && turn === this.#turn; file = missing.shift())
        await this.#bringOne(turn, paper, file);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
  }

  /** Takes what an earlier page left; other papers' files make room. */
  async #recall(turn: number, paper: string, files: readonly SealedFile[]): Promise<void> {
    const { store } = this.#deps;
    try {
      const wanted = new Map(files.map((file) => [file.name, file]));
      for (const { key, value } of await store.under('files', [])) {
        // Written by `#keep` alone.
        const { sha256, blob } = value as { sha256: string; blob: Blob };
        const file = key[0] === paper ? wanted.get(String(key[1])) : undefined;
        if (turn !== this.#turn) return;
        if (file && file.sha256 === sha256 && file.bytes === blob.size) this.#arrived(file, blob);
        else await store.write([{ in: 'files', key, drop: true }]);
      }
    } catch {
      // The disk refuses: everything is fetched and held in memory.
    }
  }

  async #bringOne(turn: number, paper: string, file: SealedFile): Promise<void> {
    const { timers, random } = this.#deps;
    const backoff = createBackoff({ firstMs: RETRY_FIRST_MS, mostMs: RETRY_MOST_MS, random });
    while (turn === this.#turn) {
      try {
        const blob = await this.#fetch(paper, file);
        if (turn === this.#turn) await this.#keep(paper, file, blob);
        return;
      } catch {
        await pause(timers, backoff.next());
      }
    }
  }

  async #fetch(paper: string, file: SealedFile): Promise<Blob> {
    const abort = new AbortController();
    const cancel = this.#deps.timers.after(TIMEOUT_MS, () => abort.abort());
    try {
      const answer = await this.#deps.http(`/sealed/${paper}/${file.name}`, {
        cache: 'no-store',
        signal: abort.signal,
      });
      if (!answer.ok) throw new Error(`the box answered ${answer.status}`);
      const bytes = await answer.arrayBuffer();
      if (bytes.byteLength !== file.bytes || (await this.#deps.sha256(bytes)) !== file.sha256)
        throw new Error(`${file.name} is damaged`);
      return new Blob([bytes]);
    } finally {
      cancel();
    }
  }

  async #keep(paper: string, file: SealedFile, blob: Blob): Promise<void> {
    try {
      await this.#deps.store.write([
        { in: 'files', key: [paper, file.name], put: { sha256: file.sha256, blob } },
      ]);
    } catch {
      // No room on the disk: held in memory, and fetched again after a reload.
    }
    if (this.#paper === paper) this.#arrived(file, blob);
  }

  #arrived(file: SealedFile, blob: Blob): void {
    this.#here.set(file.name, blob);
    for (const resolve of this.#waiting.get(file.name) ?? []) resolve(blob);
    this.#waiting.delete(file.name);
    this.#deps.changed();
  }
}
