/**
 * Words of reports in both languages. A kind keeps its own table of the same shape in its file and asks it the same way:
 *
 *   const w = wordsOf(lang, { absent: { zh: '缺考', en: 'Absent' } });   w.absent → '缺考'
 *   fill('第 {n} 份', { n: 2 }) → '第 2 份'
 */
import type { ReportLanguage } from '#protocol/reports.ts';

export type WordTable = Readonly<Record<string, { readonly zh: string; readonly en: string }>>;

export function wordsOf<T extends WordTable>(lang: ReportLanguage, table: T): { [K in keyof T]: string } {
  const entries = Object.entries(table).map(([key, { zh, en }]) => [key, lang === 'en' ? en : zh]);
  // fromEntries forgets the keys; they are those of the table.
  return Object.fromEntries(entries) as { [K in keyof T]: string };
}

export function fill(text: string, values: Readonly<Record<string, string | number>>): string {
  return text.replace(/\{(\w+)\}/g, (whole, key: string) => String(values[key] ?? whole));
}

/** Head, foot and what most kinds say. */
export const BASE_WORDS = {
  report: { zh: '编号', en: 'No.' },
  madeBy: { zh: '{made} 由{who}生成', en: 'made {made} by {who}' },
  copy: { zh: '第 {n} 份', en: 'copy {n}' },
  page: { zh: '第 {n} 页 / 共 {of} 页', en: 'Page {n} of {of}' },
  mark: { zh: '扫码核验本报告', en: 'Code to check this report' },
  site: { zh: '考点', en: 'Site' },
  exam: { zh: '考试', en: 'Exam' },
  session: { zh: '场次', en: 'Session' },
  room: { zh: '考场', en: 'Room' },
  seat: { zh: '座位号', en: 'Seat' },
  name: { zh: '姓名', en: 'Name' },
  gender: { zh: '性别', en: 'Gender' },
  male: { zh: '男', en: 'male' },
  female: { zh: '女', en: 'female' },
  idNumber: { zh: '身份证号', en: 'ID number' },
  ticket: { zh: '准考证号', en: 'Ticket no.' },
  subject: { zh: '科目', en: 'Subject' },
  school: { zh: '报考学校', en: 'School' },
  version: { zh: '卷别', en: 'Paper' },
  time: { zh: '时间', en: 'Time' },
  date: { zh: '日期', en: 'Date' },
  signature: { zh: '签名', en: 'Signature' },
  invigilator: { zh: '监考员', en: 'Invigilator' },
  chief: { zh: '主考', en: 'Chief invigilator' },
  candidate: { zh: '考生', en: 'Candidate' },
  remarks: { zh: '备注', en: 'Remarks' },
  none: { zh: '无', en: 'None' },
} as const satisfies WordTable;
