/** Door list: who sits where, posted at the door. Nothing on it that strangers must not read: no ID number. */
import type { ReportLanguage } from '#protocol/reports.ts';
import type { RequestFacts, SessionFacts } from './facts.ts';
import { type Report, reportBase } from './report.ts';
import { people, type RoomSheet, roomSheet, subjectNames } from './rooms.ts';
import { BASE_WORDS, fill, wordsOf } from './words.ts';

export interface DoorListReport extends Report<'door-list'> {
  /** Titles of the columns: seat, name, ticket, subject. */
  columns: [seat: string, name: string, ticket: string, subject: string];
  rooms: (RoomSheet & {
    count: string;
    rows: [seat: string, name: string, ticket: string, subject: string][];
  })[];
}

const WORDS = {
  ...BASE_WORDS,
  count: { zh: '本考场考生 {n} 人', en: '{n} candidates in this room' },
} as const;

export function doorList(session: SessionFacts, request: RequestFacts, lang: ReportLanguage): DoorListReport {
  const base = reportBase('door-list', session, request, lang);
  const w = wordsOf(lang, WORDS);
  return {
    ...base,
    columns: [w.seat, w.name, w.ticket, w.subject],
    rooms: session.rooms.map((room) => {
      const rows = people(room.entries).map((entries): [string, string, string, string] => [
        entries[0]?.seat ?? '',
        entries[0]?.name ?? '',
        entries[0]?.ticket ?? '',
        subjectNames(entries, lang),
      ]);
      return {
        ...roomSheet(session, room, base.head.title, lang),
        count: fill(w.count, { n: rows.length }),
        rows,
      };
    }),
  };
}
