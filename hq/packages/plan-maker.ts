/** What goes into a package: all of an exam for one site, or what changed on its roster. */
import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { ExamsService } from '#hq/exams/exams.service.ts';
import type { PapersService } from '#hq/papers/papers.service.ts';
import type { Tx } from '#hq/platform/database.ts';
import { HqError } from '#hq/platform/hq-error.ts';
import type { RostersService } from '#hq/rosters/rosters.service.ts';
import { papersOf, type SessionsService } from '#hq/sessions/sessions.service.ts';
import type { SiteStaffService } from '#hq/site-staff/site-staff.service.ts';
import type { PackagePart, PackagePlan, PlanEntry } from '#protocol/package.ts';
import type { SentEntries } from './packages.repo.ts';

export interface PackageSources {
  exams: ExamsService;
  rosters: RostersService;
  papers: PapersService;
  sessions: SessionsService;
  staff: SiteStaffService;
}

export class PlanMaker {
  readonly #from: PackageSources;

  constructor(from: PackageSources) {
    this.#from = from;
  }

  async full(tx: Tx, exam: string, site: string, entries: PlanEntry[]): Promise<PackagePlan> {
    const { exams, papers, sessions, staff } = this.#from;
    const { name } = await exams.require(exam, tx);
    const planned = await sessions.planned(exam, tx);
    const used = new Set(planned.flatMap(({ subjects }) => papersOf(subjects)));
    const stored = (await papers.stored(exam, tx)).filter(({ paper }) => used.has(paper));
    return {
      exam: { exam, name },
      subjects: await exams.subjects(exam, tx),
      entries,
      sessions: planned,
      papers: stored.map(({ paper, subject, label, manifest, manifestSig, items }) => ({
        paper,
        subject,
        label,
        manifest,
        manifestSig,
        items,
      })),
      staff: await staff.list(site, tx),
    };
  }

  /** What differs from the last full package: addenda do not build on each other, so none can be missed. */
  async addendum(
    tx: Tx,
    exam: string,
    entries: readonly PlanEntry[],
    sent: SentEntries,
  ): Promise<PackagePlan> {
    const changed = entries.filter((entry) => sent[entry.entry] !== digestOf(entry));
    if (changed.length === 0) throw new HqError('package/nothing-new');
    const { name } = await this.#from.exams.require(exam, tx);
    const used = new Set(changed.map(({ subject }) => subject));
    const subjects = (await this.#from.exams.subjects(exam, tx)).filter(({ code }) => used.has(code));
    return { exam: { exam, name }, subjects, entries: changed, sessions: [], papers: [], staff: [] };
  }

  async paperParts(tx: Tx, exam: string, plan: PackagePlan): Promise<PackagePart[]> {
    const wanted = new Set(plan.papers.map(({ paper }) => paper));
    const stored = (await this.#from.papers.stored(exam, tx)).filter(({ paper }) => wanted.has(paper));
    return stored.flatMap((one) =>
      this.#from.papers
        .manifest(one)
        .files.map(({ name, bytes, sha256 }) => ({ name: `${one.paper}/${name}`, bytes, sha256 })),
    );
  }
}

/** What is noted of a package's entries, for the addenda to come. */
export function sentEntries(entries: readonly PlanEntry[]): SentEntries {
  return Object.fromEntries(entries.map((entry) => [entry.entry, digestOf(entry)]));
}

function digestOf(entry: PlanEntry): string {
  return createHash('sha256')
    .update(canonicalize(entry) ?? '')
    .digest('base64url')
    .slice(0, 22);
}
