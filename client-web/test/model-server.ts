/**
 * A modelled box: small, exact about what it has committed, and able to fail in every way that matters: it loses what
 * was not committed, comes back from an older copy, refuses content, drops frames. It checks every frame against the
 * contract's schemas.
 */
import { createHash } from 'node:crypto';
import { ed25519 } from '@noble/curves/ed25519.js';
import { Value } from 'typebox/value';
import {
  answersText,
  headText,
  receiptText,
  shortCode,
  socketText,
  submitText,
} from '#domain/attempt/digest.ts';
import {
  type AttemptContent,
  applyRevision,
  emptyContent,
  hasAnswer,
  mergeContents,
} from '#domain/attempt/merge.ts';
import { encodeRevision, genesisText, parseStream, streamId } from '#domain/attempt/revision.ts';
import type { Revision, StreamHead } from '#protocol/revision.ts';
import { CLIENT_MESSAGES } from '#protocol/socket.schema.ts';
import type {
  AttemptState,
  AttemptStatus,
  ClientMessage,
  Receipt,
  ServerMessage,
  SignedReceipt,
} from '#protocol/socket.ts';
import { base64url, hashText, toUtf8 } from '../src/journal/bytes.ts';
import type { VirtualTime } from './virtual-time.ts';

interface ModelStream {
  key: string;
  /** Canonical texts in order; `refused` ones are in the chain and not in the content. */
  entries: { text: string; hash: string; refused: boolean }[];
  /** So many of them survive a power cut. */
  committed: number;
}

export interface ModelAttempt {
  attempt: string;
  ticket: string;
  machine: string | null;
  epoch: number;
  status: AttemptStatus;
  startedAt: number | null;
  endsAt: number | null;
  earliestSubmitAt: number | null;
  streams: Record<string, ModelStream>;
  receipt: SignedReceipt | null;
}

export interface ModelState {
  boxEpoch: number;
  attempts: ModelAttempt[];
}

export interface ModelConnection {
  deliver(message: ServerMessage): void;
  close(code: number, reason: string): void;
}

interface Peer {
  connection: ModelConnection;
  nonce: string;
  key: string | null;
  attempt: string | null;
}

export interface ModelOptions {
  /** When a machine whose journal lacks what the box has is given a new stream. */
  renew: 'attach' | 'login' | 'never';
  files: AttemptState['paper'];
  identity: string;
  level: 1 | 2;
}

const KEY = new Uint8Array(32).fill(7);
const COMMIT_MS = 5;

/** The model's stand-in for ECDSA: 64 bytes that only text and key make. */
export function modelSignature(key: string, text: string): string {
  return base64url(createHash('sha512').update(`${key}\n${text}`).digest());
}

export class ModelServer {
  readonly options: ModelOptions;
  readonly #time: VirtualTime;
  state: ModelState = { boxEpoch: 1, attempts: [] };
  /** Next frames are swallowed with this chance. */
  dropNext: () => boolean = () => false;
  /** Where to put a file, or null when it is here. */
  uploads: (sha256: string) => { url: string; token: string } | null = (sha256) => ({
    url: `/api/v1/kiosk/uploads/${sha256}`,
    token: 'token',
  });
  /** Where to put a portrait, or null when none is wanted. */
  portraits: (sha256: string) => { url: string; token: string } | null = (sha256) => ({
    url: `/api/v1/kiosk/portraits/${sha256}`,
    token: 'portrait',
  });
  /** The session's policy asks for portraits (E4). */
  askPortrait = false;
  /** Content the box doesn't take, beside what the rules refuse. */
  refuse: (revision: Revision) => string | null = () => null;
  /** Box time counts on while the box is away. */
  elapsedOffset = 500_000;
  /** Broken promises of the client, for the test to fail on. */
  readonly faults: string[] = [];
  readonly received: ClientMessage[] = [];
  #peers = new Set<Peer>();
  #life = 0;

  constructor(time: VirtualTime, options: ModelOptions) {
    this.#time = time;
    this.options = options;
  }

