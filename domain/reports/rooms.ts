/** What the sheets of a room have in common: title, lines under it, order of people. */
import type { ReportLanguage } from '#protocol/reports.ts';
import { lengthText, timeText } from './dates.ts';
import type { EntryFacts, RoomFacts, SessionFacts } from './facts.ts';
import { sessionLine } from './report.ts';

export interface RoomSheet {
  /** 第01考场 座次表; Seating chart, Room 01 */
  title: string;
  lines: string[];
}

export function roomSheet(
  session: SessionFacts,
  room: Pick<RoomFacts, 'name' | 'sittings'>,
  kind: string,
  lang: ReportLanguage,
): RoomSheet {
  return {
    title: lang === 'en' ? `${kind}, ${room.name}` : `${room.name} ${kind}`,
    lines: [session.examName, sessionLine(session, lang), sittingsLine(session, room, lang)],
  };
}

/** 语文 09:00–11:30（150 分钟）; from the real start where there was one. */
export function sittingsLine(
  session: SessionFacts,
  room: Pick<RoomFacts, 'sittings'>,
  lang: ReportLanguage,
): string {
  const { timeZone } = session.site;
  return room.sittings
    .map(({ subjectName, startedWall, plannedStart, durationMs }) => {
      const start = startedWall ?? plannedStart;
      const span = `${timeText(start, timeZone)}–${timeText(start + durationMs, timeZone)}`;
      const length = lengthText(durationMs, lang);
      return lang === 'en' ? `${subjectName} ${span} (${length})` : `${subjectName} ${span}（${length}）`;
    })
    .join(lang === 'en' ? '; ' : '；');
}

/** One person once, with all the entries that the person has in the room, in the order of the first. */
export function people(entries: readonly EntryFacts[]): EntryFacts[][] {
  const byPerson = new Map<string, EntryFacts[]>();
  for (const entry of entries) {
    const key = `${entry.candidate} ${entry.seat}`;
    const same = byPerson.get(key);
    if (same) same.push(entry);
    else byPerson.set(key, [entry]);
  }
  return [...byPerson.values()];
}

/** Who sits at a seat: one person, or several one after the other. */
export function peopleBySeat(entries: readonly EntryFacts[]): Map<string, EntryFacts[][]> {
  const bySeat = new Map<string, EntryFacts[][]>();
  for (const person of people(entries)) {
    const seat = person[0]?.seat ?? '';
    bySeat.set(seat, [...(bySeat.get(seat) ?? []), person]);
  }
  return bySeat;
}

/** Only these entries where some are asked for. */
export function asked(entries: readonly EntryFacts[], only?: ReadonlySet<string>): EntryFacts[] {
  return only ? entries.filter(({ entry }) => only.has(entry)) : [...entries];
}

/** The subject beside a name, where a room holds several. */
export function subjectNote(
  room: Pick<RoomFacts, 'sittings'>,
  entries: readonly EntryFacts[],
  lang: ReportLanguage,
): string {
  if (new Set(room.sittings.map(({ subject }) => subject)).size < 2) return '';
  return subjectNames(entries, lang);
}

/** Each subject once. */
export function subjectNames(entries: readonly EntryFacts[], lang: ReportLanguage): string {
  return listed([...new Set(entries.map(({ subjectName }) => subjectName))], lang);
}

export function listed(words: readonly string[], lang: ReportLanguage): string {
  return words.join(lang === 'en' ? ', ' : '、');
}
