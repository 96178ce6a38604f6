/**
 * Retention (Q9): when headquarters has signed for everything of a session and the time of keeping is over, one person
 * asks and another confirms, and photos, files and answers are deleted here. The deletion is an event of the ledger; the
 * files go after its commit, and what a crash leaves undone is done at the next start. See docs/decisions/retention.md.
 */
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { decodeEvent } from '#domain/ledger/event.ts';
import { syncFolder } from '#node/files/durable-file.ts';
import type { PurgeHold, PurgeState } from '#protocol/delivery.ts';
import type { EventBody } from '#protocol/events.schema.ts';
import type { Actor } from '#protocol/ledger.ts';
import { countAnswers } from '#server/ledger/delete-answers.ts';
import { blobPath } from '#server/platform/blobs.ts';
import { BoxError } from '#server/platform/box-error.ts';
import type { Deps } from '#server/platform/deps.ts';
import { newId } from '#server/platform/ids.ts';
import { Statements } from '#server/platform/statements.ts';
import type { Turns } from '#server/platform/turns.ts';
import { type Acknowledged, Receipts } from './receipts.ts';
import {
  countOpen,
  countRunning,
  type HeldAttempt,
  type HeldFile,
  selectAttempts,
  selectFiles,
  selectHasSession,
  selectLastFileEvent,
  selectMediumWalls,
  selectNeeded,
  selectOptionalAsked,
  selectOptionalBoxValue,
  selectOptionalDone,
  selectOptionalPurgeEvent,
} from './retention.repo.ts';

const DAY_MS = 24 * 3_600_000;
/** Until the database could be written anew it is tried again. */
const AGAIN_MS = 10 * 60_000;
/** Key in `local_box`: `files:<purge>` while its files are to be deleted, `wipe` while the database is to be written anew. */
const LEFT = 'purge-left';
/** Kinds of files that headquarters must have: a small photo and a report can be made again, from what it has. */
const SENT: ReadonlySet<HeldFile['what']> = new Set(['photo', 'upload', 'material', 'registered']);

interface Held {
  attempts: HeldAttempt[];
  /** Files that are here and nobody else needs. */
  files: HeldFile[];
}

