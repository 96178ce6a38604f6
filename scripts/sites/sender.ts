/**
 * One site coming back: it proves who it is, offers each batch, sends the file in parts and believes nothing but a
 * receipt that headquarters signed. By the box's own client (server/sync). Some sites are unlucky: see `Mishap`.
 */
import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Rng } from '#domain/random/seeded.ts';
import { readReceipt } from '#node/sync/batch-file.ts';
import { BATCH_OFFSET_HEADER, type BatchState } from '#protocol/hq.ts';
import { BoxError } from '#server/platform/box-error.ts';
import type { HqClient } from '#server/sync/hq-client.ts';
import type { PackedBatch } from './pack.ts';

/**
 * `cut`: the line breaks in the middle of a part. `twice`: the receipt got lost, all is done again. `both`: two
 * replicas are offered and sent the same at once. `wander`: every call goes to another replica.
 */
export type Mishap = 'none' | 'cut' | 'twice' | 'both' | 'wander';

export interface Delivered {
  batch: PackedBatch;
  mishap: Mishap;
  startedMs: number;
  endedMs: number;
}

export interface SenderOf {
  /** One for each replica, the site's own first. */
  clients: readonly HqClient[];
  /** Headquarters' key, base64url. */
  hq: string;
  rng: Rng;
  /** What befalls a batch; see `drawMishap`. */
  mishap: (rng: Rng, replicas: number) => Mishap;
  /** The file of a batch. */
  read: (batch: PackedBatch) => Promise<Uint8Array>;
  now: () => number;
  signal: AbortSignal;
  /** A refusal or a broken line that was tried again. */
  retried: (code: string) => void;
}

/** As the box's (server/sync/exchange.ts). */
export const PART_BYTES = 128 * 1024;
const TRIES = 12;
const BACKOFF_MS = 200;
const BACKOFF_MOST_MS = 10_000;

export class Sender {
  readonly #of: SenderOf;
  #turn = 0;

  constructor(of: SenderOf) {
    this.#of = of;
  }

  /** Throws when headquarters refuses, answers what does not hold, or stays away. */
  async send(batch: PackedBatch): Promise<Delivered> {
    const { now, rng, read, clients } = this.#of;
    const mishap = this.#of.mishap(rng, clients.length);
    const file = await read(batch);
    const startedMs = now();
    if (mishap === 'both')
      await Promise.all(clients.slice(0, 2).map((client) => this.#deliver(batch, file, () => client)));
    else {
      const client = mishap === 'wander' ? () => this.#next() : () => this.#first();
      if (mishap === 'cut') await this.#cutOnce(batch, file);
      await this.#deliver(batch, file, client);
      if (mishap === 'twice') await this.#deliver(batch, file, client);
    }
    return { batch, mishap, startedMs, endedMs: now() };
  }

  async #deliver(batch: PackedBatch, file: Uint8Array, client: () => HqClient): Promise<void> {
    const { signal } = this.#of;
    let state = await this.#patiently(() => client().offer(batch.offer, signal));
    while (state.state === 'receiving') {
      const from = state.offset;
      if (from >= file.length) throw new Error(`${batch.batch}: all was sent, and it is still receiving`);
      const part = file.subarray(from, from + PART_BYTES);
      state = await this.#patiently(
        () => client().part(batch.batch, from, part, signal),
        () => client().batch(batch.batch, signal),
      );
    }
    if (state.state === 'refused') throw new Error(`${batch.batch}: refused, ${state.code} ${state.detail}`);
    this.#believe(batch, state);
  }

  #believe(batch: PackedBatch, state: Extract<BatchState, { state: 'taken' }>): void {
    const receipt = readReceipt(state.receipt, this.#of.hq);
    const { site, ledger, first, last, root } = batch.offer;
    const ours = { site, ledger, first, last, root, events: batch.events };
    if (
      !receipt ||
      Object.entries(ours).some(([name, value]) => receipt[name as keyof typeof ours] !== value)
    )
      throw new Error(`${batch.batch}: the receipt does not hold`);
  }

  /** Headquarters that is full, slow or away is asked again, later and later; `again` learns where it stands by then. */
  async #patiently(ask: () => Promise<BatchState>, again = ask): Promise<BatchState> {
    for (let tries = 0; ; tries++)
      try {
        return await (tries === 0 ? ask() : again());
      } catch (error) {
        const passing =
          error instanceof BoxError && ['sync/full', 'sync/slow', 'sync/unreachable'].includes(error.code);
        if (!passing || tries >= TRIES) throw error;
        this.#of.retried(String(error.detail?.['refused'] ?? error.code));
        const most = Math.min(BACKOFF_MOST_MS, BACKOFF_MS * 2 ** tries);
        await sleep(most / 2 + this.#of.rng.below(Math.ceil(most / 2)), undefined, {
          signal: this.#of.signal,
        });
      }
  }

  /** Half a part goes out, then the line is gone. What arrived counts for nothing, or for what it is. */
  async #cutOnce(batch: PackedBatch, file: Uint8Array): Promise<void> {
    const client = this.#first();
    const state = await this.#patiently(() => client.offer(batch.offer, this.#of.signal));
    if (state.state !== 'receiving') return;
    const part = file.subarray(state.offset, state.offset + PART_BYTES);
    const authorization = await client.authorization(this.#of.signal);
    await new Promise<void>((resolve) => {
      const broken = request(`${client.http.url}/api/v1/site/batches/${batch.batch}`, {
        method: 'PATCH',
        agent: false,
        headers: {
          authorization,
          'content-type': 'application/octet-stream',
          'content-length': String(part.length),
          [BATCH_OFFSET_HEADER]: String(state.offset),
        },
      });
      broken.on('error', () => {});
      broken.on('close', () => resolve());
      broken.write(part.subarray(0, part.length >> 1), () => broken.destroy());
    });
  }

  #first(): HqClient {
    return this.#of.clients[0] as HqClient; // at least one replica
  }

  #next(): HqClient {
    return this.#of.clients[this.#turn++ % this.#of.clients.length] as HqClient; // within
  }
}

/** One batch in ten or so is unlucky; with several replicas, one in five. */
export function drawMishap(rng: Rng, replicas: number): Mishap {
  const drawn = rng.below(100);
  if (drawn < 5) return 'cut';
  if (drawn < 9) return 'twice';
  if (drawn < 11) return replicas > 1 ? 'both' : 'twice';
  if (drawn < 20) return replicas > 1 ? 'wander' : 'none';
  return 'none';
}
