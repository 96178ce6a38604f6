/** One attempt on this machine: its record, journal, content and what the box has of it. */

import { answersText } from '#domain/attempt/digest.ts';
import { type AttemptContent, emptyContent } from '#domain/attempt/merge.ts';
import type { StreamHead } from '#protocol/revision.ts';
import type { AttemptState } from '#protocol/socket.ts';
import { hashText } from '../journal/bytes.ts';
import { genesis, type Journal, type JournalBase, openJournal } from '../journal/journal.ts';
import { Outbox } from '../link/outbox.ts';
import { type AttemptRecord, contentOf, newRecord, storedContent } from './attempt-record.ts';
import type { Ground } from './ground.ts';
import { Writing } from './writing.ts';

export class Desk {
  readonly record: AttemptRecord;
  readonly journal: Journal;
  readonly writing: Writing;
  readonly outbox: Outbox;
  readonly #core: Ground;
  /** The box shows nobody here: the attempt is kept and sent, not shown. */
  hidden = false;
  /** Head of the journal when this page took it up. */
  readonly openedHere: number;
  /** The candidate is being told that the attempt went to another machine. */
  tellsFence = false;

  constructor(core: Ground, record: AttemptRecord, journal: Journal) {
    this.#core = core;
    this.record = record;
    this.journal = journal;
    this.openedHere = journal.head.rev;
    this.writing = new Writing({
      journal,
      timers: core.deps.timers,
      base: contentOf(record.base.content),
      refused: new Set(record.refused),
      at: () => core.clock.elapsed() ?? 0,
      maxChars: (item, response) =>
        core.paper()?.items[item]?.responses.find((one) => one.id === response)?.maxChars ?? null,
      changed: () => core.emit(),
      problem: (code) => core.fail({ code }),
    });
    this.outbox = new Outbox(journal, {
      send: (frame) => core.link.sendText(frame),
      timers: core.deps.timers,
    });
    this.outbox.acked = Math.min(Math.max(record.acked, journal.base.rev), journal.head.rev);
  }

  get state(): AttemptState {
    return this.record.state;
  }

  /** Keeps the record; in order with the entries written before. */
  save(): void {
    this.record.acked = this.outbox.acked;
    const { record } = this;
    this.#core.writer.enqueue([{ in: 'attempts', key: [record.attempt], put: { ...record } }]);
    this.#core.emit();
  }

  /** The candidate may write: begun, not ended, not handed in, not fenced. */
  get writable(): boolean {
    const { state, submission, receipt, fenced } = this.record;
    return state.status === 'writing' && submission === null && receipt === null && fenced === null;
  }

  /**
   * Somebody is in the middle of this attempt, as far as this machine can tell, even if the box doesn't know of it (an
   * older copy). After the end plus `graceMs` it is a remainder of an earlier session.
   */
  inProgress(graceMs: number): boolean {
    const { state, receipt, fenced } = this.record;
    if (receipt !== null || fenced !== null || state.status === 'submitted') return false;
    if (state.startedAt === null || state.endsAt === null) return false;
    const now = this.#core.clock.elapsed();
    return now === null || now <= state.endsAt + graceMs;
  }

  /** Still on the screen although the box names nobody: in progress, or its receipt is not put away yet. */
  lingers(graceMs: number): boolean {
    if (this.record.receipt === null) return this.inProgress(graceMs);
    const { endsAt } = this.state;
    const now = this.#core.clock.elapsed();
    return now === null || endsAt === null || now <= endsAt + graceMs;
  }

  /** Digest of the answers as this machine has them, with the other streams' heads as the box told them. */
  digest(streams: readonly StreamHead[] = this.state.streams): string {
    const { epoch, head } = this.journal;
    const others = streams.filter((one) => one.epoch !== epoch);
    return hashText(
      answersText({
        attempt: this.record.attempt,
        answers: this.writing.content.answers,
        streams: [...others, { epoch, rev: head.rev, hash: head.hash }],
      }),
    );
  }
}

/** Takes an attempt up again from what this machine holds. */
export async function reopenDesk(core: Ground, record: AttemptRecord): Promise<Desk> {
  const { attempt, epoch, base } = record;
  const journal = await openJournal(core, { attempt, epoch, base: { rev: base.rev, hash: base.hash } });
  const desk = new Desk(core, record, journal);
  if (record.openedAt === null) {
    record.openedAt = journal.head.rev;
    desk.save();
  }
  return desk;
}

/** Begins a stream of `state.epoch` over `content`. A crash between two tries may have left entries of it: they stay. */
export async function beginDesk(
  core: Ground,
  state: AttemptState,
  of: { content?: AttemptContent; base?: JournalBase; from?: AttemptRecord } = {},
): Promise<Desk> {
  const { attempt, epoch } = state;
  const base = of.base ?? genesis(attempt, epoch, core.device.publicKey);
  const content = of.content ?? emptyContent();
  const journal = await openJournal(core, { attempt, epoch, base });
  const site = core.box?.site ?? '';
  const fresh = newRecord(site, state, base, content);
  const kept = of.from
    ? {
        ...of.from,
        epoch,
        state,
        base: { ...base, content: storedContent(content) },
        refused: [],
        acked: base.rev,
        openedAt: null,
        fenced: null,
      }
    : fresh;
  return new Desk(core, kept, journal);
}
