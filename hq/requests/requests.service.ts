/**
 * What sites ask of headquarters (T5, P14): told early over the line, and again by REQUEST_MADE in a batch. Decisions are
 * signed and numbered per site; a granted addendum stands on the roster here in the same transaction.
 */
import type { Static } from 'typebox';
import { type RosterFault, rosterFault } from '#domain/packages/plan-fault.ts';
import type { AlarmsService } from '#hq/alarms/alarms.service.ts';
import { recordAction } from '#hq/platform/actions.ts';
import { lockFor, type Sql, type Tx } from '#hq/platform/database.ts';
import type { HqDeps } from '#hq/platform/deps.ts';
import type { OfficerCaller } from '#hq/platform/guard.ts';
import { HqError } from '#hq/platform/hq-error.ts';
import type { RostersService } from '#hq/rosters/rosters.service.ts';
import { signDocument } from '#node/signing/signed-document.ts';
import type { HqRequestRow, RequestsAnswer } from '#protocol/hq.answers.schema.ts';
import type { HqDecisionBody, RequestsQuery } from '#protocol/hq.officer.schema.ts';
import type { SiteRequestSchema } from '#protocol/hq.schema.ts';
import { DECISION_PURPOSE, type Decision, type SignedDocument } from '#protocol/hq.ts';
import type { PlanEntry } from '#protocol/package.ts';
import * as repo from './requests.repo.ts';

type Row = Static<typeof HqRequestRow>;
const PAGE = 100;
const MOST_DECISIONS = 500;
const MILLI = 1_000;

export class RequestsService {
  readonly #deps: HqDeps;
  readonly #alarms: AlarmsService;
  readonly #rosters: RostersService;

  constructor(deps: HqDeps, alarms: AlarmsService, rosters: RostersService) {
    this.#deps = deps;
    this.#alarms = alarms;
    this.#rosters = rosters;
  }

