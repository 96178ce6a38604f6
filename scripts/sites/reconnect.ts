/** All sites come back after an outage: each at its own moment within the jitter, as many at once as is allowed. */
import { type FileHandle, open } from 'node:fs/promises';
import { seeded, subSeed } from '#domain/random/seeded.ts';
import { HqClient } from '#server/sync/hq-client.ts';
import { HqHttp } from '#server/sync/hq-http.ts';
import type { PackedBatch, PackedSite } from './pack.ts';
import { type Delivered, Sender, type SenderOf } from './sender.ts';
import type { VirtualSite } from './virtual-site.ts';

export interface ReconnectOf {
  sites: readonly PackedSite[];
  /** Key of a site's box. */
  keyOf: (site: PackedSite) => VirtualSite['key'];
  /** One for each replica. */
  urls: readonly string[];
  /** Headquarters' key, base64url. */
  hq: string;
  seed: string;
  /** Sites that send at the same time; the others wait for one to end. */
  concurrency: number;
  /** Sites come back within this time. */
  jitterMs: number;
  mishap: SenderOf['mishap'];
  /** Gives up what is under way. */
  signal: AbortSignal;
  onBatch?: (done: number) => void;
}

export interface Reconnected {
  delivered: Delivered[];
  /** Sites that came to no end, in words; at most `FAULTS_MOST`. */
  faults: string[];
  failedSites: number;
  /** What was tried again, by code. */
  retries: Record<string, number>;
}

const FAULTS_MOST = 20;
const LIMITS = { connectMs: 60_000, idleMs: 120_000, wholeMs: 300_000, answerBytes: 2 * 1024 * 1024 };

export async function reconnect(of: ReconnectOf): Promise<Reconnected> {
  const rng = seeded(subSeed(of.seed, 'reconnect'));
  const queue = of.sites
    .map((site) => ({ site, comesMs: rng.below(Math.max(1, of.jitterMs)) }))
    .sort((a, b) => a.comesMs - b.comesMs);
  const files = new BatchFiles();
  const result: Reconnected = { delivered: [], faults: [], failedSites: 0, retries: {} };
  const began = performance.now();
  const now = () => performance.now() - began;
  const worker = async () => {
    for (let next = queue.shift(); next && !of.signal.aborted; next = queue.shift()) {
      const early = next.comesMs - now();
      if (early > 0) await new Promise((resolve) => setTimeout(resolve, early));
      try {
        await comeBack(of, next.site, files, now, result);
      } catch (error) {
        result.failedSites += 1;
        const words = error instanceof Error ? error.message : String(error);
        if (result.faults.length < FAULTS_MOST) result.faults.push(`${next.site.site}: ${words}`);
      }
    }
  };
  try {
    await Promise.all(Array.from({ length: of.concurrency }, worker));
  } finally {
    await files.close();
  }
  result.failedSites += queue.length;
  return result;
}

async function comeBack(
  of: ReconnectOf,
  site: PackedSite,
  files: BatchFiles,
  now: () => number,
  result: Reconnected,
): Promise<void> {
  const { urls, hq, signal, mishap } = of;
  const key = of.keyOf(site);
  const lines = urls.map((_, i) => {
    const url = urls[(site.number + i) % urls.length] as string; // within
    return new HqHttp(url, '', LIMITS);
  });
  try {
    const sender = new Sender({
      clients: lines.map(
        (http) => new HqClient(http, { site: site.site, hq, key, elapsed: () => performance.now() }),
      ),
      hq,
      rng: seeded(subSeed(of.seed, 'luck', site.site)),
      mishap,
      read: (batch) => files.read(batch),
      now,
      signal,
      retried: (code) => {
        result.retries[code] = (result.retries[code] ?? 0) + 1;
      },
    });
    for (const batch of site.batches) {
      result.delivered.push(await sender.send(batch));
      of.onBatch?.(result.delivered.length);
    }
  } finally {
    for (const http of lines) http.close();
  }
}

/** Batches are read when they are sent: all of them would not fit into memory. */
class BatchFiles {
  readonly #open = new Map<string, Promise<FileHandle>>();

  async read({ file, from, offer }: PackedBatch): Promise<Uint8Array> {
    let handle = this.#open.get(file);
    if (!handle) {
      handle = open(file);
      this.#open.set(file, handle);
    }
    const bytes = Buffer.alloc(offer.bytes);
    const { bytesRead } = await (await handle).read(bytes, 0, bytes.length, from);
    if (bytesRead !== bytes.length) throw new Error(`${file} is shorter than its index says`);
    return bytes;
  }

  async close(): Promise<void> {
    for (const handle of this.#open.values()) await (await handle).close();
    this.#open.clear();
  }
}
