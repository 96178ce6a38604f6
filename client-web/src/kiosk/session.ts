/**
 * Who sits here and which stream is written, agreed with the box after every connection: adopt what it says, attach the
 * journal, send what it lacks, and take a new stream where this one can't go on (machine confirmed anew, journal lost,
 * box from an older copy). One thing at a time: what arrives meanwhile waits its turn.
 */
import type { AttemptState, Release, SignedReceipt } from '#protocol/socket.ts';
import { LinkError, type Told, type Welcome } from '../link/link.types.ts';
import { type AttemptRecord, contentOfBox, headOf, mergedState } from './attempt-record.ts';
import { carryOver } from './carry-over.ts';
import type { Core } from './core.ts';
import { beginDesk, type Desk, reopenDesk } from './desk.ts';
import { Renewal } from './renewal.ts';

/** So long after its end an attempt without a receipt still keeps this screen. */
const REMAINDER_MS = 30 * 60_000;
const RETRY_MS = 2_000;
const PAUSE_MS = 2_000;
/** So long the screen says that the attempt moved; then the seat is free for the next candidate. */
const FENCE_SHOWN_MS = 60_000;
/** The box doesn't know this attempt on this machine. */
const UNKNOWN = new Set(['attempt/none', 'attempt/not-yours', 'machine/unknown']);
/** The box took nothing yet and may take it later. */
const LATER = new Set(['attempt/not-open', 'frame/too-many']);
/** Sender and box disagree where the stream stands. */
const DISAGREE = new Set(['revision/gap', 'revision/chain', 'revision/conflict', 'attempt/none']);
/** Kept apart by the box, for a person's decision: nothing to put right here. */
const APART = new Set([
  'revision/late',
  'attempt/fenced',
  'attempt/ended',
  'attempt/time-up',
  'attempt/not-yours',
]);

export interface SessionEvents {
  /** The desk stands: attached to the box, or known to be refused by it. */
  attached(desk: Desk): void;
  /** A receipt came with an answer. */
  receipt(desk: Desk, receipt: SignedReceipt): void;
  /** Entries were acknowledged. */
  acknowledged(desk: Desk): void;
  /** Another attempt, another state, a release: see to papers, time and submission. */
  changed(desk: Desk | null): void;
  /** A new stream replaced the old one: a submission made of the old one must be made anew. */
  renewed(desk: Desk): Promise<void>;
}

export class Session {
  readonly #core: Core;
  readonly #on: SessionEvents;
  readonly #renewal: Renewal;
  #turn: Promise<unknown> = Promise.resolve();
  /** Grows with every connection and loss: work for an earlier one ends. */
  #connection = 0;
  /** The connection on which a lost sign-in was tried again. */
  #signedInAgain = -1;
  /** Why the box does not attach the journal, as it is shown until it does. */
  #shown: string | null = null;

