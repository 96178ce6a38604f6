/**
 * What opens a session's papers that came from headquarters (S1): its release over the line, or release codes of n
 * officers. Codes are in memory only, and there no longer than they must be; without a line and without a headquarters
 * n of them are enough.
 */
import { join } from 'node:path';
import { shareIndex } from '#domain/release/code-text.ts';
import { FailureLimit } from '#node/limits/failure-limit.ts';
import { openReleaseKeys } from '#node/packages/package-plan.ts';
import { combineCodes, readReleaseCode, releaseTag } from '#node/release/release-codes.ts';
import { openRelease, readRelease } from '#node/release/release-document.ts';
import { recipientOf } from '#node/sealing/age-file.ts';
import { AGE_KEY_FILE, ensureAgeIdentity } from '#node/sealing/age-key-file.ts';
import { identityFits, verifyManifest } from '#node/sealing/manifest.ts';
import type { ReleaseState } from '#protocol/delivery.ts';
import type { SignedDocument, SiteStatus } from '#protocol/hq.ts';
import type { Actor } from '#protocol/ledger.ts';
import type { NewEvent } from '#server/ledger/ledger.ts';
import type { LocalWrite } from '#server/ledger/local-writes.ts';
import { BoxError } from '#server/platform/box-error.ts';
import type { Deps } from '#server/platform/deps.ts';
import { codedError } from '#server/platform/http.ts';
import { Statements } from '#server/platform/statements.ts';
import type { Turns } from '#server/platform/turns.ts';
import type { Caller } from '#server/staff/auth.service.ts';
import { requireRooms } from '#server/staff/auth.service.ts';
import {
  type StoredRelease,
  selectHasSession,
  selectOptionalHq,
  selectOptionalRelease,
  selectReleasePapers,
  selectRoomsOfSession,
  selectStaffName,
  selectUnreleased,
} from './release.repo.ts';

/** After so long codes that wait for others are forgotten (box time). */
export const CODES_KEPT_MS = 2 * 3_600_000;
/** Wrong codes of one person; a card in a shaking hand takes some. */
const FAILURES = 12;
const WINDOW_MS = 10 * 60_000;

interface TakenCode {
  staff: string;
  index: number;
  text: string;
}

interface Waiting {
  recipient: string;
  codes: TakenCode[];
  until: number;
}

/** Headquarters' answer for a session. Rejects with `sync/*` or the code that it refuses with. */
export type AskRelease = (session: string) => Promise<SignedDocument>;

export class ReleaseService {
  readonly #deps: Deps;
  readonly #turns: Turns;
  readonly #ask: AskRelease;
  readonly #s: Statements;
  readonly #limit: FailureLimit;
  readonly #waiting = new Map<string, Waiting>();

  /** @param turns shared with what takes packages: a release is for the papers that are here */
  constructor(deps: Deps, turns: Turns, ask: AskRelease) {
    this.#deps = deps;
    this.#turns = turns;
    this.#ask = ask;
    this.#s = new Statements(deps.db);
    this.#limit = new FailureLimit(FAILURES, WINDOW_MS, () => deps.clock.elapsed());
  }

  /** Throws `thing/not-found`, `auth/scope`. */
  state(session: string, caller: Caller): ReleaseState {
    this.#check(session, caller);
    const release = selectOptionalRelease(this.#s, session);
    if (!release) return { session, release: null };
    const received = this.#isReceived(release);
    const waiting = this.#codes(release);
    return {
      session,
      release: {
        n: release.n,
        m: release.m,
        taken: waiting.codes.map(({ staff, index }) => ({
          staff,
          name: selectStaffName(this.#s, staff),
          index,
        })),
        until: waiting.codes.length > 0 ? waiting.until : null,
        received,
        way: received ? release.way : null,
      },
    };
  }

  /**
   * Takes the code of the officer who is signed in. With the last one needed the papers can be opened. Throws
   * `release/none`, `release/here`, `release/too-many`, `release/officer`, `release/code-wrong` (with the group),
   * `release/code-other-session`, `release/code-twice`, `release/codes-mismatch` (all are forgotten: nothing tells which
   * of them is not what it seems), `release/keys`.
   */
  take(session: string, text: string, caller: Caller): Promise<ReleaseState> {
    return this.#turns.take(async () => {
      this.#check(session, caller);
      const release = this.#open(session);
      const { staff } = caller.staff;
      const wait = this.#limit.wait(staff);
      if (wait > 0) throw new BoxError('release/too-many', { seconds: Math.ceil(wait / 1000) });
      const waiting = this.#codes(release);
      try {
        if (waiting.codes.some((one) => one.staff === staff)) throw new BoxError('release/officer');
        const code = readReleaseCode(text, releaseTag(session, release.recipient));
        if (code.n !== release.n || code.m !== release.m) throw new BoxError('release/code-other-session');
        const index = shareIndex(code);
        if (waiting.codes.some((one) => one.index === index)) throw new BoxError('release/code-twice');
        const codes = [...waiting.codes, { staff, index, text }];
        await this.#taken(release, codes, caller.actor);
      } catch (error) {
        await this.#refused(session, error, caller);
        throw error;
      }
      return this.state(session, caller);
    });
  }

  /** Codes that wait for others are forgotten. */
  async forget(session: string, caller: Caller): Promise<ReleaseState> {
    this.#check(session, caller);
    this.#waiting.delete(session);
    return this.state(session, caller);
  }

