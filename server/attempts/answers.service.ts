/** Life of an answer on the box: checked, chained, committed, acknowledged (DESIGN "Life of an answer", 4 to 6). */
import { hash as hashOf } from 'node:crypto';
import { laneOf } from '#domain/attempt/deadline.ts';
import { canonical, headText } from '#domain/attempt/digest.ts';
import { checkRevision, encodeFrame, encodeRevision } from '#domain/attempt/revision.ts';
import type { ErrorCode } from '#protocol/errors.ts';
import { PURPOSE, REVISION_LIMITS, type Revision } from '#protocol/revision.ts';
import type { ClientMessage } from '#protocol/socket.ts';
import type { Connection } from '#server/kiosk/connection.ts';
import type { GroupResult } from '#server/ledger/writer-core.ts';
import type { MachinesService } from '#server/machines/machines.service.ts';
import type { ItemIndex, SealedPapers } from '#server/papers/sealed-papers.ts';
import { BoxError } from '#server/platform/box-error.ts';
import type { Deps } from '#server/platform/deps.ts';
import type { AttemptFacts } from './attempt-state.ts';
import { checkContent } from './check-revision.ts';
import type { LiveAttempts } from './live-attempts.ts';
import type { LiveStream, LiveStreams } from './live-streams.ts';

type Lane = 'fenced' | 'in-time' | 'late' | 'unproved';

/** A head is signed into the ledger at most so often a stream. */
const SIGN_EVERY_MS = 3_000;

export class AnswersService {
  readonly #deps: Deps;
  readonly #streams: LiveStreams;
  readonly #attempts: LiveAttempts;
  readonly #papers: SealedPapers;
  readonly #machines: MachinesService;
  /** Item indexes of released papers, once they are open. */
  readonly #indexes = new Map<string, ItemIndex>();
  readonly #touched = new Set<string>();
  /** Acknowledgements of one turn go out as one message a stream. */
  readonly #toAck = new Map<Connection, Map<string, { rev: number; wall: number }>>();

  constructor(
    deps: Deps,
    parts: { streams: LiveStreams; attempts: LiveAttempts; papers: SealedPapers; machines: MachinesService },
  ) {
    this.#deps = deps;
    this.#streams = parts.streams;
    this.#attempts = parts.attempts;
    this.#papers = parts.papers;
    this.#machines = parts.machines;
  }

  /** Attempts with revisions acknowledged since the last call. */
  takeTouched(): string[] {
    const touched = [...this.#touched];
    this.#touched.clear();
    return touched;
  }

  /** Opens a released paper's index, so that the first answers need not wait for it. */
  async warm(paper: string): Promise<void> {
    this.#indexes.set(paper, await this.#papers.index(paper));
  }

  /**
   * Revisions as they came. `text` is the frame as received: it must equal its own canonical form. Null when it is done,
   * as nearly always: once the paper is open nothing is waited for, and frames of one turn reach the writer together.
   */
  revise(connection: Connection, text: string, entries: unknown): Promise<void> | null {
    const frame = readFrame(text, entries);
    const [first] = frame;
    if (!first) throw new BoxError('frame/invalid');
    const live = this.#streams.get(first.revision.stream);
    if (!live || live.key !== connection.key) throw new BoxError('attempt/not-yours');
    for (const { revision } of frame)
      if (revision.stream !== live.stream) throw new BoxError('frame/invalid');
    const facts = this.#attempts.get(live.attempt);
    if (!facts) throw new BoxError('attempt/none');
    const fenced = live.epoch < facts.row.epoch;
    if (!fenced) this.#checkOpen(connection, live, facts);
    const known = facts.paper === null ? undefined : this.#indexes.get(facts.paper);
    if (!fenced && !known)
      return this.#index(facts).then((index) => this.#takeAll(connection, live, facts, frame, index, fenced));
    this.#takeAll(connection, live, facts, frame, fenced ? null : (known ?? null), fenced);
    return null;
  }

  #takeAll(
    connection: Connection,
    live: LiveStream,
    facts: AttemptFacts,
    frame: readonly { revision: Revision; encoded: string }[],
    index: ItemIndex | null,
    fenced: boolean,
  ): void {
    for (const { revision, encoded } of frame)
      if (!this.#take(connection, live, facts, revision, encoded, index, fenced)) return;
  }

  /** The machine signs the head of its chain. */
  async sign(connection: Connection, message: Extract<ClientMessage, { t: 'sign' }>): Promise<void> {
    const live = this.#streams.get(message.stream);
    if (!live || live.key !== connection.key) throw new BoxError('attempt/not-yours');
    await this.#streams.settled(live);
    const known = live.recent.get(message.rev) ?? this.#streams.olderHash(live, message.rev);
    if (message.rev > live.ackedRev || message.rev === 0 || known !== message.hash)
      throw new BoxError('sign/invalid');
    if (!this.#machines.verify(live.key, headText(message), PURPOSE.head, message.sig))
      throw new BoxError('sign/invalid');
    const now = this.#deps.clock.elapsed();
    if (message.rev <= live.signedRev || (live.signedAt > 0 && now - live.signedAt < SIGN_EVERY_MS)) return;
    live.signedRev = message.rev;
    live.signedAt = now;
    const { stream, rev, hash, sig } = message;
    await this.#deps.ledger.append([
      { kind: 'HEAD_SIGNED', attempt: live.attempt, body: { stream, rev, hash, sig } },
    ]);
  }