  constructor(core: Core, on: SessionEvents) {
    this.#core = core;
    this.#on = on;
    this.#renewal = new Renewal(core, {
      connection: () => this.#connection,
      renewed: async (desk) => {
        await on.renewed(desk);
        on.changed(desk);
      },
    });
  }

  welcomed(welcome: Welcome): void {
    this.#connection += 1;
    this.#core.desk?.outbox.detach();
    void this.#do(() => this.#welcome(welcome.attempt));
  }

  lost(): void {
    this.#connection += 1;
    this.#core.desk?.outbox.detach();
  }

  /** Takes a state that came with an answer or by itself; resolves when the desk stands. */
  adopt(told: AttemptState | null): Promise<void> {
    return this.#do(() => this.#adopt(told));
  }

  /** Agrees anew where the stream stands. */
  reattach(): Promise<void> {
    return this.#do(() => this.#attach());
  }

  /** Signs in; the answer's attempt is adopted. Rejects with `LinkError`. */
  async login(number: string, code?: string): Promise<void> {
    const ok = await this.#core.link.request({ t: 'login', number, ...(code ? { code } : {}) });
    await this.#dismiss(null);
    if (ok.attempt) await this.adopt(ok.attempt);
  }

  /** Puts a finished attempt away; the seat is free for the next candidate. */
  async putAway(): Promise<void> {
    await this.#do(async () => {
      const { desk } = this.#core;
      if (!desk) return;
      await this.#dismiss(desk.record.attempt);
      this.#leave();
      this.#on.changed(null);
    });
  }

  told(message: Told): void {
    const { desk } = this.#core;
    const own = desk && 's' in message && message.s === desk.journal.stream ? desk : null;
    switch (message.t) {
      case 'ack':
        if (!own || this.#renewal.heard(message)) return;
        own.outbox.acknowledge(message.rev, message.level, message.wall);
        this.#on.acknowledged(own);
        return;
      case 'gap':
        if (!own) return;
        if (own.journal.hashAt(message.from - 1) === message.hash) own.outbox.rewind(message.from);
        else void this.reattach();
        return;
      case 'refused':
        if (own && !this.#renewal.heard(message)) this.#refused(own, message.rev, message.code);
        return;
      case 'error':
        if (desk) this.#sendingFailed(desk, message.code);
        return;
      case 'state':
        void this.adopt(message.attempt);
        return;
      case 'release':
        void this.#do(async () => {
          if (message.attempt) await this.#adopt(message.attempt);
          this.#release(message.release);
        });
        return;
      case 'fenced':
        void this.#do(async () => this.#fence(message.code));
        return;
      default:
        return;
    }
  }

  #do<T>(work: () => Promise<T>): Promise<T> {
    const next = this.#turn.then(work);
    this.#turn = next.catch(() => undefined);
    return next;
  }

  async #welcome(told: AttemptState | null): Promise<void> {
    const { desk, current } = this.#core;
    if (told && told.attempt !== current.dismissed) {
      await this.#adopt(told);
      return;
    }
    if (!desk) {
      this.#on.changed(null);
      return;
    }
    // The box names nobody. If somebody writes here it may be a box from an older copy; a receipt stays on the screen
    // for a while; anything else is a remainder, whose last entries are still brought to the box.
    desk.hidden = !desk.lingers(REMAINDER_MS) && !desk.tellsFence;
    this.#on.changed(desk);
    await this.#attach();
  }

  async #adopt(told: AttemptState | null): Promise<void> {
    const { desk } = this.#core;
    if (told === null) {
      // Said while connected: the box knows what it says. A receipt stays until somebody puts it away.
      if (desk?.record.receipt) return;
      this.#leave();
      this.#on.changed(null);
      return;
    }
    if (told.attempt === this.#core.current.dismissed) return;
    if (desk?.record.attempt !== told.attempt) await this.#sitDown(told);
    const here = this.#core.desk;
    if (!here) return;
    here.hidden = false;
    here.record.fenced = null;
    here.tellsFence = false;
    this.#update(here, told);
    if (!here.outbox.attached || told.epoch > here.journal.epoch) await this.#attach();
  }

  #update(desk: Desk, told: AttemptState): void {
    desk.record.state = mergedState(desk.record.state, told);
    desk.save();
    this.#on.changed(desk);
  }

  /** Takes up the attempt that the box names: from this machine's record, or anew. */
  async #sitDown(told: AttemptState): Promise<void> {
    const before = this.#core.desk;
    const known = await this.#recall(told.attempt);
    const desk = known ? await reopenDesk(this.#core, known) : await this.#begin(told);
    // The same person and paper under another attempt: the box lost it and made a new one.
    const samePerson =
      before !== null &&
      !known &&
      before.inProgress(0) &&
      before.state.candidate.ticket === told.candidate.ticket &&
      before.state.paper?.id === told.paper?.id;
    if (samePerson && before) {
      carryOver(before, desk, 0);
      desk.record.release = before.record.release;
    }
    before?.outbox.detach();
    this.#core.desk = desk;
    desk.save();
    await this.#setCurrent({ attempt: told.attempt, dismissed: null });
  }

  async #recall(attempt: string): Promise<AttemptRecord | null> {
    try {
      // Written by `Desk.save` alone.
      const record = (await this.#core.store.get('attempts', [attempt])) as AttemptRecord | undefined;
      return record && record.site === this.#core.box?.site ? record : null;
    } catch {
      return null;
    }
  }

  async #begin(told: AttemptState): Promise<Desk> {
    const started = told.streams.some((head) => head.rev > 0);
    if (!started) return beginDesk(this.#core, told);
    const answers = (await this.#core.link.request({ t: 'answers' })).answers;
    return beginDesk(this.#core, told, answers ? { content: contentOfBox(answers) } : {});
  }

  /** Brings box and journal to the same place. Keeps quiet about a lost connection: the next one begins anew. */
  async #attach(): Promise<void> {
    const connection = this.#connection;
    // Each round may find that a new stream is needed; two are the most that follow from each other.
    for (let round = 0; round < 4; round += 1) {
      const { desk, link } = this.#core;
      if (!desk || !link.ready || connection !== this.#connection) return;
      try {
        if (await this.#attachOnce(desk)) return;
      } catch (error) {
        if (!(error instanceof LinkError)) throw error;
        await this.#attachFailed(desk, error, connection);
        return;
      }
    }
  }

  /** True when it stands. */
  async #attachOnce(desk: Desk): Promise<boolean> {
    const { link } = this.#core;
    const { attempt, epoch } = desk.journal;
    if (desk.state.epoch > epoch && !desk.hidden) {
      await this.#renewal.renew(desk, desk.state);
      return false;
    }
    const rev = desk.journal.sendable;
    const hash = desk.journal.hashAt(rev) ?? desk.journal.head.hash;
    const connection = this.#connection;
    const ok = await link.request({ t: 'attach', attempt, epoch, rev, hash });
    if (ok.receipt) this.#on.receipt(desk, ok.receipt);
    if (connection !== this.#connection) throw new LinkError('offline/no-answer');
    const told = ok.attempt ?? desk.state;
    if (told.epoch > epoch) {
      if (desk.hidden) return true;
      await this.#renewal.renew(desk, told);
      return false;
    }
    if (ok.attempt) this.#update(desk, ok.attempt);
    const head = headOf(told, epoch);
    const boxRev = head?.rev ?? 0;
    if (boxRev === 0 ? desk.journal.base.rev === 0 : desk.journal.hashAt(boxRev) === head?.hash) {
      desk.record.openedAt = null;
      desk.record.fenced = null;
      desk.outbox.attach(boxRev);
      this.#core.refusal = null;
      if (this.#shown) this.#core.mend(this.#shown);
      this.#shown = null;
      desk.save();
      this.#on.attached(desk);
      return true;
    }
    await this.#renewal.journalLost(desk, told, { rev: boxRev, hash: head?.hash ?? '' });
    return false;
  }

  async #attachFailed(desk: Desk, error: LinkError, connection: number): Promise<void> {
    const { code } = error;
    if (code === 'attempt/fenced') {
      this.#fence(code);
      return;
    }
    const writing = !desk.hidden && desk.inProgress(0);
    if (UNKNOWN.has(code) && writing && (await this.#knownAgain(desk, connection))) return;
    if (code !== 'offline/no-answer' && !desk.hidden && desk.writable) {
      this.#shown = code;
      this.#core.fail({ code });
    }
    if (code === 'attempt/wrong-step') this.#on.attached(desk);
    this.#core.deps.timers.after(RETRY_MS, () => {
      if (connection === this.#connection && this.#core.link.ready && !desk.hidden) void this.reattach();
    });
  }

  /** Signs in again at a box that lost this attempt; false when it won't have it. */
  async #knownAgain(desk: Desk, connection: number): Promise<boolean> {
    if (this.#signedInAgain === connection) return false;
    this.#signedInAgain = connection;
    try {
      const told = await this.#renewal.knownAgain(desk);
      if (told) await this.#adopt(told);
      return told !== null;
    } catch (error) {
      if (!(error instanceof LinkError)) throw error;
      if (error.code !== 'offline/no-answer') this.#core.fail({ code: error.code });
      return false;
    }
  }

  /** A frame of entries was turned down as a whole. */
  #sendingFailed(desk: Desk, code: string): void {
    if (DISAGREE.has(code)) this.#disagreed(desk);
    else if (LATER.has(code) || /^(frame|box|revision)\//.test(code)) desk.outbox.pause(PAUSE_MS);
    // Handed in: what is left here comes to nobody by this way (docs/operating, "closed, journal outstanding").
    else if (code === 'attempt/ended' && desk.record.receipt) desk.outbox.detach();
  }

  #refused(desk: Desk, rev: number, code: string): void {
    const { status } = desk.state;
    if (LATER.has(code) && status !== 'ended' && status !== 'submitted') desk.outbox.pause(PAUSE_MS);
    else if (DISAGREE.has(code)) this.#disagreed(desk);
    else {
      if (!APART.has(code) && !LATER.has(code) && !desk.record.refused.includes(rev)) {
        desk.record.refused.push(rev);
        desk.writing.refuse(rev, code);
        desk.save();
      }
      desk.outbox.refused(rev);
      this.#on.acknowledged(desk);
    }
  }

  #disagreed(desk: Desk): void {
    desk.outbox.pause(PAUSE_MS);
    void this.reattach();
  }

  #fence(code: string): void {
    const { desk } = this.#core;
    if (!desk) return;
    desk.writing.flush();
    const fresh = desk.record.fenced === null;
    desk.record.fenced = code;
    desk.save();
    if (fresh && !desk.hidden) {
      desk.tellsFence = true;
      this.#core.deps.timers.after(FENCE_SHOWN_MS, () => this.#fenceShown(desk));
      // It may be our own newer stream that fenced this one, and word of it was lost: the welcome will tell.
      this.#core.link.restart();
      return;
    }
    // What the box lacks of the old stream it keeps apart for the chief's decision.
    if (this.#core.link.ready) desk.outbox.attach(desk.outbox.acked);
    this.#on.changed(desk);
  }

  #fenceShown(desk: Desk): void {
    if (!desk.tellsFence) return;
    desk.tellsFence = false;
    desk.hidden = true;
    if (this.#core.desk === desk) this.#on.changed(desk);
  }

  #release(release: Release): void {
    const { desk } = this.#core;
    if (!desk || desk.state.paper?.id !== release.paper) return;
    desk.record.release = release;
    desk.save();
    this.#on.changed(desk);
  }

  #leave(): void {
    const { desk } = this.#core;
    if (!desk) return;
    desk.writing.flush();
    desk.save();
    desk.outbox.detach();
    this.#core.desk = null;
    void this.#setCurrent({ ...this.#core.current, attempt: null });
  }

  #dismiss(attempt: string | null): Promise<void> {
    return this.#setCurrent({ ...this.#core.current, dismissed: attempt });
  }

  async #setCurrent(current: { attempt: string | null; dismissed: string | null }): Promise<void> {
    this.#core.current = current;
    this.#core.writer.enqueue([{ in: 'meta', key: ['current'], put: current }]);
    await this.#core.writer.settle();
  }
}