  /** Asks headquarters now. Throws `release/none`, `release/here`, `sync/*`, `release/document`, `release/keys`, or as headquarters says. */
  async fetch(session: string, caller: Caller): Promise<ReleaseState> {
    this.#check(session, caller);
    await this.#fetch(session, caller.actor);
    return this.state(session, caller);
  }

  /** A part of each exchange with headquarters: releases that are due come by themselves. One that fails bars no other. */
  async onStatus(status: SiteStatus): Promise<void> {
    for (const session of selectUnreleased(this.#s, status.releases)) {
      const release = selectOptionalRelease(this.#s, session);
      if (!release || this.#isReceived(release)) continue;
      try {
        await this.#fetch(session, undefined);
      } catch (error) {
        const { code } = codedError(error);
        this.#deps.log.warn({ session, code }, 'the release of a session did not come');
      }
    }
  }

  async #fetch(session: string, by: Actor | undefined): Promise<void> {
    this.#open(session);
    const document = await this.#ask(session);
    await this.#turns.take(async () => {
      const release = this.#open(session);
      const hq = selectOptionalHq(this.#s);
      const read = hq && readRelease(document, hq.key);
      const fits =
        read?.site === hq?.site && read?.session === session && read.recipient === release.recipient;
      if (!read || !fits) throw new BoxError('release/document');
      const own = await ensureAgeIdentity(join(this.#deps.folder.keys, AGE_KEY_FILE));
      const identity = await openRelease(read, own.identity);
      if (identity === null) throw new BoxError('release/document');
      await this.#receive(release, identity, 'headquarters', [], [], by);
    });
  }

  /** One more code; with the last one the release. */
  async #taken(release: StoredRelease, codes: TakenCode[], by: Actor): Promise<void> {
    const { session, n } = release;
    const event: NewEvent = {
      kind: 'RELEASE_CODE_TAKEN',
      body: { session, index: codes.at(-1)?.index ?? 0, taken: codes.length, needed: n },
      by,
    };
    if (codes.length < n) {
      await this.#deps.ledger.append([event]);
      const until = this.#deps.clock.elapsed() + CODES_KEPT_MS;
      this.#waiting.set(session, { recipient: release.recipient, codes, until });
      return;
    }
    try {
      const identity = await combineCodes(codes.map(({ text }) => text));
      // Shares carry no integrity: any cards of this form give some identity.
      if ((await recipientOf(identity)) !== release.recipient) throw new BoxError('release/codes-mismatch');
      const officers = codes.map(({ staff }) => staff);
      await this.#receive(release, identity, 'codes', officers, [event], by);
    } catch (error) {
      if (codedError(error).code === 'release/codes-mismatch') this.#waiting.delete(session);
      throw error;
    }
  }

  /** Opens the papers' identities with the session's and commits them. Throws `release/keys`. */
  async #receive(
    { session, keys: sealed, papers: all }: StoredRelease,
    identity: string,
    way: 'headquarters' | 'codes',
    officers: string[],
    before: NewEvent[],
    by: Actor | undefined,
  ): Promise<void> {
    const keys = await openReleaseKeys(sealed, identity);
    const local: LocalWrite[] = [];
    for (const { paper, manifest, manifestSig, signer } of selectReleasePapers(this.#s, all)) {
      const key = keys[paper];
      const checked = verifyManifest(manifest, manifestSig, signer ?? this.#deps.box.key.publicKey);
      if (key === undefined || !(await identityFits(checked, key)))
        throw new BoxError('release/keys', { paper });
      local.push({ t: 'paper-identity', paper, identity: key });
    }
    const papers = local.flatMap((write) => (write.t === 'paper-identity' ? [write.paper] : []));
    await this.#deps.ledger.append(
      [...before, { kind: 'RELEASE_RECEIVED', body: { session, way, officers, papers }, by }],
      { local, checkpoint: true },
    );
    this.#waiting.delete(session);
    this.#deps.bus.emit('session', { session });
  }

  async #refused(session: string, error: unknown, caller: Caller): Promise<void> {
    const { code } = codedError(error);
    if (!code.startsWith('release/')) return;
    if (code !== 'release/officer') this.#limit.failed(caller.staff.staff);
    await this.#deps.ledger.append([
      { kind: 'RELEASE_CODE_REFUSED', body: { session, code }, by: caller.actor },
    ]);
  }

  /** Codes that wait: not longer than they may, and of the release that is here now. */
  #codes({ session, recipient }: StoredRelease): Waiting {
    const waiting = this.#waiting.get(session);
    if (waiting?.recipient === recipient && waiting.until > this.#deps.clock.elapsed()) return waiting;
    this.#waiting.delete(session);
    return { recipient, codes: [], until: 0 };
  }

  /** What is still to be released. Throws `release/none`, `release/here`. */
  #open(session: string): StoredRelease {
    const release = selectOptionalRelease(this.#s, session);
    if (!release) throw new BoxError('release/none');
    if (this.#isReceived(release)) throw new BoxError('release/here');
    return release;
  }

  /** A newer package may have brought papers after the release: then it is asked for once more. */
  #isReceived({ way, papers }: StoredRelease): boolean {
    return way !== null && selectReleasePapers(this.#s, papers).every(({ hasIdentity }) => hasIdentity);
  }

  #check(session: string, caller: Caller): void {
    if (!selectHasSession(this.#s, session)) throw new BoxError('thing/not-found', { session });
    const own = selectRoomsOfSession(this.#s, session).filter((room) => caller.staff.rooms.includes(room));
    requireRooms(caller, 'release.code', own);
  }
}
