/**
 * Batches on this box: packed in the order of the ledger, their files kept unchanged in the outbox until a receipt is in
 * the database. Packing goes one after the other, whoever asks for it: the exchange and the courier.
 */
import { readdir, readFile, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { contiguous, countIn, overlap, type Range, uncovered } from '#domain/sync/ranges.ts';
import { systemCode } from '#node/files/durable-file.ts';
import { readReceipt } from '#node/sync/batch-file.ts';
import type { BatchReceipt } from '#protocol/batch.ts';
import type { ErrorCode } from '#protocol/errors.ts';
import type { BatchOffer, SignedDocument } from '#protocol/hq.ts';
import { BoxError } from '#server/platform/box-error.ts';
import type { Deps } from '#server/platform/deps.ts';
import { Statements } from '#server/platform/statements.ts';
import { Turns } from '#server/platform/turns.ts';
import type { Packer } from './packer.ts';
import {
  type StoredBatch,
  type StoredHq,
  selectBatches,
  selectOptionalBatch,
  selectWaiting,
} from './sync.repo.ts';

export interface Coverage {
  /** Events packed into batches without a receipt. */
  underway: number;
  /** Events with receipts, without a gap from 0, and the root over them that headquarters signed. */
  acknowledged: number;
  acknowledgedRoot: string;
}

export class Outbox {
  readonly #deps: Deps;
  readonly #s: Statements;
  readonly #packer: Packer;
  readonly #turns = new Turns();
  /** While somebody reads the files, those that could go are kept. */
  #holds = 0;
  readonly #free = new Set<string>();

  constructor(deps: Deps, packer: Packer) {
    this.#deps = deps;
    this.#s = new Statements(deps.db);
    this.#packer = packer;
  }

  /** After a start: files that no row names go, and rows whose file is gone are forgotten and packed anew. */
  async start(): Promise<void> {
    const { outbox } = this.#deps.folder;
    const found = new Set(await readdir(outbox));
    const gone = this.#s
      .all<{ batch: string }>("SELECT batch FROM local_batch WHERE state <> 'taken'")
      .filter(({ batch }) => !found.delete(`${batch}.age`));
    for (const name of found) if (/(\.age|\.tmp)$/.test(name)) await unlink(join(outbox, name));
    if (gone.length === 0) return;
    this.#deps.log.warn({ batches: gone.length }, 'batches without their file are packed anew');
    await this.#deps.ledger.local(gone.map(({ batch }) => ({ t: 'batch-gone', batch })));
  }

  waiting(ledger: string): StoredBatch[] {
    return selectWaiting(this.#s, ledger);
  }

  coverage(ledger: string): Coverage {
    const rows = selectBatches(this.#s, ledger);
    const taken = rows.filter(({ state }) => state === 'taken');
    const acknowledged = contiguous(taken);
    return {
      underway: countIn(rows.filter(({ state }) => state !== 'taken')),
      acknowledged,
      acknowledgedRoot: taken.find(({ last }) => last === acknowledged - 1)?.root ?? '',
    };
  }

  /** Packs the first events below `size` that are in no batch. Null: all are. Throws `box/disk-full`. */
  packNext(hq: StoredHq, ledger: string, size: number): Promise<StoredBatch | null> {
    return this.#turns.take(async () => {
      const [gap] = uncovered(selectBatches(this.#s, ledger), size);
      if (!gap) return null;
      const packed = await this.#packer.pack({
        facts: this.#facts(hq, ledger, gap.first),
        last: gap.last,
        whole: false,
      });
      const { batch, first, last, root, bytes, sha256 } = packed;
      const wall = this.#deps.clock.wall();
      await this.#deps.ledger.local([{ t: 'batch', ledger, first, last, root, batch, bytes, sha256, wall }]);
      return selectOptionalBatch(this.#s, batch);
    });
  }

  /** Packs the same events again: their file was refused, or headquarters has lost what it gave a receipt for. */
  packAgain(hq: StoredHq, { ledger, first, last, batch }: StoredBatch): Promise<void> {
    return this.#turns.take(async () => {
      const packed = await this.#packer.pack({ facts: this.#facts(hq, ledger, first), last, whole: true });
      if (packed.batch !== batch)
        throw new BoxError('box/internal', { batch, problem: 'packed differently' });
      const { bytes, sha256 } = packed;
      await this.#deps.ledger.local([
        { t: 'batch-again', batch, bytes, sha256, wall: this.#deps.clock.wall() },
      ]);
    });
  }

  /** Packs again what overlaps these ranges and has a receipt. How many batches that were. */
  async packLacking(hq: StoredHq, ledger: string, gaps: readonly Range[]): Promise<number> {
    const lost = selectBatches(this.#s, ledger).filter(
      (row) => row.state === 'taken' && gaps.some((gap) => overlap(row, gap)),
    );
    for (const row of lost) await this.packAgain(hq, row);
    return lost.length;
  }

  /** The file's bytes; null when it is gone or damaged: then its row is, too, and it will be packed anew. */
  async file({ batch, bytes }: StoredBatch): Promise<Buffer | null> {
    try {
      const file = await readFile(this.path(batch));
      if (file.byteLength === bytes) return file;
    } catch (error) {
      if (systemCode(error) !== 'ENOENT') throw error;
    }
    await this.#deps.ledger.local([{ t: 'batch-gone', batch }]);
    await this.#delete(batch);
    return null;
  }

  path(batch: string): string {
    return join(this.#deps.folder.outbox, `${batch}.age`);
  }

  offer(hq: StoredHq, { ledger, first, last, root, bytes, sha256 }: StoredBatch): BatchOffer {
    return { site: hq.site, ledger, first, last, root, bytes, sha256 };
  }

  /**
   * Takes a receipt in: signed by the pinned key, and of exactly this batch of this box. Only then is the file deleted.
   * False: it does not hold, and nothing changes.
   */
  async take(hq: StoredHq, row: StoredBatch, signed: SignedDocument): Promise<boolean> {
    const receipt = readReceipt(signed, hq.key);
    if (!receipt || !this.#isOf(hq, row, receipt)) return false;
    const { batch, state } = row;
    if (state !== 'taken')
      await this.#deps.ledger.local([
        {
          t: 'batch-taken',
          batch,
          receipt: signed.text,
          signature: signed.signature,
          wall: this.#deps.clock.wall(),
        },
      ]);
    await this.#delete(batch);
    return true;
  }

  async refused({ batch }: StoredBatch, code: string): Promise<void> {
    await this.#deps.ledger.local([{ t: 'batch-refused', batch, code, wall: this.#deps.clock.wall() }]);
  }

  /** No file is deleted until the answer is called. */
  hold(): () => void {
    this.#holds += 1;
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.#holds -= 1;
      if (this.#holds > 0) return;
      const free = [...this.#free];
      this.#free.clear();
      for (const batch of free)
        if (selectOptionalBatch(this.#s, batch)?.state !== 'ready')
          void this.#delete(batch).catch((error: unknown) =>
            this.#deps.log.warn({ err: error }, 'a batch file stays until the next start'),
          );
    };
  }

  /** After a disconnection: what waits was sealed for a headquarters that this box no longer belongs to. */
  async empty(): Promise<void> {
    for (const name of await readdir(this.#deps.folder.outbox))
      if (name.endsWith('.age')) await unlink(join(this.#deps.folder.outbox, name));
  }

  #isOf(hq: StoredHq, row: StoredBatch, receipt: BatchReceipt): boolean {
    return (
      receipt.site === hq.site &&
      receipt.key === this.#deps.box.key.publicKey &&
      receipt.ledger === row.ledger &&
      receipt.first === row.first &&
      receipt.last === row.last &&
      receipt.root === row.root &&
      receipt.events === row.last - row.first + 1
    );
  }

  async #delete(batch: string): Promise<void> {
    if (this.#holds > 0) {
      this.#free.add(batch);
      return;
    }
    await unlink(this.path(batch)).catch((error: unknown) => {
      if (systemCode(error) !== 'ENOENT') throw error;
    });
  }

  #facts(hq: StoredHq, ledger: string, first: number) {
    const { box, boxEpoch } = this.#deps.box;
    const made = this.#deps.clock.wall();
    return { site: hq.site, ledger, first, box, boxEpoch, hq: hq.key, to: hq.recipients, made };
  }
}

/** A code that headquarters names, as far as it is one of ours. */
export function knownCode(code: string, known: Readonly<Record<string, unknown>>): ErrorCode | null {
  return Object.hasOwn(known, code) ? (code as ErrorCode) : null;
}
