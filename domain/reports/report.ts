/**
 * The base of all report objects: plain, JSON, all words and times already text in the asked language, so that a drawing
 * only draws. An object's canonical JSON is what the digest in the QR is taken of: what is on paper is what was hashed.
 *
 *   export interface RoomReport extends Report<'room-report'> { rooms: … }       one interface a kind, in its own file
 *   export function roomReport(session, request, lang): RoomReport               pure, from domain/reports/facts.ts
 *   { ...reportBase('room-report', session, request, lang), rooms: … }
 */
import canonicalize from 'canonicalize';
import { REPORT_KINDS, type ReportKind, type ReportLanguage } from '#protocol/reports.ts';
import { dateTimeText } from './dates.ts';
import type { RequestFacts, SessionFacts } from './facts.ts';
import { BASE_WORDS, fill, wordsOf } from './words.ts';

export interface ReportHead {
  /** The kind in words, e.g. 座次表; a page's own title may name the room before it. */
  title: string;
  /** Under the title of every page: exam; session with its date. */
  lines: string[];
  site: string;
  /** Id of the report. */
  report: string;
  copy: number;
  /** Wall time in milliseconds; becomes the date inside the file. */
  madeWall: number;
  requester: string;
  purpose: string;
  /** The foot line whole: site, id, when and by whom, copy. */
  foot: string;
  /** With `{n}` and `{of}`. */
  pageWords: string;
  /** What the QR in the head is for, for those who do not see it. */
  markWords: string;
  /** Repeated over every page; null where the kind has no watermark. */
  watermark: string | null;
}

export interface Report<K extends ReportKind = ReportKind> {
  kind: K;
  lang: ReportLanguage;
  head: ReportHead;
}

export function reportBase<K extends ReportKind>(
  kind: K,
  session: SessionFacts,
  request: RequestFacts,
  lang: ReportLanguage,
): Report<K> {
  const w = wordsOf(lang, BASE_WORDS);
  const { site } = session;
  const names = REPORT_KINDS[kind];
  const made = dateTimeText(request.madeWall, site.timeZone, lang);
  const copy = fill(w.copy, { n: request.copy });
  const foot = [
    site.name,
    `${w.report} ${request.report}`,
    fill(w.madeBy, { made, who: request.requester }),
    copy,
  ];
  return {
    kind,
    lang,
    head: {
      title: lang === 'en' ? names.en : names.zh,
      lines: [session.examName, sessionLine(session, lang)],
      site: site.name,
      report: request.report,
      copy: request.copy,
      madeWall: request.madeWall,
      requester: request.requester,
      purpose: request.purpose,
      foot: foot.join(' · '),
      pageWords: w.page,
      markWords: w.mark,
      watermark:
        'watermark' in names
          ? [site.name, request.requester, request.purpose, copy, made]
              .filter((part) => part !== '')
              .join(' · ')
          : null,
    },
  };
}

/** The session with its planned start. */
export function sessionLine(session: SessionFacts, lang: ReportLanguage): string {
  return `${session.name} · ${dateTimeText(session.plannedStart, session.site.timeZone, lang)}`;
}

/** What the digest is taken of (UTF-8 of this text, SHA-256). Throws TypeError for what is not JSON. */
export function digestInput(report: Report): string {
  const text = canonicalize(report);
  if (text === undefined) throw new TypeError('a report is a JSON object');
  return text;
}

/** All texts of a report, to be asked for their glyphs; ids and other texts that are not drawn do no harm. */
export function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(textsOf);
  if (value !== null && typeof value === 'object') return Object.values(value).flatMap(textsOf);
  return [];
}
