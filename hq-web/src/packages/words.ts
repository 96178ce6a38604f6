import type { Tone } from '#web/controls/tones.ts';
import type { Answer } from '../api/call.ts';
import { m } from '../paraglide/messages.js';

export type ExamSites = Answer<'GET /api/v1/officer/exams/:exam/packages'>;
export type ExamSiteRow = ExamSites['rows'][number];
export type PackageState = ExamSiteRow['state'];

export const PACKAGE_LOOKS: Record<PackageState, { tone: Tone; sign: string; word: () => string }> = {
  unenrolled: { tone: 'care', sign: '○', word: m.package_unenrolled },
  none: { tone: 'plain', sign: '—', word: m.package_none },
  outdated: { tone: 'care', sign: '!', word: m.package_outdated },
  published: { tone: 'busy', sign: '↥', word: m.package_published },
  fetched: { tone: 'good', sign: '✓', word: m.package_fetched },
};
