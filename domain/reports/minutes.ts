/** 场次记录: the whole session on paper: counts by room, and what happened in order of time. */
import type { ReportLanguage } from '#protocol/reports.ts';
import { dateTimeText, lengthText, secondText } from './dates.ts';
import type { RequestFacts, RoomFacts, SessionFacts } from './facts.ts';
import { type Report, reportBase } from './report.ts';
import { countEntries, countRooms, type RoomCounts } from './room-counts.ts';
import { creditTable, peopleText, reasonText } from './room-matters.ts';
import { type Part, type Section, titledTable } from './sections.ts';
import { BASE_WORDS, fill, wordsOf } from './words.ts';

export interface Minutes extends Report<'minutes'> {
  parts: Part[];
}

const WORDS = {
  ...BASE_WORDS,
  planned: { zh: '计划开始', en: 'Planned start' },
  chiefs: { zh: '主考', en: 'Chief invigilators' },
  rooms: { zh: '考场数', en: 'Rooms' },
  byRoom: { zh: '各考场情况', en: 'By room' },
  total: { zh: '合计', en: 'Total' },
  expected: { zh: '应到', en: 'Expected' },
  present: { zh: '实到', en: 'Present' },
  absent: { zh: '缺考', en: 'Absent' },
  pending: { zh: '未到', en: 'Not arrived' },
  submitted: { zh: '已交卷', en: 'Handed in' },
  open: { zh: '未交卷', en: 'Not handed in' },
  changes: { zh: '换机', en: 'Changes' },
  credits: { zh: '补时', en: 'Credits' },
  incidents: { zh: '异常', en: 'Incidents' },
  history: { zh: '过程', en: 'What happened' },
  event: { zh: '事项', en: 'Event' },
  by: { zh: '经手人', en: 'By' },
  nothing: { zh: '尚无记录', en: 'Nothing yet' },
  started: { zh: '{subject}开考，时长{length}', en: '{subject} started, {length}' },
  ended: { zh: '{subject}结束', en: '{subject} ended' },
  change: { zh: '换机：{name}，{from} → {to}', en: 'Machine change: {name}, {from} → {to}' },
  credit: { zh: '补时{length}：{whom}，{cause}', en: 'Credit of {length}: {whom}, {cause}' },
  incident: { zh: '异常：{reason} {people} {text}', en: 'Incident: {reason} {people} {text}' },
  allRooms: { zh: '全部', en: 'All' },
  written: { zh: '其他需要说明的情况', en: 'Anything else' },
  signChief: { zh: '主考签名', en: 'Chief invigilator, signature' },
  signSite: { zh: '考点负责人签名', en: 'Head of the site, signature' },
} as const;

type Words = { [K in keyof typeof WORDS]: string };

interface Happening {
  wall: number;
  room: string;
  text: string;
  by: string;
}

export function minutes(session: SessionFacts, request: RequestFacts, lang: ReportLanguage): Minutes {
  const w = wordsOf(lang, WORDS);
  const base = reportBase('minutes', session, request, lang);
  const total = countRooms(session.rooms);
  const sections: Section[] = [
    {
      t: 'fields',
      columns: 2,
      pairs: [
        [w.site, session.site.name],
        [w.session, session.name],
        [w.planned, dateTimeText(session.plannedStart, session.site.timeZone, lang)],
        [w.chiefs, session.chiefs.join(lang === 'en' ? ', ' : '、')],
        [w.rooms, String(session.rooms.length)],
        [
          `${w.expected} / ${w.present} / ${w.submitted}`,
          `${total.expected} / ${total.present} / ${total.submitted}`,
        ],
      ],
    },
    ...titledTable(w.byRoom, roomColumns(w), roomRows(session.rooms, w), w.none),
    ...titledTable(
      w.history,
      [
        { title: w.time, width: 1.2, align: 'center' },
        { title: w.room, width: 1.6 },
        { title: w.event, width: 6 },
        { title: w.by, width: 1.6, name: true },
      ],
      happenings(session, lang).map(({ wall, room, text, by }) => [
        secondText(wall, session.site.timeZone),
        room,
        text,
        by,
      ]),
      w.nothing,
    ),
    { t: 'lines', title: w.written, count: 4 },
    { t: 'signatures', words: [w.signChief, w.signSite] },
  ];
  return { ...base, parts: [{ title: base.head.title, lines: base.head.lines, sections }] };
}

function roomColumns(w: Words) {
  const narrow = [
    w.expected,
    w.present,
    w.absent,
    w.pending,
    w.submitted,
    w.open,
    w.changes,
    w.credits,
    w.incidents,
  ];
  return [
    { title: w.room, width: 2.4 },
    ...narrow.map((title) => ({ title, width: 1, align: 'center' as const })),
  ];
}

function roomRows(rooms: readonly RoomFacts[], w: Words): string[][] {
  const row = (name: string, c: RoomCounts, of: readonly RoomFacts[]) => [
    name,
    ...[
      c.expected,
      c.present,
      c.absent,
      c.pending,
      c.submitted,
      c.open,
      of.reduce((sum, room) => sum + room.machineChanges.length, 0),
      of.reduce((sum, room) => sum + room.credits.length, 0),
      of.reduce((sum, room) => sum + room.incidents.length, 0),
    ].map(String),
  ];
  const each = rooms.map((room) => row(room.name, countEntries(room.entries), [room]));
  return rooms.length > 1 ? [...each, row(w.total, countRooms(rooms), rooms)] : each;
}

/** In order of time. A credit of the whole session stands once. */
function happenings(session: SessionFacts, lang: ReportLanguage): Happening[] {
  const w = wordsOf(lang, WORDS);
  const all: Happening[] = [];
  const shared = new Set<string>();
  for (const room of session.rooms) {
    const tell = (wall: number | null, text: string, by = '', where = room.name) => {
      if (wall !== null) all.push({ wall, room: where, text: text.trim(), by });
    };
    for (const { subjectName: subject, durationMs, startedWall, endedWall } of room.sittings) {
      tell(startedWall, fill(w.started, { subject, length: lengthText(durationMs, lang) }));
      tell(endedWall, fill(w.ended, { subject }));
    }
    for (const { wall, name, fromSeat, toSeat } of room.machineChanges)
      tell(wall, fill(w.change, { name, from: fromSeat, to: toSeat }));
    const credits = creditTable(room.credits, room.entries, session, lang).rows;
    room.credits.forEach(({ wall, forWhom, ms, cause, staffName }, i) => {
      const whole = forWhom.entry === null && forWhom.room === null;
      const key = `${wall} ${ms} ${cause}`;
      if (whole && shared.has(key)) return;
      if (whole) shared.add(key);
      const text = fill(w.credit, { length: lengthText(ms, lang), whom: credits[i]?.[1] ?? '', cause });
      tell(wall, text, staffName, whole ? w.allRooms : room.name);
    });
    for (const one of room.incidents) {
      const people = peopleText(one.people, lang);
      tell(
        one.happenedWall,
        fill(w.incident, { reason: reasonText(one, lang), people, text: one.text }),
        one.staffName,
      );
    }
  }
  return all.sort((a, b) => a.wall - b.wall);
}
