/**
 * A small but whole exam in a ledger, for tests: prepared, run, one machine changed, handed in; every signature real.
 * Written through the writer's own core, without its thread.
 */
import { createECDH, createHash, createPrivateKey, type KeyObject, sign as signBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openWriter, type SiteDatabase } from '#db/site/open.ts';
import {
  answeredItems,
  answersText,
  canonical,
  headText,
  receiptCodeText,
  shortCode,
  submitText,
} from '#domain/attempt/digest.ts';
import { type AttemptContent, applyRevision, emptyContent } from '#domain/attempt/merge.ts';
import { encodeRevision, genesisText } from '#domain/attempt/revision.ts';
import { checkpointOrigin } from '#domain/ledger/checkpoint.ts';
import { encodeEvent } from '#domain/ledger/event.ts';
import { type BoxKey, generateBoxKey, sign } from '#node/signing/box-key.ts';
import type { EventBody, EventKind } from '#protocol/events.schema.ts';
import { ID_PREFIX, type IdKind } from '#protocol/ids.ts';
import type { Actor } from '#protocol/ledger.ts';
import { PURPOSE, type Revision, type RevisionOp, type StreamHead } from '#protocol/revision.ts';
import type { Receipt } from '#protocol/socket.ts';
import { WriterCore } from './writer-core.ts';

export const sampleId = (kind: IdKind, n: number): string =>
  `${ID_PREFIX[kind]}_${String(n).padStart(16, '0')}`;
export const sha256 = (text: string): string => createHash('sha256').update(text).digest('base64url');

const START_WALL = 1_800_000_000_000;

/** A candidate's machine: its key, the same for the same number in every process. */
export class SampleMachine {
  readonly id: string;
  readonly key: string;
  readonly #private: KeyObject;