  /** A site tells what it asks; telling again changes nothing. Throws `thing/not-found` for another site's request. */
  async tell(site: string, { asked, ...body }: Static<typeof SiteRequestSchema>): Promise<void> {
    if (!(await repo.insertRequest(this.#deps.db, site, body, asked)))
      throw new HqError('thing/not-found', { request: body.request });
  }

  /**
   * REQUEST_DECIDED by the chief has come: he could not ask headquarters. A granted addendum stands on the roster here
   * too, or the next full package would take it back; what keeps it from there is an alarm. A request that has its answer,
   * or that nobody knows, is left as it is.
   * @param at the box's wall time
   */
  async decidedByChief(
    tx: Tx,
    site: string,
    { request, granted, reason }: { request: string; granted: boolean; reason: string },
    at: number,
  ): Promise<void> {
    await lockFor(tx, `decisions ${site}`);
    const found = await repo.selectOptionalRequest(tx, request);
    if (found?.site !== site || found.granted !== null) return;
    await repo.saveChiefs(tx, request, granted, reason, at);
    const { entry } = found.body;
    if (!granted || found.kind !== 'addendum' || !entry) return;
    const fault = await this.#amend(tx, found.exam, site, entry);
    if (fault !== null)
      await this.#alarms.raise(tx, { site, code: 'request/entry', detail: { request, ...fault } });
  }

  /** Number of the last decision for a site; 0: none. */
  lastDecision(site: string, db: Sql = this.#deps.db): Promise<number> {
    return repo.selectLastDecision(db, site);
  }

  /** Decisions with a higher number, in their order, at most 500. */
  decisions(site: string, after: number): Promise<SignedDocument[]> {
    return repo.selectDecisions(this.#deps.db, site, after, MOST_DECISIONS);
  }

  /** Newest first. Throws `request/invalid` for an `after` that is none. */
  async list({
    query = '',
    state,
    after,
    limit = PAGE,
  }: Static<typeof RequestsQuery>): Promise<Static<typeof RequestsAnswer>> {
    const { db } = this.#deps;
    const wanted = { query, state: state ?? null, after: after === undefined ? null : cursor(after), limit };
    const found = await repo.selectRequests(db, wanted);
    const rows: Row[] = [];
    for (const record of found.slice(0, limit)) rows.push(await this.#row(record, db));
    const last = rows.at(-1);
    const next = found.length > limit && last ? `${last.asked} ${last.request}` : null;
    return { open: await repo.countOpen(db), rows, next };
  }

  /** Throws `thing/not-found`, `request/decided`, `request/entry` where the roster cannot take the candidate so. */
  async decide(
    caller: OfficerCaller,
    request: string,
    { granted, reason }: Static<typeof HqDecisionBody>,
  ): Promise<Row> {
    const { db, keys, time } = this.#deps;
    return db.transaction(async (tx) => {
      const { site } = await this.#require(tx, request);
      await lockFor(tx, `decisions ${site}`);
      const found = await this.#require(tx, request);
      if (found.granted !== null) throw new HqError('request/decided');
      const { entry } = found.body;
      const fault =
        granted && found.kind === 'addendum' && entry ? await this.#amend(tx, found.exam, site, entry) : null;
      if (fault !== null) throw new HqError('request/entry', { ...fault });
      const decision: Decision = {
        v: 1,
        number: (await repo.selectLastDecision(tx, site)) + 1,
        site,
        request,
        granted,
        reason,
        officer: caller.name,
        hq: keys.key.publicKey,
        at: time.wall(),
      };
      const { number, at: decided } = decision;
      const signed = signDocument(DECISION_PURPOSE, decision, keys.key);
      await repo.saveDecision(tx, request, { granted, number, decided, ...signed });
      const detail = { request, site, kind: found.kind, granted, reason, number };
      await recordAction(tx, { officer: caller.officer, at: decided, what: 'request.decide', detail });
      return this.#row(await this.#require(tx, request), tx);
    });
  }

  /**
   * What keeps the entry from the roster; null: it stands there now. An exam of the site's own has no roster here, and the
   * box amends its own by the decision alone.
   */
  async #amend(tx: Tx, exam: string, site: string, entry: PlanEntry): Promise<RosterFault | null> {
    const here = await this.#rosters.entries(exam, site, tx);
    if (here.length === 0) return null;
    const fault = rosterFault([entry], here, true);
    if (fault === null) await this.#rosters.amend(tx, exam, site, entry);
    return fault;
  }

  async #require(db: Sql, request: string): Promise<repo.RequestRecord> {
    const found = await repo.selectOptionalRequest(db, request);
    if (!found) throw new HqError('thing/not-found', { request });
    return found;
  }

  async #row(record: repo.RequestRecord, db: Sql): Promise<Row> {
    const { request, site, siteName, kind, exam, body, asked, granted, by, decided } = record;
    const { officer, reason: answer } = decisionOf(record);
    const { entry, reason, text } = body;
    const before = entry ? await this.#rosters.entry(site, entry.entry, db) : null;
    return {
      request,
      site,
      siteName,
      kind,
      exam,
      examName: record.examName ?? '',
      asked,
      reason,
      text,
      person: personOf(record),
      attempt: attemptOf(record),
      entry: entry && shaped(entry),
      before: before && shaped(before),
      state: granted === null ? 'asked' : granted ? 'granted' : 'refused',
      by,
      decided,
      officer,
      answer,
    };
  }
}

function personOf({ body, personName, personTicket }: repo.RequestRecord): Row['person'] {
  if (body.entry) return { name: body.entry.name, ticket: body.entry.ticket };
  return personName === null ? null : { name: personName, ticket: personTicket ?? '' };
}

function attemptOf(record: repo.RequestRecord): Row['attempt'] {
  const { body, attemptState, attemptSubject, submitted, revisions, pointsMilli, maximumMilli } = record;
  if (body.attempt === null) return null;
  return {
    attempt: body.attempt,
    state: attemptState ?? 'unknown',
    subject: attemptSubject ?? '',
    submitted,
    revisions: revisions ?? 0,
    points: pointsMilli === null ? null : pointsMilli / MILLI,
    maximum: maximumMilli === null ? null : maximumMilli / MILLI,
  };
}

/** Who decided and what he said; of a chief only the reason is known. */
function decisionOf({ text }: repo.RequestRecord): { officer: string | null; reason: string } {
  if (text === null || text === '') return { officer: null, reason: '' };
  // Stored by `decide` or `decidedByChief`.
  const { officer, reason } = JSON.parse(text) as { officer: string | null; reason: string };
  return { officer, reason };
}

/** The roster's genders are these three; its type says text. */
function shaped(entry: PlanEntry): NonNullable<Row['entry']> {
  const { gender } = entry;
  return { ...entry, gender: gender === 'male' || gender === 'female' ? gender : '' };
}

function cursor(after: string): { asked: number; request: string } {
  const [asked, request = ''] = after.split(' ');
  if (!/^\d{1,16}$/.test(asked ?? '')) throw new HqError('request/invalid', { where: 'querystring/after' });
  return { asked: Number(asked), request };
}
