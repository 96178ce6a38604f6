/**
 * Session packages: published for one site each, numbered, signed, the plan sealed for its box. What is published stays
 * as it is: the same bytes for the box, for a stick and from every replica.
 */
import { createHash } from 'node:crypto';
import type { Static } from 'typebox';
import { planFault } from '#domain/packages/plan-fault.ts';
import { recordAction } from '#hq/platform/actions.ts';
import { lockFor, type Sql, type Tx } from '#hq/platform/database.ts';
import type { HqDeps } from '#hq/platform/deps.ts';
import type { OfficerCaller } from '#hq/platform/guard.ts';
import { HqError } from '#hq/platform/hq-error.ts';
import { codedError, errorBody } from '#hq/platform/http.ts';
import { newId } from '#node/ids/new-id.ts';
import { packageHead } from '#node/packages/package-file.ts';
import { sealPlan } from '#node/packages/package-plan.ts';
import type { ExamSitesAnswer, PublishAnswer } from '#protocol/hq.answers.schema.ts';
import type { ExamSitesQuery, PublishBody } from '#protocol/hq.officer.schema.ts';
import type { PackageOffer } from '#protocol/hq.ts';
import { PACKAGE_FORMAT, type PackageHeader, type PackagePart, PLAN_PART } from '#protocol/package.ts';
import { KeptPieces } from './kept-pieces.ts';
import { readPackage } from './package-reader.ts';
import * as repo from './packages.repo.ts';
import { type PackageSources, PlanMaker, sentEntries } from './plan-maker.ts';

const DAY_MS = 24 * 3_600_000;
/** A package is good for a month, and until a week after its last session. */
const GOOD_MS = 30 * DAY_MS;
const AFTER_MS = 7 * DAY_MS;
/** What the plan's schema takes. */
const MOST_ENTRIES = 50_000;
const PAGE = 100;

export class PackagesService {
  readonly #deps: HqDeps;
  readonly #from: PackageSources;
  readonly #plans: PlanMaker;

  constructor(deps: HqDeps, from: PackageSources) {
    this.#deps = deps;
    this.#from = from;
    this.#plans = new PlanMaker(from);
  }

