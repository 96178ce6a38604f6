/** Slips to cut out, fold and draw at the door: one for each seat that is given out. */

import { numberSeats } from '#domain/seating/floor-plan.numbering.ts';
import type { ReportLanguage } from '#protocol/reports.ts';
import type { RequestFacts, SessionFacts } from './facts.ts';
import { type Report, reportBase } from './report.ts';
import { type RoomSheet, roomSheet } from './rooms.ts';
import { BASE_WORDS, fill, wordsOf } from './words.ts';

export interface DrawSlipsReport extends Report<'draw-slips'> {
  rooms: (RoomSheet & { room: string; session: string; seats: string[]; count: string; seatWords: string })[];
}

const WORDS = {
  ...BASE_WORDS,
  count: {
    zh: '本考场 {n} 张，沿虚线剪开后折叠',
    en: '{n} slips for this room: cut along the dashes and fold',
  },
} as const;

export function drawSlips(
  session: SessionFacts,
  request: RequestFacts,
  lang: ReportLanguage,
): DrawSlipsReport {
  const base = reportBase('draw-slips', session, request, lang);
  const w = wordsOf(lang, WORDS);
  return {
    ...base,
    rooms: session.rooms.map((room) => {
      const seats = numberSeats(room.plan)
        .filter(({ usable }) => usable)
        .map(({ label }) => label);
      return {
        ...roomSheet(session, room, base.head.title, lang),
        room: room.name,
        session: session.name,
        seats,
        count: fill(w.count, { n: seats.length }),
        seatWords: w.seat,
      };
    }),
  };
}
