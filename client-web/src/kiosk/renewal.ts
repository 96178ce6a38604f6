/**
 * A new stream where the old one can't go on: the machine was confirmed anew, its journal lost entries that the box has
 * (its disk refused, the page died), or the box comes from an older copy. The new stream begins with what the box has;
 * what this machine has and the box lacks is written again in it (carry-over.ts).
 */

import { encodeFrame } from '#domain/attempt/revision.ts';
import type { AttemptState } from '#protocol/socket.ts';
import { genesis, type JournalBase } from '../journal/journal.ts';
import { LinkError, type Told } from '../link/link.types.ts';
import { contentOfBox, headOf, mergedState } from './attempt-record.ts';
import { carryOver } from './carry-over.ts';
import type { Core } from './core.ts';
import { beginDesk, type Desk } from './desk.ts';

const PROBE_MS = 2_000;

export interface RenewalDeps {
  /** Number of the present connection: what belongs to an earlier one ends. */
  connection(): number;
  /** The new desk stands at the old one's place. */
  renewed(desk: Desk): Promise<void>;
}

export class Renewal {
  readonly #core: Core;
  readonly #deps: RenewalDeps;
  #probe: { rev: number; tell: (same: boolean) => void } | null = null;

  constructor(core: Core, deps: RenewalDeps) {
    this.#core = core;
    this.#deps = deps;
  }

  /** True when a message about the present stream answers a question of ours and is nothing to act on. */
  heard(message: Extract<Told, { t: 'ack' | 'refused' }>): boolean {
    const probe = this.#probe;
    if (!probe) return false;
    if (message.t === 'ack') probe.tell(message.rev >= probe.rev);
    else if (message.rev === probe.rev) probe.tell(false);
    return true;
  }

  /** Replaces `old` by a stream over what the box has. Rejects with `LinkError`, and then nothing has changed. */
  async renew(old: Desk, told: AttemptState, base?: JournalBase): Promise<void> {
    const connection = this.#deps.connection();
    old.outbox.detach();
    const known = await this.#knownUpTo(old, told);
    const { answers } = await this.#core.link.request({ t: 'answers' });
    if (!answers || connection !== this.#deps.connection()) throw new LinkError('offline/no-answer');
    old.writing.flush();
    const desk = await beginDesk(this.#core, mergedState(old.state, told), {
      content: contentOfBox(answers),
      base: base ?? genesis(told.attempt, told.epoch, this.#core.device.publicKey),
      from: old.record,
    });
    // Typed while the new stream was prepared.
    old.writing.flush();
    carryOver(old, desk, known);
    this.#core.desk = desk;
    desk.save();
    await this.#deps.renewed(desk);
  }

  /**
   * The box has another chain, or more than this journal, and gave no new stream for it. Where the chains part it is
   * told so: our hash at its rev; then it is asked by signing in again.
   */
  async journalLost(desk: Desk, told: AttemptState, box: JournalBase): Promise<void> {
    const { link } = this.#core;
    const { attempt, epoch } = desk.journal;
    const hash = desk.journal.hashAt(box.rev);
    const asked =
      hash === null ? null : await link.request({ t: 'attach', attempt, epoch, rev: box.rev, hash });
    const given = (state: AttemptState | undefined) => state?.attempt === attempt && state.epoch > epoch;
    const ok = given(asked?.attempt)
      ? asked
      : await link.request({ t: 'login', number: told.candidate.ticket });
    if (ok?.attempt && given(ok.attempt)) return this.renew(desk, ok.attempt);
    // No new stream is given: go on where the box stands, with its answers.
    if (box.rev > desk.journal.head.rev) return this.renew(desk, told, box);
    throw new LinkError('revision/conflict');
  }

  /**
   * A box from an older copy doesn't know that this candidate signed in, or not of this stream: signs in, and has it
   * raise its stream up to ours by saying truthfully that this machine has nothing of the one it names.
   */
  async knownAgain(desk: Desk): Promise<AttemptState | null> {
    const { link, device } = this.#core;
    let { attempt } = await link.request({ t: 'login', number: desk.state.candidate.ticket });
    while (attempt?.attempt === desk.record.attempt && attempt.epoch < desk.journal.epoch) {
      const { epoch } = attempt;
      const { rev, hash } = genesis(attempt.attempt, epoch, device.publicKey);
      const ok = await link.request({ t: 'attach', attempt: attempt.attempt, epoch, rev, hash });
      if (!ok.attempt || ok.attempt.epoch <= epoch) return null;
      attempt = ok.attempt;
    }
    return attempt ?? null;
  }

  /**
   * Rev up to which the box has the old stream's entries, or newer ones in their place. Where its head lies in our chain,
   * that is it; else the chains part somewhere below, and the box's answers to repeated entries tell where. Where a
   * newer stream has revisions already, an earlier page of this machine began it and lost its memory of that, or another
   * machine did: what was here then was carried over or is older, so only what was written in this page is new.
   */
  async #knownUpTo(old: Desk, told: AttemptState): Promise<number> {
    const { journal } = old;
    if (told.streams.some((one) => one.epoch > journal.epoch && one.rev > 0)) return old.openedHere;
    const head = headOf(told, journal.epoch);
    if (!head || head.rev <= journal.base.rev) return journal.base.rev;
    if (journal.hashAt(head.rev) === head.hash) return head.rev;
    let same = journal.base.rev;
    let other = Math.min(head.rev, journal.head.rev) + 1;
    while (other - same > 1) {
      const rev = Math.floor((same + other) / 2);
      const is = await this.#hasSame(old, rev);
      // No answer: what was here when the page was first opened since box and journal agreed counts as known.
      if (is === null) return Math.max(old.outbox.acked, old.record.openedAt ?? 0);
      if (is) same = rev;
      else other = rev;
    }
    return same;
  }

  /** Whether the box's entry at `rev` is ours: it acknowledges a repeat and refuses another. Null when it says nothing. */
  #hasSame(desk: Desk, rev: number): Promise<boolean | null> {
    return new Promise((resolve) => {
      const cancel = this.#core.deps.timers.after(PROBE_MS, () => {
        this.#probe = null;
        resolve(null);
      });
      const tell = (same: boolean) => {
        cancel();
        this.#probe = null;
        resolve(same);
      };
      this.#probe = { rev, tell };
      this.#core.link.sendText(encodeFrame(desk.journal.range(rev, rev).map((entry) => entry.text)));
    });
  }
}