  #checkOpen(connection: Connection, live: LiveStream, facts: AttemptFacts): void {
    if (connection.refusal) throw new BoxError(connection.refusal);
    if (facts.row.machine !== connection.machine?.machine) throw new BoxError('attempt/not-yours');
    if (facts.row.epoch !== live.epoch) throw new BoxError('attempt/fenced');
    if (facts.row.submittedAt !== null) throw new BoxError('attempt/ended');
    if (
      facts.sitting.time.startedAt === null ||
      facts.status === 'identified' ||
      facts.status === 'confirmed'
    )
      throw new BoxError('attempt/not-open');
  }

  async #index(facts: AttemptFacts): Promise<ItemIndex> {
    const { paper } = facts;
    if (!paper) throw new BoxError('attempt/not-open');
    const known = this.#indexes.get(paper);
    if (known) return known;
    await this.warm(paper);
    return this.#papers.index(paper);
  }

  /** One revision. False when the rest of the frame cannot follow. */
  #take(
    connection: Connection,
    live: LiveStream,
    facts: AttemptFacts,
    revision: Revision,
    encoded: string,
    index: ItemIndex | null,
    fenced: boolean,
  ): boolean {
    const hash = hashOf('sha256', encoded, 'base64url');
    if (revision.rev <= live.queuedRev) return this.#repeated(connection, live, revision.rev, hash);
    if (revision.rev !== live.queuedRev + 1) {
      connection.send({ t: 'gap', s: live.stream, from: live.queuedRev + 1, hash: live.queuedHash });
      return false;
    }
    if (revision.prev !== live.queuedHash) {
      connection.error(null, 'revision/chain', {
        stream: live.stream,
        rev: revision.rev,
        hash: live.queuedHash,
      });
      return false;
    }
    const lane = fenced ? 'fenced' : this.#lane(connection, facts, revision.at);
    const refused = lane === null && index ? checkContent(index, revision) : null;
    this.#streams.queued(live, revision.rev, hash);
    this.#append(connection, live, revision.rev, hash, encoded, lane, refused);
    return true;
  }

  #lane(connection: Connection, facts: AttemptFacts, at: number): Lane | null {
    const { endsAt, pausedAt } = facts.deadline;
    if (endsAt === null || pausedAt !== null) return null;
    return laneOf({ at, endsAt, now: this.#deps.clock.elapsed(), proved: connection.proved });
  }

  #append(
    connection: Connection,
    live: LiveStream,
    rev: number,
    hash: string,
    encoded: string,
    lane: Lane | null,
    refused: ErrorCode | null,
  ): void {
    const { generation } = live;
    const done = (result: GroupResult, wall: number) => {
      if (live.generation !== generation) return;
      if (!result.ok) {
        this.#deps.log.warn(
          { stream: live.stream, rev, code: result.code, message: result.message },
          'a revision was not committed',
        );
        this.#streams.failed(live);
        connection.error(null, result.code === 'thing/changed' ? 'box/internal' : result.code, {
          stream: live.stream,
          rev,
        });
        return;
      }
      this.#streams.committed(live, rev, hash);
      this.#touched.add(live.attempt);
      this.#ackLater(connection, live.stream, rev, wall);
      const code = refused ?? (lane === null ? (result.remarks?.[0]?.[1] ?? null) : 'revision/late');
      if (code !== null) connection.send({ t: 'refused', s: live.stream, rev, code });
    };
    const { ledger } = this.#deps;
    if (refused !== null)
      ledger.appendText(
        'REVISION_REFUSED',
        live.attempt,
        canonical({ code: refused, hash, rev, stream: live.stream }),
        done,
      );
    else if (lane !== null)
      ledger.appendText(
        'REVISION_QUARANTINED',
        live.attempt,
        `{"lane":"${lane}","revision":${encoded}}`,
        done,
      );
    else ledger.appendText('ANSWER_REVISED', live.attempt, encoded, done);
  }

  /** A revision that the box has: acknowledged again when it is the same, flagged when it is not. */
  #repeated(connection: Connection, live: LiveStream, rev: number, hash: string): boolean {
    const known = live.recent.get(rev) ?? this.#streams.olderHash(live, rev);
    if (known === hash) {
      if (rev <= live.ackedRev)
        this.#ackLater(connection, live.stream, live.ackedRev, this.#deps.clock.wall());
      return true;
    }
    connection.send({ t: 'refused', s: live.stream, rev, code: 'revision/conflict' });
    if (known !== null) {
      const body = { stream: live.stream, rev, hash, kept: known };
      this.#deps.ledger
        .append([{ kind: 'REVISION_CONFLICT', attempt: live.attempt, body }])
        .catch((error: unknown) => this.#deps.log.warn({ err: error }, 'a conflict was not recorded'));
    }
    return false;
  }

  #ackLater(connection: Connection, stream: string, rev: number, wall: number): void {
    if (this.#toAck.size === 0)
      queueMicrotask(() => {
        for (const [to, streams] of this.#toAck)
          for (const [s, acked] of streams)
            to.sendText(`{"t":"ack","s":"${s}","rev":${acked.rev},"level":1,"wall":${acked.wall}}`);
        this.#toAck.clear();
      });
    let streams = this.#toAck.get(connection);
    if (!streams) {
      streams = new Map();
      this.#toAck.set(connection, streams);
    }
    streams.set(stream, { rev, wall });
  }
}

/** The revisions of a frame with their canonical bytes. Throws when the frame is not its own re-encoding. */
function readFrame(text: string, entries: unknown): { revision: Revision; encoded: string }[] {
  if (!Array.isArray(entries) || entries.length === 0 || entries.length > REVISION_LIMITS.perFrame)
    throw new BoxError('frame/invalid');
  const frame = entries.map((entry: unknown) => {
    const revision = checkRevision(entry);
    if (!revision) throw new BoxError('frame/invalid');
    return { revision, encoded: encodeRevision(revision) };
  });
  if (encodeFrame(frame.map(({ encoded }) => encoded)) !== text) throw new BoxError('frame/not-canonical');
  if (frame.some(({ encoded }) => Buffer.byteLength(encoded) > REVISION_LIMITS.entryBytes))
    throw new BoxError('revision/too-large');
  return frame;
}
