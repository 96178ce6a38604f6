/** Sites as officers see them: state now, boxes, ledgers with branches and gaps, batches. */
import { createHash } from 'node:crypto';
import type { Static } from 'typebox';
import { codedWords } from '#hq/alarms/alarm-words.ts';
import type { AlarmsService } from '#hq/alarms/alarms.service.ts';
import type { BranchStanding, StandingsService } from '#hq/batches/standings.service.ts';
import type { EnrolmentService } from '#hq/enrolment/enrolment.service.ts';
import { recordAction } from '#hq/platform/actions.ts';
import type { HqDeps } from '#hq/platform/deps.ts';
import type { OfficerCaller } from '#hq/platform/guard.ts';
import { HqError } from '#hq/platform/hq-error.ts';
import type { SiteDetail, SitesAnswer } from '#protocol/hq.answers.schema.ts';
import type { SiteBody, SiteChangeBody, SitesQuery } from '#protocol/hq.officer.schema.ts';
import type { SiteReport } from '#protocol/hq.ts';
import { type Row, siteRow, sortSites } from './site-row.ts';
import * as repo from './sites.repo.ts';

type Detail = Static<typeof SiteDetail>;
interface Services {
  alarms: AlarmsService;
  enrolment: EnrolmentService;
  standings: StandingsService;
}

const LIMIT = 100;
const BATCHES = 100;
const OPEN_ALARMS = 100;

export class SitesService {
  readonly #deps: HqDeps;
  readonly #services: Services;

  constructor(deps: HqDeps, services: Services) {
    this.#deps = deps;
    this.#services = services;
  }

  async list({
    query = '',
    state,
    sort = 'state',
    limit = LIMIT,
    after,
  }: Static<typeof SitesQuery>): Promise<Static<typeof SitesAnswer>> {
    const now = this.#deps.time.wall();
    const gaps = await this.#services.standings.gapCounts();
    const all = (await repo.selectSites(this.#deps.db)).map((record) =>
      siteRow(record, gaps.get(record.site) ?? 0, now),
    );
    const wanted = query.toLowerCase();
    const found = sortSites(
      all.filter(
        (row) =>
          (state === undefined || row.state === state) &&
          [row.site, row.name, row.region].some((text) => text.toLowerCase().includes(wanted)),
      ),
      sort,
    );
    const from = positionAfter(found, after);
    const rows = found.slice(from, from + limit);
    const end = from + rows.length;
    const last = rows.at(-1);
    const count = (word: Row['state']) => all.filter((row) => row.state === word).length;
    return {
      now,
      counts: {
        all: all.length,
        trouble: count('trouble'),
        silent: count('silent'),
        running: count('running'),
        connected: count('connected'),
        waiting: count('waiting'),
      },
      total: found.length,
      rows,
      next: last && end < found.length ? `${end} ${last.site}` : null,
    };
  }

  /** Throws `hq/site-taken`. */
  async add(caller: OfficerCaller, body: Static<typeof SiteBody>): Promise<Detail> {
    const at = this.#deps.time.wall();
    await this.#deps.db.transaction(async (tx) => {
      if (!(await repo.insertSite(tx, body))) throw new HqError('hq/site-taken', { site: body.site });
      await recordAction(tx, { officer: caller.officer, at, what: 'site.add', detail: body });
    });
    return this.detail(body.site);
  }

  /** Throws `thing/not-found`. */
  async change(caller: OfficerCaller, site: string, body: Static<typeof SiteChangeBody>): Promise<Detail> {
    const at = this.#deps.time.wall();
    await this.#deps.db.transaction(async (tx) => {
      if (!(await repo.updateSite(tx, site, body))) throw new HqError('thing/not-found');
      await recordAction(tx, { officer: caller.officer, at, what: 'site.change', detail: { site, ...body } });
    });
    return this.detail(site);
  }

  /** Throws `thing/not-found`. */
  async detail(site: string): Promise<Detail> {
    const { db, time } = this.#deps;
    const { alarms, enrolment, standings } = this.#services;
    const [record] = await repo.selectSites(db, site);
    if (!record) throw new HqError('thing/not-found');
    const branches = await standings.branches(site);
    const gaps = branches.reduce((sum, branch) => sum + branch.gaps.length, 0);
    const boxes = await enrolment.boxes(site);
    const batches = await standings.latest(site, BATCHES);
    return {
      ...siteRow(record, gaps, time.wall()),
      report: record.report,
      boxRows: boxes.map(({ key, box, ledger, enrolled, revoked }) => ({
        key,
        fingerprint: fingerprintOf(key),
        box,
        ledger,
        enrolled,
        revoked,
      })),
      codeUntil: await enrolment.openCodeUntil(site),
      ledgers: branches.map((branch) => ledgerRow(branch, branches)),
      batches: batches.map(
        ({ batch, ledger, first, last, bytes, way, state, announced, taken, code, detail }) => ({
          batch,
          ledger,
          first,
          last,
          bytes,
          // Written by this service alone.
          way: way as 'line' | 'stick',
          state: state as 'receiving' | 'taken' | 'refused',
          announced,
          taken,
          fault: code === null ? null : codedWords(code, { detail }),
        }),
      ),
      openAlarms: (await alarms.list({ site, limit: OPEN_ALARMS })).rows,
      media: await repo.countMedia(db, site),
    };
  }

  nameOf(site: string): Promise<string> {
    return repo.selectName(this.#deps.db, site);
  }

  /** What a box told of itself. */
  async told(site: string, report: SiteReport): Promise<void> {
    await repo.saveReport(this.#deps.db, site, report, this.#deps.time.wall());
  }
}

function ledgerRow(
  { ledger, number, key, parent, parentSize, size, root, beyond, gaps }: BranchStanding,
  all: readonly BranchStanding[],
): Detail['ledgers'][number] {
  const from = all.find(({ branch }) => branch === parent);
  return {
    ledger,
    branch: number,
    fingerprint: fingerprintOf(key),
    parent: from ? { ledger: from.ledger, branch: from.number, size: parentSize } : null,
    size,
    root,
    beyond,
    gaps,
  };
}

/** The key for people: 5 groups of 4 of its hash. */
function fingerprintOf(key: string): string {
  const hash = createHash('sha256').update(Buffer.from(key, 'base64url')).digest('hex').slice(0, 20);
  return hash.replace(/(.{4})(?=.)/g, '$1 ').toUpperCase();
}

/** Behind the site named; where it has moved out of the list, where it stood. Throws `request/invalid`. */
function positionAfter(rows: readonly Row[], after: string | undefined): number {
  if (after === undefined) return 0;
  const [, at, site] = /^(\d{1,9}) (.+)$/.exec(after) ?? [];
  if (at === undefined) throw new HqError('request/invalid', { where: 'after' });
  const found = rows.findIndex((row) => row.site === site);
  return found < 0 ? Number(at) : found + 1;
}
