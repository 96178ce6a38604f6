/** Handing in (H1 H2 H3): one small record after a stream, a signed receipt, the same again for a repeat. */
import { createHash } from 'node:crypto';
import {
  answeredItems,
  answersText,
  receiptCodeText,
  receiptText,
  shortCode,
  submitText,
} from '#domain/attempt/digest.ts';
import { setAnswer } from '#domain/attempt/merge.ts';
import { streamId } from '#domain/attempt/revision.ts';
import { sign } from '#node/signing/box-key.ts';
import type { Answers, ResponseValue } from '#protocol/paper.ts';
import { PURPOSE } from '#protocol/revision.ts';
import type { AnswersMessage, ClientMessage, Receipt, SignedReceipt } from '#protocol/socket.ts';
import type { Connection } from '#server/kiosk/connection.ts';
import type { MachinesService } from '#server/machines/machines.service.ts';
import { BoxError } from '#server/platform/box-error.ts';
import type { Deps } from '#server/platform/deps.ts';
import { Statements } from '#server/platform/statements.ts';
import type { AttemptFacts } from './attempt-state.ts';
import { selectHeads, selectOptionalAttempt } from './attempts.repo.ts';
import type { LiveAttempts } from './live-attempts.ts';
import type { LiveStreams } from './live-streams.ts';

export class SubmissionService {
  readonly #deps: Deps;
  readonly #s: Statements;
  readonly #streams: LiveStreams;
  readonly #attempts: LiveAttempts;
  readonly #machines: MachinesService;
  /** Submissions of one attempt queue up: a repeat waits for the first and gets its receipt. */
  readonly #running = new Map<string, Promise<SignedReceipt>>();

  constructor(
    deps: Deps,
    parts: { streams: LiveStreams; attempts: LiveAttempts; machines: MachinesService },
  ) {
    this.#deps = deps;
    this.#s = new Statements(deps.db);
    this.#streams = parts.streams;
    this.#attempts = parts.attempts;
    this.#machines = parts.machines;
  }

