/**
 * Streams, device signatures, submissions and receipts, from events alone and independent of the projections: chains
 * of hashes without a gap, signatures by the keys that were enrolled, digests of the answers as they stood.
 */
import { createHash } from 'node:crypto';
import {
  answeredItems,
  answersText,
  headText,
  receiptCodeText,
  receiptText,
  shortCode,
  submitText,
} from '#domain/attempt/digest.ts';
import { type AttemptContent, applyRevision, emptyContent, setAnswer } from '#domain/attempt/merge.ts';
import { encodeRevision, genesisText, parseStream, streamId } from '#domain/attempt/revision.ts';
import { verify as verifyBox } from '#node/signing/box-key.ts';
import { type DeviceVerifier, deviceVerifier } from '#node/signing/device-signature.ts';
import type { Answers } from '#protocol/paper.ts';
import { PURPOSE, REVISION_LIMITS, type Revision, type StreamHead } from '#protocol/revision.ts';
import type { EventOf, KnownEvent } from './event-types.ts';
import type { FaultList } from './faults.ts';
import { HashColumn } from './hash-column.ts';

interface Stream {
  epoch: number;
  key: string;
  hashes: HashColumn;
  content: AttemptContent;
  /** Heads signed before the ledger had their revision. */
  ahead: { seq: number; rev: number; hash: string }[];
}

export interface SignatureCounts {
  heads: number;
  submissions: number;
  receipts: number;
}

export class StreamAudit {
  readonly signatures: SignatureCounts = { heads: 0, submissions: 0, receipts: 0 };
  readonly #faults: FaultList;
  readonly #devices: DeviceVerifier = deviceVerifier();
  readonly #machines = new Map<string, string>();
  /** Attempt → its streams, by epoch from 1. */
  readonly #attempts = new Map<string, Stream[]>();
  readonly #deleted: (attempt: string | undefined, seq: number) => boolean;
  /** Box → its key. A ledger has one; headquarters sees an attempt that went from one box to another. */
  readonly #boxes = new Map<string, string>();

  /** `deleted`: whether the answers of an attempt before an event are gone; of these, signatures alone are checked. */
  constructor(
    faults: FaultList,
    deleted: (attempt: string | undefined, seq: number) => boolean = () => false,
  ) {
    this.#faults = faults;
    this.#deleted = deleted;
  }

  take(seq: number, event: KnownEvent): void {
    switch (event.kind) {
      case 'BOX_STARTED':
        this.knowBox(event.body.box, event.body.key);
        return;
      case 'MACHINE_ENROLLED':
        this.knowMachine(event.body.machine, event.body.key);
        return;
      case 'CANDIDATE_LOGGED_IN':
        this.#open(seq, event);
        return;
      case 'ANSWER_REVISED':
        this.#revised(seq, event.attempt, event.body as Revision, true);
        return;
      case 'REVISION_QUARANTINED':
        this.#revised(seq, event.attempt, event.body.revision as Revision, false);
        return;
      case 'REVISION_REFUSED': {
        const stream = this.#chained(seq, event.attempt, event.body.stream);
        if (stream) this.#advance(seq, stream, event.body.rev, event.body.hash);
        return;
      }
      case 'REVISION_CONFLICT': {
        const stream = this.#chained(seq, event.attempt, event.body.stream);
        if (stream && stream.hashes.at(event.body.rev) !== event.body.kept)
          this.#faults.add('stream/kept', `${event.body.stream} ${event.body.rev}`, seq);
        return;
      }
      case 'HEAD_SIGNED':
        this.#headSigned(seq, event);
        return;
      case 'ATTEMPT_SUBMITTED':
        this.#submitted(seq, event);
        return;
      default:
    }
  }

