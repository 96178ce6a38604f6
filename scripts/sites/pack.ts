/** Batches of virtual sites, made as a box makes them, laid one after the other into a file, with an index of it. */
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { encodeCheckpoint } from '#domain/ledger/checkpoint.ts';
import { appendToRange, type CompactRange, emptyRange, rootOfRange } from '#domain/ledger/compact-range.ts';
import { leafHash } from '#domain/ledger/merkle.ts';
import { sha256 } from '#node/ledger/sha256.ts';
import { signNote } from '#node/signing/note.ts';
import { type BatchLine, makeBatch } from '#node/sync/batch-file.ts';
import { BATCH_LIMITS } from '#protocol/batch.ts';
import type { BatchOffer } from '#protocol/hq.ts';
import { Device } from '../simulate/device.ts';
import { drawTape } from './tape.ts';
import { VirtualSite } from './virtual-site.ts';

/** What is played: the same figures and seed give the same sites. */
export interface Cast {
  seed: string;
  sites: number;
  candidates: number;
  revisions: number;
}

export interface PackedBatch {
  batch: string;
  offer: BatchOffer;
  events: number;
  /** Of the events themselves, as their box stored them. */
  plainBytes: number;
  /** Where it lies. */
  file: string;
  from: number;
}

export interface PackedSite {
  number: number;
  site: string;
  box: string;
  ledger: string;
  /** Its box's key, base64url. */
  key: string;
  events: number;
  /** base64, over all events. */
  root: string;
  batches: PackedBatch[];
}

/** Whom the batches are made for. */
export interface Addressee {
  hq: string;
  recipients: string[];
}

const DEVICES = 64;
const TAPES = 32;
/** A box signs a checkpoint at least this often. */
const CHECKPOINT_EVENTS = 1_000;
const LF_BYTES = 1;

/** Shared by all sites of a cast. */
export function propsOf({ seed, revisions }: Cast) {
  return {
    devices: Array.from({ length: DEVICES }, (_, i) => new Device(seed, `device ${i}`)),
    tapes: Array.from({ length: TAPES }, (_, i) => drawTape(seed, i, Math.max(40, revisions))),
  };
}

export function siteOf(cast: Cast, props: ReturnType<typeof propsOf>, number: number): VirtualSite {
  return new VirtualSite({ ...cast, ...props, number });
}

/** Sites `from`, `from + step` … of the cast, into one file. */
export async function packSites(
  cast: Cast,
  to: Addressee,
  file: string,
  { from, step }: { from: number; step: number },
): Promise<PackedSite[]> {
  const props = propsOf(cast);
  const packed: PackedSite[] = [];
  const out = createWriteStream(file);
  let at = 0;
  for (let number = from; number < cast.sites; number += step) {
    const site = siteOf(cast, props, number);
    const batches: PackedBatch[] = [];
    let root = '';
    let events = 0;
    for await (const made of batchesOf(site, to)) {
      batches.push({ ...made.facts, file, from: at });
      at += made.bytes.length;
      root = made.facts.offer.root;
      events += made.facts.events;
      if (!out.write(made.bytes)) await once(out, 'drain');
    }
    const { code, box, ledger, key } = site;
    packed.push({ number, site: code, box, ledger, key: key.publicKey, events, root, batches });
  }
  out.end();
  await once(out, 'finish');
  return packed;
}

interface Made {
  facts: Omit<PackedBatch, 'file' | 'from'>;
  bytes: Uint8Array;
}

async function* batchesOf(site: VirtualSite, to: Addressee): AsyncGenerator<Made> {
  let before = emptyRange();
  const checkpoints = new CheckpointPen(site);
  let lines: BatchLine[] = [];
  let plain = 0;
  const cut = async (): Promise<Made> => {
    const facts = {
      site: site.code,
      ledger: site.ledger,
      first: before.size,
      box: site.box,
      boxEpoch: 1,
      checkpoints: checkpoints.taken(),
      hq: to.hq,
      to: to.recipients,
      made: 1_800_000_000_000,
    };
    const { header, batch, file, sha256: hash, after } = await makeBatch(facts, before, lines, site.key);
    const { first, last, root, ledger } = header;
    const offer = { site: site.code, ledger, first, last, root, bytes: file.length, sha256: hash };
    const made = { facts: { batch, offer, events: lines.length, plainBytes: plain }, bytes: file };
    before = after;
    lines = [];
    plain = 0;
    return made;
  };
  for (const text of site.events()) {
    const bytes = Buffer.from(text);
    const full = lines.length >= BATCH_LIMITS.events || plain + bytes.length > BATCH_LIMITS.plainBytes;
    if (full && lines.length > 0) yield await cut();
    lines.push({ bytes });
    plain += bytes.length + LF_BYTES;
    checkpoints.add(bytes);
  }
  if (lines.length > 0) yield await cut();
}

/** Signs checkpoints as the ledger grows. */
class CheckpointPen {
  readonly #site: VirtualSite;
  readonly #range: CompactRange = emptyRange();
  #notes: string[] = [];

  constructor(site: VirtualSite) {
    this.#site = site;
  }

  add(bytes: Uint8Array): void {
    appendToRange(sha256, this.#range, leafHash(sha256, bytes));
    if (this.#range.size % CHECKPOINT_EVENTS !== 0) return;
    const { ledger, key } = this.#site;
    const root = Buffer.from(rootOfRange(sha256, this.#range)).toString('base64');
    const text = encodeCheckpoint({ origin: ledger, size: this.#range.size, root });
    this.#notes.push(signNote(text, ledger, key));
  }

  /** Those since the last call: all lie in the batch that ends here. */
  taken(): string[] {
    const notes = this.#notes;
    this.#notes = [];
    return notes;
  }
}
