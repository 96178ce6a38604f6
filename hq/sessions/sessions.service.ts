/**
 * Sessions of headquarters' exams. Each has one release identity, made once and sealed for headquarters; the papers'
 * identities are sealed for it (`keys`), and the same bytes go into every package until the set of papers changes.
 */
import canonicalize from 'canonicalize';
import type { Static } from 'typebox';
import type { ExamsService } from '#hq/exams/exams.service.ts';
import type { PapersService } from '#hq/papers/papers.service.ts';
import { recordAction } from '#hq/platform/actions.ts';
import { lockFor, type Sql, type Tx } from '#hq/platform/database.ts';
import type { HqDeps } from '#hq/platform/deps.ts';
import type { OfficerCaller } from '#hq/platform/guard.ts';
import { HqError } from '#hq/platform/hq-error.ts';
import { newId } from '#node/ids/new-id.ts';
import { sealReleaseKeys } from '#node/packages/package-plan.ts';
import { generateIdentity, openFile, sealFileFor } from '#node/sealing/age-file.ts';
import type { HqSessionRow } from '#protocol/hq.answers.schema.ts';
import type { HqSessionBody } from '#protocol/hq.officer.schema.ts';
import type { PlanSession, ReleaseKeys } from '#protocol/package.ts';
import * as repo from './sessions.repo.ts';

type Body = Static<typeof HqSessionBody>;
type Row = Static<typeof HqSessionRow>;
/** A session so long past is offered to no box any more; it may still be asked for by name. */
const OFFERED_MS = 7 * 24 * 3_600_000;

export class SessionsService {
  readonly #deps: HqDeps;
  readonly #exams: ExamsService;
  readonly #papers: PapersService;

  constructor(deps: HqDeps, exams: ExamsService, papers: PapersService) {
    this.#deps = deps;
    this.#exams = exams;
    this.#papers = papers;
  }

  async list(exam: string): Promise<Row[]> {
    return (await repo.selectSessions(this.#deps.db, exam)).map((row) => this.row(row));
  }

  /** As packages carry them. */
  async planned(exam: string, db: Sql): Promise<PlanSession[]> {
    return (await repo.selectSessions(db, exam)).map(planOf);
  }

  /** Throws `thing/not-found`. */
  async require(session: string, db: Sql = this.#deps.db): Promise<repo.StoredSession> {
    const found = await repo.selectOptionalSession(db, session);
    if (!found) throw new HqError('thing/not-found', { session });
    return found;
  }

  /** Throws `thing/not-found`, `session/subject`, `hq/session-papers`, `hq/session-codes`, `release/past`. */
  async add(caller: OfficerCaller, exam: string, body: Body): Promise<Row> {
    await this.#exams.require(exam);
    this.#checkRelease(body.releaseAt);
    const { identity, recipient } = await generateIdentity();
    const sealed = await sealFileFor(Buffer.from(identity), this.#deps.keys.recipients);
    return this.#deps.db.transaction(async (tx) => {
      await lockFor(tx, `exam ${exam}`);
      await this.#check(tx, exam, body);
      const { name, plannedStart, subjects, policy, n, m, releaseAt } = body;
      const keys = await this.#keysFor(tx, subjects, recipient);
      const session = newId('session');
      const row = { session, exam, name, plannedStart, subjects, policy, n, m, releaseAt };
      const stored = { ...row, recipient, identity: sealed, keys, codesMade: null };
      await repo.insertSession(tx, stored);
      await this.#exams.changed(tx, exam);
      await this.#record(tx, caller, 'session.add', row);
      return this.row(stored);
    });
  }

  /**
   * Throws as `add`, and `release/codes-fixed` for other numbers of codes once the cards were made, `release/out` where a
   * release that is out would be taken back.
   */
  async change(caller: OfficerCaller, session: string, body: Body): Promise<Row> {
    return this.#deps.db.transaction(async (tx) => {
      const before = await this.locked(tx, session);
      await this.#check(tx, before.exam, body);
      if (before.codesMade !== null && (before.n !== body.n || before.m !== body.m))
        throw new HqError('release/codes-fixed', { n: before.n, m: before.m });
      if (before.releaseAt !== body.releaseAt) {
        if (this.#isOut(before)) throw new HqError('release/out');
        this.#checkRelease(body.releaseAt);
      }
      const { name, plannedStart, subjects, policy, n, m, releaseAt } = body;
      const keys = samePapers(before.subjects, subjects)
        ? before.keys
        : await this.#keysFor(tx, subjects, before.recipient);
      const after = { ...before, name, plannedStart, subjects, policy, n, m, releaseAt, keys };
      await repo.updateSession(tx, after);
      if (canonicalize(planOf(before)) !== canonicalize(planOf(after)))
        await this.#exams.changed(tx, before.exam);
      const { exam } = before;
      const detail = { session, exam, name, plannedStart, subjects, policy, n, m, releaseAt };
      await this.#record(tx, caller, 'session.change', detail);
      return this.row(after);
    });
  }