  /** A box that may sign receipts; the first key told of it stands. */
  knowBox(box: string, key: string): void {
    if (!this.#boxes.has(box)) this.#boxes.set(box, key);
  }

  knowMachine(machine: string, key: string): void {
    this.#machines.set(machine, key);
  }

  /** What the attempt has come to: its answers, and where each stream stands; null where none was opened. */
  contentOf(attempt: string): { answers: Answers; streams: StreamHead[] } | null {
    const streams = this.#attempts.get(attempt);
    const newest = streams?.at(-1);
    if (!streams || !newest) return null;
    const heads = streams.map(({ epoch, hashes }) => ({ epoch, rev: hashes.count, hash: hashes.last }));
    return { answers: newest.content.answers, streams: heads.filter(({ rev }) => rev > 0) };
  }

  /** To be called after the last event. */
  end(): void {
    for (const [attempt, streams] of this.#attempts)
      for (const { epoch, ahead } of streams)
        for (const { seq, rev } of ahead)
          this.#faults.add('head/differs', `${attempt}.${epoch} never came to ${rev}`, seq);
  }

  #open(seq: number, { attempt = '', body }: EventOf<'CANDIDATE_LOGGED_IN'>): void {
    const streams = this.#attempts.get(attempt) ?? [];
    const key = this.#machines.get(body.machine);
    if (key === undefined) {
      this.#faults.add('stream/machine', body.machine, seq);
      return;
    }
    if (body.epoch !== streams.length + 1) {
      this.#faults.add('stream/epoch', `${body.epoch} after ${streams.length}`, seq);
      return;
    }
    const genesis = sha256(genesisText(streamId(attempt, body.epoch), key));
    const before = streams.at(-1);
    streams.push({
      epoch: body.epoch,
      key,
      hashes: new HashColumn(genesis),
      // A stream starts from what the one before had come to.
      content: before ? copyAnswers(before.content) : emptyContent(),
      ahead: [],
    });
    this.#attempts.set(attempt, streams);
  }

  /** A revision's chain is gone with its attempt's answers. */
  #chained(seq: number, attempt: string | undefined, name: string): Stream | null {
    return this.#deleted(attempt, seq) ? null : this.#stream(seq, attempt, name);
  }

