/** What makes a plan impossible to take, by itself or beside the roster that is here. Pure: facts in, a fault or null out. */
import type { PackagePlan, PlanEntry } from '#protocol/package.ts';
import { papersOfSession } from './compare.ts';

export interface RosterFault {
  ticket: string;
  /** `entry`: its candidate or subject would change; `candidate`: told in two ways; the others: two would hold the same. */
  reason: 'entry' | 'candidate' | 'id-number' | 'ticket' | 'subject';
}

/** Why the plan contradicts itself; null: it does not. */
export function planFault(plan: PackagePlan, kind: 'full' | 'addendum'): string | null {
  if (kind === 'addendum' && plan.sessions.length + plan.papers.length + plan.staff.length > 0)
    return 'an addendum holds candidates only';
  const twice =
    repeated(plan.subjects.map(({ code }) => code)) ??
    repeated(plan.entries.map(({ entry }) => entry)) ??
    repeated(plan.sessions.map(({ session }) => session)) ??
    repeated(plan.papers.map(({ paper }) => paper)) ??
    repeated(plan.staff.map(({ staff }) => staff));
  if (twice !== null) return `named twice: ${twice}`;
  const subjects = new Set(plan.subjects.map(({ code }) => code));
  // An addendum may leave out subjects that are known.
  const unknown = kind === 'full' ? plan.entries.find(({ subject }) => !subjects.has(subject)) : undefined;
  if (unknown) return `subject of an entry: ${unknown.subject}`;
  const papers = new Map(plan.papers.map(({ paper, subject }) => [paper, subject]));
  for (const { session, subjects: ofSession, release } of plan.sessions) {
    const code = repeated(ofSession.map(({ code }) => code));
    if (code !== null) return `subject twice in ${session}: ${code}`;
    for (const { code, papers: versions } of ofSession) {
      if (!subjects.has(code)) return `subject of ${session}: ${code}`;
      if (repeated(versions.map(({ version }) => version)) !== null)
        return `versions of ${code} in ${session}`;
      if (versions.some(({ paper }) => papers.get(paper) !== code)) return `papers of ${code} in ${session}`;
    }
    const { n, m } = release;
    if (n > m || (n === 0) !== (m === 0) || n === 1) return `release codes of ${session}: ${n} of ${m}`;
  }
  const used = new Set(plan.sessions.flatMap(papersOfSession));
  const idle = plan.papers.find(({ paper }) => !used.has(paper));
  return idle ? `no session uses ${idle.paper}` : null;
}

/**
 * What keeps these entries from being stored over those of the exam that are here. Tickets are judged by what the whole
 * list leads to (people may exchange them), or, `oneByOne`, after every entry: an addendum's are events of their own. An
 * identity number must be free at once in both: nobody's is taken over.
 */
export function rosterFault(
  entries: readonly PlanEntry[],
  here: readonly PlanEntry[],
  oneByOne: boolean,
): RosterFault | null {
  const known = new Map(here.map((one) => [one.entry, one]));
  const holders = new Map<string, Map<string, number>>();
  const count = ({ ticket, candidate }: PlanEntry, by: 1 | -1) => {
    const of = holders.get(ticket) ?? new Map<string, number>();
    const now = (of.get(candidate) ?? 0) + by;
    if (now > 0) of.set(candidate, now);
    else of.delete(candidate);
    holders.set(ticket, of);
  };
  for (const one of here) count(one, 1);
  const idNumbers = new Map(here.map(({ idNumber, candidate }) => [idNumber, candidate]));
  const places = new Map(here.map((one) => [placeOf(one), one.entry]));
  const people = new Map<string, PlanEntry>();

  for (const one of entries) {
    const { entry, candidate, ticket, idNumber } = one;
    const fault = (reason: RosterFault['reason']): RosterFault => ({ ticket, reason });
    const before = known.get(entry);
    if (before && placeOf(before) !== placeOf(one)) return fault('entry');
    if ((places.get(placeOf(one)) ?? entry) !== entry) return fault('subject');
    if ((idNumbers.get(idNumber) ?? candidate) !== candidate) return fault('id-number');
    const other = people.get(candidate);
    if (other && !isSamePerson(other, one)) return fault('candidate');
    places.set(placeOf(one), entry);
    idNumbers.set(idNumber, candidate);
    people.set(candidate, one);
    if (before) count(before, -1);
    count(one, 1);
    if (oneByOne && (holders.get(ticket)?.size ?? 0) > 1) return fault('ticket');
  }
  const shared = entries.find(({ ticket }) => (holders.get(ticket)?.size ?? 0) > 1);
  return shared ? { ticket: shared.ticket, reason: 'ticket' } : null;
}

/** Whether two entries tell the same of their candidate. */
export function isSamePerson(a: PlanEntry, b: PlanEntry): boolean {
  return a.name === b.name && a.idNumber === b.idNumber && a.gender === b.gender && a.school === b.school;
}

function placeOf({ candidate, subject }: PlanEntry): string {
  return `${candidate} ${subject}`;
}

function repeated(values: readonly string[]): string | null {
  const seen = new Set<string>();
  for (const value of values) {
    if (seen.has(value)) return value;
    seen.add(value);
  }
  return null;
}
