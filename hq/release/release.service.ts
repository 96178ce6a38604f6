/** Opening a session: cards with release codes, releasing by an officer, and the release that a box fetches. */
import { releaseCards } from '#domain/release/cards.ts';
import type { ExamsService } from '#hq/exams/exams.service.ts';
import { recordAction } from '#hq/platform/actions.ts';
import type { HqDeps } from '#hq/platform/deps.ts';
import type { OfficerCaller, SiteCaller } from '#hq/platform/guard.ts';
import { HqError } from '#hq/platform/hq-error.ts';
import type { SessionsService } from '#hq/sessions/sessions.service.ts';
import { drawReleaseCards } from '#node/pdf/release-cards.ts';
import { splitIdentity } from '#node/release/release-codes.ts';
import { makeRelease } from '#node/release/release-document.ts';
import type { SignedDocument } from '#protocol/hq.ts';
import { selectOptionalRecipient } from './release.repo.ts';

/** The cards name it beside the time. */
const TIME_ZONE = 'Asia/Shanghai';

export class ReleaseService {
  readonly #deps: HqDeps;
  readonly #exams: ExamsService;
  readonly #sessions: SessionsService;

  constructor(deps: HqDeps, exams: ExamsService, sessions: SessionsService) {
    this.#deps = deps;
    this.#exams = exams;
    this.#sessions = sessions;
  }

  /**
   * The cards as a PDF. They are made once: the codes are kept nowhere, and a second set of another split would not go
   * together with the first. `renew` makes a new release identity, so that old cards open nothing any more. If drawing
   * fails nothing has changed. Throws `thing/not-found`, `release/no-codes`, `release/codes-made`, `report/glyph`.
   */
  async cards(caller: OfficerCaller, session: string, renew: boolean): Promise<Uint8Array> {
    return this.#deps.db.transaction(async (tx) => {
      const before = await this.#sessions.locked(tx, session);
      if (before.n === 0) throw new HqError('release/no-codes');
      if (before.codesMade !== null && !renew)
        throw new HqError('release/codes-made', { made: before.codesMade });
      const after = await this.#sessions.codesMade(tx, before, renew);
      const { exam, name, plannedStart, n, m } = after;
      const codes = await splitIdentity(await this.#sessions.identity(after), n, m, session);
      const at = this.#deps.time.wall();
      const { bytes } = drawReleaseCards(
        releaseCards({
          hq: this.#deps.config.name,
          exam: (await this.#exams.require(exam, tx)).name,
          session: name,
          plannedStart,
          timeZone: TIME_ZONE,
          n,
          codes,
          madeWall: at,
        }),
      );
      const detail = { session, n, m, renew, recipient: after.recipient };
      await recordAction(tx, { officer: caller.officer, at, what: 'session.codes', detail });
      return bytes;
    });
  }

  /**
   * The release, sealed for the box that asks. Throws `thing/not-found` where the site has no package of the exam,
   * `release/too-early`.
   */
  async document({ site, key }: SiteCaller, session: string): Promise<SignedDocument> {
    const found = await this.#sessions.requireDue(session, site);
    const to = await selectOptionalRecipient(this.#deps.db, site, key);
    if (to === null) throw new HqError('package/no-box');
    const identity = await this.#sessions.identity(found);
    const at = this.#deps.time.wall();
    return makeRelease({ site, session, identity, to, at }, this.#deps.keys.key);
  }
}