export class RetentionService {
  readonly #deps: Deps;
  readonly #turns: Turns;
  readonly #s: Statements;
  readonly #receipts: Receipts;
  #again: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(deps: Deps, turns: Turns) {
    this.#deps = deps;
    this.#turns = turns;
    this.#s = new Statements(deps.db);
    this.#receipts = new Receipts(deps);
  }

  /** Does what the last run left undone; before the box serves. */
  start(): Promise<void> {
    return this.#finish();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#again);
  }

  /** Throws `thing/not-found`. */
  state(session: string): PurgeState {
    this.#require(session);
    const held = this.#held(session);
    const count = (what: HeldFile['what']) => held.files.filter((one) => one.what === what).length;
    const { hold, from } = this.#hold(session, held);
    return {
      session,
      from,
      hold,
      days: this.#deps.config.retention,
      photos: count('photo'),
      uploads: count('upload'),
      materials: count('material'),
      registered: count('registered'),
      reports: count('report'),
      answers: held.attempts.reduce((sum, { revisions }) => sum + revisions, 0),
      attempts: held.attempts.length,
      asked: selectOptionalAsked(this.#s, session),
      done: selectOptionalDone(this.#s, session),
      finishing: (selectOptionalBoxValue(this.#s, LEFT) ?? '') !== '',
    };
  }

  /** Throws `thing/not-found`, `purge/asked-already`, `purge/nothing-left` and the reasons to hold (PurgeHold). */
  ask(session: string, reason: string, by: Actor): Promise<PurgeState> {
    return this.#turns.take(async () => {
      this.#require(session);
      if (selectOptionalAsked(this.#s, session)) throw new BoxError('purge/asked-already');
      this.#refuse(session, this.#held(session));
      const purge = newId('purge');
      await this.#deps.ledger.append([{ kind: 'PURGE_ASKED', body: { purge, session, reason }, by }]);
      return this.state(session);
    });
  }

  /**
   * Deletes; resolves when it is done. Throws `thing/not-found`, `purge/none-asked`, `purge/same-person`,
   * `purge/nothing-left`, the reasons to hold, and `thing/changed` where something came in between.
   */
  confirm(session: string, by: Actor): Promise<PurgeState> {
    return this.#turns.take(async () => {
      this.#require(session);
      const asked = selectOptionalAsked(this.#s, session);
      if (!asked) throw new BoxError('purge/none-asked');
      if (asked.staff === by.staff) throw new BoxError('purge/same-person');
      await this.#deps.ledger.settled();
      const held = this.#held(session);
      const acknowledged = this.#refuse(session, held);
      const body: EventBody<'DATA_PURGED'> = {
        purge: asked.purge,
        session,
        files: [...new Set(held.files.map(({ sha256 }) => sha256))].sort(),
        attempts: held.attempts.map(({ attempt }) => attempt),
        events: await this.#countEvents(held.attempts),
        acknowledged: acknowledged.events - 1,
      };
      await this.#deps.ledger.append([{ kind: 'DATA_PURGED', body, by }], {
        local: [{ t: 'box', key: LEFT, value: `files:${asked.purge}` }],
        checkpoint: true,
      });
      await this.#finish();
      return this.state(session);
    });
  }

  #require(session: string): void {
    if (!selectHasSession(this.#s, session)) throw new BoxError('thing/not-found', { session });
  }

  #held(session: string): Held {
    const needed = selectNeeded(this.#s, session);
    const files = selectFiles(this.#s, session).filter(
      (file) => (file.what === 'report' || !needed.has(file.sha256)) && existsSync(this.#path(file)),
    );
    return { attempts: selectAttempts(this.#s, session), files };
  }

  #path({ what, sha256, report }: HeldFile): string {
    const { blobs, uploads, reports } = this.#deps.folder;
    if (what === 'upload') return join(uploads, sha256);
    return what === 'report' ? join(reports, `${report}.pdf`) : blobPath(blobs, sha256);
  }

  /** Why it may not be deleted now; null when it may. */
  #hold(
    session: string,
    { attempts, files }: Held,
  ): { hold: PurgeHold | null; from: number | null; acknowledged: Acknowledged | null } {
    const now = this.#deps.clock.wall();
    const keepMs = this.#deps.config.retention * DAY_MS;
    const acknowledged = this.#receipts.read();
    const no = (hold: PurgeHold, from: number | null = null) => ({ hold, from, acknowledged });
    if (!acknowledged) return no('purge/no-headquarters');
    if (countOpen(this.#s, session, now - keepMs) > 0) return no('purge/running');
    const last = attempts.reduce(
      (most, { lastSeq }) => Math.max(most, lastSeq),
      selectLastFileEvent(this.#s, session),
    );
    const media = files.filter(({ what }) => SENT.has(what)).map(({ sha256 }) => sha256);
    const walls = selectMediumWalls(this.#s, media);
    const waiting = attempts.some(({ attempt }) =>
      existsSync(join(this.#deps.folder.portraits, `${attempt}.jpg`)),
    );
    if (acknowledged.events <= last || waiting || media.some((one) => !walls.has(one)))
      return no('purge/not-acknowledged');
    const from = Math.max(acknowledged.wallUpTo(last), ...walls.values()) + keepMs;
    if (now < from) return no('purge/too-early', from);
    // Afterwards the database is written anew: no candidate is to wait for that.
    return { hold: countRunning(this.#s) > 0 ? 'purge/running' : null, from, acknowledged };
  }

  #refuse(session: string, held: Held): Acknowledged {
    const { hold, from, acknowledged } = this.#hold(session, held);
    if (hold !== null || !acknowledged)
      throw new BoxError(hold ?? 'purge/no-headquarters', from === null ? {} : { from });
    if (held.files.length === 0 && held.attempts.length === 0) throw new BoxError('purge/nothing-left');
    return acknowledged;
  }

  /** Millions of rows: in turns, for the box serves meanwhile. */
  async #countEvents(attempts: readonly HeldAttempt[]): Promise<number> {
    let count = 0;
    for (const { lastSeq } of attempts) {
      count += countAnswers(this.#deps.db, lastSeq);
      await setImmediate();
    }
    return count;
  }

  /**
   * What comes after the commit: the files, then the free space of the database and its log. What stands in the way (a
   * disk, a sitting under way) is tried again later, and keeps nobody from starting the box.
   */
  async #finish(): Promise<void> {
    const left = selectOptionalBoxValue(this.#s, LEFT) ?? '';
    if (left === '') return;
    try {
      const [step = '', purge = ''] = left.split(':');
      if (step === 'files') await this.#deleteFiles(purge);
      // The database is written anew: no candidate is to wait for that.
      if (countRunning(this.#s) > 0) throw new BoxError('purge/running');
      await this.#deps.ledger.append([], { wipe: true });
      await this.#left('');
    } catch (error) {
      if (this.#stopped) return;
      this.#deps.log.warn({ err: error }, 'the last traces of deleted data are wiped later');
      clearTimeout(this.#again);
      this.#again = setTimeout(() => {
        this.#turns.take(() => this.#finish()).catch(() => undefined); // it says itself what went wrong
      }, AGAIN_MS);
      this.#again.unref();
    }
  }

  /** Deletes the files that the event names and nobody needs; all are gone from the folders when it resolves. */
  async #deleteFiles(purge: string): Promise<void> {
    const text = selectOptionalPurgeEvent(this.#s, purge);
    // The note about what is left was written in the transaction of the event.
    if (text === null) throw new BoxError('box/internal', { purge });
    const { session, files } = decodeEvent(text).body as EventBody<'DATA_PURGED'>;
    const named = new Set(files);
    const folders = new Set<string>();
    for (const file of this.#held(session).files) {
      if (!named.has(file.sha256)) continue;
      const path = this.#path(file);
      await rm(path, { force: true });
      folders.add(dirname(path));
    }
    for (const folder of folders) await syncFolder(folder);
    await this.#left('wipe');
  }

  #left(value: string): Promise<void> {
    return this.#deps.ledger.local([{ t: 'box', key: LEFT, value }]);
  }
}
