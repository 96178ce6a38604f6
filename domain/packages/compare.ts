/**
 * What differs between a package's plan and what is here, for a person who decides about it; and what of a plan cannot be
 * taken at all. Values are as they are stored (milliseconds as digits): the page puts them into words.
 */
import type { PackageChange } from '#protocol/delivery.ts';
import type { PackagePlan, PlanEntry, PlannedSubject, PlanSession, PlanStaff } from '#protocol/package.ts';
import { type HereStaff, mergeStaff } from './staff.ts';

export interface HereSession extends Pick<PlanSession, 'session' | 'name' | 'plannedStart' | 'policy'> {
  subjects: readonly string[];
  /** What an earlier package planned for them. */
  planned: readonly PlannedSubject[];
  /** Null: its papers did not come from headquarters. */
  release: { n: number; m: number; papers: readonly string[] } | null;
}

export interface HerePaper {
  paper: string;
  subject: string;
  label: string;
}

/** Of the plan's exam; staff of the whole site. */
export interface Here {
  exam: { exam: string; name: string } | null;
  subjects: readonly { code: string; name: string }[];
  entries: readonly PlanEntry[];
  sessions: readonly HereSession[];
  /** Headquarters' papers: the site's own are no package's matter. */
  papers: readonly HerePaper[];
  staff: readonly HereStaff[];
}

type Fields = PackageChange['fields'];
type Values = Record<string, string>;

/** Changes listed of one kind; beyond it one row without a name says how many more there are (field `more`). */
export const MOST_LISTED = { added: 100, changed: 300, removed: 300 } as const;

/** Everything that taking the package would change or no longer names; empty where nothing differs. */
export function comparePlan(plan: PackagePlan, here: Here, kind: 'full' | 'addendum'): PackageChange[] {
  const changes: PackageChange[] = [];
  if (here.exam === null) changes.push({ what: 'exam', how: 'added', name: plan.exam.name, fields: [] });
  else if (here.exam.name !== plan.exam.name)
    changes.push({
      what: 'exam',
      how: 'changed',
      name: here.exam.name,
      fields: differing({ name: here.exam.name }, { name: plan.exam.name }),
    });
  const whole = kind === 'full';
  const list = <P, H>(what: PackageChange['what'], sides: Sides<P, H>) =>
    changes.push(...bounded(compareLists(what, sides, whole)));
  list('subject', {
    plan: plan.subjects,
    here: here.subjects,
    key: ({ code }) => code,
    hereKey: ({ code }) => code,
    name: ({ code, name }) => `${name} (${code})`,
    hereName: ({ code, name }) => `${name} (${code})`,
    values: ({ name }) => ({ name }),
    hereValues: ({ name }) => ({ name }),
  });
  list('entry', {
    plan: plan.entries,
    here: here.entries,
    key: ({ entry }) => entry,
    hereKey: ({ entry }) => entry,
    name: personName,
    hereName: personName,
    values: personValues,
    hereValues: personValues,
  });
  list('session', {
    plan: plan.sessions,
    here: here.sessions,
    key: ({ session }) => session,
    hereKey: ({ session }) => session,
    name: ({ name }) => name,
    hereName: ({ name }) => name,
    values: (session) =>
      sessionValues(
        { ...session, subjects: session.subjects.map(({ code }) => code), planned: session.subjects },
        releaseOf(session),
      ),
    hereValues: (session) => sessionValues(session, session.release),
  });
  list('paper', {
    plan: plan.papers,
    here: here.papers,
    key: ({ paper }) => paper,
    hereKey: ({ paper }) => paper,
    name: ({ label, subject }) => `${label} (${subject})`,
    hereName: ({ label, subject }) => `${label} (${subject})`,
    // A paper never changes under its identifier.
    values: () => ({}),
    hereValues: () => ({}),
  });
  changes.push(...bounded(staffChanges(plan.staff, here.staff)));
  return changes;
}

/** Papers of a session, each once. */
export function papersOfSession({ subjects }: Pick<PlanSession, 'subjects'>): string[] {
  return [...new Set(subjects.flatMap(({ papers }) => papers.map(({ paper }) => paper)))];
}

/** What the session is opened with; null where it has no paper of headquarters'. */
function releaseOf(session: PlanSession): HereSession['release'] {
  const papers = papersOfSession(session);
  const { n, m } = session.release;
  return papers.length === 0 ? null : { n, m, papers };
}

