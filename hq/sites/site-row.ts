/** How a site is shown: one word for its state, worst first, and the numbers behind it. */
import type { Static } from 'typebox';
import type { SiteRow } from '#protocol/hq.answers.schema.ts';
import { SITE_STATES } from '#protocol/hq.officer.schema.ts';
import type { SiteRecord } from './sites.repo.ts';

export type Row = Static<typeof SiteRow>;
type SiteStateWord = Row['state'];

/** A box tells of itself every minute; ten without a word are a cut line or worse. */
export const SILENT_MS = 10 * 60_000;

export function siteRow(record: SiteRecord, gaps: number, now: number): Row {
  const { site, name, region, seen, boxes, events, forks, alarms, report, reported } = record;
  const live = (report?.sessions ?? []).filter(({ state }) => state === 'open' || state === 'running');
  const sum = (pick: (session: (typeof live)[number]) => number) =>
    live.reduce((total, one) => total + pick(one), 0);
  const running = live.filter(({ state }) => state === 'running').length;
  const state: SiteStateWord =
    alarms > 0 || gaps > 0 || forks > 0
      ? 'trouble'
      : boxes === 0
        ? 'waiting'
        : seen === null || now - seen > SILENT_MS
          ? 'silent'
          : running > 0
            ? 'running'
            : 'connected';
  return {
    site,
    name,
    region,
    state,
    seen,
    boxes,
    running,
    candidates: sum(({ candidates }) => candidates),
    signedIn: sum(({ signedIn }) => signedIn),
    handedIn: sum(({ handedIn }) => handedIn),
    events,
    behind: Math.max(0, (report?.size ?? 0) - reported),
    gaps,
    forks,
    alarms,
    version: report?.version ?? '',
  };
}

export type SiteSort = 'state' | 'site' | 'name' | 'region' | 'seen' | 'behind';

/** Ties are broken by the code, so that nothing jumps between two looks. */
export function sortSites(rows: readonly Row[], sort: string): Row[] {
  const down = sort.startsWith('-');
  const by = (down ? sort.slice(1) : sort) as SiteSort; // one of SITE_SORTS, checked at the door
  const compare = (a: Row, b: Row): number => {
    switch (by) {
      case 'state':
        return SITE_STATES.indexOf(a.state) - SITE_STATES.indexOf(b.state);
      case 'seen':
        return (a.seen ?? 0) - (b.seen ?? 0);
      case 'behind':
        return a.behind - b.behind;
      default:
        return a[by] < b[by] ? -1 : a[by] > b[by] ? 1 : 0;
    }
  };
  return rows.toSorted(
    (a, b) => (down ? -compare(a, b) : compare(a, b)) || (a.site < b.site ? -1 : a.site > b.site ? 1 : 0),
  );
}
