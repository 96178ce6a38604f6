/**
 * The journal of one stream: a hash chain of entries on this machine, written before anything else happens with a change.
 * The text kept is the text hashed and sent (docs/protocol.md, "Streams").
 */
import { encodeRevision, genesisText, streamId } from '#domain/attempt/revision.ts';
import { REVISION_LIMITS, type Revision, type RevisionOp, type StreamId } from '#protocol/revision.ts';
import { hashText, toUtf8 } from './bytes.ts';
import type { Store, Write } from './store.types.ts';
import type { Writer } from './writer.ts';

export interface JournalEntry {
  rev: number;
  hash: string;
  /** Canonical JSON of the revision. */
  text: string;
}

export interface Change {
  item: string;
  op: RevisionOp;
  /** Box time in whole milliseconds. */
  at: number;
}

/** Where the journal begins: rev 0 and the genesis hash, or the head the box had when the journal was lost. */
export interface JournalBase {
  rev: number;
  hash: string;
}

export function genesis(attempt: string, epoch: number, deviceKey: string): JournalBase {
  return { rev: 0, hash: hashText(genesisText(streamId(attempt, epoch), deviceKey)) };
}

/** Reads a stream's entries after `base`; what doesn't continue the chain is damaged and dropped, with all after it. */
export async function openJournal(
  of: { store: Store; writer: Writer },
  stream: { attempt: string; epoch: number; base: JournalBase },
): Promise<Journal> {
  const { attempt, epoch, base } = stream;
  const stored = await of.store.under('entries', [attempt, epoch]);
  const entries: JournalEntry[] = [];
  const damaged: Write[] = [];
  let head = base;
  for (const { key, value } of stored) {
    const rev = Number(key[2]);
    if (rev <= base.rev) continue;
    // Written by this module alone; the chain below finds any other content.
    const { text, hash } = value as { text: string; hash: string };
    const goes =
      damaged.length === 0 && rev === head.rev + 1 && hashText(text) === hash && follows(text, head.hash);
    if (goes) {
      head = { rev, hash };
      entries.push({ rev, hash, text });
    } else damaged.push({ in: 'entries', key, drop: true });
  }
  if (damaged.length > 0) of.writer.enqueue(damaged);
  return new Journal(of.writer, stream, entries);
}

function follows(text: string, prev: string): boolean {
  return (JSON.parse(text) as Revision).prev === prev;
}

export class Journal {
  readonly attempt: string;
  readonly epoch: number;
  readonly stream: StreamId;
  readonly base: JournalBase;
  readonly #writer: Writer;
  readonly #entries: JournalEntry[];
  #durable: number;

  constructor(
    writer: Writer,
    of: { attempt: string; epoch: number; base: JournalBase },
    entries: JournalEntry[] = [],
  ) {
    this.attempt = of.attempt;
    this.epoch = of.epoch;
    this.stream = streamId(of.attempt, of.epoch);
    this.base = of.base;
    this.#writer = writer;
    this.#entries = entries;
    this.#durable = this.head.rev;
  }

  get head(): JournalBase {
    return this.#entries.at(-1) ?? this.base;
  }

  /** Rev up to which everything is on this machine's disk. */
  get durable(): number {
    return this.#durable;
  }

  /**
   * Rev up to which entries may be sent: what is durable; all, once the disk refuses, for then the box is the only
   * safe place left.
   */
  get sendable(): number {
    return this.#writer.failing ? this.head.rev : this.#durable;
  }

  /** Whether an entry of this change keeps the limit of size. */
  fits(change: Change): boolean {
    return this.#encode(change).bytes <= REVISION_LIMITS.entryBytes;
  }

  /** Adds an entry to the chain at once and to the disk soon. Null when it is too large or the stream is full. */
  append(change: Change): JournalEntry | null {
    const { text, bytes, rev } = this.#encode(change);
    if (bytes > REVISION_LIMITS.entryBytes || rev > REVISION_LIMITS.perStream) return null;
    const entry = { rev, hash: hashText(text), text };
    this.#entries.push(entry);
    const { hash } = entry;
    this.#writer.enqueue(
      [{ in: 'entries', key: [this.attempt, this.epoch, rev], add: { text, hash } }],
      () => {
        this.#durable = rev;
      },
    );
    return entry;
  }

  /** Hash of the chain at `rev`; null outside of what this journal knows. */
  hashAt(rev: number): string | null {
    if (rev === this.base.rev) return this.base.hash;
    return this.#entries[rev - this.base.rev - 1]?.hash ?? null;
  }

  /** Entries `from` … `to`, both included. */
  range(from: number, to: number): JournalEntry[] {
    return this.#entries.slice(Math.max(0, from - this.base.rev - 1), Math.max(0, to - this.base.rev));
  }

  /** All entries as revisions, in order. */
  *revisions(): Generator<Revision> {
    // Encoded by this module from a revision.
    for (const entry of this.#entries) yield JSON.parse(entry.text) as Revision;
  }

  #encode(change: Change): { text: string; bytes: number; rev: number } {
    const { rev, hash } = this.head;
    const { at, item, op } = change;
    const text = encodeRevision({ at, item, op, prev: hash, rev: rev + 1, stream: this.stream });
    // No UTF-16 unit takes more than three bytes: short entries need no counting.
    const bytes = text.length * 3 <= REVISION_LIMITS.entryBytes ? text.length : toUtf8(text).length;
    return { text, bytes, rev: rev + 1 };
  }
}
