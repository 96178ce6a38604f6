/** Tables that several reports share: who is missing, machine changes, credits, incidents. */
import { REASON_WORDS } from '#protocol/evidence.ts';
import type { ReportLanguage } from '#protocol/reports.ts';
import type { AttemptStatus } from '#protocol/socket.ts';
import { dateTimeText, lengthText, timeText } from './dates.ts';
import type { CreditFacts, EntryFacts, IncidentFacts, MachineChangeFacts, SessionFacts } from './facts.ts';
import type { SectionColumn } from './sections.ts';
import { BASE_WORDS, wordsOf } from './words.ts';

const WORDS = {
  ...BASE_WORDS,
  state: { zh: '状态', en: 'State' },
  absent: { zh: '缺考', en: 'Absent' },
  pending: { zh: '未到', en: 'Not arrived' },
  from: { zh: '原座位', en: 'From seat' },
  to: { zh: '新座位', en: 'To seat' },
  sameSeat: { zh: '本座位换机', en: 'same seat, another machine' },
  forWhom: { zh: '对象', en: 'For' },
  everyone: { zh: '全场次', en: 'Whole session' },
  wholeRoom: { zh: '全考场', en: 'Whole room' },
  credit: { zh: '补时', en: 'Credit' },
  cause: { zh: '原因', en: 'Cause' },
  by: { zh: '批准人', en: 'Approved by' },
  people: { zh: '涉及考生', en: 'Candidates' },
  reason: { zh: '事由', en: 'Reason' },
  what: { zh: '情况', en: 'What happened' },
  outcome: { zh: '处理结果', en: 'Outcome' },
  open: { zh: '未结案', en: 'Open' },
  recorder: { zh: '记录人', en: 'Recorded by' },
  identified: { zh: '已登录，待确认身份', en: 'Signed in, identity to confirm' },
  confirmed: { zh: '已确认身份', en: 'Identity confirmed' },
  waiting: { zh: '候考', en: 'Waiting' },
  writing: { zh: '作答中', en: 'Writing' },
  ended: { zh: '时间到，未交卷', en: 'Time up, not handed in' },
  submitted: { zh: '已交卷', en: 'Handed in' },
} as const;

export function statusWords(status: AttemptStatus, lang: ReportLanguage): string {
  return wordsOf(lang, WORDS)[status];
}

export interface MatterTable {
  columns: SectionColumn[];
  rows: string[][];
}

/** Those who have no attempt, marked absent or not arrived yet. */
export function missingTable(entries: readonly EntryFacts[], lang: ReportLanguage): MatterTable {
  const w = wordsOf(lang, WORDS);
  return {
    columns: [
      { title: w.seat, width: 1, align: 'center' },
      { title: w.ticket, width: 2 },
      { title: w.name, width: 3, name: true },
      { title: w.subject, width: 2 },
      { title: w.state, width: 1.3, align: 'center' },
    ],
    rows: entries
      .filter(({ attempt }) => attempt === null)
      .map(({ seat, ticket, name, subjectName, absent }) => [
        seat,
        ticket,
        name,
        subjectName,
        absent ? w.absent : w.pending,
      ]),
  };
}

/** Those who signed in and have not handed in. */
export function openTable(entries: readonly EntryFacts[], lang: ReportLanguage): MatterTable {
  const w = wordsOf(lang, WORDS);
  return {
    columns: [
      { title: w.seat, width: 1, align: 'center' },
      { title: w.ticket, width: 2 },
      { title: w.name, width: 3, name: true },
      { title: w.state, width: 3 },
    ],
    rows: entries.flatMap(({ seat, ticket, name, attempt }) =>
      attempt === null || attempt.status === 'submitted' ? [] : [[seat, ticket, name, w[attempt.status]]],
    ),
  };
}

export function changeTable(
  changes: readonly MachineChangeFacts[],
  { site }: SessionFacts,
  lang: ReportLanguage,
): MatterTable {
  const w = wordsOf(lang, WORDS);
  return {
    columns: [
      { title: w.time, width: 1.2, align: 'center' },
      { title: w.name, width: 3, name: true },
      { title: w.ticket, width: 2 },
      { title: w.from, width: 1.3, align: 'center' },
      { title: w.to, width: 2, align: 'center' },
    ],
    rows: changes.map(({ wall, name, ticket, fromSeat, toSeat }) => [
      timeText(wall, site.timeZone),
      name,
      ticket,
      fromSeat,
      fromSeat === toSeat ? w.sameSeat : toSeat,
    ]),
  };
}

export function creditTable(
  credits: readonly CreditFacts[],
  entries: readonly EntryFacts[],
  { site }: SessionFacts,
  lang: ReportLanguage,
): MatterTable {
  const w = wordsOf(lang, WORDS);
  const names = new Map(entries.map(({ entry, name, seat }) => [entry, `${name} (${seat})`]));
  return {
    columns: [
      { title: w.time, width: 1.2, align: 'center' },
      { title: w.forWhom, width: 2.6, name: true },
      { title: w.credit, width: 1.5, align: 'center' },
      { title: w.cause, width: 3.4 },
      { title: w.by, width: 1.8, name: true },
    ],
    rows: credits.map(({ wall, forWhom, ms, cause, staffName }) => [
      timeText(wall, site.timeZone),
      forWhom.entry !== null
        ? (names.get(forWhom.entry) ?? forWhom.entry)
        : forWhom.room !== null
          ? w.wholeRoom
          : w.everyone,
      lengthText(ms, lang),
      cause,
      staffName,
    ]),
  };
}

/** The text with its reason before it, as one cell. */
export function incidentTable(
  incidents: readonly IncidentFacts[],
  { site }: SessionFacts,
  lang: ReportLanguage,
): MatterTable {
  const w = wordsOf(lang, WORDS);
  return {
    columns: [
      { title: w.time, width: 1.2, align: 'center' },
      { title: w.reason, width: 1.8 },
      { title: w.people, width: 2.4, name: true },
      { title: w.what, width: 3.4 },
      { title: w.outcome, width: 2 },
      { title: w.recorder, width: 1.5, name: true },
    ],
    rows: incidents.map((one) => [
      timeText(one.happenedWall, site.timeZone),
      reasonText(one, lang),
      peopleText(one.people, lang),
      one.text,
      one.outcome ?? w.open,
      one.staffName,
    ]),
  };
}

export function reasonText({ reason }: Pick<IncidentFacts, 'reason'>, lang: ReportLanguage): string {
  return lang === 'en' ? REASON_WORDS[reason].en : REASON_WORDS[reason].zh;
}

/** `张三 (03)、李四 (04)`. */
export function peopleText(
  people: readonly { name: string; seat: string | null }[],
  lang: ReportLanguage,
): string {
  return people
    .map(({ name, seat }) => (seat === null ? name : `${name} (${seat})`))
    .join(lang === 'en' ? ', ' : '、');
}

/** A moment, or a dash where it has not come. */
export function momentText(wall: number | null, { site }: SessionFacts, lang: ReportLanguage): string {
  return wall === null ? '—' : dateTimeText(wall, site.timeZone, lang);
}
