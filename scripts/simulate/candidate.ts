/**
 * A simulated candidate at a simulated machine: from the first challenge to a verified receipt, by the contract alone
 * (docs/protocol.md). Loses its line, finds it again, and never forgets what it wrote. Longer than its neighbours, for it is
 * one conversation whose steps share its state; writing, sending, files and receipts are in files of their own.
 */
import type { Agent } from 'node:https';
import { headText, submitText } from '#domain/attempt/digest.ts';
import { emptyContent } from '#domain/attempt/merge.ts';
import { type Rng, seeded, subSeed } from '#domain/random/seeded.ts';
import {
  type AttemptState,
  CLOSE,
  type Release,
  type ServerMessage,
  type SignedReceipt,
} from '#protocol/socket.ts';
import { BoxAnswer } from './box-access.ts';
import { Device } from './device.ts';
import type { Hall, Person, Phase } from './hall.ts';
import { Journal } from './journal.ts';
import { Outbox } from './outbox.ts';
import { checkReceipt } from './receipt-check.ts';
import { BoxSocket, type Of, Refusal, type Request } from './socket-client.ts';
import { UploadQueue } from './upload-queue.ts';
import { Writing } from './writing.ts';

const SIGN_EVERY_MS = 7_000;
const BACKOFF_FIRST_MS = 250;
const BACKOFF_MOST_MS = 5_000;
const CLIENT = 'gongyuan-simulate/1';

export class Candidate {
  readonly person: Person;
  readonly #hall: Hall;
  readonly #device: Device;
  readonly #network: Rng;
  readonly #agent: Agent;
  readonly #uploads: UploadQueue;
  #phase: Phase = 'connecting';
  #socket: BoxSocket | null = null;
  #welcomes = 0;
  #tries = 0;
  #offlineUntil = 0;
  #boxEpoch = 0;
  #boxKey = '';
  #clock: { elapsed: number; at: number } | null = null;
  #state: AttemptState | null = null;
  #journal: Journal | null = null;
  #outbox: Outbox | null = null;
  #release: Release | null = null;
  #fetched = false;
  #writing: Writing | null = null;
  #signedRev = 0;
  #signedAt = 0;
  #loginAt = 0;
  #atDesk = false;
  #submitting = false;
  #notBefore = 0;

  constructor(person: Person, hall: Hall) {
    this.person = person;
    this.#hall = hall;
    this.#device = new Device(hall.seed, person.number);
    this.#network = seeded(subSeed(hall.seed, 'network', person.number));
    this.#agent = hall.box.agent(person.address);
    this.#uploads = new UploadQueue(hall, person.address);
  }

  get phase(): Phase {
    return this.#phase;
  }

  get connected(): boolean {
    return this.#socket?.ready === true;
  }

  /** Revisions written that the box has not acknowledged. */
  get undelivered(): number {
    return this.#journal && this.#outbox ? this.#journal.rev - this.#outbox.promised : 0;
  }