  #stream(seq: number, attempt: string | undefined, name: string): Stream | null {
    const parts = parseStream(name);
    if (!parts || parts.attempt !== attempt) {
      this.#faults.add('stream/attempt', `${name} in an event of ${attempt ?? 'no attempt'}`, seq);
      return null;
    }
    const stream = this.#attempts.get(parts.attempt)?.[parts.epoch - 1];
    if (!stream) this.#faults.add('stream/unknown', name, seq);
    return stream ?? null;
  }

  #revised(seq: number, attempt: string | undefined, revision: Revision, counts: boolean): void {
    const stream = this.#chained(seq, attempt, revision.stream);
    if (!stream) return;
    if (revision.prev !== stream.hashes.last)
      this.#faults.add('stream/chain', `${revision.stream} ${revision.rev}`, seq);
    this.#advance(seq, stream, revision.rev, sha256(encodeRevision(revision)));
    if (counts) applyRevision(stream.content, revision);
  }

  /** Goes on from what is there even after a gap: one hole is one fault. */
  #advance(seq: number, stream: Stream, rev: number, hash: string): void {
    const due = stream.hashes.count + 1;
    if (rev !== due) this.#faults.add('stream/rev', `rev ${rev} where ${due} is due`, seq);
    if (rev < due || rev > REVISION_LIMITS.perStream) return;
    stream.hashes.put(rev, hash);
    while (stream.ahead[0] && stream.ahead[0].rev <= rev) {
      const head = stream.ahead.shift();
      if (head && stream.hashes.at(head.rev) !== head.hash)
        this.#faults.add('head/differs', `rev ${head.rev}`, head.seq);
    }
  }

  #headSigned(seq: number, { attempt, body }: EventOf<'HEAD_SIGNED'>): void {
    const stream = this.#stream(seq, attempt, body.stream);
    if (!stream) return;
    this.signatures.heads += 1;
    if (!this.#signed(stream.key, PURPOSE.head, headText(body), body.sig))
      this.#faults.add('head/signature', `${body.stream} ${body.rev}`, seq);
    if (this.#deleted(attempt, seq)) return;
    if (body.rev > stream.hashes.count) {
      stream.ahead.push({ seq, rev: body.rev, hash: body.hash });
      stream.ahead.sort((a, b) => a.rev - b.rev);
    } else if (stream.hashes.at(body.rev) !== body.hash)
      this.#faults.add('head/differs', `${body.stream} ${body.rev}`, seq);
  }

  #submitted(seq: number, { attempt = '', body }: EventOf<'ATTEMPT_SUBMITTED'>): void {
    const stream = this.#stream(seq, attempt, body.stream);
    if (!stream) return;
    this.signatures.submissions += 1;
    if (!this.#deleted(attempt, seq) && stream.hashes.at(body.rev) !== body.hash)
      this.#faults.add('submission/head', `${body.stream} ${body.rev}`, seq);
    if (!this.#signed(stream.key, PURPOSE.submit, submitText(body), body.sig))
      this.#faults.add('submission/signature', body.stream, seq);
    this.#receipt(seq, attempt, body);
  }

  #receipt(seq: number, attempt: string, body: EventOf<'ATTEMPT_SUBMITTED'>['body']): void {
    const { receipt, receiptSig } = body;
    this.signatures.receipts += 1;
    const key = this.#boxes.get(receipt.box) ?? [...this.#boxes.values()][0];
    if (key === undefined) {
      this.#faults.add('key/unknown', `receipt ${receipt.code}`, seq);
      return;
    }
    if (receipt.attempt !== attempt || !this.#boxes.has(receipt.box))
      this.#faults.add('receipt/subject', `${receipt.attempt} ${receipt.box}`, seq);
    const message = Buffer.from(receiptText(receipt).slice(PURPOSE.receipt.length + 1));
    if (!verifyBox(key, PURPOSE.receipt, message, receiptSig))
      this.#faults.add('receipt/signature', receipt.code, seq);

    const streams = this.#attempts.get(attempt) ?? [];
    const deleted = this.#deleted(attempt, seq);
    if (!deleted && !headsHold(receipt.streams, streams))
      this.#faults.add('receipt/streams', receipt.code, seq);
    const answers = streams.at(-1)?.content.answers ?? {};
    if (!deleted && sha256(answersText({ attempt, answers, streams: receipt.streams })) !== receipt.digest)
      this.#faults.add('receipt/digest', receipt.code, seq);
    if (shortCode(createHash('sha256').update(receiptCodeText(receipt)).digest()) !== receipt.code)
      this.#faults.add('receipt/code', receipt.code, seq);
    const revisions = receipt.streams.reduce((sum, head) => sum + head.rev, 0);
    const answered = deleted ? receipt.answered : answeredItems(answers);
    if (receipt.answered !== answered || receipt.revisions !== revisions)
      this.#faults.add(
        'receipt/counts',
        `${receipt.code}: ${receipt.answered} items, ${receipt.revisions} revisions`,
        seq,
      );
    if (body.agrees !== (body.digest === receipt.digest))
      this.#faults.add('receipt/digest', `${receipt.code}: agrees is ${body.agrees}`, seq);
  }

  #signed(key: string, purpose: typeof PURPOSE.head | typeof PURPOSE.submit, text: string, sig: string) {
    // The texts of domain/attempt/digest.ts begin with the purpose, which the verifier puts there itself.
    return this.#devices.verifyDevice(key, purpose, Buffer.from(text.slice(purpose.length + 1)), sig);
  }
}

/**
 * The newest stream's head is where the stream stands; earlier streams are fenced and may have moved on (into
 * quarantine, which changes no answer), so theirs must only be in the chain. Streams without a revision are left out.
 */
function headsHold(told: readonly StreamHead[], streams: readonly Stream[]): boolean {
  const newest = streams.at(-1);
  const of = new Map(told.map((head) => [head.epoch, head]));
  if (of.size !== told.length || told.some(({ epoch }) => !streams[epoch - 1])) return false;
  return streams.every((stream) => {
    const { epoch, hashes } = stream;
    const head = of.get(epoch) ?? { epoch, rev: 0, hash: '' };
    if (stream === newest && head.rev !== hashes.count) return false;
    return head.rev === 0 || hashes.at(head.rev) === head.hash;
  });
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}

function copyAnswers(from: AttemptContent): AttemptContent {
  const content = emptyContent();
  for (const [item, of] of Object.entries(from.answers))
    for (const [resp, value] of Object.entries(of)) setAnswer(content.answers, item, resp, value);
  return content;
}
