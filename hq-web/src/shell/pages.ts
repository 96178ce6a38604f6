/** Every page behind the door by its path; wired by hand. */
import type { Component } from 'svelte';
import AlarmsPage from '../alarms/AlarmsPage.svelte';
import CourierPage from '../courier/CourierPage.svelte';
import ExamPage from '../exams/ExamPage.svelte';
import ExamsPage from '../exams/ExamsPage.svelte';
import RosterPage from '../exams/RosterPage.svelte';
import SessionPage from '../exams/SessionPage.svelte';
import OfficersPage from '../officers/OfficersPage.svelte';
import PackagesPage from '../packages/PackagesPage.svelte';
import ReleasePage from '../release/ReleasePage.svelte';
import RequestsPage from '../requests/RequestsPage.svelte';
import AttemptPage from '../results/AttemptPage.svelte';
import ResultsPage from '../results/ResultsPage.svelte';
import SitePage from '../sites/SitePage.svelte';
import SitesPage from '../sites/SitesPage.svelte';
import MissingPage from './MissingPage.svelte';

/** Names in `:` are given to the page as properties. */
const PAGES: Record<string, Component<Record<string, string>>> = {
  '/': plain(SitesPage),
  '/sites': plain(SitesPage),
  '/sites/:site': plain(SitePage),
  '/alarms': plain(AlarmsPage),
  '/requests': plain(RequestsPage),
  '/exams': plain(ExamsPage),
  '/exams/:exam': plain(ExamPage),
  '/exams/:exam/rosters/:site': plain(RosterPage),
  '/exams/:exam/sessions/:session': plain(SessionPage),
  '/packages': plain(PackagesPage),
  '/release': plain(ReleasePage),
  '/courier': plain(CourierPage),
  '/results': plain(ResultsPage),
  '/attempts/:attempt': plain(AttemptPage),
  '/officers': plain(OfficersPage),
};

/** The table gives every page exactly the properties that its path names. */
function plain<P extends Record<string, string>>(page: Component<P>): Component<Record<string, string>> {
  return page as unknown as Component<Record<string, string>>;
}

export interface Shown {
  page: Component<Record<string, string>>;
  props: Record<string, string>;
}

/** The page of a path, given in its parts. */
export function pageOf(parts: readonly string[]): Shown {
  for (const [pattern, page] of Object.entries(PAGES)) {
    const names = pattern.split('/').filter(Boolean);
    if (names.length !== parts.length) continue;
    const props: Record<string, string> = {};
    const fits = names.every((name, index) => {
      const part = parts[index] ?? '';
      if (!name.startsWith(':')) return name === part;
      props[name.slice(1)] = part;
      return true;
    });
    if (fits) return { page, props };
  }
  return { page: plain(MissingPage), props: {} };
}
