/** What each message of a machine does: finds the service, answers the request, keeps the machine's picture true. */
import { decodeBase64url } from '#node/signing/base64url.ts';
import { CLOSE, type ClientMessage } from '#protocol/socket.ts';
import type { AnswersService } from '#server/attempts/answers.service.ts';
import { type AttemptFacts, describeAttempt } from '#server/attempts/attempt-state.ts';
import { selectOptionalOpenAttemptOn } from '#server/attempts/attempts.repo.ts';
import type { LiveAttempts } from '#server/attempts/live-attempts.ts';
import type { LiveStreams } from '#server/attempts/live-streams.ts';
import type { SubmissionService } from '#server/attempts/submission.service.ts';
import type { UploadsService } from '#server/attempts/uploads.service.ts';
import type { Portraits } from '#server/evidence/portraits.ts';
import type { MachinesService } from '#server/machines/machines.service.ts';
import type { SealedPapers } from '#server/papers/sealed-papers.ts';
import { BoxError } from '#server/platform/box-error.ts';
import type { Deps } from '#server/platform/deps.ts';
import { Statements } from '#server/platform/statements.ts';
import type { ClockWitness } from '#server/run/clock-witness.ts';
import type { Connection } from './connection.ts';
import type { Connections } from './connections.ts';
import type { EntryService } from './entry.service.ts';
import { noticesFor } from './notices.repo.ts';

export interface KioskParts {
  connections: Connections;
  machines: MachinesService;
  entry: EntryService;
  answers: AnswersService;
  submissions: SubmissionService;
  uploads: UploadsService;
  portraits: Portraits;
  attempts: LiveAttempts;
  streams: LiveStreams;
  papers: SealedPapers;
  witness: ClockWitness;
}

/** A machine's clock counts as proved when its word of box time is this close. */
const PROVED_MS = 3_000;

export class KioskService {
  readonly #deps: Deps;
  readonly #s: Statements;
  readonly #p: KioskParts;

  constructor(deps: Deps, parts: KioskParts) {
    this.#deps = deps;
    this.#s = new Statements(deps.db);
    this.#p = parts;
    parts.machines.onChanged = (connection) => this.#greet(connection);
  }

  get answers(): AnswersService {
    return this.#p.answers;
  }

  get log(): Deps['log'] {
    return this.#deps.log;
  }

  opened(connection: Connection): void {
    this.#p.connections.add(connection);
    const { box, clock } = this.#deps;
    const site = this.#site();
    connection.send({
      t: 'challenge',
      v: 1,
      nonce: connection.nonce,
      site: site?.site ?? '',
      siteName: site?.name ?? '',
      box: box.box,
      boxEpoch: box.boxEpoch,
      boxKey: box.key.publicKey,
      origin: box.origin,
      elapsed: clock.elapsed(),
      wall: clock.wall(),
    });
  }

  closed(connection: Connection): void {
    const { machine } = connection;
    this.#p.connections.remove(connection);
    if (machine) this.#deps.bus.emit('seat', { room: machine.room, label: machine.seat });
    if (connection.key) this.#deps.bus.emit('machines', {});
  }

  async hello(connection: Connection, message: Extract<ClientMessage, { t: 'hello' }>): Promise<void> {
    if (connection.key !== null) throw new BoxError('frame/invalid', { problem: 'hello comes once' });
    if (decodeBase64url(message.key, 65)?.[0] !== 4) throw new BoxError('socket/bad-signature');
    this.#p.machines.introduce(connection, message);
    if (message.elapsed !== undefined) {
      const now = this.#deps.clock.elapsed();
      connection.proved = Math.abs(message.elapsed - now) <= PROVED_MS;
      await this.#p.witness.heard(message.key, message.elapsed, now);
    }
    this.#greet(connection);
  }

  /** Says who the machine is and what goes on on it; again whenever that changes. */
  #greet(connection: Connection): void {
    const { machines, connections } = this.#p;
    const before = machines.bind(connection);
    before?.close(CLOSE.replaced, 'socket/replaced');
    const { machine } = connection;
    const open =
      machine && connection.refusal === null ? selectOptionalOpenAttemptOn(this.#s, machine.machine) : null;
    if (open) connections.bindAttempt(connection, open.attempt);
    else connections.releaseAttempt(connection);
    const facts = open ? this.#p.attempts.fresh(open.attempt) : null;
    connection.send({
      t: 'welcome',
      machine: machine ? { id: machine.machine, seat: machines.seatInfo(connection) } : null,
      attempt: facts ? this.describe(facts) : null,
      demo: this.#site()?.demo === 1,
      walk: machine ? null : machines.walkRoom(),
    });
    if (connection.refusal) connection.error(null, connection.refusal, { address: connection.address });
    if (facts) this.#follow(connection, facts);
  }

