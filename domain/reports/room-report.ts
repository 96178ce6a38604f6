/** 考场报告单: what happened in each room, with the lines to sign it. */
import type { ReportLanguage } from '#protocol/reports.ts';
import { lengthText, timeText } from './dates.ts';
import type { RequestFacts, RoomFacts, SessionFacts } from './facts.ts';
import { type Report, reportBase } from './report.ts';
import { countEntries } from './room-counts.ts';
import { changeTable, creditTable, incidentTable, missingTable, openTable } from './room-matters.ts';
import { roomSheet } from './rooms.ts';
import { type Part, type Section, titledTable } from './sections.ts';
import { BASE_WORDS, wordsOf } from './words.ts';

export interface RoomReport extends Report<'room-report'> {
  /** One a room. */
  parts: Part[];
}

const WORDS = {
  ...BASE_WORDS,
  invigilators: { zh: '监考员', en: 'Invigilators' },
  planned: { zh: '计划开考', en: 'Planned' },
  started: { zh: '开考', en: 'Started' },
  ended: { zh: '结束', en: 'Ended' },
  length: { zh: '时长', en: 'Duration' },
  expected: { zh: '应到', en: 'Expected' },
  present: { zh: '实到', en: 'Present' },
  absent: { zh: '缺考', en: 'Absent' },
  pending: { zh: '未到', en: 'Not arrived' },
  submitted: { zh: '已交卷', en: 'Handed in' },
  open: { zh: '未交卷', en: 'Not handed in' },
  counts: { zh: '人数', en: 'Counts' },
  missing: { zh: '缺考与未到考生', en: 'Absent or not arrived' },
  unfinished: { zh: '未交卷考生', en: 'Not handed in' },
  changes: { zh: '换机', en: 'Machine changes' },
  credits: { zh: '补时', en: 'Time credits' },
  incidents: { zh: '异常情况', en: 'Incidents' },
  written: { zh: '其他需要说明的情况', en: 'Anything else' },
  sign1: { zh: '监考员一签名', en: 'Invigilator 1, signature' },
  sign2: { zh: '监考员二签名', en: 'Invigilator 2, signature' },
  signChief: { zh: '主考签名', en: 'Chief invigilator, signature' },
} as const;

export function roomReport(session: SessionFacts, request: RequestFacts, lang: ReportLanguage): RoomReport {
  const base = reportBase('room-report', session, request, lang);
  return {
    ...base,
    parts: session.rooms.map((room) => ({
      ...roomSheet(session, room, base.head.title, lang),
      sections: sections(session, room, lang),
    })),
  };
}

function sections(session: SessionFacts, room: RoomFacts, lang: ReportLanguage): Section[] {
  const w = wordsOf(lang, WORDS);
  const { entries } = room;
  const missing = missingTable(entries, lang);
  const open = openTable(entries, lang);
  const changes = changeTable(room.machineChanges, session, lang);
  const credits = creditTable(room.credits, entries, session, lang);
  const incidents = incidentTable(room.incidents, session, lang);
  return [
    {
      t: 'fields',
      columns: 2,
      pairs: [
        [w.site, session.site.name],
        [w.room, room.name],
        [w.invigilators, room.invigilators.join(lang === 'en' ? ', ' : '、')],
        [w.chief, session.chiefs.join(lang === 'en' ? ', ' : '、')],
      ],
    },
    ...titledTable(w.counts, countColumns(w), countRows(session, room, lang), w.none),
    ...titledTable(w.missing, missing.columns, missing.rows, w.none),
    ...titledTable(w.unfinished, open.columns, open.rows, w.none),
    ...titledTable(w.changes, changes.columns, changes.rows, w.none),
    ...titledTable(w.credits, credits.columns, credits.rows, w.none),
    ...titledTable(w.incidents, incidents.columns, incidents.rows, w.none),
    { t: 'lines', title: w.written, count: 3 },
    { t: 'signatures', words: [w.sign1, w.sign2, w.signChief] },
  ];
}

function countColumns(w: { [K in keyof typeof WORDS]: string }) {
  const narrow = [w.expected, w.present, w.absent, w.pending, w.submitted, w.open];
  return [
    { title: w.subject, width: 2.2 },
    ...[w.planned, w.started, w.ended, w.length].map((title) => ({
      title,
      width: 1.3,
      align: 'center' as const,
    })),
    ...narrow.map((title) => ({ title, width: 1.1, align: 'center' as const })),
  ];
}

function countRows({ site }: SessionFacts, room: RoomFacts, lang: ReportLanguage): string[][] {
  const at = (wall: number | null) => (wall === null ? '—' : timeText(wall, site.timeZone));
  return room.sittings.map(({ sitting, subjectName, plannedStart, startedWall, endedWall, durationMs }) => {
    const counts = countEntries(room.entries.filter((entry) => entry.sitting === sitting));
    return [
      subjectName,
      at(plannedStart),
      at(startedWall),
      at(endedWall),
      lengthText(durationMs, lang),
      ...[counts.expected, counts.present, counts.absent, counts.pending, counts.submitted, counts.open].map(
        String,
      ),
    ];
  });
}
