/** A package that is taken, as the events and local writes of one commit. Nothing that is the same makes an event. */
import { isDeepStrictEqual } from 'node:util';
import { type Here, papersOfSession } from '#domain/packages/compare.ts';
import { mergeStaff } from '#domain/packages/staff.ts';
import type { PlanEntry, PlanSession } from '#protocol/package.ts';
import type { NewEvent } from '#server/ledger/ledger.ts';
import type { LocalWrite } from '#server/ledger/local-writes.ts';
import type { OpenedPackage } from './check-package.ts';
import type { StaffDetail } from './packages.repo.ts';

/** Entries of one event: some 100 kB. */
const PART = 500;

export interface TakingFacts {
  way: 'line' | 'stick';
  here: Here;
  /** Sessions that are over: they stay as they were. */
  ended: ReadonlySet<string>;
  /** Papers of the plan that are here already. */
  known: ReadonlySet<string>;
  /** Papers that the plan no longer names and nothing uses. */
  removed: readonly string[];
  staff: (staff: string) => StaffDetail | null;
}

export function takingEvents(
  { read: { header, signature, sha256 }, plan }: OpenedPackage,
  facts: TakingFacts,
): { events: NewEvent[]; local: LocalWrite[] } {
  const { exam } = plan.exam;
  const { here, way } = facts;
  const events: NewEvent[] = [];
  const local: LocalWrite[] = [];
  const releases = plan.sessions
    .filter(({ session }) => !facts.ended.has(session))
    .map((session) => ({ session, papers: papersOfSession(session) }))
    .filter(({ papers }) => papers.length > 0)
    .map(({ session: { session, release }, papers }) => ({ session, ...release, papers }));
  const planned = plan.sessions.map(({ session, subjects }) => ({ session, subjects }));
  events.push({ kind: 'PACKAGE_TAKEN', body: { header, signature, sha256, way, releases, planned } });
  if (here.exam?.name !== plan.exam.name) events.push({ kind: 'EXAM_SAVED', body: plan.exam });
  events.push(...rosterEvents(header.package, header.kind === 'addendum', plan, facts, sha256));
  for (const session of plan.sessions) {
    if (facts.ended.has(session.session) || isSaved(session, here)) continue;
    const { session: id, name, plannedStart, subjects, policy } = session;
    const codes = subjects.map(({ code }) => code);
    events.push({
      kind: 'SESSION_SAVED',
      body: { session: id, exam, name, plannedStart, subjects: codes, policy },
    });
  }
  for (const { paper, subject, label, manifest, manifestSig, items } of plan.papers)
    if (!facts.known.has(paper))
      events.push({
        kind: 'PAPER_RECEIVED',
        body: {
          paper,
          exam,
          subject,
          label,
          manifest,
          manifestSig,
          key: header.hq,
          items,
          package: header.package,
        },
      });
  for (const paper of facts.removed) {
    events.push({ kind: 'PAPER_REMOVED', body: { paper } });
    local.push({ t: 'paper-identity-gone', paper });
  }
  for (const one of mergeStaff(plan.staff, here.staff)) {
    if (one.how === 'kept') continue;
    const { staff, login, name, role, passwordHash } = one;
    const before = facts.staff(staff);
    if (one.how !== 'same')
      events.push({
        kind: 'STAFF_SAVED',
        body: { staff, login, name, role, rooms: before?.rooms ?? [], active: before?.active ?? true },
      });
    if (passwordHash !== '' && !before?.hasPassword) {
      events.push({ kind: 'STAFF_PASSWORD_SET', body: { staff } });
      local.push({ t: 'staff-secret', staff, hash: passwordHash });
    }
  }
  return { events, local };
}

function rosterEvents(
  id: string,
  addendum: boolean,
  plan: OpenedPackage['plan'],
  { here }: TakingFacts,
  sha256: string,
): NewEvent[] {
  const { exam } = plan.exam;
  const stored = new Map(here.entries.map((one) => [one.entry, one]));
  const names = new Map(here.subjects.map(({ code, name }) => [code, name]));
  const subjects = plan.subjects.filter(({ code, name }) => names.get(code) !== name);
  const entries = plan.entries.filter((one) => !isSame(stored.get(one.entry), one));
  const imported = addendum ? [] : entries;
  // An import leaves the ID numbers of known people alone; these are put right one by one.
  const idNumbers = new Map(here.entries.map(({ candidate, idNumber }) => [candidate, idNumber]));
  const amended = addendum
    ? entries
    : entries.filter(({ candidate, idNumber }) => (idNumbers.get(candidate) ?? idNumber) !== idNumber);
  const parts = Math.max(subjects.length > 0 ? 1 : 0, Math.ceil(imported.length / PART));
  return [
    ...Array.from(
      { length: parts },
      (_, i): NewEvent => ({
        kind: 'ROSTER_IMPORTED',
        body: {
          exam,
          file: `${id}.gongyuan-package`,
          sha256,
          part: i + 1,
          parts,
          subjects: i === 0 ? subjects : [],
          entries: imported.slice(i * PART, (i + 1) * PART),
        },
      }),
    ),
    ...amended.map(
      (entry): NewEvent => ({ kind: 'ROSTER_AMENDED', body: { exam, entry, package: id, request: null } }),
    ),
  ];
}

function isSame(before: PlanEntry | undefined, entry: PlanEntry): boolean {
  const fields = ['candidate', 'idNumber', 'ticket', 'name', 'gender', 'school', 'subject'] as const;
  return before !== undefined && fields.every((field) => before[field] === entry[field]);
}

function isSaved({ session, name, plannedStart, subjects, policy }: PlanSession, here: Here): boolean {
  const before = here.sessions.find((one) => one.session === session);
  if (!before) return false;
  const codes = subjects.map(({ code }) => code);
  return (
    isDeepStrictEqual({ ...before.policy }, { ...policy }) &&
    before.name === name &&
    before.plannedStart === plannedStart &&
    before.subjects.length === codes.length &&
    before.subjects.every((code, i) => code === codes[i])
  );
}
