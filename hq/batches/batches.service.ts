/**
 * Batches on their way in: announced, received in parts, opened, proved, and taken in one transaction with the signed
 * receipt. All that is known stands in the database, so any replica goes on where another left off, to the byte.
 */
import { createHash } from 'node:crypto';
import type { AlarmsService } from '#hq/alarms/alarms.service.ts';
import { lockFor, type Tx } from '#hq/platform/database.ts';
import type { HqDeps } from '#hq/platform/deps.ts';
import { HqError } from '#hq/platform/hq-error.ts';
import { MachineryError } from '#node/signing/machinery-error.ts';
import { batchId, type OpenedBatch, openBatch, signReceipt } from '#node/sync/batch-file.ts';
import { BATCH_LIMITS, type BatchKey, type SignedReceipt } from '#protocol/batch.ts';
import type { BatchOffer, BatchState } from '#protocol/hq.ts';
import * as repo from './batches.repo.ts';
import { type Arrived, Lines } from './lines.ts';
import { base64, rangeTexts } from './ranges.ts';
import { eventRows } from './read-events.ts';
import { Slots } from './slots.ts';

export type BatchWay = 'line' | 'stick';

/** A line that breaks loses at most this much: parts are committed as they come. */
const PART_BYTES = 256 * 1024;
/** A box sends its batches one after the other; what it never finished goes. */
const UNDER_WAY = 16;
/** Opening takes processor and memory: the others wait. */
const OPENED_AT_ONCE = 3;
const DETAIL = 1_000;
/** What PostgreSQL's JSON does not take: NUL and halves of surrogate pairs. No box of ours writes them in a header. */
const NOT_IN_JSONB = /\\u(0000|d[89a-f])/i;

export class BatchesService {
  readonly #deps: HqDeps;
  readonly #alarms: AlarmsService;
  readonly #opening = new Slots(OPENED_AT_ONCE);
  /** Called when a batch was taken: its events can be judged. */
  onTaken: () => void = () => {};

  constructor(deps: HqDeps, alarms: AlarmsService) {
    this.#deps = deps;
    this.#alarms = alarms;
  }

