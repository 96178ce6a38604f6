/** The console's pages in the order of the work (UI.md), each with the right that it needs. */
import type { Right } from '#protocol/rights.ts';
import type { IconName } from '#web/controls/icons.ts';
import { m } from '../../paraglide/messages.js';

export interface RailItem {
  path:
    | '/'
    | '/packages'
    | '/exams'
    | '/candidates'
    | '/papers'
    | '/rooms'
    | '/seating'
    | '/machines'
    | '/staff'
    | '/run'
    | '/watch'
    | '/incidents'
    | '/requests'
    | '/camera'
    | '/reports'
    | '/photos'
    | '/headquarters'
    | '/log';
  word: () => string;
  icon: IconName;
  right: Right;
  /** Another right with which the page is of use. */
  or?: Right;
  /** Other paths that belong to it. */
  also?: readonly string[];
}

export const RAIL: readonly { word: () => string; items: readonly RailItem[] }[] = [
  {
    word: m.nav_prepare,
    items: [
      { path: '/', word: m.nav_home, icon: 'home', right: 'site.read' },
      { path: '/packages', word: m.nav_packages, icon: 'download', right: 'hq.read' },
      { path: '/exams', word: m.nav_exams, icon: 'exam', right: 'site.read', also: ['/sessions'] },
      { path: '/candidates', word: m.nav_candidates, icon: 'people', right: 'site.read' },
      { path: '/papers', word: m.nav_papers, icon: 'paper', right: 'site.read' },
      { path: '/rooms', word: m.nav_rooms, icon: 'room', right: 'site.read' },
      { path: '/seating', word: m.nav_seating, icon: 'seat', right: 'site.read' },
      { path: '/machines', word: m.nav_machines, icon: 'machine', right: 'site.read' },
      { path: '/staff', word: m.nav_staff, icon: 'staff', right: 'staff.read' },
    ],
  },
  {
    word: m.nav_run,
    items: [
      { path: '/run', word: m.nav_run_session, icon: 'run', right: 'site.read', also: ['/release'] },
      { path: '/watch', word: m.nav_watch, icon: 'watch', right: 'room.watch', also: ['/attempts'] },
      { path: '/incidents', word: m.nav_incidents, icon: 'flag', right: 'evidence.read' },
      { path: '/requests', word: m.nav_requests, icon: 'message', right: 'hq.read' },
      { path: '/camera', word: m.nav_camera, icon: 'camera', right: 'evidence.write' },
    ],
  },
  {
    word: m.nav_close_group,
    items: [
      {
        path: '/reports',
        word: m.nav_reports,
        icon: 'print',
        right: 'report.print',
        or: 'evidence.print',
        also: ['/printers'],
      },
      { path: '/photos', word: m.nav_photos, icon: 'image', right: 'evidence.read' },
    ],
  },
  {
    word: m.nav_deliver,
    items: [
      {
        path: '/headquarters',
        word: m.nav_headquarters,
        icon: 'up',
        right: 'hq.read',
        also: ['/courier'],
      },
    ],
  },
  { word: m.nav_box, items: [{ path: '/log', word: m.nav_log, icon: 'log', right: 'log.read' }] },
];

/** Whether a path inside the console (without its base) is on this page or below it. */
export function isCurrent(item: Pick<RailItem, 'path' | 'also'>, path: string): boolean {
  const below = (root: string) => path === root || path.startsWith(`${root}/`);
  return item.path === '/' ? path === '/' || path === '' : [item.path, ...(item.also ?? [])].some(below);
}
