/**
 * The courier: everything without a receipt as one file for a stick, and the receipts that come back. The same batches
 * go over the line when it returns; whatever comes second does nothing.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { Compile } from 'typebox/compile';
import { batchId, readReceipt } from '#node/sync/batch-file.ts';
import { courierHead } from '#node/sync/courier-head.ts';
import { ReceiptsFileSchema } from '#protocol/hq.schema.ts';
import { COURIER_FORMAT, type CourierIndex, type ReceiptsFile } from '#protocol/hq.ts';
import type { Actor } from '#protocol/ledger.ts';
import { BoxError } from '#server/platform/box-error.ts';
import type { Deps } from '#server/platform/deps.ts';
import { Statements } from '#server/platform/statements.ts';
import { ledgerOrigin } from './ledger-origin.ts';
import type { Outbox } from './outbox.ts';
import { type StoredBatch, type StoredHq, selectOptionalBatch } from './sync.repo.ts';

export interface CourierFile {
  name: string;
  bytes: number;
  /** To be read to its end or destroyed: until then no batch file is deleted. */
  stream: Readable;
}

const receiptsShape = Compile(ReceiptsFileSchema);

export class CourierService {
  readonly #deps: Deps;
  readonly #s: Statements;
  readonly #outbox: Outbox;
  readonly #hq: () => StoredHq;

  /** `hq` throws `sync/no-connection` where there is none. */
  constructor(deps: Deps, outbox: Outbox, hq: () => StoredHq) {
    this.#deps = deps;
    this.#s = new Statements(deps.db);
    this.#outbox = outbox;
    this.#hq = hq;
  }

  /**
   * Packs what is new. `by` absent: on a stopped box, by hand. Throws `sync/no-connection`, `sync/nothing-new`,
   * `box/disk-full`.
   */
  async write(by?: Actor): Promise<CourierFile> {
    const hq = this.#hq();
    const ledger = ledgerOrigin(this.#deps, this.#s);
    const release = this.#outbox.hold();
    try {
      const rows = await this.#pack(hq, ledger);
      const [first] = rows;
      const last = rows.at(-1);
      if (!first || !last) throw new BoxError('sync/nothing-new');
      const index: CourierIndex = {
        site: hq.site,
        hq: hq.key,
        key: this.#deps.box.key.publicKey,
        made: this.#deps.clock.wall(),
        batches: rows.map((row) => this.#outbox.offer(hq, row)),
      };
      const head = courierHead(index, this.#deps.box.key);
      const paths = rows.map(({ batch }) => this.#outbox.path(batch));
      const hash = createHash('sha256');
      for await (const chunk of partsOf(head, paths)) hash.update(chunk);
      await this.#deps.ledger.append([
        {
          kind: 'COURIER_WRITTEN',
          body: {
            format: COURIER_FORMAT,
            sha256: hash.digest('hex'),
            batches: rows.length,
            first: first.first,
            last: last.last,
          },
          by,
        },
      ]);
      const stream = Readable.from(partsOf(head, paths), { objectMode: false });
      stream.once('close', release);
      return {
        name: `${hq.site}-${first.first}-${last.last}.gongyuan-courier`,
        bytes: rows.reduce((sum, { bytes }) => sum + bytes, head.byteLength),
        stream,
      };
    } catch (error) {
      release();
      throw error;
    }
  }

  /** Takes a file of receipts in. Throws `sync/no-connection`, `sync/receipts-form`, `sync/receipts-other`. */
  async receipts(bytes: Uint8Array): Promise<{ taken: number; refused: number }> {
    const hq = this.#hq();
    const file = readReceipts(bytes);
    const signed = file.receipts.map((document) => ({ document, receipt: readReceipt(document, hq.key) }));
    // One forged receipt spoils the file: a person must look where it comes from.
    if (file.site !== hq.site || signed.some(({ receipt }) => receipt === null))
      throw new BoxError('sync/receipts-other', { site: file.site });
    let taken = 0;
    let refused = 0;
    for (const { document, receipt } of signed) {
      const row = receipt && selectOptionalBatch(this.#s, batchId(receipt));
      if (row && (await this.#outbox.take(hq, row, document))) taken += 1;
    }
    for (const { batch, code } of file.refused) {
      const row = selectOptionalBatch(this.#s, batchId(batch));
      if (row?.state !== 'ready') continue;
      await this.#outbox.refused(row, code);
      refused += 1;
    }
    if (taken === 0 && file.receipts.length > 0)
      throw new BoxError('sync/receipts-other', { site: file.site });
    return { taken, refused };
  }

  async #pack(hq: StoredHq, ledger: string): Promise<StoredBatch[]> {
    const { size } = this.#deps.ledger;
    for (const row of this.#outbox.waiting(ledger))
      if (row.state === 'refused') await this.#outbox.packAgain(hq, row);
    while (await this.#outbox.packNext(hq, ledger, size));
    return this.#outbox.waiting(ledger);
  }
}

async function* partsOf(head: Uint8Array, paths: readonly string[]): AsyncGenerator<Uint8Array> {
  yield head;
  for (const path of paths) yield* createReadStream(path) as AsyncIterable<Buffer>; // no encoding is set
}

function readReceipts(bytes: Uint8Array): ReceiptsFile {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw new BoxError('sync/receipts-form', { problem: 'no JSON' }, error);
  }
  if (!receiptsShape.Check(value)) throw new BoxError('sync/receipts-form', { problem: 'not in its form' });
  return value;
}
