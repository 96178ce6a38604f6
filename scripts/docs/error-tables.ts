/**
 * Every table of codes with words, brought to one shape. docs/errors.md is written from it, and its test looks through
 * it: whoever adds a table adds it here.
 */
import { PAPER_FAULTS } from '#domain/papers/faults.ts';
import { ROSTER_FAULTS } from '#domain/roster/faults.ts';
import { ROSTER_NOTICES } from '#domain/roster/notices.ts';
import { ROSTER_READ_FAULTS } from '#domain/roster/read-faults.ts';
import { SEATING_FAULTS } from '#domain/seating/faults.ts';
import { LEDGER_FAULTS } from '#node/ledger/faults.ts';
import { BATCH_ERRORS } from '#protocol/errors.batch.ts';
import { BOX_ERRORS } from '#protocol/errors.box.ts';
import { CONSOLE_ERRORS } from '#protocol/errors.console.ts';
import type { ErrorEntry } from '#protocol/errors.entry.ts';
import { EVIDENCE_ERRORS } from '#protocol/errors.evidence.ts';
import { HQ_ERRORS } from '#protocol/errors.hq.ts';
import { KIOSK_ERRORS } from '#protocol/errors.kiosk.ts';
import { PACKAGE_ERRORS } from '#protocol/errors.package.ts';
import { PURGE_ERRORS } from '#protocol/errors.purge.ts';
import { REQUEST_ERRORS } from '#protocol/errors.request.ts';
import { SYNC_ERRORS } from '#protocol/errors.sync.ts';

export interface CodeRow {
  code: string;
  /** HTTP status of an answer, or how heavy a fault of an import is. */
  kind: string;
  zh: string;
  en: string;
  doZh: string;
  doEn: string;
}

export interface CodeTable {
  titleZh: string;
  titleEn: string;
  /** Where people meet these codes. */
  note: string;
  source: string;
  /** What `kind` tells in this table. */
  kind: 'Status' | 'Weight' | null;
  rows: CodeRow[];
}

type Words = { readonly zh: string; readonly en: string };
type RosterWords = Words & { readonly code: string; readonly remedyZh: string; readonly remedyEn: string };
type Weighed = Words & { readonly severity: string; readonly doZh: string; readonly doEn: string };

const answers = (table: Readonly<Record<string, ErrorEntry>>): CodeRow[] =>
  Object.entries(table).map(([code, { status, zh, en, doZh, doEn }]) => ({
    code,
    kind: String(status),
    zh,
    en,
    doZh,
    doEn,
  }));
const weighed = (table: Readonly<Record<string, Weighed>>): CodeRow[] =>
  Object.entries(table).map(([code, { severity, zh, en, doZh, doEn }]) => ({
    code,
    kind: severity,
    zh,
    en,
    doZh,
    doEn,
  }));
const roster = (table: Readonly<Record<string, RosterWords>>, kind: string): CodeRow[] =>
  Object.values(table).map(({ code, zh, en, remedyZh, remedyEn }) => ({
    code,
    kind,
    zh,
    en,
    doZh: remedyZh,
    doEn: remedyEn,
  }));