  /** From now on boxes may fetch the release. Throws `thing/not-found`. */
  async release(caller: OfficerCaller, session: string, reason: string): Promise<Row> {
    return this.#deps.db.transaction(async (tx) => {
      const before = await this.locked(tx, session);
      const after = this.#isOut(before) ? before : { ...before, releaseAt: this.#deps.time.wall() };
      await repo.updateSession(tx, after);
      await this.#record(tx, caller, 'session.release', { session, reason });
      return this.row(after);
    });
  }

  /** The cards are about to be made; with `renew` for a new release identity. The caller has the session's lock. */
  async codesMade(tx: Tx, before: repo.StoredSession, renew: boolean): Promise<repo.StoredSession> {
    let after: repo.StoredSession = { ...before, codesMade: this.#deps.time.wall() };
    if (renew) {
      const { identity, recipient } = await generateIdentity();
      const sealed = await sealFileFor(Buffer.from(identity), this.#deps.keys.recipients);
      const keys = await this.#keysFor(tx, before.subjects, recipient);
      after = { ...after, recipient, identity: sealed, keys };
      await this.#exams.changed(tx, before.exam);
    }
    await repo.updateSession(tx, after);
    return after;
  }

  /** The session, with its exam's lock held until the transaction ends. Throws `thing/not-found`. */
  async locked(tx: Tx, session: string): Promise<repo.StoredSession> {
    const { exam } = await this.require(session, tx);
    await lockFor(tx, `exam ${exam}`);
    return this.require(session, tx);
  }

  /** The release identity, `AGE-SECRET-KEY-1…`. Throws `seal/wrong-identity`. */
  async identity({ identity }: repo.StoredSession): Promise<string> {
    return Buffer.from(await openFile(identity, this.#deps.keys.identity)).toString('utf8');
  }

  /** Sessions whose release this site's box may fetch now. */
  due(site: string, db: Sql = this.#deps.db): Promise<string[]> {
    const now = this.#deps.time.wall();
    return repo.selectDue(db, site, now, now - OFFERED_MS);
  }

  /** Throws `thing/not-found` where the site has no package of the session's exam, `release/too-early`. */
  async requireDue(session: string, site: string): Promise<repo.StoredSession> {
    const found = await this.require(session);
    if (!(await repo.isPublishedTo(this.#deps.db, found.exam, site)))
      throw new HqError('thing/not-found', { session });
    if (!this.#isOut(found))
      throw new HqError('release/too-early', found.releaseAt === null ? {} : { from: found.releaseAt });
    return found;
  }

  row(stored: repo.StoredSession): Row {
    const { session, name, plannedStart, subjects, policy, n, m, releaseAt, codesMade } = stored;
    const released = this.#isOut(stored);
    return { session, name, plannedStart, subjects, policy, n, m, releaseAt, released, codesMade };
  }

  #isOut({ releaseAt }: repo.StoredSession): boolean {
    return releaseAt !== null && releaseAt <= this.#deps.time.wall();
  }

  /** Releasing at once is a director's, with a reason: nobody does it by setting a time that has passed. */
  #checkRelease(releaseAt: number | null): void {
    if (releaseAt !== null && releaseAt <= this.#deps.time.wall()) throw new HqError('release/past');
  }

  async #check(tx: Tx, exam: string, { subjects, n, m }: Body): Promise<void> {
    if ((n === 0) !== (m === 0) || n === 1 || n > m) throw new HqError('hq/session-codes', { n, m });
    const known = new Set((await this.#exams.subjects(exam, tx)).map(({ code }) => code));
    const papers = new Map((await this.#papers.stored(exam, tx)).map((one) => [one.paper, one.subject]));
    const codes = subjects.map(({ code }) => code);
    for (const [i, { code, papers: versions }] of subjects.entries()) {
      if (!known.has(code)) throw new HqError('session/subject', { subject: code });
      if (codes.indexOf(code) !== i) throw new HqError('hq/subject-twice', { subject: code });
      const names = versions.map(({ version }) => version);
      const wrong = versions.find(
        ({ version, paper }, at) => names.indexOf(version) !== at || papers.get(paper) !== code,
      );
      if (wrong) throw new HqError('hq/session-papers', { subject: code, ...wrong });
    }
  }

  async #keysFor(tx: Tx, subjects: PlanSession['subjects'], recipient: string): Promise<string> {
    const keys: ReleaseKeys = {};
    for (const paper of papersOf(subjects)) keys[paper] = await this.#papers.identity(paper, tx);
    return sealReleaseKeys(keys, recipient);
  }

  async #record(tx: Tx, caller: OfficerCaller, what: string, detail: Record<string, unknown>): Promise<void> {
    await recordAction(tx, { officer: caller.officer, at: this.#deps.time.wall(), what, detail });
  }
}

function planOf(stored: repo.StoredSession): PlanSession {
  const { session, name, plannedStart, subjects, policy, recipient, n, m, keys } = stored;
  return { session, name, plannedStart, subjects, policy, release: { recipient, n, m, keys } };
}

/** Ids of the papers, each once. */
export function papersOf(subjects: PlanSession['subjects']): string[] {
  return [...new Set(subjects.flatMap(({ papers }) => papers.map(({ paper }) => paper)))].sort();
}

function samePapers(a: PlanSession['subjects'], b: PlanSession['subjects']): boolean {
  return papersOf(a).join() === papersOf(b).join();
}