  constructor(n: number) {
    this.id = sampleId('machine', n);
    const ecdh = createECDH('prime256v1');
    const scalar = createHash('sha256').update(`sample machine ${n}`).digest();
    ecdh.setPrivateKey(scalar);
    const point = ecdh.getPublicKey();
    this.key = point.toString('base64url');
    const part = (from: number) => point.subarray(from, from + 32).toString('base64url');
    const d = scalar.toString('base64url');
    this.#private = createPrivateKey({
      key: { kty: 'EC', crv: 'P-256', d, x: part(1), y: part(33) },
      format: 'jwk',
    });
  }

  sign(text: string): string {
    const sig = signBytes('sha256', Buffer.from(text), { key: this.#private, dsaEncoding: 'ieee-p1363' });
    return sig.toString('base64url');
  }
}

/** A stream as its machine keeps it: revisions in a chain, and what they add up to. */
export class SampleStream {
  readonly stream: string;
  readonly attempt: string;
  readonly epoch: number;
  readonly machine: SampleMachine;
  readonly content: AttemptContent;
  rev = 0;
  hash: string;

  constructor(attempt: string, epoch: number, machine: SampleMachine, from?: SampleStream) {
    this.attempt = attempt;
    this.epoch = epoch;
    this.machine = machine;
    this.stream = `${attempt}.${epoch}`;
    this.hash = sha256(genesisText(this.stream, machine.key));
    this.content = from ? structuredClone(from.content) : emptyContent();
  }

  /** The next revision, canonical; applied to the content unless it is not to count. */
  next(item: string, op: RevisionOp, at = 1, counts = true): { revision: Revision; text: string } {
    const revision: Revision = { at, item, op, prev: this.hash, rev: this.rev + 1, stream: this.stream };
    const text = encodeRevision(revision);
    this.rev += 1;
    this.hash = sha256(text);
    if (counts) applyRevision(this.content, revision);
    return { revision, text };
  }

  head(): EventBody<'HEAD_SIGNED'> {
    const { stream, rev, hash } = this;
    return { stream, rev, hash, sig: this.machine.sign(headText({ stream, rev, hash })) };
  }
}

export class SampleLedger {
  readonly root: string;
  readonly file: string;
  readonly box: BoxKey = generateBoxKey();
  readonly db: SiteDatabase;
  readonly core: WriterCore;
  #at = 0;

  constructor(root: string) {
    this.root = root;
    this.file = join(root, 'site.db');
    mkdirSync(join(root, 'keys'), { recursive: true });
    writeFileSync(
      join(root, 'keys', 'box.pem'),
      this.box.privateKey.export({ type: 'pkcs8', format: 'pem' }),
      { mode: 0o600 },
    );
    this.db = openWriter(this.file);
    this.core = new WriterCore(this.db, () => START_WALL + this.#at);
    this.core.sign({ origin: checkpointOrigin('XZ01', sampleId('box', 1), 1), key: this.box });
  }

  /** Commits one event; throws when it is refused. */
  put<K extends EventKind>(kind: K, body: EventBody<K>, attempt?: string, by?: Actor): void {
    this.putText(kind, canonical(body), attempt, by);
  }

  putText(kind: EventKind, body: string, attempt?: string, by?: Actor): void {
    this.#at += 40;
    const text = encodeEvent({ at: this.#at, attempt, body, by, kind, wall: START_WALL + this.#at });
    const [result] = this.core.commit([{ events: [text] }]).groups;
    if (!result?.ok) throw new Error(`${kind}: ${result?.code} ${result?.message}`);
  }

  /** Commits texts of revisions together. */
  putRevisions(attempt: string, texts: readonly string[]): void {
    this.#at += 40;
    const events = texts.map((body) =>
      encodeEvent({ at: this.#at, attempt, body, kind: 'ANSWER_REVISED', wall: START_WALL + this.#at }),
    );
    const [result] = this.core.commit([{ events }]).groups;
    if (!result?.ok) throw new Error(`${result?.code} ${result?.message}`);
  }

  checkpoint(): void {
    this.core.commit([{ events: [], checkpoint: true }]);
  }

  close(): void {
    this.db.pragma('wal_checkpoint(TRUNCATE)');
    this.db.close();
  }

  boxStarted(): void {
    this.put('BOX_STARTED', {
      box: sampleId('box', 1),
      boxEpoch: 1,
      boot: 'boot-1',
      mono: this.#at,
      resumed: this.#at === 0 ? 'first' : 'same-boot',
      gapMs: 0,
      version: '0.1.0',
      origin: 'https://gongyuan.local:8443',
      key: this.box.publicKey,
    });
  }

  enrol(machine: SampleMachine, seat: string, replaces: string | null = null): void {
    this.put('MACHINE_ENROLLED', {
      machine: machine.id,
      key: machine.key,
      room: sampleId('room', 1),
      seat,
      address: `10.0.0.${seat}`,
      agent: 'Chrome 109',
      walk: null,
      replaces,
    });
  }

  login(stream: SampleStream, n: number, seat: string): void {
    this.put(
      'CANDIDATE_LOGGED_IN',
      {
        entry: sampleId('entry', n),
        sitting: sampleId('sitting', 1),
        machine: stream.machine.id,
        epoch: stream.epoch,
        room: sampleId('room', 1),
        seat,
      },
      stream.attempt,
      { machine: stream.machine.id, address: `10.0.0.${seat}` },
    );
  }

  /** Hands the attempt in; `streams` in ascending epoch, the last is the newest. */
  submit(streams: readonly SampleStream[], n: number, spoil: (receipt: Receipt) => Receipt = (r) => r): void {
    const newest = streams.at(-1) as SampleStream;
    const { attempt, content, stream, rev, hash } = newest;
    const heads: StreamHead[] = streams
      .filter((s) => s.rev > 0)
      .map((s) => ({ epoch: s.epoch, rev: s.rev, hash: s.hash }));
    const digest = sha256(answersText({ attempt, answers: content.answers, streams: heads }));
    const at = this.#at;
    const receipt = spoil({
      v: 1,
      attempt,
      box: sampleId('box', 1),
      code: shortCode(createHash('sha256').update(receiptCodeText({ attempt, digest })).digest()),
      digest,
      entry: sampleId('entry', n),
      answered: answeredItems(content.answers),
      name: '欧阳·买买提𠮷',
      revisions: heads.reduce((sum, head) => sum + head.rev, 0),
      site: 'XZ01',
      sitting: sampleId('sitting', 1),
      streams: heads,
      subject: 'YW',
      submitted: START_WALL + at,
      ticket: `T${n}`,
    });
    this.put(
      'ATTEMPT_SUBMITTED',
      {
        stream,
        rev,
        hash,
        digest,
        agrees: receipt.digest === digest,
        at,
        sig: newest.machine.sign(submitText({ stream, rev, hash, digest, at })),
        receipt,
        receiptSig: sign(this.box, PURPOSE.receipt, Buffer.from(canonical(receipt))),
      },
      attempt,
    );
  }
}