interface Sides<P, H> {
  plan: readonly P[];
  here: readonly H[];
  key: (one: P) => string;
  hereKey: (one: H) => string;
  name: (one: P) => string;
  hereName: (one: H) => string;
  values: (one: P) => Values;
  hereValues: (one: H) => Values;
}

function compareLists<P, H>(
  what: PackageChange['what'],
  sides: Sides<P, H>,
  whole: boolean,
): PackageChange[] {
  const changes: PackageChange[] = [];
  const here = new Map(sides.here.map((one) => [sides.hereKey(one), one]));
  const named = new Set<string>();
  for (const one of sides.plan) {
    const key = sides.key(one);
    named.add(key);
    const before = here.get(key);
    if (before === undefined) {
      changes.push({ what, how: 'added', name: sides.name(one), fields: [] });
      continue;
    }
    const fields = differing(sides.hereValues(before), sides.values(one));
    if (fields.length > 0) changes.push({ what, how: 'changed', name: sides.hereName(before), fields });
  }
  if (whole)
    for (const [key, one] of here)
      if (!named.has(key)) changes.push({ what, how: 'removed', name: sides.hereName(one), fields: [] });
  return changes;
}

function differing(before: Values, after: Values): Fields {
  return Object.keys(after)
    .filter((field) => (before[field] ?? '') !== after[field])
    .map((field) => ({ field, before: before[field] ?? '', after: after[field] ?? '' }));
}

/** Changed and removed ones stand first: what is added is seldom the surprise. */
function bounded(changes: readonly PackageChange[]): PackageChange[] {
  return (['changed', 'removed', 'added'] as const).flatMap((how) => {
    const all = changes.filter((change) => change.how === how);
    const most = MOST_LISTED[how];
    const [first] = all;
    if (first === undefined || all.length <= most) return all;
    const more = { field: 'more', before: '', after: String(all.length - most) };
    return [...all.slice(0, most), { what: first.what, how, name: '', fields: [more] }];
  });
}

function personName({ name, ticket }: PlanEntry): string {
  return `${name} (${ticket})`;
}

function personValues({ name, ticket, idNumber, gender, school, subject }: PlanEntry): Values {
  return { name, ticket, idNumber, gender, school, subject };
}

function sessionValues(
  {
    name,
    plannedStart,
    subjects,
    planned,
    policy,
  }: Pick<HereSession, 'name' | 'plannedStart' | 'subjects' | 'planned' | 'policy'>,
  release: HereSession['release'],
): Values {
  return {
    name,
    plannedStart: String(plannedStart),
    subjects: subjects.join(', '),
    durations: planned.map(({ code, durationMs }) => `${code} ${durationMs}`).join(', '),
    lateEntryMs: String(policy.lateEntryMs),
    earliestSubmitMs: String(policy.earliestSubmitMs),
    sharedAddress: policy.sharedAddress,
    pledgeZh: policy.pledgeZh,
    pledgeEn: policy.pledgeEn,
    portrait: policy.portrait ? 'yes' : 'no',
    papers: release === null ? '0' : String(release.papers.length),
    codes: release === null ? '' : `${release.n}/${release.m}`,
  };
}

function staffChanges(plan: readonly PlanStaff[], here: readonly HereStaff[]): PackageChange[] {
  return mergeStaff(plan, here).flatMap((one): PackageChange[] => {
    const name = `${one.name} (${one.login})`;
    switch (one.how) {
      case 'same':
        return [];
      case 'added':
        return [
          {
            what: 'staff',
            how: 'added',
            name,
            fields: [
              { field: 'role', before: '', after: one.role },
              ...(one.passwordHash === '' ? [{ field: 'password', before: '', after: 'none' }] : []),
            ],
          },
        ];
      case 'changed':
        return [
          {
            what: 'staff',
            how: 'changed',
            name,
            fields: differing(
              { name: one.before.name, role: one.before.role },
              { name: one.name, role: one.role },
            ),
          },
        ];
      case 'kept':
        return [
          {
            what: 'staff',
            how: 'changed',
            name,
            // The sign-in belongs to somebody who is here already: that person stays as he is.
            fields: [{ field: 'kept', before: `${one.before.name} (${one.before.login})`, after: name }],
          },
        ];
      default:
        return one satisfies never;
    }
  });
}