  /** Site by site: one that is refused keeps no other from its package. Throws `thing/not-found` for the exam. */
  async publish(
    caller: OfficerCaller,
    exam: string,
    { kind, sites }: Static<typeof PublishBody>,
  ): Promise<Static<typeof PublishAnswer>> {
    await this.#from.exams.require(exam);
    const wanted = sites === 'all' ? await repo.selectRosterSites(this.#deps.db, exam) : sites;
    const answer: Static<typeof PublishAnswer> = { made: [], refused: [] };
    const kept = new KeptPieces();
    for (const site of wanted) {
      try {
        answer.made.push(await this.#publishOne(caller, exam, site, kind, kept));
      } catch (error) {
        const { code, status, detail } = codedError(error);
        // The site's fault is told beside it; ours is not hidden in a list.
        if (status >= 500) throw error;
        const known = await repo.selectOptionalSite(this.#deps.db, exam, site);
        const { zh, en, doZh, doEn } = errorBody(code);
        const told = detail === undefined ? '' : JSON.stringify(detail);
        answer.refused.push({ site, name: known?.name ?? '', code, zh, en, doZh, doEn, detail: told });
      }
    }
    return answer;
  }

  /** Sites of an exam and their newest packages. Throws `thing/not-found`. */
  async sites(
    exam: string,
    { query = '', state, after = '', limit = PAGE }: Static<typeof ExamSitesQuery>,
  ): Promise<Static<typeof ExamSitesAnswer>> {
    await this.#from.exams.require(exam);
    const wanted = { query, state: state ?? null, after, limit };
    const { total, rows } = await repo.selectStandings(this.#deps.db, exam, wanted);
    const shown = rows.slice(0, limit);
    return {
      total,
      rows: shown.map(describe),
      next: rows.length > limit ? (shown.at(-1)?.site ?? null) : null,
    };
  }

  /** How many sites with a roster are in which state. */
  counts(exam: string): Promise<Map<string, number>> {
    return repo.countStandings(this.#deps.db, exam);
  }

  /** For a site's status. */
  offers(site: string, db: Sql = this.#deps.db): Promise<PackageOffer[]> {
    return repo.selectOffers(db, site);
  }

  /** Throws `thing/not-found`, also for another site's. */
  async require(id: string, site?: string): Promise<repo.StoredPackage> {
    const found = await repo.selectOptionalPackage(this.#deps.db, id);
    if (!found || (site !== undefined && found.site !== site))
      throw new HqError('thing/not-found', { package: id });
    return found;
  }

  /** The file's bytes. With `fetched` its last byte makes the package one that the box has. */
  async *read(
    stored: repo.StoredPackage,
    from: number,
    to: number,
    fetched: boolean,
  ): AsyncGenerator<Uint8Array> {
    const { db, time } = this.#deps;
    yield* readPackage(
      stored,
      (paper, file, at, length) => this.#piece(paper, file, at, length, db),
      from,
      to,
    );
    if (fetched && to === stored.bytes) await repo.markFetched(db, stored.site, stored.package, time.wall());
  }

  /** PACKAGE_TAKEN has come with a batch: by whatever way the box got it, it has it. */
  taken(tx: Tx, site: string, id: string): Promise<void> {
    return repo.markFetched(tx, site, id, this.#deps.time.wall());
  }

  /** An officer takes the file for a stick. */
  async noteDownload(caller: OfficerCaller, { package: id, site }: repo.StoredPackage): Promise<void> {
    const at = this.#deps.time.wall();
    const detail = { package: id, site };
    await recordAction(this.#deps.db, { officer: caller.officer, at, what: 'package.download', detail });
  }

  /** Throws `thing/not-found`, `package/no-box`, `package/no-roster`, `package/no-full`, `package/nothing-new`, `package/contradicts`. */
  #publishOne(
    caller: OfficerCaller,
    exam: string,
    site: string,
    kind: 'full' | 'addendum',
    kept: KeptPieces,
  ): Promise<{ site: string; package: string; number: number }> {
    return this.#deps.db.transaction(async (tx) => {
      await lockFor(tx, `package ${exam} ${site}`);
      // No paper goes, and no session changes, until it is whole.
      await lockFor(tx, `exam ${exam}`);
      const facts = await repo.selectOptionalSite(tx, exam, site);
      if (!facts) throw new HqError('thing/not-found', { site });
      if (facts.recipient === null) throw new HqError('package/no-box');
      const entries = (await this.#from.rosters.entries(exam, site, tx)).map(
        ({ subjectName: _, ...entry }) => entry,
      );
      if (facts.siteRevision === 0 || entries.length === 0) throw new HqError('package/no-roster');
      if (entries.length > MOST_ENTRIES)
        throw new HqError('package/contradicts', { entries: entries.length, most: MOST_ENTRIES });
      const full = kind === 'full' ? null : await repo.selectOptionalFull(tx, exam, site);
      if (kind === 'addendum' && full === null) throw new HqError('package/no-full');
      const plan = full
        ? await this.#plans.addendum(tx, exam, entries, full.entries)
        : await this.#plans.full(tx, exam, site, entries);
      const fault = planFault(plan, kind);
      if (fault !== null) throw new HqError('package/contradicts', { fault });

      const made = this.#deps.time.wall();
      const sealed = await sealPlan(plan, facts.recipient);
      const starts = plan.sessions.map(({ plannedStart }) => plannedStart);
      const { key } = this.#deps.keys;
      const header: PackageHeader = {
        format: PACKAGE_FORMAT,
        package: newId('package'),
        number: facts.last + 1,
        kind,
        site,
        exam,
        hq: key.publicKey,
        to: facts.recipient,
        made,
        expires: Math.max(made + GOOD_MS, ...starts.map((start) => start + AFTER_MS)),
        parts: [partOf(sealed), ...(await this.#plans.paperParts(tx, exam, plan))],
      };
      const { text, signature, bytes } = packageHead(header, key);
      const sha256 = await this.#hash(tx, { header: text, signature, plan: sealed }, bytes, kept);
      const { package: id, number } = header;
      await repo.insertPackage(tx, {
        package: id,
        exam,
        site,
        number,
        kind,
        header: text,
        signature,
        plan: sealed,
        bytes,
        sha256,
        made,
        officer: caller.officer,
        // An addendum leaves a full package that is out of date so.
        examRevision: full ? full.examRevision : facts.examRevision,
        siteRevision: facts.siteRevision,
        entries: full ? {} : sentEntries(entries),
      });
      const detail = { package: id, exam, site, number, kind, sha256 };
      await recordAction(tx, { officer: caller.officer, at: made, what: 'package.publish', detail });
      return { site, package: id, number };
    });
  }

  async #hash(
    tx: Tx,
    parts: { header: string; signature: string; plan: Uint8Array },
    bytes: number,
    kept: KeptPieces,
  ): Promise<string> {
    const hash = createHash('sha256');
    const read = (paper: string, file: string, from: number, length: number) =>
      kept.get(`${paper}/${file} ${from} ${length}`, () => this.#piece(paper, file, from, length, tx));
    for await (const piece of readPackage(parts, read, 0, bytes)) hash.update(piece);
    return hash.digest('hex');
  }

  #piece(paper: string, file: string, from: number, length: number, db: Sql): Promise<Uint8Array> {
    return this.#from.papers.bytes(paper, file, from, length, db);
  }
}

function partOf(plan: Uint8Array): PackagePart {
  return { name: PLAN_PART, bytes: plan.length, sha256: createHash('sha256').update(plan).digest('hex') };
}

function describe(row: repo.SiteStanding): Static<typeof ExamSitesAnswer>['rows'][number] {
  const {
    site,
    name,
    region,
    entries,
    state,
    package: id,
    number,
    kind,
    bytes,
    made,
    officer,
    fetched,
  } = row;
  const latest =
    id === null || number === null || kind === null || bytes === null || made === null
      ? null
      : { package: id, number, kind, bytes, made, officer: officer ?? '', fetched };
  return { site, name, region, entries, state, latest };
}
