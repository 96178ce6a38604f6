/** Labels to cut out and put on the desks: the seat's number huge, below it who sits there. Spare seats get one as well. */

import { numberSeats } from '#domain/seating/floor-plan.numbering.ts';
import type { ReportLanguage } from '#protocol/reports.ts';
import type { RequestFacts, SessionFacts } from './facts.ts';
import { type Report, reportBase } from './report.ts';
import { peopleBySeat, type RoomSheet, roomSheet, subjectNote } from './rooms.ts';
import { BASE_WORDS, wordsOf } from './words.ts';

export interface DeskLabel {
  room: string;
  seat: string;
  /** Empty on a spare seat. */
  name: string;
  /** Ticket number and subject, or that the seat is spare. */
  small: string;
}

export interface DeskLabelsReport extends Report<'desk-labels'> {
  rooms: (RoomSheet & { labels: DeskLabel[] })[];
}

const WORDS = { ...BASE_WORDS, spare: { zh: '备用座位', en: 'Spare seat' } } as const;

export function deskLabels(
  session: SessionFacts,
  request: RequestFacts,
  lang: ReportLanguage,
): DeskLabelsReport {
  const base = reportBase('desk-labels', session, request, lang);
  const w = wordsOf(lang, WORDS);
  return {
    ...base,
    rooms: session.rooms.map((room) => {
      const seated = peopleBySeat(room.entries);
      const labels = numberSeats(room.plan).flatMap(({ label, kind }): DeskLabel[] => {
        const here = seated.get(label) ?? [];
        if (here.length === 0 && kind === 'spare')
          return [{ room: room.name, seat: label, name: '', small: w.spare }];
        return here.map((entries) => ({
          room: room.name,
          seat: label,
          name: entries[0]?.name ?? '',
          small: [entries[0]?.ticket ?? '', subjectNote(room, entries, lang)]
            .filter((part) => part !== '')
            .join('  '),
        }));
      });
      return { ...roomSheet(session, room, base.head.title, lang), labels };
    }),
  };
}