  elapsed(): number {
    return Math.round(this.#time.now() + this.elapsedOffset);
  }

  attempt(ticket: string): ModelAttempt {
    const found = this.state.attempts.find((one) => one.ticket === ticket);
    if (!found) throw new Error(`no attempt of ${ticket}`);
    return found;
  }

  add(ticket: string, attempt: string): void {
    this.state.attempts.push({
      attempt,
      ticket,
      machine: null,
      epoch: 0,
      status: 'identified',
      startedAt: null,
      endsAt: null,
      earliestSubmitAt: null,
      streams: {},
      receipt: null,
    });
  }

  start(ticket: string, durationMs: number): void {
    const attempt = this.attempt(ticket);
    attempt.status = 'writing';
    attempt.startedAt = this.elapsed();
    attempt.endsAt = attempt.startedAt + durationMs;
    // As the box does: one small message to all, then each its state.
    this.#tell(attempt, (peer) => this.#release(peer, attempt, false));
    this.#tell(attempt, (peer) => this.#release(peer, attempt, true));
  }

  /** The chief hands in for a candidate. */
  submitFor(ticket: string): void {
    const attempt = this.attempt(ticket);
    attempt.receipt = this.#receipt(attempt);
    attempt.status = 'submitted';
  }

  copy(): ModelState {
    return structuredClone(this.state);
  }

  /** Power cut: what was not committed is lost, every connection breaks. `from`: the box comes back as that copy. */
  restart(from?: ModelState): void {
    this.#life += 1;
    const peers = [...this.#peers];
    this.#peers.clear();
    if (from) this.state = structuredClone(from);
    for (const attempt of this.state.attempts)
      for (const stream of Object.values(attempt.streams)) stream.entries.length = stream.committed;
    for (const peer of peers) peer.connection.close(1006, '');
  }

  changed(attempt: ModelAttempt): void {
    this.#tell(attempt, (peer) => this.#send(peer, { t: 'state', attempt: this.describe(attempt) }));
  }

  /** The machine is refused as such; it is told, and named no attempt. */
  refusal: string | null = null;

  tell(attempt: ModelAttempt, message: ServerMessage): void {
    this.#tell(attempt, (peer) => this.#send(peer, message));
  }

  /** Committed content of all streams. */
  content(attempt: ModelAttempt): AttemptContent {
    return mergeContents(epochs(attempt).map(([, stream]) => contentOf(stream)));
  }

  heads(attempt: ModelAttempt): StreamHead[] {
    return epochs(attempt).map(([epoch, stream]) => ({
      epoch,
      rev: stream.entries.length,
      hash: stream.entries.at(-1)?.hash ?? genesisOf(attempt, epoch, stream.key),
    }));
  }

  connect(connection: ModelConnection): { hear(text: string): void; gone(): void } {
    const peer: Peer = { connection, nonce: `nonce-${Math.random()}`, key: null, attempt: null };
    const life = this.#life;
    this.#peers.add(peer);
    this.#send(peer, {
      t: 'challenge',
      v: 1,
      nonce: peer.nonce,
      site: 'site',
      siteName: 'Site',
      box: `bx_${'b'.repeat(16)}`,
      boxEpoch: this.state.boxEpoch,
      boxKey: base64url(ed25519.getPublicKey(KEY)),
      origin: 'https://box.test',
      elapsed: this.elapsed(),
      wall: 1_700_000_000_000 + this.elapsed(),
    });
    return {
      hear: (text) => {
        if (life === this.#life) this.#hear(peer, text);
      },
      gone: () => {
        this.#peers.delete(peer);
      },
    };
  }

  #hear(peer: Peer, text: string): void {
    if (new TextEncoder().encode(text).length > 64 * 1024) this.faults.push('a frame over 64 KiB');
    const message = JSON.parse(text) as ClientMessage;
    if (!Value.Check(CLIENT_MESSAGES[message.t], message))
      this.faults.push(`not in the contract: ${text.slice(0, 300)}`);
    if (message.t !== 'hello' && this.dropNext()) return;
    this.received.push(message);
    if (message.t === 'hello') this.#hello(peer, message);
    else if (peer.key !== null) this.#serve(peer, message);
  }

