/** The pages in the order of the work, each with the right that it needs. */
import type { OfficerRight } from '#protocol/hq.routes.ts';
import type { IconName } from '#web/controls/icons.ts';
import { m } from '../paraglide/messages.js';
import type { App } from '../state/app.svelte.ts';

export interface RailItem {
  path: string;
  word: () => string;
  icon: IconName;
  right: OfficerRight;
  /** How much waits there. */
  waits?: (app: App) => number;
  /** Other paths that belong to it. */
  also?: readonly string[];
}

export const RAIL: readonly { word: () => string; items: readonly RailItem[] }[] = [
  {
    word: m.nav_watch,
    items: [
      { path: '/sites', word: m.nav_sites, icon: 'home', right: 'hq.see' },
      {
        path: '/alarms',
        word: m.nav_alarms,
        icon: 'warning',
        right: 'hq.see',
        waits: (app) => app.openAlarms,
      },
      {
        path: '/requests',
        word: m.nav_requests,
        icon: 'message',
        right: 'hq.see',
        waits: (app) => app.openRequests,
      },
    ],
  },
  {
    word: m.nav_prepare,
    items: [
      { path: '/exams', word: m.nav_exams, icon: 'exam', right: 'hq.see' },
      { path: '/packages', word: m.nav_packages, icon: 'paper', right: 'hq.see' },
      { path: '/release', word: m.nav_release, icon: 'lock', right: 'hq.see' },
    ],
  },
  {
    word: m.nav_collect,
    items: [
      { path: '/courier', word: m.nav_courier, icon: 'upload', right: 'hq.prepare' },
      { path: '/results', word: m.nav_results, icon: 'flag', right: 'hq.see', also: ['/attempts'] },
    ],
  },
  {
    word: m.nav_house,
    items: [{ path: '/officers', word: m.nav_officers, icon: 'staff', right: 'hq.officers' }],
  },
];

/** Whether a path is on this page or below it. */
export function isCurrent({ path, also = [] }: Pick<RailItem, 'path' | 'also'>, here: string): boolean {
  return [path, ...also].some((root) => here === root || here.startsWith(`${root}/`));
}