  async handle(
    connection: Connection,
    message: Exclude<ClientMessage, { t: 'hello' } | { t: 'rev' }>,
  ): Promise<void> {
    const { entry, machines, answers, submissions, uploads } = this.#p;
    switch (message.t) {
      case 'time':
        return connection.send({
          t: 'time',
          c: message.c,
          elapsed: this.#deps.clock.elapsed(),
          wall: this.#deps.clock.wall(),
        });
      case 'press':
        await machines.press(connection);
        return connection.ok(message.id, this.#seat(connection));
      case 'login':
        return this.#enter(connection, message.id, await entry.login(connection, message.number));
      case 'confirm':
        await entry.confirm(connection);
        return this.#step(connection, message.id);
      case 'back':
        await entry.back(connection);
        return connection.ok(message.id);
      case 'pledge':
        await entry.pledge(connection, message.sha256);
        return this.#step(connection, message.id);
      case 'ready':
        await entry.ready(connection, message.paper, message.files, message.bytes);
        return connection.ok(message.id);
      case 'attach':
        return this.#attach(connection, message);
      case 'answers':
        return connection.ok(message.id, { answers: await submissions.content(this.#attempt(connection)) });
      case 'sign':
        return answers.sign(connection, message);
      case 'submit':
        return connection.ok(message.id, { receipt: await submissions.submit(connection, message) });
      case 'upload':
        return connection.ok(message.id, { upload: await uploads.permit(connection, message) });
      case 'portrait':
        return connection.ok(message.id, { upload: this.#portrait(connection, message) });
      case 'seen':
        if (!this.#s.get('SELECT 1 FROM notice WHERE notice = ?', message.notice))
          throw new BoxError('thing/not-found', { notice: message.notice });
        await this.#deps.ledger.append([
          { kind: 'NOTICE_SEEN', attempt: this.#attempt(connection), body: { notice: message.notice } },
        ]);
        return connection.ok(message.id);
    }
  }

  /** The attempt as its machine is told it. */
  describe(facts: AttemptFacts): ReturnType<typeof describeAttempt> {
    const { paper } = facts;
    const files = paper ? this.#p.papers.manifest(paper).files : [];
    const released = paper !== null && this.#p.papers.isReleased(paper);
    const state = describeAttempt(this.#s, facts, files, released);
    return {
      ...state,
      streams: this.#p.streams.heads(state.attempt, state.streams),
      ...(facts.sitting.policy.portrait ? { portrait: this.#p.portraits.wanted(facts) } : {}),
    };
  }

  /**
   * The start: one small message to every machine that waits for one of these papers, the same text for all, before
   * anything else is worked out for each.
   */
  release(sittings: readonly { sitting: string }[], papers: readonly string[]): void {
    const started = new Set(sittings.map(({ sitting }) => sitting));
    const texts = new Map<string, string>();
    for (const connection of this.#p.connections.all()) {
      const facts = connection.attempt === null ? null : this.#p.attempts.get(connection.attempt);
      if (
        facts?.status !== 'waiting' ||
        !facts.paper ||
        !started.has(facts.row.sitting) ||
        !papers.includes(facts.paper)
      )
        continue;
      const key = `${facts.row.sitting} ${facts.paper}`;
      let text = texts.get(key);
      if (text === undefined) {
        const identity = this.#p.papers.identity(facts.paper) ?? '';
        text = JSON.stringify({
          t: 'release',
          release: { sitting: facts.row.sitting, paper: facts.paper, identity },
          attempt: null,
        });
        texts.set(key, text);
      }
      connection.sendText(text);
    }
  }

  /** Tells the machine of an attempt what is so now; the paper's identity with it when it may write. */
  push(attempt: string): void {
    const connection = this.#p.connections.ofAttempt(attempt);
    const facts = this.#p.attempts.fresh(attempt);
    if (!connection || !facts) return;
    const release = this.#release(facts);
    const state = this.describe(facts);
    if (release) connection.send({ t: 'release', release, attempt: state });
    else connection.send({ t: 'state', attempt: state });
  }

  #enter(connection: Connection, id: number, attempt: string): void {
    const before = this.#p.connections.ofAttempt(attempt);
    if (before && before !== connection) before.send({ t: 'fenced', code: 'attempt/fenced' });
    this.#p.connections.bindAttempt(connection, attempt);
    this.#p.attempts.forget(attempt);
    this.#step(connection, id);
  }

  #step(connection: Connection, id: number): void {
    const facts = this.#p.attempts.fresh(this.#attempt(connection));
    if (!facts) throw new BoxError('attempt/none');
    connection.ok(id, { attempt: this.describe(facts) });
    this.#follow(connection, facts);
  }

  /** What follows a greeting, a sign-in or a step: the release once writing, and notices not seen yet. */
  #follow(connection: Connection, facts: AttemptFacts): void {
    const release = this.#release(facts);
    if (release) connection.send({ t: 'release', release, attempt: null });
    for (const notice of noticesFor(this.#s, facts))
      connection.send({
        t: 'notice',
        notice: notice.notice,
        zh: notice.text,
        en: notice.text,
        text: notice.text,
        wall: notice.wall,
      });
  }

  #release(facts: AttemptFacts): { sitting: string; paper: string; identity: string } | null {
    const { paper, status, sitting } = facts;
    if (!paper || (status !== 'writing' && status !== 'ended') || sitting.time.startedAt === null)
      return null;
    if (!this.#p.papers.isReleased(paper)) return null;
    const identity = this.#p.papers.identity(paper);
    return identity ? { sitting: sitting.sitting, paper, identity } : null;
  }

  /** A machine that knows its attempt comes back: compares journals, and asks for or offers what is missing. */
  async #attach(connection: Connection, message: Extract<ClientMessage, { t: 'attach' }>): Promise<void> {
    const { streams, attempts, connections, entry, submissions } = this.#p;
    const live = streams.get(`${message.attempt}.${message.epoch}`);
    if (!live || live.key !== connection.key) throw new BoxError('attempt/not-yours');
    const facts = attempts.fresh(message.attempt);
    if (!facts) throw new BoxError('attempt/none');
    const receipt = submissions.receipt(message.attempt);
    if (receipt) return connection.ok(message.id, { attempt: this.describe(facts), receipt });
    if (message.epoch < facts.row.epoch || facts.row.machine !== connection.machine?.machine) {
      connection.send({ t: 'fenced', code: 'attempt/fenced' });
      throw new BoxError('attempt/fenced', { have: live.ackedRev, hash: live.ackedHash });
    }
    if (connection.refusal) throw new BoxError(connection.refusal);
    connections.bindAttempt(connection, message.attempt);
    await streams.settled(live);
    const known =
      message.rev <= live.ackedRev
        ? (live.recent.get(message.rev) ?? streams.olderHash(live, message.rev))
        : message.hash;
    const behind = message.rev < live.ackedRev || (message.rev > 0 && known !== message.hash);
    if (behind) {
      // The journal was lost or is another one: a new stream goes on from what the box has.
      await entry.renewStream(connection);
      attempts.forget(message.attempt);
    }
    this.#step(connection, message.id);
  }

  #portrait(
    connection: Connection,
    message: Extract<ClientMessage, { t: 'portrait' }>,
  ): { url: string; token: string } | null {
    const facts = this.#p.attempts.fresh(this.#attempt(connection));
    if (!facts) throw new BoxError('attempt/none');
    const { portraits, uploads } = this.#p;
    const asked = portraits.announced(facts, message);
    return asked && uploads.grant(asked, (part) => portraits.take(asked.attempt, part));
  }

  #seat(connection: Connection): { seat?: NonNullable<ReturnType<MachinesService['seatInfo']>> } {
    const seat = this.#p.machines.seatInfo(connection);
    return seat ? { seat } : {};
  }

  #attempt(connection: Connection): string {
    if (connection.refusal) throw new BoxError(connection.refusal);
    if (connection.attempt === null)
      throw new BoxError(connection.machine ? 'attempt/none' : 'machine/unknown');
    return connection.attempt;
  }

  #site(): { site: string; name: string; demo: number } | undefined {
    return this.#s.get<{ site: string; name: string; demo: number }>('SELECT site, name, demo FROM site');
  }
}
