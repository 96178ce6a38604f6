/** Attendance sheet: every candidate signs beside the name; the invigilators count and sign below. */
import type { ReportLanguage } from '#protocol/reports.ts';
import type { RequestFacts, SessionFacts } from './facts.ts';
import { type Report, reportBase } from './report.ts';
import { listed, people, type RoomSheet, roomSheet, subjectNames } from './rooms.ts';
import { BASE_WORDS, wordsOf } from './words.ts';

export interface AttendanceReport extends Report<'attendance'> {
  /** Titles: seat, name, ticket, ID number, subject, signature, remarks. */
  columns: string[];
  rooms: (RoomSheet & {
    /** In the order of the columns, without signature and remarks, which stay empty. */
    rows: [seat: string, name: string, ticket: string, idNumber: string, subject: string][];
    /** Expected is known; present and absent are written by hand. */
    counts: [word: string, value: string][];
    signatures: string[];
    invigilators: string;
  })[];
}

const WORDS = {
  ...BASE_WORDS,
  expected: { zh: '应到', en: 'Expected' },
  present: { zh: '实到', en: 'Present' },
  absent: { zh: '缺考', en: 'Absent' },
  candidateSigns: { zh: '考生签名', en: 'Candidate’s signature' },
  invigilatorSigns: { zh: '监考员签名', en: 'Invigilators’ signatures' },
  chiefSigns: { zh: '主考签名', en: 'Chief invigilator’s signature' },
  assigned: { zh: '监考员：', en: 'Invigilators: ' },
} as const;

export function attendance(
  session: SessionFacts,
  request: RequestFacts,
  lang: ReportLanguage,
): AttendanceReport {
  const base = reportBase('attendance', session, request, lang);
  const w = wordsOf(lang, WORDS);
  return {
    ...base,
    columns: [w.seat, w.name, w.ticket, w.idNumber, w.subject, w.candidateSigns, w.remarks],
    rooms: session.rooms.map((room) => {
      const rows = people(room.entries).map((entries): [string, string, string, string, string] => [
        entries[0]?.seat ?? '',
        entries[0]?.name ?? '',
        entries[0]?.ticket ?? '',
        entries[0]?.idNumber ?? '',
        subjectNames(entries, lang),
      ]);
      return {
        ...roomSheet(session, room, base.head.title, lang),
        rows,
        counts: [
          [w.expected, String(rows.length)],
          [w.present, ''],
          [w.absent, ''],
        ],
        signatures: [w.invigilatorSigns, w.chiefSigns],
        invigilators: room.invigilators.length > 0 ? w.assigned + listed(room.invigilators, lang) : '',
      };
    }),
  };
}