  connect(): void {
    if (this.#over) return;
    const { box } = this.#hall;
    const socket: BoxSocket = new BoxSocket({
      box,
      device: this.#device,
      client: CLIENT,
      agent: `simulated machine ${this.person.seat}`,
      address: this.person.address,
      elapsed: () => this.#elapsed(),
      accept: (challenge) => (challenge.boxEpoch < this.#boxEpoch ? 'an older box' : null),
      heard: (message) => {
        if (this.#socket === socket) this.#heard(socket, message);
      },
      closed: (code, reason) => {
        if (this.#socket === socket) this.#closed(code, reason);
      },
    });
    this.#socket = socket;
  }

  /** Every second: silence, stalled sending, signatures, and the cable that somebody trips over. */
  tick(now: number): void {
    if (this.#over) return;
    this.#socket?.tick(now);
    this.#outbox?.tick(now);
    this.#sign(now);
    if (!this.#uploads.empty && this.connected) this.#uploads.retry();
    if (this.#phase === 'handing-in') void this.#handOver(now);
    const mayDrop = this.connected && (this.#phase === 'writing' || this.#phase === 'waiting');
    if (mayDrop && this.#network.next() / 2 ** 32 < this.#hall.dropsPerMinute / 60) this.#trip(now);
  }

  /** The candidate is done writing: everything is sent, then handed in. */
  finish(): void {
    const begun = this.#state?.status === 'writing' || this.#state?.status === 'ended';
    const may = this.#phase === 'writing' || (this.#phase === 'waiting' && begun);
    if (!may || !this.#journal) return;
    this.#writing?.finish();
    this.#phase = 'handing-in';
    this.#outbox?.pump();
    void this.#handOver(performance.now());
  }

  /** Ends it wherever it is. */
  stop(): void {
    this.#writing?.stop();
    if (!this.#over) this.#phase = 'failed';
    this.#socket?.close();
    this.#agent.destroy();
  }

  get #over(): boolean {
    return this.#phase === 'done' || this.#phase === 'failed';
  }

  #elapsed(): number | null {
    return this.#clock && this.#clock.elapsed + performance.now() - this.#clock.at;
  }

  #trip(now: number): void {
    this.#hall.metrics.drops += 1;
    this.#offlineUntil = now + 300 + this.#network.below(12_000);
    this.#socket?.drop();
  }

  #closed(code: number, reason: string): void {
    this.#outbox?.detach();
    this.#submitting = false;
    if (this.#over) return;
    if (code === CLOSE.replaced || code === CLOSE.refused) return this.#fail(reason || `closed with ${code}`);
    const step = Math.min(BACKOFF_MOST_MS, BACKOFF_FIRST_MS * 2 ** Math.min(this.#tries++, 20));
    const wait = step / 2 + this.#network.below(Math.max(1, step / 2));
    setTimeout(() => this.connect(), Math.max(wait, this.#offlineUntil - performance.now()));
  }

  #heard(socket: BoxSocket, message: ServerMessage): void {
    switch (message.t) {
      case 'challenge':
        this.#clock = { elapsed: message.elapsed, at: performance.now() };
        this.#boxEpoch = message.boxEpoch;
        this.#boxKey = message.boxKey;
        return;
      case 'welcome':
        if (this.#welcomes++ > 0 && this.#tries > 0) this.#hall.metrics.reconnects += 1;
        this.#tries = 0;
        void this.#guard(socket, () => this.#arrive(socket, message));
        return;
      case 'ack':
        if (message.s !== this.#journal?.stream) return;
        this.#outbox?.acknowledge(message.rev, performance.now());
        if (this.#phase === 'handing-in') void this.#handOver(performance.now());
        return;
      case 'gap':
        return this.#gap(message);
      case 'refused':
        this.#hall.metrics.refused(message.code);
        if (message.s === this.#journal?.stream) this.#journal.refuse(message.rev);
        return;
      case 'state':
        this.#state = message.attempt ?? this.#state;
        return this.#changed();
      case 'release':
        this.#release = message.release;
        this.#state = message.attempt ?? this.#state;
        return void this.#guard(socket, () => this.#begin());
      case 'notice':
        void this.#guard(socket, async () => {
          await this.#ask(socket, { t: 'seen', notice: message.notice });
        });
        return;
      case 'fenced':
        return this.#fail(message.code);
      case 'error':
        return this.#told(message);
    }
  }

  /** Runs a conversation; a lost line ends it without a word, for the next welcome takes it up again. */
  async #guard(socket: BoxSocket, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (this.#over || this.#socket !== socket) return;
      if (error instanceof Refusal && error.code !== 'offline/no-answer') return this.#refused(error);
      if (error instanceof BoxAnswer) this.#hall.metrics.refused(error.code);
      socket.drop();
    }
  }

  async #ask(socket: BoxSocket, request: Request): Promise<Of<'ok'>> {
    const ok = await socket.request(request);
    if (ok.attempt) this.#state = ok.attempt;
    return ok;
  }

  #refused({ code, message }: Refusal): void {
    this.#hall.metrics.refused(code);
    if (code.startsWith('box/')) this.#socket?.drop();
    else this.#fail(message);
  }

  /** The box greeted this machine: enrol, sign in, or take up where the line was lost. */
  async #arrive(socket: BoxSocket, welcome: Of<'welcome'>): Promise<void> {
    const { enrol, doors, metrics } = this.#hall;
    if (!welcome.machine) {
      if (!enrol) throw new Refusal('machine/unknown');
      const { room, seat } = this.person;
      // The box greets the machine again once it has a seat.
      return enrol(socket.nonce.slice(0, 12), room, seat);
    }
    if (this.#phase === 'connecting') this.#phase = 'enrolled';
    if (this.#journal) return this.#attach(socket, this.#journal);
    if (welcome.attempt) this.#state = welcome.attempt;
    else {
      await doors;
      if (this.#socket !== socket || !socket.ready) return;
      const now = performance.now();
      this.#loginAt ||= now;
      metrics.loginFrom ??= now;
      await this.#ask(socket, { t: 'login', number: this.person.number });
    }
    await this.#openJournal(socket);
    await this.#steps(socket);
  }

  /** The stream of this machine. One that the box has entries of, and we have not, is replaced by a new one. */
  async #openJournal(socket: BoxSocket): Promise<void> {
    const { attempt, epoch } = this.#known();
    const key = this.#device.publicKey;
    const empty = new Journal({ attempt, epoch, key });
    if ((this.#headOf(epoch)?.rev ?? 0) > 0)
      await this.#ask(socket, { t: 'attach', attempt, epoch, rev: 0, hash: empty.genesis });
    const state = this.#known();
    const base = emptyContent();
    if (state.epoch > 1) {
      const { answers } = await this.#ask(socket, { t: 'answers' });
      if (answers) {
        base.answers = answers.answers;
        base.marks = new Set(answers.marks);
        base.plays = answers.plays;
        base.item = answers.item;
      }
    }
    const journal = new Journal({ attempt, epoch: state.epoch, key, base, others: state.streams });
    this.#journal = journal;
    this.#outbox = new Outbox(journal, this.#hall.metrics, (frame) => this.#socket?.sendText(frame) === true);
    this.#outbox.attach(0);
  }

  /** Back on the line: compares journals with the box and sends what it has not got. */
  async #attach(socket: BoxSocket, journal: Journal): Promise<void> {
    const { metrics } = this.#hall;
    const { attempt, epoch } = journal;
    const { rev, hash } = journal.head;
    const ok = await this.#ask(socket, { t: 'attach', attempt, epoch, rev, hash });
    if (ok.receipt) return this.#received(journal, ok.receipt);
    const head = this.#headOf(epoch);
    if (this.#known().epoch !== epoch || !head) return this.#fail('the box does not know this stream');
    if (head.hash !== journal.hashAt(head.rev)) return this.#fail('the box has another chain');
    const missing = (this.#outbox?.promised ?? 0) - head.rev;
    if (missing > 0) {
      metrics.lost += missing;
      metrics.broken(`${this.person.number}: ${missing} acknowledged revisions were gone`);
    }
    this.#outbox?.attach(head.rev);
    await this.#steps(socket);
    this.#uploads.retry();
  }

  /** "Is this you", pledge, the sealed paper: as far as the box lets it go. */
  async #steps(socket: BoxSocket): Promise<void> {
    if (this.#known().status === 'identified') await this.#ask(socket, { t: 'confirm' });
    const { pledge } = this.#known();
    if (this.#known().status === 'confirmed' && pledge)
      await this.#ask(socket, { t: 'pledge', sha256: pledge.sha256 });
    this.#arrived();
    const { paper } = this.#known();
    if (!this.#fetched && paper) {
      const from = { address: this.person.address, agent: this.#agent };
      for (const file of paper.files) await this.#hall.shelf.fetch(paper.id, file, from);
      this.#agent.destroy();
      this.#fetched = true;
      const bytes = paper.files.reduce((sum, file) => sum + file.bytes, 0);
      await this.#ask(socket, { t: 'ready', paper: paper.id, files: paper.files.length, bytes });
    }
    if (this.#phase === 'enrolled') this.#phase = 'waiting';
    await this.#begin();
  }

  #arrived(): void {
    const { metrics } = this.#hall;
    if (this.#atDesk) return;
    this.#atDesk = true;
    metrics.loggedIn += 1;
    const now = performance.now();
    if (this.#loginAt === 0) return;
    metrics.loginTo = Math.max(metrics.loginTo ?? 0, now);
    metrics.loginMs.push(now - this.#loginAt);
  }

  /** The identity is here: opens the paper and begins to write. */
  async #begin(): Promise<void> {
    const { shelf, metrics, seed, everyMs, startSentAt } = this.#hall;
    const [release, journal] = [this.#release, this.#journal];
    if (!release || !journal || !this.#fetched || this.#writing) return;
    const { status, sitting, paper: own, seed: order } = this.#known();
    // At the start the identity goes to all before anything else is told: the status follows.
    const mayWrite = status === 'writing' || status === 'waiting';
    if (!mayWrite || release.sitting !== sitting || release.paper !== own?.id) return;
    const paper = await shelf.open(release.paper, release.identity);
    if (this.#writing || this.#over) return;
    metrics.sawPaper += 1;
    if (startSentAt !== null) metrics.paperSeenMs.push(performance.now() - startSentAt);
    this.#writing = new Writing({
      journal,
      uploads: this.#uploads,
      paper,
      order,
      seed: subSeed(seed, this.person.number),
      everyMs,
      elapsed: () => this.#elapsed() ?? 0,
      paused: () => this.#state?.pausedAt !== null,
      ask: (request) => this.#socket?.request(request),
      written: () => {
        this.#outbox?.pump();
        this.#changed();
      },
    });
    this.#phase = 'writing';
    this.#writing.begin(this.#network.below(Math.ceil(everyMs)));
  }

  /** The box's word changed, or time passed: hand in when the time is up. */
  #changed(): void {
    const { status, endsAt, pausedAt } = this.#state ?? {};
    const now = this.#elapsed();
    const up = endsAt != null && pausedAt === null && now !== null && now >= endsAt;
    if (this.#phase === 'writing' && (status === 'ended' || up)) this.finish();
  }

  #sign(now: number): void {
    const { acked = 0 } = this.#outbox ?? {};
    if (!this.#journal || acked <= this.#signedRev || now - this.#signedAt < SIGN_EVERY_MS) return;
    const of = { stream: this.#journal.stream, rev: acked, hash: this.#journal.hashAt(acked) };
    if (!this.#socket?.send({ t: 'sign', ...of, sig: this.#device.sign(headText(of)) })) return;
    this.#signedRev = acked;
    this.#signedAt = now;
    this.#hall.metrics.headsSigned += 1;
  }

  /** Hands in once everything is on the box; without submission, asks the box what it has and compares. */
  async #handOver(now: number): Promise<void> {
    const [socket, journal, outbox] = [this.#socket, this.#journal, this.#outbox];
    const ready = socket?.ready && outbox?.done && this.#uploads.empty && now >= this.#notBefore;
    if (!socket || !journal || !ready || this.#submitting || this.#over) return;
    this.#submitting = true;
    try {
      if (!this.#hall.submits) {
        await this.#attach(socket, journal);
        return this.#done();
      }
      const of = { ...journal.head, stream: journal.stream, digest: journal.digest() };
      const { stream, rev, hash, digest } = of;
      const at = Math.round(this.#elapsed() ?? 0);
      const sig = this.#device.sign(submitText({ stream, rev, hash, digest, at }));
      const ok = await socket.request({ t: 'submit', stream, rev, hash, digest, at, sig });
      if (ok.receipt) await this.#received(journal, ok.receipt);
    } catch (error) {
      this.#notYet(error);
    } finally {
      this.#submitting = false;
    }
  }

  #notYet(error: unknown): void {
    const refusal = error instanceof Refusal ? error : new Refusal('offline/no-answer');
    const { code, detail } = refusal;
    const now = performance.now();
    this.#notBefore = now + 1_000;
    if (code !== 'offline/no-answer') this.#hall.metrics.refused(code);
    if (code === 'submit/too-early') this.#notBefore = now + Math.max(1_000, Number(detail?.['inMs'] ?? 0));
    else if (code === 'submit/invalid') this.#fail(refusal.message);
  }

  async #received(journal: Journal, signed: SignedReceipt): Promise<void> {
    const { metrics, box } = this.#hall;
    if (this.#over) return;
    const fault = await checkReceipt(signed, journal, {
      box,
      boxKey: this.#boxKey,
      address: this.person.address,
    });
    metrics.submitted += 1;
    if (fault === null) metrics.receiptsVerified += 1;
    else {
      metrics.lost += 1;
      metrics.broken(`${this.person.number}: ${fault}`);
    }
    this.#done();
  }

  #gap({ s, from, hash }: Of<'gap'>): void {
    const journal = this.#journal;
    if (!journal || s !== journal.stream) return;
    if (journal.hashAt(from - 1) !== hash) return this.#fail('the box has another chain');
    this.#outbox?.resend(from);
  }

  /** An error that answers no request: of a frame of revisions, or of this machine as such. */
  #told({ code }: Of<'error'>): void {
    this.#hall.metrics.refused(code);
    if (code === 'attempt/ended') this.finish();
    else if (code === 'attempt/fenced' || code === 'socket/replaced') this.#fail(code);
    else if (code.startsWith('machine/')) this.#hall.metrics.broken(`${this.person.number}: ${code}`);
    else if (code === 'revision/chain') this.#socket?.drop();
    else this.#outbox?.pause(1_000);
  }

  #done(): void {
    if (this.#over) return;
    this.#phase = 'done';
    this.stop();
  }

  #fail(why: string): void {
    if (this.#over) return;
    this.#hall.metrics.failed += 1;
    this.#hall.metrics.broken(`${this.person.number}: ${why}`);
    this.#phase = 'failed';
    this.stop();
  }

  #known(): AttemptState {
    if (!this.#state) throw new Refusal('attempt/none');
    return this.#state;
  }

  #headOf(epoch: number) {
    return this.#known().streams.find((head) => head.epoch === epoch) ?? null;
  }
}
