/**
 * Reports: what the box prints (FEATURES R1 to R7). Kinds, requests, answers, and what the QR on paper carries.
 * The plain objects behind the drawings are in domain/reports.
 */
import type { Right } from './rights.ts';

export type ReportScope = 'session' | 'room' | 'attempt' | 'incident';

interface Kind {
  /** What one may ask it for; a room is a room of the session. */
  scopes: readonly ReportScope[];
  right: Right;
  sizes: readonly ('A4' | 'A3')[];
  /** Bears the watermark and asks for a purpose. */
  watermark?: true;
  zh: string;
  en: string;
}

const sheet = (zh: string, en: string, sizes: readonly ('A4' | 'A3')[] = ['A4']): Kind => ({
  scopes: ['session', 'room'],
  right: 'report.print',
  sizes,
  zh,
  en,
});

export const REPORT_KINDS = {
  'seating-chart': sheet('座次表', 'Seating chart', ['A4', 'A3']),
  'door-list': sheet('考场门贴', 'Door list', ['A4', 'A3']),
  'desk-labels': sheet('桌贴', 'Desk labels'),
  attendance: sheet('考生签到表', 'Attendance sheet'),
  tickets: sheet('准考证', 'Admission tickets'),
  'answer-sheets': sheet('答题纸', 'Answer sheets'),
  'scratch-sheets': sheet('草稿纸', 'Scratch sheets'),
  'draw-slips': sheet('抽签条', 'Seat-draw slips'),
  'machine-change-slip': sheet('换机单', 'Machine-change slip'),
  'machine-list': sheet('考试机清单', 'Machine list'),
  'incident-sheet': sheet('异常情况登记表', 'Incident sheet'),
  'room-report': sheet('考场报告单', 'Room report'),
  minutes: sheet('场次记录', 'Session minutes'),
  handover: sheet('交接单', 'Handover sheet'),
  'night-pack': sheet('考前夜打印包', 'Night-before pack'),
  evidence: {
    scopes: ['session', 'room', 'attempt', 'incident'],
    right: 'evidence.print',
    sizes: ['A4'],
    watermark: true,
    zh: '证据报告',
    en: 'Evidence report',
  },
  answers: {
    scopes: ['attempt'],
    right: 'evidence.print',
    sizes: ['A4'],
    watermark: true,
    zh: '考生答卷',
    en: 'Answers of a candidate',
  },
} as const satisfies Record<string, Kind>;

export type ReportKind = keyof typeof REPORT_KINDS;
export const REPORT_LANGUAGES = ['zh-CN', 'en'] as const;
export type ReportLanguage = (typeof REPORT_LANGUAGES)[number];

export interface ReportRequest {
  kind: ReportKind;
  lang: ReportLanguage;
  session: string;
  /** One room; all rooms of the session in one file where it is missing. */
  room?: string;
  attempt?: string;
  incident?: string;
  /** Of these entries alone (a ticket reprinted on the spot). */
  entries?: string[];
  size?: 'A4' | 'A3';
  /** A seating chart is seen from the lectern, or from the door. */
  view?: 'lectern' | 'door';
  /** Why it is made; asked of reports with a watermark, and printed on them. */
  purpose?: string;
}

/** A report that was made; its file is kept under its id. */
export interface ReportRow {
  report: string;
  kind: ReportKind;
  lang: ReportLanguage;
  title: string;
  session: string;
  room: string | null;
  attempt: string | null;
  incident: string | null;
  /** Which one of its kind and scope, from 1. */
  copy: number;
  purpose: string;
  madeWall: number;
  requester: string;
  pages: number;
  bytes: number;
  sha256: string;
  /** base64url SHA-256 of the canonical report object. */
  digest: string;
  prints: number;
}

export interface PrinterRow {
  queue: string;
  state: 'idle' | 'printing' | 'stopped' | 'unknown';
  text: string;
  /** When a person last said that the test page came out right. */
  confirmedWall: number | null;
}

/** How a page reached paper. */
export const PRINT_WAYS = ['browser', 'queue', 'command'] as const;

/**
 * What the QR says: fields of a canonical JSON object (RFC 8785), signed by the box key under `REPORT_PURPOSE`.
 * In the QR: `<origin>/check#<base64url of the JSON>.<base64url signature>`.
 */
export interface ReportMark {
  /** Copy number. */
  c: number;
  /** First 16 bytes of the digest, base64url. */
  d: string;
  k: ReportKind;
  /** Made at, wall time in milliseconds. */
  m: number;
  r: string;
  s: string;
}

export const REPORT_PURPOSE = 'gongyuan/report/v1';
export const CHECK_PATH = '/check';

/** What a check comes to: `changed` is told only where the box knows better, or the signature is broken. */
export type CheckVerdict = 'genuine' | 'changed' | 'unknown';

export interface CheckAnswer {
  verdict: CheckVerdict;
  /** Why, as a code of the catalogue of errors (`check/...`); null when genuine. */
  code: string | null;
  /** What the box knows of it; nothing about candidates. */
  report: Pick<
    ReportRow,
    'report' | 'kind' | 'lang' | 'copy' | 'madeWall' | 'requester' | 'pages' | 'sha256' | 'digest'
  > | null;
  site: string | null;
}
