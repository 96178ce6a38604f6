/**
 * A simulated machine's journal: what the candidate did, as a chain of canonical entries (docs/protocol.md, "Revisions"
 * and "Chain"), and the answers they come to. Memory stands for the browser's database. No clock, no network.
 */
import { createHash } from 'node:crypto';
import { answersText } from '#domain/attempt/digest.ts';
import {
  type AttemptContent,
  applyRevision,
  emptyContent,
  getAnswer,
  spliceOf,
  splitSplice,
  wellFormed,
} from '#domain/attempt/merge.ts';
import { encodeRevision, genesisText, streamId } from '#domain/attempt/revision.ts';
import { REVISION_LIMITS, type Revision, type RevisionOp, type StreamHead } from '#protocol/revision.ts';

export interface JournalOf {
  attempt: string;
  epoch: number;
  /** The machine's public key, base64url: the stream begins with it. */
  key: string;
  /** Answers the stream starts from: what the box holds from earlier epochs. */
  base?: AttemptContent;
  /** Heads of the attempt's other streams. */
  others?: readonly StreamHead[];
}

export class Journal {
  readonly attempt: string;
  readonly epoch: number;
  readonly stream: string;
  readonly genesis: string;
  readonly others: readonly StreamHead[];
  content: AttemptContent;
  readonly #base: AttemptContent;
  /** Entry of rev n at n - 1. */
  readonly #entries: string[] = [];
  readonly #hashes: string[] = [];
  readonly #refused = new Set<number>();
  /** Splices since the last full value, by item and response. */
  readonly #splices = new Map<string, { item: string; resp: string; count: number }>();

  constructor({ attempt, epoch, key, base = emptyContent(), others = [] }: JournalOf) {
    this.attempt = attempt;
    this.epoch = epoch;
    this.stream = streamId(attempt, epoch);
    this.genesis = sha256(genesisText(this.stream, key));
    this.others = others;
    this.#base = base;
    this.content = copyContent(base);
  }

  get rev(): number {
    return this.#entries.length;
  }

  get head(): StreamHead {
    return { epoch: this.epoch, rev: this.rev, hash: this.hashAt(this.rev) };
  }

  /** Hash of entry `rev`, of the genesis for 0, empty beyond the end. */
  hashAt(rev: number): string {
    return rev === 0 ? this.genesis : (this.#hashes[rev - 1] ?? '');
  }

  /** Encoded entries `from` to `to`, both included. */
  range(from: number, to: number): string[] {
    return this.#entries.slice(from - 1, to);
  }

  /** Appends one change. `at` is box time in milliseconds, rounded here. */
  append(item: string, op: RevisionOp, at: number): void {
    const revision: Revision = {
      at: Math.max(0, Math.round(at)),
      item,
      op,
      prev: this.hashAt(this.rev),
      rev: this.rev + 1,
      stream: this.stream,
    };
    const encoded = encodeRevision(revision);
    this.#entries.push(encoded);
    this.#hashes.push(sha256(encoded));
    applyRevision(this.content, revision);
    if (op.t === 'set') this.#splices.delete(`${item}\n${op.resp}`);
  }

  /** A text is now `text`: splices, with the full value every 20th time. Returns the number of entries. */
  type(item: string, resp: string, text: string, at: number): number {
    const value = getAnswer(this.content.answers, item, resp);
    const after = wellFormed(text);
    if (value !== null && typeof value !== 'string') {
      this.append(item, { t: 'set', resp, v: after }, at);
      return 1;
    }
    const splice = spliceOf(value ?? '', after);
    if (!splice) return 0;
    const key = `${item}\n${resp}`;
    const open = this.#splices.get(key) ?? { item, resp, count: 0 };
    if (open.count + 1 >= REVISION_LIMITS.fullEvery && this.#fits(item, resp, after, at)) {
      this.append(item, { t: 'set', resp, v: after }, at);
      return 1;
    }
    const parts = splitSplice(splice);
    for (const part of parts) this.append(item, { t: 'splice', resp, ...part }, at);
    open.count += parts.length;
    this.#splices.set(key, open);
    return parts.length;
  }

  /** The candidate leaves an item: texts changed by splices are written whole. Returns the number of entries. */
  leave(item: string, at: number): number {
    let written = 0;
    for (const open of [...this.#splices.values()]) {
      if (open.item !== item) continue;
      const value = getAnswer(this.content.answers, item, open.resp);
      if (typeof value !== 'string' || !this.#fits(item, open.resp, value, at)) continue;
      this.append(item, { t: 'set', resp: open.resp, v: value }, at);
      written += 1;
    }
    return written;
  }

  /** The box has entry `rev` but does not take its content: answers are worked out without it. */
  refuse(rev: number): void {
    if (this.#refused.has(rev)) return;
    this.#refused.add(rev);
    const content = copyContent(this.#base);
    this.#entries.forEach((encoded, i) => {
      if (!this.#refused.has(i + 1)) applyRevision(content, JSON.parse(encoded) as Revision);
    });
    this.content = content;
  }

  /** Digest of all answers with the heads of all streams: what the receipt must say. */
  digest(): string {
    const streams = [...this.others.filter((head) => head.epoch !== this.epoch), this.head];
    return sha256(answersText({ attempt: this.attempt, answers: this.content.answers, streams }));
  }

  #fits(item: string, resp: string, v: string, at: number): boolean {
    const longest: Revision = {
      at: Math.max(0, Math.round(at)),
      item,
      op: { t: 'set', resp, v },
      prev: this.genesis,
      rev: REVISION_LIMITS.perStream,
      stream: this.stream,
    };
    return Buffer.byteLength(encodeRevision(longest)) <= REVISION_LIMITS.entryBytes;
  }
}

/** SHA-256 of the text's UTF-8 in base64url. */
export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}

function copyContent(of: AttemptContent): AttemptContent {
  const answers = Object.fromEntries(Object.entries(of.answers).map(([item, own]) => [item, { ...own }]));
  return { answers, marks: new Set(of.marks), item: of.item, plays: { ...of.plays }, seen: new Set(of.seen) };
}
