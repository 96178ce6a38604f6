/** Words, signs and colours of a site's states. */
import type { Tone } from '#web/controls/tones.ts';
import type { Answer } from '../api/call.ts';
import { m } from '../paraglide/messages.js';

export type SiteRow = Answer<'GET /api/v1/officer/sites'>['rows'][number];
export type SiteDetail = Answer<'GET /api/v1/officer/sites/:site'>;
export type SiteState = SiteRow['state'];

export const SITE_LOOKS: Record<SiteState, { tone: Tone; sign: string; word: () => string }> = {
  trouble: { tone: 'trouble', sign: '⚠', word: m.site_trouble },
  silent: { tone: 'care', sign: '⌁', word: m.site_silent },
  running: { tone: 'good', sign: '✎', word: m.site_running },
  connected: { tone: 'busy', sign: '●', word: m.site_connected },
  waiting: { tone: 'plain', sign: '○', word: m.site_waiting },
};

/** What is wrong with a site, one short line each. */
export function troubles(site: SiteRow, whole: (count: number) => string): string[] {
  return [
    ...(site.alarms > 0 ? [m.site_n_alarms({ n: whole(site.alarms) })] : []),
    ...(site.gaps > 0 ? [m.site_n_gaps({ n: whole(site.gaps) })] : []),
    ...(site.forks > 0 ? [m.site_n_forks({ n: whole(site.forks) })] : []),
  ];
}

export const WAY_WORDS = { line: m.way_line, stick: m.way_stick } as const;

export const STAFF_ROLES = {
  administrator: m.staff_administrator,
  chief: m.staff_chief,
  invigilator: m.staff_invigilator,
  technician: m.staff_technician,
  auditor: m.staff_auditor,
} as const;
