/**
 * Handing in: one small signed record after the stream, made on this machine whether the box is there or not, kept, and
 * sent until the box's receipt is here (H1, H3). A repeat brings the same receipt.
 */
import { submitText } from '#domain/attempt/digest.ts';
import type { SignedReceipt } from '#protocol/socket.ts';
import { LinkError } from '../link/link.types.ts';
import type { Core } from './core.ts';
import type { Desk } from './desk.ts';
import { agrees, isGenuine } from './receipt.ts';

const RETRY_MS = 3_000;
/** A box that already counts the attempt as handed in sends its receipt by itself; after this it is asked. */
const ASK_MS = 1_500;

export class Submitter {
  readonly #core: Core;
  /** Uploads that the answers name are on the box, or refused by it. */
  readonly #uploaded: () => boolean;
  readonly #reattach: () => Promise<void>;
  readonly #handedIn: (desk: Desk) => void;
  /** A hand-in is being made: nothing more is written. */
  #making: Desk | null = null;
  #sending = false;

  constructor(
    core: Core,
    deps: { uploaded(): boolean; reattach(): Promise<void>; handedIn(desk: Desk): void },
  ) {
    this.#core = core;
    this.#uploaded = deps.uploaded;
    this.#reattach = deps.reattach;
    this.#handedIn = deps.handedIn;
  }

  isMaking(desk: Desk): boolean {
    return this.#making === desk;
  }

  /** Makes the submission, once, and begins to send it. A person's is refused before the earliest time. */
  async handIn(desk: Desk, by: 'person' | 'time'): Promise<void> {
    if (this.#making === desk || desk.record.submission || desk.record.receipt || desk.record.fenced) return;
    const { earliestSubmitAt } = desk.state;
    const now = this.#core.clock.elapsed();
    if (by === 'person' && earliestSubmitAt !== null && now !== null && now < earliestSubmitAt) {
      this.#core.fail({ code: 'submit/too-early', detail: { inMs: Math.ceil(earliestSubmitAt - now) } });
      return;
    }
    this.#making = desk;
    try {
      desk.writing.leave();
      await this.#make(desk, by);
    } finally {
      if (this.#making === desk) this.#making = null;
    }
    await this.#core.writer.settle();
    this.push();
  }

  /** The stream was replaced after the hand-in: the submission is made again over the new one. */
  async remake(desk: Desk): Promise<void> {
    const before = desk.record.submission;
    if (before && !desk.record.receipt) await this.#make(desk, before.by);
  }

  /** The box's word changed. Time up on this machine alone is taken back when the box gave more time. */
  reconsider(desk: Desk): void {
    const { submission, receipt, state, receiptBoxEpoch } = desk.record;
    if (state.status !== 'writing') return;
    const now = this.#core.clock.elapsed();
    const goesOn = state.endsAt !== null && now !== null && now < state.endsAt;
    // Handed in, and open again at the same box: a person reopened it. At a later box it is an older copy, see below.
    const reopened = receipt !== null && receiptBoxEpoch === this.#core.box?.boxEpoch;
    if (reopened || (submission?.by === 'time' && !receipt && goesOn)) {
      this.#forget(desk);
    } else if (receipt !== null && this.#core.clock.proved) {
      // The box was restored from a copy without this hand-in: it is sent again, the receipt on the screen stays.
      this.push();
    }
  }

  /** Sends the submission where everything before it has arrived. */
  push(): void {
    void this.#push();
  }

  /** A receipt arrived; false when it is not genuine. */
  receive(desk: Desk, signed: SignedReceipt): boolean {
    if (!isGenuine(signed, desk.record.attempt, this.#core.box?.keys ?? {})) return false;
    const { record } = desk;
    record.receipt = signed;
    record.receiptAgrees = agrees(signed, desk);
    record.receiptBoxEpoch = this.#core.box?.boxEpoch ?? null;
    record.state = { ...record.state, status: 'submitted' };
    desk.save();
    this.#core.mend('submit/invalid');
    this.#handedIn(desk);
    return true;
  }

  /** Attached to a box that has the attempt as handed in, and there is no receipt here. */
  askLater(desk: Desk): void {
    this.#core.deps.timers.after(ASK_MS, () => {
      const { record } = desk;
      if (this.#core.desk !== desk || desk.hidden || record.receipt || record.state.status !== 'submitted')
        return;
      if (record.submission) this.push();
      else void this.handIn(desk, 'time');
    });
  }

  async #make(desk: Desk, by: 'person' | 'time'): Promise<void> {
    const { stream, head } = desk.journal;
    const at = Math.max(0, Math.round(this.#core.clock.elapsed() ?? 0));
    const plain = { stream, rev: head.rev, hash: head.hash, digest: desk.digest(), at };
    const sig = await this.#core.device.sign(submitText(plain));
    desk.record.submission = { by, ...plain, sig };
    desk.save();
  }

  async #push(): Promise<void> {
    const { desk, link } = this.#core;
    if (!desk || this.#sending || this.#making || !link.ready || !desk.outbox.done || !this.#uploaded())
      return;
    const { submission, receipt, state } = desk.record;
    if (!submission || desk.record.fenced || (receipt && state.status === 'submitted')) return;
    this.#sending = true;
    try {
      const { stream, rev, hash, digest, at, sig } = submission;
      const ok = await link.request({ t: 'submit', stream, rev, hash, digest, at, sig });
      if (ok.receipt && !this.receive(desk, ok.receipt)) this.#again('submit/invalid');
    } catch (error) {
      if (!(error instanceof LinkError)) throw error;
      await this.#refused(desk, error);
    } finally {
      this.#sending = false;
    }
  }

  async #refused(desk: Desk, error: LinkError): Promise<void> {
    const { code, detail } = error;
    switch (code) {
      case 'submit/too-early':
        this.#forget(desk);
        this.#core.fail({ code, ...(detail ? { detail } : {}) });
        return;
      // The box has less of the stream, or another stream: agree on that first.
      case 'submit/incomplete':
      case 'attempt/not-yours':
      case 'attempt/none':
        await this.#reattach();
        this.#again(code === 'submit/incomplete' ? null : code);
        return;
      case 'submit/invalid':
        await this.#reattach();
        await this.remake(desk);
        this.#again(code);
        return;
      default:
        this.#again(code === 'offline/no-answer' ? null : code);
    }
  }

  #again(code: string | null): void {
    if (code !== null) this.#core.fail({ code });
    this.#core.deps.timers.after(RETRY_MS, () => this.push());
  }

  #forget(desk: Desk): void {
    const { record } = desk;
    record.submission = null;
    record.receipt = null;
    record.receiptAgrees = null;
    record.receiptBoxEpoch = null;
    desk.save();
  }
}