  /** Throws `submit/incomplete` (after asking for what is missing), `submit/too-early`, `submit/invalid`. */
  submit(connection: Connection, message: Extract<ClientMessage, { t: 'submit' }>): Promise<SignedReceipt> {
    const { attempt } = connection;
    if (!attempt) throw new BoxError('attempt/none');
    const before = this.#running.get(attempt);
    const work = () => this.#submit(connection, attempt, message);
    const running = before ? before.then(work, work) : work();
    this.#running.set(attempt, running);
    const clear = () => {
      if (this.#running.get(attempt) === running) this.#running.delete(attempt);
    };
    running.then(clear, clear);
    return running;
  }

  /** The receipt of an attempt that was handed in, or null. */
  receipt(attempt: string): SignedReceipt | null {
    const row = selectOptionalAttempt(this.#s, attempt);
    if (!row?.receipt || !row.receiptSig) return null;
    return { receipt: JSON.parse(row.receipt) as Receipt, sig: row.receiptSig };
  }

  /** What the box has of an attempt, for a machine without a journal. */
  async content(attempt: string): Promise<AnswersMessage> {
    await this.#deps.ledger.settled();
    const row = selectOptionalAttempt(this.#s, attempt);
    if (!row) throw new BoxError('attempt/none');
    const place = this.#s.get<{ item: string | null; marks: string; plays: string }>(
      'SELECT item, marks, plays FROM stream WHERE attempt = ? AND epoch = ?',
      attempt,
      row.epoch,
    );
    return {
      attempt,
      answers: this.answers(attempt, row.epoch),
      marks: JSON.parse(place?.marks ?? '[]') as string[],
      item: place?.item ?? null,
      plays: JSON.parse(place?.plays ?? '{}') as AnswersMessage['plays'],
      streams: selectHeads(this.#s, attempt),
    };
  }

  /** Answers of an attempt as of its newest stream. */
  answers(attempt: string, epoch: number): Answers {
    const answers: Answers = {};
    const rows = this.#s.all<{ item: string; resp: string; value: string }>(
      'SELECT item, resp, value FROM answer WHERE attempt = ? AND epoch = ?',
      attempt,
      epoch,
    );
    for (const { item, resp, value } of rows)
      setAnswer(answers, item, resp, JSON.parse(value) as ResponseValue);
    return answers;
  }

  async #submit(
    connection: Connection,
    attempt: string,
    message: Extract<ClientMessage, { t: 'submit' }>,
  ): Promise<SignedReceipt> {
    const facts = this.#attempts.fresh(attempt);
    if (!facts) throw new BoxError('attempt/none');
    const given = this.receipt(attempt);
    if (given) return given;
    const live = this.#streams.get(streamId(attempt, facts.row.epoch));
    if (!live || message.stream !== live.stream || live.key !== connection.key)
      throw new BoxError('attempt/not-yours');
    this.#checkTime(facts);
    if (!this.#machines.verify(live.key, submitText(message), PURPOSE.submit, message.sig))
      throw new BoxError('submit/invalid');
    await this.#streams.settled(live);
    if (message.rev > live.ackedRev) {
      connection.send({ t: 'gap', s: live.stream, from: live.ackedRev + 1, hash: live.ackedHash });
      throw new BoxError('submit/incomplete', { have: live.ackedRev });
    }
    if (message.rev !== live.ackedRev || message.hash !== live.ackedHash)
      throw new BoxError('submit/invalid', { have: live.ackedRev });
    await this.#deps.ledger.settled();
    return this.#commit(connection, facts, message);
  }

  #checkTime(facts: AttemptFacts): void {
    const { startedAt } = facts.sitting.time;
    if (startedAt === null || (facts.status !== 'writing' && facts.status !== 'ended'))
      throw new BoxError('attempt/not-open');
    const earliest = startedAt + facts.sitting.policy.earliestSubmitMs;
    const now = this.#deps.clock.elapsed();
    if (facts.status === 'writing' && now < earliest)
      throw new BoxError('submit/too-early', { inMs: earliest - now });
  }

  async #commit(
    connection: Connection,
    facts: AttemptFacts,
    message: Extract<ClientMessage, { t: 'submit' }>,
  ): Promise<SignedReceipt> {
    const { row, entry } = facts;
    const { attempt } = row;
    const answers = this.answers(attempt, row.epoch);
    const streams = selectHeads(this.#s, attempt).filter((head) => head.rev > 0);
    const digest = createHash('sha256')
      .update(answersText({ attempt, answers, streams }))
      .digest('base64url');
    const site = this.#s.get<{ site: string }>('SELECT site FROM site')?.site ?? '';
    const receipt: Receipt = {
      v: 1,
      attempt,
      box: this.#deps.box.box,
      code: shortCode(createHash('sha256').update(receiptCodeText({ attempt, digest })).digest()),
      digest,
      entry: entry.entry,
      answered: answeredItems(answers),
      name: entry.name,
      revisions: streams.reduce((sum, head) => sum + head.rev, 0),
      site,
      sitting: row.sitting,
      streams,
      subject: entry.subject,
      submitted: this.#deps.clock.wall(),
      ticket: entry.ticket,
    };
    const text = receiptText(receipt).slice(PURPOSE.receipt.length + 1);
    const receiptSig = sign(this.#deps.box.key, PURPOSE.receipt, Buffer.from(text));
    const { stream, rev, hash, at, sig } = message;
    const agrees = message.digest === digest;
    await this.#deps.ledger.append([
      {
        kind: 'ATTEMPT_SUBMITTED',
        attempt,
        body: { stream, rev, hash, digest: message.digest, agrees, at, sig, receipt, receiptSig },
        by: { machine: row.machine, address: connection.address },
      },
    ]);
    if (!agrees) this.#deps.log.error({ attempt }, 'the answers digest of a machine differs from the box’s');
    this.#attempts.forget(attempt);
    this.#deps.bus.emit('seat', { room: row.room, label: row.seat });
    return { receipt, sig: receiptSig };
  }
}