  #hello(peer: Peer, message: Extract<ClientMessage, { t: 'hello' }>): void {
    const { nonce } = peer;
    const text = socketText({
      box: `bx_${'b'.repeat(16)}`,
      boxEpoch: this.state.boxEpoch,
      nonce,
      origin: message.origin,
    });
    if (message.sig !== modelSignature(message.key, text))
      this.faults.push('a wrong signature of the socket');
    peer.key = message.key;
    this.#greet(peer);
  }

  /** Says anew who the machine is, as the box does when that changes. */
  greetAll(): void {
    for (const peer of this.#peers) if (peer.key !== null) this.#greet(peer);
  }

  #greet(peer: Peer): void {
    const open = this.state.attempts.findLast((one) => one.machine === peer.key && !one.receipt) ?? null;
    const attempt = this.refusal ? null : open;
    peer.attempt = attempt?.attempt ?? null;
    this.#send(peer, {
      t: 'welcome',
      machine: {
        id: `ma_${'m'.repeat(16)}`,
        seat: { room: `rm_${'r'.repeat(16)}`, roomName: '03', label: '17' },
      },
      attempt: attempt && this.describe(attempt),
      demo: false,
      walk: null,
    });
    if (this.refusal) this.#send(peer, { t: 'error', id: null, code: this.refusal });
    if (attempt && attempt.startedAt !== null) this.#release(peer, attempt, false);
  }

  #serve(peer: Peer, message: Exclude<ClientMessage, { t: 'hello' }>): void {
    const attempt = this.state.attempts.find((one) => one.attempt === peer.attempt) ?? null;
    const ok = (id: number, more: object = {}) => this.#send(peer, { t: 'ok', id, ...more });
    const no = (id: number, code: string) => this.#send(peer, { t: 'error', id, code });
    switch (message.t) {
      case 'time':
        this.#send(peer, {
          t: 'time',
          c: message.c,
          elapsed: this.elapsed(),
          wall: 1_700_000_000_000 + this.elapsed(),
        });
        return;
      case 'login': {
        const found = this.state.attempts.find((one) => one.ticket === message.number);
        if (!found) return no(message.id, 'login/not-found');
        if (found.receipt) return no(message.id, 'login/handed-in');
        if (found.machine !== peer.key || this.options.renew === 'login') this.#renew(found, peer.key ?? '');
        peer.attempt = found.attempt;
        ok(message.id, { attempt: this.describe(found) });
        if (found.startedAt !== null) this.#release(peer, found, false);
        return;
      }
      case 'confirm':
      case 'pledge':
        if (attempt) attempt.status = message.t === 'confirm' ? 'confirmed' : 'waiting';
        return ok(message.id, attempt ? { attempt: this.describe(attempt) } : {});
      case 'back':
        if (attempt) attempt.machine = null;
        peer.attempt = null;
        return ok(message.id);
      case 'ready':
      case 'seen':
        return ok(message.id);
      case 'answers':
        if (!attempt) return no(message.id, 'attempt/none');
        return ok(message.id, { answers: this.#answers(attempt) });
      case 'attach':
        return this.#attach(peer, message);
      case 'rev':
        for (const revision of message.e) {
          const written = parseStream(revision.stream)?.attempt;
          const of = this.state.attempts.find((one) => one.attempt === written);
          if (of) this.#revision(peer, of, revision);
        }
        return;
      case 'sign': {
        const { stream, rev, hash } = message;
        if (message.sig !== modelSignature(peer.key ?? '', headText({ stream, rev, hash })))
          this.faults.push('a wrong signature of a head');
        return;
      }
      case 'upload':
        ok(message.id, { upload: this.uploads(message.sha256) });
        return;
      case 'portrait':
        if (!attempt) return no(message.id, 'attempt/none');
        ok(message.id, { upload: this.portraits(message.sha256) });
        return;
      case 'submit':
        if (!attempt) return no(message.id, 'attempt/none');
        return this.#submit(peer, attempt, message);
      default:
        return;
    }
  }

  #attach(peer: Peer, message: Extract<ClientMessage, { t: 'attach' }>): void {
    const { id, rev, hash, epoch } = message;
    const attempt = this.state.attempts.find((one) => one.attempt === message.attempt);
    const stream = attempt?.streams[epoch];
    if (!attempt || stream?.key !== peer.key)
      return this.#send(peer, { t: 'error', id, code: 'attempt/not-yours' });
    const { receipt } = attempt;
    if (this.refusal) return this.#send(peer, { t: 'error', id, code: this.refusal });
    if (receipt) return this.#send(peer, { t: 'ok', id, attempt: this.describe(attempt), receipt });
    if (epoch < attempt.epoch || attempt.machine !== peer.key) {
      this.#send(peer, { t: 'fenced', code: 'attempt/fenced' });
      return this.#send(peer, { t: 'error', id, code: 'attempt/fenced' });
    }
    peer.attempt = attempt.attempt;
    const here = stream.entries[rev - 1]?.hash;
    const lost = stream.entries.length > rev || (here !== undefined && here !== hash);
    if (lost && this.options.renew === 'attach') this.#renew(attempt, peer.key);
    this.#send(peer, { t: 'ok', id, attempt: this.describe(attempt) });
    if (attempt.startedAt !== null) this.#release(peer, attempt, false);
  }

  #revision(peer: Peer, attempt: ModelAttempt, revision: Revision): void {
    const text = encodeRevision(revision);
    const hash = hashText(text);
    const s = revision.stream;
    const epoch = parseStream(s)?.epoch ?? 0;
    const stream = s === streamId(attempt.attempt, epoch) ? attempt.streams[epoch] : undefined;
    if (stream?.key !== peer.key)
      return this.#send(peer, { t: 'error', id: null, code: 'attempt/not-yours' });
    const head = stream.entries.at(-1)?.hash ?? genesisOf(attempt, epoch, stream.key);
    const { length } = stream.entries;
    if (revision.rev <= length) {
      const same = stream.entries[revision.rev - 1]?.hash === hash;
      if (same) this.#acknowledge(peer, attempt, epoch);
      else this.#send(peer, { t: 'refused', s, rev: revision.rev, code: 'revision/conflict' });
    } else if (revision.rev > length + 1) this.#send(peer, { t: 'gap', s, from: length + 1, hash: head });
    else if (revision.prev !== head)
      this.#send(peer, { t: 'refused', s, rev: revision.rev, code: 'revision/chain' });
    else if (epoch < attempt.epoch)
      this.#send(peer, { t: 'refused', s, rev: revision.rev, code: 'revision/late' });
    else if (attempt.startedAt === null)
      this.#send(peer, { t: 'refused', s, rev: revision.rev, code: 'attempt/not-open' });
    else {
      const code = this.refuse(revision) ?? applyRevision(contentOf(stream), revision);
      stream.entries.push({ text, hash, refused: code !== null });
      if (code) this.#send(peer, { t: 'refused', s, rev: revision.rev, code });
      this.#acknowledge(peer, attempt, attempt.epoch);
    }
  }

  /** The commit comes a moment later; a restart before it takes the entries back. */
  #acknowledge(peer: Peer, attempt: ModelAttempt, epoch: number): void {
    const life = this.#life;
    this.#time.after(COMMIT_MS, () => {
      const stream = attempt.streams[epoch];
      if (life !== this.#life || !stream) return;
      stream.committed = stream.entries.length;
      if (!this.#peers.has(peer)) return;
      const s = streamId(attempt.attempt, epoch);
      this.#send(peer, {
        t: 'ack',
        s,
        rev: stream.entries.length,
        level: this.options.level,
        wall: 1_700_000_000_000 + this.elapsed(),
      });
    });
  }

  #submit(peer: Peer, attempt: ModelAttempt, message: Extract<ClientMessage, { t: 'submit' }>): void {
    const { stream, rev, hash, digest, at, sig, id } = message;
    if (sig !== modelSignature(peer.key ?? '', submitText({ stream, rev, hash, digest, at })))
      this.faults.push('a wrong signature of a submission');
    const no = (code: string) => this.#send(peer, { t: 'error', id, code });
    if (attempt.receipt) return this.#send(peer, { t: 'ok', id, receipt: attempt.receipt });
    if (attempt.earliestSubmitAt !== null && this.elapsed() < attempt.earliestSubmitAt)
      return no('submit/too-early');
    if (stream !== streamId(attempt.attempt, attempt.epoch)) return no('submit/invalid');
    const head = this.heads(attempt).find((one) => one.epoch === attempt.epoch);
    if ((head?.rev ?? 0) < rev) return no('submit/incomplete');
    if (rev > 0 && (head?.rev !== rev || head.hash !== hash)) return no('submit/invalid');
    const own = attempt.streams[attempt.epoch];
    if (own) own.committed = own.entries.length;
    attempt.receipt = this.#receipt(attempt);
    attempt.status = 'submitted';
    this.#send(peer, { t: 'ok', id, receipt: attempt.receipt });
  }

  #receipt(attempt: ModelAttempt): SignedReceipt {
    const { answers } = this.content(attempt);
    const streams = this.heads(attempt).filter((one) => one.rev > 0);
    const digest = hashText(answersText({ attempt: attempt.attempt, answers, streams }));
    const receipt: Receipt = {
      v: 1,
      attempt: attempt.attempt,
      box: `bx_${'b'.repeat(16)}`,
      code: shortCode(createHash('sha256').update(digest).digest()),
      digest,
      entry: `en_${'e'.repeat(16)}`,
      answered: Object.values(answers).filter((of) => Object.values(of).some(hasAnswer)).length,
      name: 'Name',
      revisions: streams.reduce((sum, one) => sum + one.rev, 0),
      site: 'site',
      sitting: `si_${'s'.repeat(16)}`,
      streams,
      subject: '01',
      submitted: 1_700_000_000_000 + this.elapsed(),
      ticket: attempt.ticket,
    };
    return { receipt, sig: base64url(ed25519.sign(toUtf8(receiptText(receipt)), KEY)) };
  }

  #answers(attempt: ModelAttempt) {
    const { answers, marks, item, plays } = this.content(attempt);
    return {
      attempt: attempt.attempt,
      answers,
      marks: [...marks],
      item,
      plays,
      streams: this.heads(attempt),
    };
  }

  #renew(attempt: ModelAttempt, key: string): void {
    attempt.machine = key;
    attempt.epoch += 1;
    attempt.streams[attempt.epoch] ??= { key, entries: [], committed: 0 };
  }

  #release(peer: Peer, attempt: ModelAttempt, withState: boolean): void {
    const paper = this.options.files?.id ?? '';
    const release = { sitting: `si_${'s'.repeat(16)}`, paper, identity: this.options.identity };
    this.#send(peer, { t: 'release', release, attempt: withState ? this.describe(attempt) : null });
  }

  describe(attempt: ModelAttempt): AttemptState {
    const { status, epoch, startedAt, endsAt, earliestSubmitAt } = attempt;
    return {
      attempt: attempt.attempt,
      status: status === 'writing' && endsAt !== null && this.elapsed() > endsAt ? 'ended' : status,
      epoch,
      candidate: { name: 'Name', ticket: attempt.ticket, idTail: '1234', school: '', gender: '' },
      seat: { room: `rm_${'r'.repeat(16)}`, roomName: '03', label: '17' },
      exam: 'Exam',
      session: 'Session',
      sitting: `si_${'s'.repeat(16)}`,
      subject: { code: '01', name: 'Subject' },
      paper: this.options.files,
      seed: 'seed',
      durationMs: 3_600_000,
      plannedStart: 1_700_000_000_000,
      startedAt,
      endsAt,
      pausedAt: null,
      creditMs: 0,
      earliestSubmitAt,
      pledge: { zh: '', en: '', sha256: '0'.repeat(64) },
      streams: this.heads(attempt),
      released: startedAt !== null,
      ...(this.askPortrait ? { portrait: true } : {}),
    };
  }

  #tell(attempt: ModelAttempt, tell: (peer: Peer) => void): void {
    for (const peer of this.#peers) if (peer.attempt === attempt.attempt) tell(peer);
  }

  #send(peer: Peer, message: ServerMessage): void {
    peer.connection.deliver(structuredClone(message));
  }
}

function epochs(attempt: ModelAttempt): [number, ModelStream][] {
  return Object.entries(attempt.streams)
    .map(([epoch, stream]): [number, ModelStream] => [Number(epoch), stream])
    .sort(([a], [b]) => a - b);
}

function contentOf(stream: ModelStream): AttemptContent {
  const content = emptyContent();
  for (const { text, refused } of stream.entries)
    if (!refused) applyRevision(content, JSON.parse(text) as Revision);
  return content;
}

function genesisOf(attempt: ModelAttempt, epoch: number, key: string): string {
  return hashText(genesisText(streamId(attempt.attempt, epoch), key));
}
