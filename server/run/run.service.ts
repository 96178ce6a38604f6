/**
 * The chief's hand on a session (S1 S15): entry, start, delay, pause, end, credit, notices. A person starts; nothing
 * starts by itself. Time-up is the one thing the box does alone, and it only closes.
 */
import { createHash } from 'node:crypto';
import { GRACE_MS } from '#domain/attempt/deadline.ts';
import type { Actor } from '#protocol/ledger.ts';
import type { AnswersService } from '#server/attempts/answers.service.ts';
import { deadlineOf } from '#server/attempts/attempt-state.ts';
import {
  type SittingFacts,
  selectAttemptsOfSitting,
  selectOptionalSitting,
  selectRunningSittings,
  selectSittingsOfSession,
} from '#server/attempts/attempts.repo.ts';
import type { LiveAttempts } from '#server/attempts/live-attempts.ts';
import type { Connections } from '#server/kiosk/connections.ts';
import type { KioskService } from '#server/kiosk/kiosk.service.ts';
import { inScope } from '#server/kiosk/notices.repo.ts';
import type { NewEvent } from '#server/ledger/ledger.ts';
import type { SealedPapers } from '#server/papers/sealed-papers.ts';
import { BoxError } from '#server/platform/box-error.ts';
import type { Deps } from '#server/platform/deps.ts';
import { newId } from '#server/platform/ids.ts';
import { Statements } from '#server/platform/statements.ts';
import type { ClockWitness } from './clock-witness.ts';

export interface Scope {
  session?: string;
  sitting?: string;
  room?: string;
  attempt?: string;
}

export interface RunParts {
  attempts: LiveAttempts;
  answers: AnswersService;
  papers: SealedPapers;
  connections: Connections;
  kiosk: KioskService;
  witness: ClockWitness;
}

export class RunService {
  readonly #deps: Deps;
  readonly #s: Statements;
  readonly #p: RunParts;
  #ticking = false;

  constructor(deps: Deps, parts: RunParts) {
    this.#deps = deps;
    this.#s = new Statements(deps.db);
    this.#p = parts;
    parts.witness.onConfirmed = () => this.#changed(selectRunningSittings(this.#s));
  }