export const CODE_TABLES: readonly CodeTable[] = [
  {
    titleZh: '考生端',
    titleEn: 'Candidate’s machine',
    note: 'Answers on the candidate’s socket and to uploads; the kiosk shows them with the code for the technician.',
    source: 'protocol/errors.kiosk.ts',
    kind: 'Status',
    rows: answers(KIOSK_ERRORS),
  },
  {
    titleZh: '控制台',
    titleEn: 'Console',
    note: 'Answers to calls of the console and of anyone who checks a receipt.',
    source: 'protocol/errors.console.ts',
    kind: 'Status',
    rows: answers(CONSOLE_ERRORS),
  },
  {
    titleZh: '留证、报表与核验',
    titleEn: 'Evidence, reports and checking',
    note: 'Answers to calls about incidents, photos, material, uploads, reports and printers, and of anyone who checks a paper.',
    source: 'protocol/errors.evidence.ts',
    kind: 'Status',
    rows: answers(EVIDENCE_ERRORS),
  },
  {
    titleZh: '服务器',
    titleEn: 'The box',
    note: 'At start (printed with exit status 1) or when storage, keys or clock are in trouble.',
    source: 'protocol/errors.box.ts',
    kind: 'Status',
    rows: answers(BOX_ERRORS),
  },
  {
    titleZh: '与总部的连接与交换',
    titleEn: 'The line to headquarters',
    note: 'Answers to calls about the connection with headquarters, the exchange and the courier.',
    source: 'protocol/errors.sync.ts',
    kind: 'Status',
    rows: answers(SYNC_ERRORS),
  },
  {
    titleZh: '批次',
    titleEn: 'Batches',
    note: 'Why headquarters refuses a batch of events.',
    source: 'protocol/errors.batch.ts',
    kind: 'Status',
    rows: answers(BATCH_ERRORS),
  },
  {
    titleZh: '场次包与启封码',
    titleEn: 'Session packages and release codes',
    note: 'Why a package or a release is not made, or not taken.',
    source: 'protocol/errors.package.ts',
    kind: 'Status',
    rows: answers(PACKAGE_ERRORS),
  },
  {
    titleZh: '申请',
    titleEn: 'Requests',
    note: 'Answers to calls about requests to headquarters and their decisions.',
    source: 'protocol/errors.request.ts',
    kind: 'Status',
    rows: answers(REQUEST_ERRORS),
  },
  {
    titleZh: '清除',
    titleEn: 'Retention',
    note: 'Answers to calls about deleting what headquarters has had for long enough.',
    source: 'protocol/errors.purge.ts',
    kind: 'Status',
    rows: answers(PURGE_ERRORS),
  },
  {
    titleZh: '总部',
    titleEn: 'Headquarters',
    note: 'Answers of the headquarters service.',
    source: 'protocol/errors.hq.ts',
    kind: 'Status',
    rows: answers(HQ_ERRORS),
  },
  {
    titleZh: '名册：逐行检查',
    titleEn: 'Roster, line by line',
    note: 'In the preview of a roster. An error keeps the whole list from being imported, a notice does not. `{value}` and its like are filled in.',
    source: 'domain/roster/faults.ts, domain/roster/notices.ts',
    kind: 'Weight',
    rows: [...roster(ROSTER_FAULTS, 'error'), ...roster(ROSTER_NOTICES, 'notice')],
  },
  {
    titleZh: '名册：文件不能读取',
    titleEn: 'Roster, file not readable',
    note: 'Before any line was looked at.',
    source: 'domain/roster/read-faults.ts',
    kind: null,
    rows: roster(ROSTER_READ_FAULTS, 'error'),
  },
  {
    titleZh: '考场与座位编排',
    titleEn: 'Rooms and seating',
    note: 'While a floor plan is drawn or seats are assigned.',
    source: 'domain/seating/faults.ts',
    kind: 'Weight',
    rows: weighed(SEATING_FAULTS),
  },
  {
    titleZh: '试卷导入',
    titleEn: 'Import of a paper',
    note: 'Each names file, item and line. An error refuses the whole package and leaves nothing behind, a warning is for a person to look at in the preview.',
    source: 'domain/papers/faults.ts',
    kind: 'Weight',
    rows: weighed(PAPER_FAULTS),
  },
  {
    titleZh: '账本核验',
    titleEn: 'Verification of the ledger',
    note: 'What `npm run verify` may find. All but the first few mean that the data is not what the box wrote: keep the folder as it is and restore a backup beside it.',
    source: '#node/ledger/faults.ts',
    kind: null,
    rows: Object.entries(LEDGER_FAULTS).map(([code, { zh, en }]) => ({
      code,
      kind: '',
      zh,
      en,
      doZh: '',
      doEn: '',
    })),
  },
];
