/** Words of a check: large ones for the verdict, and what it means. */

import type { ErrorEntry } from '#protocol/errors.entry.ts';
import { EVIDENCE_ERRORS } from '#protocol/errors.evidence.ts';
import type { CheckVerdict } from '#protocol/reports.ts';
import type { Language } from '#web/texts/language.ts';
import { m } from '../texts.ts';
import type { Judgement, PaperCheck } from './checker.ts';
import { say } from './texts.ts';

export function verdictWord(verdict: CheckVerdict): string {
  if (verdict === 'genuine') return say('genuine');
  return verdict === 'changed' ? say('changed') : say('unknown');
}

/** What it means, and what to do. */
export function meaning(of: Judgement, language: Language, offline: boolean): string[] {
  if (of.code === null) {
    if (of.by === 'file') return [offline ? say('fileOffline') : say('file')];
    return [offline ? say('markOffline') : say('mark'), say('compare')];
  }
  const entries: Record<string, ErrorEntry> = EVIDENCE_ERRORS;
  const entry = Object.hasOwn(entries, of.code) ? entries[of.code] : undefined;
  if (!entry) return [of.code];
  return language === 'en' ? [entry.en, entry.doEn] : [entry.zh, entry.doZh];
}

export function troubleWords(
  trouble: Extract<PaperCheck, { trouble: string }>['trouble'],
): [what: string, remedy: string] {
  switch (trouble) {
    case 'unreachable':
      return [m.verify_unreachable(), m.verify_unreachable_do()];
    case 'too-many':
      return [m.verify_too_many(), m.verify_too_many_do()];
    case 'too-large':
      return [say('tooLarge'), say('tooLargeDo')];
    case 'no-pdf':
      return [say('noPdf'), say('noPdfDo')];
    case 'not-mark':
      return [say('notMark'), say('notMarkDo')];
  }
}

/** `2026-11-21 14:05` on the clocks of the site, where the paper was made. */
export function siteTime(wallMs: number, timeZone: string): string {
  const parts = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).formatToParts(wallMs);
  const of = (type: string) => parts.find((part) => part.type === type)?.value ?? '';
  return `${of('year')}-${of('month')}-${of('day')} ${of('hour')}:${of('minute')}`;
}