  /** Throws `auth/forbidden` for another site's, `batch/too-large`, `batch/form`. */
  async offer(site: string, offer: BatchOffer, way: BatchWay = 'line'): Promise<BatchState> {
    if (offer.site !== site) throw new HqError('auth/forbidden', { site: offer.site });
    if (offer.bytes > BATCH_LIMITS.cipherMost || offer.bytes === 0)
      throw new HqError('batch/too-large', { most: BATCH_LIMITS.cipherMost });
    if (offer.last < offer.first) throw new HqError('batch/form', { reason: 'last before first' });
    const id = batchId(offer);
    const { ledger, first, last, root, bytes, sha256 } = offer;
    const announced = this.#deps.time.wall();
    await this.#deps.db.transaction(async (tx) => {
      const row = { batch: id, site, ledger, first, last, root, bytes, sha256, way, announced };
      await repo.insertBatch(tx, { ...row, state: 'receiving' });
      const found = await repo.lockOptionalBatch(tx, id);
      if (found?.state === 'taken') return;
      if (found?.state === 'refused' || found?.sha256 !== sha256 || found.bytes !== bytes) {
        // Another file of the same batch (age is randomised), or a new try: from the first byte.
        await repo.deleteParts(tx, id);
        await repo.updateBatch(tx, id, {
          bytes,
          sha256,
          state: 'receiving',
          code: null,
          detail: null,
          announced,
          way,
        });
      }
      const others = await repo.selectUnderWay(tx, site, id);
      for (const old of others.slice(0, Math.max(0, others.length - UNDER_WAY + 1)))
        await repo.deleteBatch(tx, old);
    });
    return this.state(site, id);
  }

  /** Where a batch stands; one that is whole is opened now. Throws `thing/not-found`. */
  async state(site: string, id: string): Promise<BatchState> {
    const row = await repo.selectOptionalBatch(this.#deps.db, id);
    if (row?.site !== site) throw new HqError('thing/not-found');
    if (row.state !== 'receiving') return stateOf(row);
    const offset = await repo.selectOffset(this.#deps.db, id);
    return offset === row.bytes ? this.#finish(row) : { state: 'receiving', batch: id, offset };
  }

  /**
   * Takes bytes of the file from `offset` on, and commits them as they come. Throws `thing/not-found`, `upload/offset`
   * (with the right one), `batch/too-large`.
   */
  async receive(
    site: string,
    id: string,
    offset: number,
    body: AsyncIterable<Uint8Array>,
  ): Promise<BatchState> {
    const row = await repo.selectOptionalBatch(this.#deps.db, id);
    if (row?.site !== site) throw new HqError('thing/not-found');
    if (row.state !== 'receiving') return stateOf(row);
    let at = offset;
    let held: Uint8Array[] = [];
    let heldBytes = 0;
    const flush = async () => {
      const bytes = Buffer.concat(held);
      if (bytes.length > 0) await this.#append(row, at, bytes);
      at += bytes.length;
      held = [];
      heldBytes = 0;
    };
    const here = await repo.selectOffset(this.#deps.db, id);
    if (here !== offset) throw new HqError('upload/offset', { offset: here });
    try {
      for await (const chunk of body) {
        if (at + heldBytes + chunk.length > row.bytes)
          throw new HqError('batch/too-large', { bytes: row.bytes });
        held.push(chunk);
        heldBytes += chunk.length;
        if (heldBytes >= PART_BYTES) await flush();
      }
    } catch (error) {
      if (error instanceof HqError) throw error;
      // The line broke: what came is kept, and the next try goes on from there.
      await flush();
      throw new HqError('request/invalid', { problem: 'the line broke' }, error);
    }
    await flush();
    return this.state(site, id);
  }

  /** Its receipt, where it is here already. */
  async taken(site: string, key: BatchKey): Promise<BatchState | null> {
    const row = await repo.selectOptionalBatch(this.#deps.db, batchId(key));
    return row?.site === site && row.state === 'taken' ? stateOf(row) : null;
  }

  /** A whole file at once, as a courier brings it. `again`: it was here already. */
  async take(
    site: string,
    offer: BatchOffer,
    file: Uint8Array,
    way: BatchWay,
  ): Promise<{ state: BatchState; again: boolean }> {
    const before = await this.offer(site, offer, way);
    if (before.state === 'taken') return { state: before, again: true };
    const row = await repo.selectOptionalBatch(this.#deps.db, batchId(offer));
    if (!row) throw new HqError('thing/not-found');
    return { state: await this.#finish(row, file), again: false };
  }

  async #append(row: repo.BatchRecord, at: number, bytes: Uint8Array): Promise<void> {
    await this.#deps.db.transaction(async (tx) => {
      const now = await repo.lockOptionalBatch(tx, row.batch);
      const here = await repo.selectOffset(tx, row.batch);
      // Another replica may have the same box on another line, or the batch was announced anew.
      if (now?.state !== 'receiving' || now.sha256 !== row.sha256 || here !== at)
        throw new HqError('upload/offset', { offset: here });
      await repo.insertPart(tx, row.batch, at, bytes);
    });
  }

  async #finish(row: repo.BatchRecord, whole?: Uint8Array): Promise<BatchState> {
    return this.#opening.use(async () => {
      const file = whole ?? (await repo.selectParts(this.#deps.db, row.batch));
      let arrived: Arrived & { opened: OpenedBatch };
      try {
        arrived = await this.#open(row, file);
      } catch (error) {
        if (!(error instanceof MachineryError || error instanceof HqError)) throw error;
        return this.#refuse(row, file, error);
      }
      try {
        const state = await this.#deps.db.transaction((tx) => this.#commit(tx, row, arrived));
        this.onTaken();
        return state;
      } catch (error) {
        if (error instanceof HqError) throw error;
        // Nothing was taken: the file is still whole in its parts, and the box tries again.
        throw new HqError('hq/storage', undefined, error);
      }
    });
  }

  async #open(row: repo.BatchRecord, file: Uint8Array): Promise<Arrived & { opened: OpenedBatch }> {
    const { keys, db } = this.#deps;
    if (createHash('sha256').update(file).digest('hex') !== row.sha256)
      throw new MachineryError('batch/sealed', { reason: 'the file is not the one announced' });
    const opened = await openBatch(file, [keys.identity], keys.key.publicKey);
    const { header } = opened;
    const offered = ['site', 'ledger', 'first', 'last', 'root'] as const;
    for (const name of offered)
      if (header[name] !== row[name])
        throw new MachineryError('batch/form', { reason: `${name} is not the one announced` });
    if (NOT_IN_JSONB.test(opened.headerText)) throw new MachineryError('batch/form', { reason: 'header' });
    if (!header.ledger.endsWith(`/${header.box}/${header.boxEpoch}`))
      throw new MachineryError('batch/form', { reason: 'the ledger is not of this box' });
    const known = await repo.selectOptionalKey(db, header.key);
    if (known?.site !== row.site) throw new HqError('hq/unknown-box', { key: header.key });
    if (known.revoked !== null) throw new HqError('hq/revoked', { key: header.key });
    if (known.box !== header.box)
      throw new MachineryError('batch/form', { reason: 'the box is not the one enrolled' });
    const events = eventRows(header.first, opened.lines);
    return { opened, header, events, leaves: opened.leaves.map(base64), after: rangeTexts(opened.after) };
  }

  async #commit(
    tx: Tx,
    row: repo.BatchRecord,
    arrived: Arrived & { opened: OpenedBatch },
  ): Promise<BatchState> {
    const { keys, time } = this.#deps;
    const { site, ledger, first, last, root } = row;
    await lockFor(tx, `ledger ${site} ${ledger}`);
    const now = await repo.lockOptionalBatch(tx, row.batch);
    if (!now) throw new HqError('thing/not-found');
    // Another replica was quicker: its receipt is the one.
    if (now.state === 'taken') return stateOf(now);
    const { branch, forks } = await new Lines(tx, arrived).place();
    for (const { number, at } of forks)
      await this.#alarms.raise(tx, { site, code: 'ledger/forked', detail: { ledger, branch: number, at } });
    const taken = time.wall();
    const events = last - first + 1;
    const { header, opened } = arrived;
    const receipt = signReceipt(
      { v: 1, hq: keys.key.publicKey, key: header.key, site, ledger, first, last, root, events, taken },
      keys.key,
    );
    await repo.updateBatch(tx, row.batch, {
      state: 'taken',
      branch: branch.branch,
      header: opened.headerText,
      headerSig: opened.signature,
      range: arrived.after,
      events,
      taken,
      receipt: receipt.text,
      receiptSig: receipt.signature,
      code: null,
      detail: null,
    });
    await repo.deleteParts(tx, row.batch);
    return { state: 'taken', batch: row.batch, receipt };
  }

  /** Put aside with the reason, and somebody is told; the site may send it again. */
  async #refuse(
    row: repo.BatchRecord,
    file: Uint8Array,
    error: MachineryError | HqError,
  ): Promise<BatchState> {
    const { site, ledger, first, last, batch } = row;
    const at = this.#deps.time.wall();
    const { code } = error;
    const detail = Object.values(error.detail ?? {})
      .join(', ')
      .slice(0, DETAIL);
    return this.#deps.db.transaction(async (tx) => {
      const now = await repo.lockOptionalBatch(tx, batch);
      if (now?.state === 'taken') return stateOf(now);
      await repo.insertRefused(tx, { batch, site, at, code, detail, way: row.way, bytes: file });
      await repo.updateBatch(tx, batch, { state: 'refused', code, detail });
      await repo.deleteParts(tx, batch);
      await this.#alarms.raise(tx, { site, code, detail: { ledger, first, last, reason: detail } });
      return { state: 'refused', batch, code, detail };
    });
  }
}

function stateOf(row: repo.BatchRecord): BatchState {
  const { batch, state, code, detail, receipt, receiptSig } = row;
  if (state === 'refused') return { state, batch, code: code ?? '', detail: detail ?? '' };
  const signed: SignedReceipt = { text: receipt ?? '', signature: receiptSig ?? '' };
  return { state: 'taken', batch, receipt: signed };
}
