/**
 * Results as CSV for spreadsheets: UTF-8 with byte order mark, CRLF (RFC 4180), headers in the officer's language.
 *
 * A cell that a spreadsheet would take for a formula, or whose digits it would spoil (an ID number becomes 1.10101E+17,
 * the ticket 00123 becomes 123), begins with an apostrophe. One rule undoes it: drop one leading apostrophe.
 */
import { Buffer } from 'node:buffer';
import { stringify } from 'csv-stringify/sync';
import type { ResultRow } from '#domain/results/result-row.ts';

export type ExportLanguage = 'zh' | 'en';

export interface CsvOptions {
  lang: ExportLanguage;
  /** Zone of the tz database that times are written in, such as `Asia/Shanghai`. */
  timeZone: string;
}

interface Column {
  zh: string;
  en: string;
  cell: (row: ResultRow, time: (wallMs: number) => string) => string | number | null;
}

const STATES: Readonly<Record<ResultRow['state'], { zh: string; en: string }>> = {
  writing: { zh: '作答中', en: 'writing' },
  'timed-up': { zh: '到时收卷', en: 'time was up' },
  'handed-in': { zh: '已交卷', en: 'handed in' },
  superseded: { zh: '已被重考取代', en: 'replaced by a re-sit' },
};

function columns(lang: ExportLanguage, timeZone: string): Column[] {
  return [
    { zh: '考点代码', en: 'Site code', cell: (row) => row.site },
    { zh: '考点', en: 'Site', cell: (row) => row.siteName },
    { zh: '考试', en: 'Exam', cell: (row) => row.exam },
    { zh: '场次', en: 'Session', cell: (row) => row.session },
    { zh: '科目', en: 'Subject', cell: (row) => row.subject },
    { zh: '考场', en: 'Room', cell: (row) => row.room },
    { zh: '座位', en: 'Seat', cell: (row) => row.seat },
    { zh: '准考证号', en: 'Ticket number', cell: (row) => row.ticket },
    { zh: '身份证号', en: 'ID number', cell: (row) => row.idNumber },
    { zh: '姓名', en: 'Name', cell: (row) => row.name },
    { zh: '学校', en: 'School', cell: (row) => row.school },
    { zh: '作答编号', en: 'Attempt', cell: (row) => row.attempt },
    { zh: '状态', en: 'State', cell: (row) => STATES[row.state][lang] },
    { zh: '得分', en: 'Points', cell: (row) => row.points },
    { zh: '满分', en: 'Maximum', cell: (row) => row.maximum },
    { zh: '待阅试题数', en: 'Items to be marked', cell: (row) => row.marker },
    { zh: '各题', en: 'Items', cell: (row) => JSON.stringify(row.items) },
    {
      zh: `交卷时间（${timeZone}）`,
      en: `Handed in (${timeZone})`,
      cell: (row, time) => (row.submittedMs === null ? null : time(row.submittedMs)),
    },
    { zh: '异常', en: 'Anomalies', cell: (row) => row.anomalies.join(' ') },
    { zh: '核验问题数', en: 'Faults of proof', cell: (row) => row.faults },
  ];
}

/** Full-width signs begin formulas in East Asian editions; a leading apostrophe is doubled so that the rule has no exception. */
const FORMULA = /^[=+\-@\t\r\n＝＋－＠']/;
/** Spreadsheets write more than eleven digits in powers of ten and drop zeros in front. */
const SPOILT = /^(0\d+|\d{12,}[Xx]?)$/;

/** Numbers stay numbers: -2 is a score, no formula. */
export function safeCell(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  return FORMULA.test(value) || SPOILT.test(value) ? `'${value}` : value;
}

/** Rows that are made into text at once; the file itself is never whole in memory. */
const AT_ONCE = 1_000;
const BOM = '\ufeff';

/** The file in parts, headers first; also for no rows at all. */
export async function* resultsCsv(
  rows: Iterable<ResultRow> | AsyncIterable<ResultRow>,
  { lang, timeZone }: CsvOptions,
): AsyncGenerator<Buffer> {
  const all = columns(lang, timeZone);
  // Swedish dates are those of ISO 8601. Made once: a formatter a row would take seconds.
  const clock = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' });
  const time = (wallMs: number) => clock.format(wallMs);
  const text = (lines: string[][]) => stringify(lines, { record_delimiter: 'windows' });
  let lines = [all.map((column) => safeCell(column[lang]))];
  let start = BOM;
  for await (const row of rows) {
    lines.push(all.map((column) => safeCell(column.cell(row, time))));
    if (lines.length < AT_ONCE) continue;
    yield Buffer.from(start + text(lines), 'utf8');
    lines = [];
    start = '';
  }
  if (lines.length > 0) yield Buffer.from(start + text(lines), 'utf8');
}
