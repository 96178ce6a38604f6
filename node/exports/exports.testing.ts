/** Rows for tests of exports. */
import type { ResultRow } from '#domain/results/result-row.ts';
import type { OneRosterFrame } from './one-roster.ts';

export function row(more: Partial<ResultRow> = {}): ResultRow {
  return {
    site: 'hz-01',
    siteName: '杭州一中',
    exam: 'e-2026',
    session: 's-am',
    subject: 'YW',
    room: '第 3 考场',
    seat: '07',
    ticket: '00123',
    idNumber: '110101200601011234',
    name: '王小明',
    school: 'School, "No. 1"',
    attempt: 'a-1',
    state: 'handed-in',
    points: 87.5,
    maximum: 100,
    marker: 0,
    items: { q1: { state: 'scored', score: 2, maximum: 3 } },
    submittedMs: Date.UTC(2026, 5, 7, 3, 30, 5),
    anomalies: [],
    faults: 0,
    ...more,
  };
}

export const FRAME: OneRosterFrame = {
  organisation: '考试院',
  exam: { id: 'e-2026', name: '2026 年统考' },
  subjects: { YW: '语文', YY: '英语' },
  sessions: {
    's-am': { name: '上午', startMs: Date.UTC(2026, 5, 7, 1) },
    's-pm': { name: '下午', startMs: Date.UTC(2026, 5, 8, 7) },
  },
  timeZone: 'Asia/Shanghai',
  madeMs: Date.UTC(2026, 5, 20),
};