  /** Opens the waiting room. Throws `session/not-ready` naming what is missing. */
  async openEntry(session: string, by: Actor): Promise<void> {
    const sittings = this.#sittings(session);
    if (sittings[0]?.openedAt != null) return;
    // Seats are there, or will be drawn at the door.
    const seated =
      this.#s.get(
        "SELECT 1 FROM seating WHERE session = ?1 UNION SELECT 1 FROM seating_draw WHERE session = ?1 AND mode = 'draw'",
        session,
      ) !== undefined;
    const missing = [
      ...(sittings.length === 0 ? ['sittings'] : []),
      ...(sittings.some((sitting) => sitting.papers.length === 0) ? ['papers'] : []),
      ...(seated ? [] : ['seating']),
    ];
    if (missing.length > 0) throw new BoxError('session/not-ready', { missing: missing.join(', ') });
    for (const paper of papersOf(sittings)) await this.#checkSealed(paper);
    await this.#deps.ledger.append([{ kind: 'ENTRY_OPENED', body: { session }, by }]);
    this.#deps.bus.emit('session', { session });
  }

  /**
   * Starts the sittings of a session, of one room of it, or one: releases their papers and tells every machine in one
   * broadcast. Starting only some rooms of a paper asks for a reason, for it opens the paper for all of them.
   */
  async start(
    session: string,
    only: { sitting?: string; room?: string; reason?: string },
    by: Actor,
  ): Promise<number> {
    const all = this.#sittings(session);
    if (all[0]?.openedAt == null) throw new BoxError('session/not-open');
    const chosen = all.filter(
      (sitting) =>
        (only.sitting === undefined || sitting.sitting === only.sitting) &&
        (only.room === undefined || sitting.room === only.room),
    );
    if (chosen.length === 0) throw new BoxError('thing/not-found', { ...only });
    const toStart = chosen.filter(
      (sitting) => sitting.time.startedAt === null && sitting.time.endedAt === null,
    );
    if (toStart.length === 0) throw new BoxError('start/started');
    const early = toStart.find((sitting) => this.#deps.clock.wall() < sitting.plannedStart);
    if (early) throw new BoxError('start/too-early', { plannedStart: early.plannedStart });
    if (this.#p.attempts.gapFrom() !== null) throw new BoxError('box/clock-unconfirmed');
    const papers = papersOf(toStart);
    const leftOut = all.some(
      (sitting) =>
        !toStart.includes(sitting) &&
        sitting.time.startedAt === null &&
        papersOf([sitting]).some((paper) => papers.includes(paper)),
    );
    if (leftOut && !only.reason) throw new BoxError('start/reason');
    for (const paper of papers) {
      if (!this.#p.papers.identity(paper)) throw new BoxError('start/no-identity', { paper });
      await this.#checkSealed(paper);
    }
    const events: NewEvent[] = papers
      .filter((paper) => !this.#p.papers.isReleased(paper))
      .map((paper) => ({
        kind: 'PAPER_RELEASED',
        body: { paper, manifestSha256: this.#manifestHash(paper) },
        by,
      }));
    for (const { sitting } of toStart) events.push({ kind: 'SITTING_STARTED', body: { sitting }, by });
    await this.#deps.ledger.append(events, { checkpoint: true });
    this.#p.kiosk.release(toStart, papers);
    this.#changed(toStart);
    for (const paper of papers) await this.#p.answers.warm(paper);
    return toStart.length;
  }

  /** Moves the planned start of a sitting: entry closing and end follow it. */
  async delay(sitting: string, plannedStart: number, reason: string, by: Actor): Promise<void> {
    const facts = this.#sitting(sitting);
    if (facts.time.startedAt !== null) throw new BoxError('start/started');
    await this.#deps.ledger.append([
      { kind: 'SITTING_DELAYED', body: { sitting, plannedStart, reason }, by },
    ]);
    this.#changed([facts]);
  }

  async pause(sitting: string, reason: string, by: Actor): Promise<void> {
    const facts = this.#running(sitting);
    if (facts.time.pauses.at(-1)?.to === null) throw new BoxError('sitting/not-running');
    await this.#deps.ledger.append([
      { kind: 'SITTING_PAUSED', body: { sitting, reason, from: this.#deps.clock.elapsed() }, by },
    ]);
    this.#changed([facts]);
  }

  async resume(sitting: string, reason: string, by: Actor): Promise<void> {
    const facts = this.#running(sitting);
    if (facts.time.pauses.at(-1)?.to !== null) throw new BoxError('sitting/not-running');
    await this.#deps.ledger.append([{ kind: 'SITTING_RESUMED', body: { sitting, reason }, by }]);
    this.#changed([facts]);
  }

  /** Whoever has not signed in is absent; answers how many are. */
  async closeEntry(sitting: string, by: Actor): Promise<number> {
    const facts = this.#sitting(sitting);
    if (facts.entryClosedAt !== null) return 0;
    const absent = this.#s
      .all<{ entry: string }>(
        'SELECT entry FROM seating WHERE sitting = ?1 AND entry NOT IN (SELECT entry FROM attempt WHERE superseded IS NULL OR sitting = ?1)',
        sitting,
      )
      .map(({ entry }) => entry);
    await this.#deps.ledger.append([{ kind: 'ENTRY_CLOSED', body: { sitting, absent }, by }]);
    this.#changed([facts]);
    return absent.length;
  }

  /** Ends a sitting now; machines hand in by themselves. */
  async end(sitting: string, reason: string, by: Actor): Promise<void> {
    const facts = this.#running(sitting);
    const events: NewEvent[] = [];
    if (facts.time.pauses.at(-1)?.to === null)
      events.push({ kind: 'SITTING_RESUMED', body: { sitting, reason }, by });
    events.push({ kind: 'SITTING_ENDED', body: { sitting, reason }, by });
    await this.#deps.ledger.append(events, { checkpoint: true });
    this.#changed([facts]);
  }

  async credit(scope: Scope, ms: number, cause: string, by: Actor): Promise<void> {
    this.#checkScope(scope);
    await this.#deps.ledger.append([
      { kind: 'TIME_CREDITED', body: { credit: newId('credit'), scope, ms, cause }, by },
    ]);
    this.#changed(selectRunningSittings(this.#s));
  }

  /** Sends a message to everyone in scope who is connected now, and to the others when they come. */
  async notice(scope: Scope, text: string, by: Actor): Promise<number> {
    this.#checkScope(scope);
    const notice = newId('notice');
    const [event] = await this.#deps.ledger.append([
      { kind: 'NOTICE_SENT', body: { notice, scope, text }, by },
    ]);
    const wall = event?.wall ?? this.#deps.clock.wall();
    const scopeText = JSON.stringify(scope);
    let reached = 0;
    for (const connection of this.#p.connections.all()) {
      const facts = connection.attempt === null ? null : this.#p.attempts.get(connection.attempt);
      if (!facts || !inScope(scopeText, facts)) continue;
      connection.send({ t: 'notice', notice, zh: text, en: text, text, wall });
      reached += 1;
    }
    this.#deps.bus.emit('notice', { notice, text, wall });
    return reached;
  }

  /** The chief says the time after a power cut is right: running sittings are credited the gap and go on. */
  async confirmClock(by: Actor): Promise<void> {
    const gapFrom = this.#p.attempts.gapFrom();
    if (gapFrom === null) return;
    const now = this.#deps.clock.elapsed();
    const events: NewEvent[] = [];
    for (const { sitting, time } of selectRunningSittings(this.#s)) {
      if (time.pauses.at(-1)?.to === null) continue;
      const from = Math.max(gapFrom, time.startedAt ?? gapFrom);
      events.push({ kind: 'SITTING_PAUSED', body: { sitting, reason: 'power cut', from }, by });
      events.push({ kind: 'SITTING_RESUMED', body: { sitting, reason: 'time confirmed' }, by });
    }
    events.push({
      kind: 'CLOCK_CONFIRMED',
      body: { from: 'staff', gapMs: Math.max(0, now - gapFrom), addedMs: 0 },
      by,
    });
    await this.#deps.ledger.append(events, { checkpoint: true });
    this.#changed(selectRunningSittings(this.#s));
  }

  /** Every second: attempts whose time is up and that have not handed in are closed. */
  async tick(): Promise<void> {
    if (this.#ticking) return;
    this.#ticking = true;
    try {
      const now = this.#deps.clock.elapsed();
      const gapFrom = this.#p.attempts.gapFrom();
      const started = this.#s.all<{ sitting: string }>(
        'SELECT DISTINCT sitting FROM sitting JOIN attempt USING (sitting) WHERE started_at IS NOT NULL AND submitted_at IS NULL AND timed_up_at IS NULL',
      );
      for (const { sitting } of started) await this.#timeUp(this.#sitting(sitting), now, gapFrom);
    } finally {
      this.#ticking = false;
    }
  }

  async #timeUp(sitting: SittingFacts, now: number, gapFrom: number | null): Promise<void> {
    // Credits only add time: before the end without any of them nobody's time is up, and no attempt is read.
    const first = deadlineOf(sitting, { creditMs: 0 }, now, gapFrom);
    if (first.endsAt === null || first.pausedAt !== null || now <= first.endsAt + GRACE_MS) return;
    for (const row of selectAttemptsOfSitting(this.#s, sitting.sitting)) {
      if (row.submittedAt !== null || row.timedUpAt !== null) continue;
      const { endsAt, pausedAt } = deadlineOf(sitting, row, now, gapFrom);
      if (endsAt === null || pausedAt !== null || now <= endsAt + GRACE_MS) continue;
      await this.#deps.ledger.append([{ kind: 'ATTEMPT_TIMED_UP', attempt: row.attempt, body: { endsAt } }]);
      this.#p.attempts.forget(row.attempt);
      this.#p.kiosk.push(row.attempt);
      this.#deps.bus.emit('seat', { room: row.room, label: row.seat });
    }
  }

  /** Tells everybody concerned that these sittings changed. */
  #changed(sittings: readonly SittingFacts[]): void {
    const ids = new Set(sittings.map(({ sitting }) => sitting));
    const concerned: string[] = [];
    for (const { attempt } of this.#p.connections.all()) {
      const facts = attempt === null ? null : this.#p.attempts.get(attempt);
      if (facts && ids.has(facts.row.sitting)) concerned.push(facts.row.attempt);
    }
    this.#p.attempts.forgetAll();
    for (const attempt of concerned) this.#p.kiosk.push(attempt);
    for (const session of new Set(sittings.map((sitting) => sitting.session)))
      this.#deps.bus.emit('session', { session });
  }

  #sittings(session: string): SittingFacts[] {
    if (!this.#s.get('SELECT 1 FROM session WHERE session = ?', session))
      throw new BoxError('thing/not-found', { session });
    return selectSittingsOfSession(this.#s, session);
  }

  #sitting(sitting: string): SittingFacts {
    const facts = selectOptionalSitting(this.#s, sitting);
    if (!facts) throw new BoxError('thing/not-found', { sitting });
    return facts;
  }

  #running(sitting: string): SittingFacts {
    const facts = this.#sitting(sitting);
    if (facts.time.startedAt === null || facts.time.endedAt !== null)
      throw new BoxError('sitting/not-running');
    return facts;
  }

  /** Each part named must exist, and at least one must be. */
  #checkScope(scope: Scope): void {
    const parts = Object.entries(scope) as [keyof Scope, string][];
    if (parts.length === 0)
      throw new BoxError('request/invalid', { where: 'scope', problem: 'names nothing' });
    for (const [part, id] of parts)
      if (!this.#s.get(`SELECT 1 FROM ${part} WHERE ${part} = ?`, id))
        throw new BoxError('thing/not-found', { [part]: id });
  }

  async #checkSealed(paper: string): Promise<void> {
    for (const { name } of this.#p.papers.manifest(paper).files) await this.#p.papers.file(paper, name);
  }

  #manifestHash(paper: string): string {
    const row = this.#s.get<{ manifest: string }>('SELECT manifest FROM paper WHERE paper = ?', paper);
    return createHash('sha256')
      .update(row?.manifest ?? '')
      .digest('hex');
  }
}

/** Papers of sittings, each once. */
export function papersOf(sittings: readonly SittingFacts[]): string[] {
  return [...new Set(sittings.flatMap(({ papers }) => papers.map(({ paper }) => paper)))];
}
