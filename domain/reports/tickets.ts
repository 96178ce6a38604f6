/** Admission tickets: one for each person with all that person's entries of the session. */
import type { ReportLanguage } from '#protocol/reports.ts';
import { dateText, timeText } from './dates.ts';
import type { EntryFacts, RequestFacts, RoomFacts, SessionFacts } from './facts.ts';
import { type Report, reportBase } from './report.ts';
import { asked } from './rooms.ts';
import { BASE_WORDS, wordsOf } from './words.ts';

export interface Ticket {
  name: string;
  /** In the QR, alone. */
  ticket: string;
  fields: [word: string, value: string][];
  /** Subject, date and time, room, seat. */
  sittings: [string, string, string, string][];
  /** SHA-256 of the registered photo; null: an empty frame to glue one in. */
  photo: string | null;
}

export interface TicketsReport extends Report<'tickets'> {
  exam: string;
  /** Of one ticket; the report's title speaks of all. */
  ticketTitle: string;
  columns: [string, string, string, string];
  rulesTitle: string;
  rules: string[];
  photoWords: string;
  qrWords: string;
  tickets: Ticket[];
}

const WORDS = {
  ...BASE_WORDS,
  when: { zh: '考试时间', en: 'Date and time' },
  title: { zh: '准考证', en: 'Admission ticket' },
  photo: { zh: '照片', en: 'Photo' },
  qr: { zh: '准考证号二维码', en: 'Code with the ticket number' },
  rules: { zh: '考生须知', en: 'Rules' },
} as const;

const RULES: readonly { zh: string; en: string }[] = [
  {
    zh: '凭本准考证和有效居民身份证原件进入考场，对号入座，证件放在桌面备查。',
    en: 'Bring this ticket and your original identity card, take the seat of your number and leave both on the desk.',
  },
  {
    zh: '不得携带手机、手表、耳机等电子设备和与考试无关的物品进入考场。',
    en: 'Phones, watches, earphones, other electronic devices and anything the exam does not need stay outside.',
  },
  {
    zh: '登录后核对屏幕上的姓名、准考证号和科目，有误立即举手报告。',
    en: 'After signing in, check name, ticket number and subject on the screen; raise your hand at once if one is wrong.',
  },
  {
    zh: '考试机发生故障时举手报告，不要自行处理；已保存的作答不会丢失，耽误的时间由主考核定补时。',
    en: 'If the machine fails, raise your hand and leave it alone. Saved answers stay safe, and the chief invigilator decides on time to make up for the delay.',
  },
  {
    zh: '交卷后看到回执再离开座位；草稿纸、答题纸不得带出考场。',
    en: 'Stay seated until the screen shows your receipt. Scratch and answer sheets stay in the room.',
  },
];

/** A roster stores `male` and `female`; whatever else it once held is printed as it is. */
function genderText(gender: string, words: { male: string; female: string }): string {
  return gender === 'male' || gender === 'female' ? words[gender] : gender;
}

/** `only`: entries asked for; the ticket of such a person still lists all entries of that person. */
export function tickets(
  session: SessionFacts,
  request: RequestFacts,
  lang: ReportLanguage,
  only?: ReadonlySet<string>,
): TicketsReport {
  const w = wordsOf(lang, WORDS);
  const byPerson = new Map<string, { room: RoomFacts; entry: EntryFacts }[]>();
  for (const room of session.rooms)
    for (const entry of room.entries) {
      const key = `${entry.candidate} ${entry.ticket}`;
      byPerson.set(key, [...(byPerson.get(key) ?? []), { room, entry }]);
    }
  const wanted = [...byPerson.values()].filter(
    (mine) =>
      asked(
        mine.map(({ entry }) => entry),
        only,
      ).length > 0,
  );
  return {
    ...reportBase('tickets', session, request, lang),
    exam: session.examName,
    ticketTitle: w.title,
    columns: [w.subject, w.when, w.room, w.seat],
    rulesTitle: w.rules,
    rules: RULES.map(({ zh, en }) => (lang === 'en' ? en : zh)),
    photoWords: w.photo,
    qrWords: w.qr,
    tickets: wanted.flatMap((mine): Ticket[] => {
      const first = mine[0]?.entry;
      if (!first) return [];
      return [
        {
          name: first.name,
          ticket: first.ticket,
          fields: [
            [w.name, first.name],
            [w.ticket, first.ticket],
            [w.idNumber, first.idNumber],
            [w.gender, genderText(first.gender, w)],
            [w.school, first.school],
            [w.site, session.site.name],
          ],
          sittings: mine.map(({ room, entry }) => [
            entry.subjectName,
            whenText(session, room, entry, lang),
            entry.roomName,
            entry.seat,
          ]),
          photo: first.photo,
        },
      ];
    }),
  };
}

/** 2026年11月7日 09:00–11:30; as planned, for a ticket is read before. */
function whenText(session: SessionFacts, room: RoomFacts, entry: EntryFacts, lang: ReportLanguage): string {
  const { timeZone } = session.site;
  const sitting = room.sittings.find((one) => one.sitting === entry.sitting);
  const start = sitting?.plannedStart ?? session.plannedStart;
  const date = dateText(start, timeZone, lang);
  if (!sitting) return date;
  return `${date} ${timeText(start, timeZone)}–${timeText(start + sitting.durationMs, timeZone)}`;
}
