/**
 * Events of the ledger in words, for people who read a report: what happened, without anything that the event keeps to
 * itself (keys, signatures, answers). Pure; times and names stand beside the words, not in them.
 */

import type { EventKind } from '#protocol/events.schema.ts';
import { REASON_WORDS } from '#protocol/evidence.ts';
import type { ReportLanguage } from '#protocol/reports.ts';
import { dateTimeText, lengthText } from './dates.ts';
import type { EventFacts } from './evidence-facts.ts';
import { fill } from './words.ts';

type Words = { zh: string; en: string };

/** Values in braces are fields of the event's body. A kind that is not here is told by its name. */
const TEXTS: { readonly [K in EventKind]?: Words } = {
  SEAT_DRAWN: { zh: '入场抽签，座位 {seat}', en: 'Seat {seat} drawn at the door' },
  ENTRY_OPENED: { zh: '开放入场', en: 'Entry opened' },
  ENTRY_CLOSED: { zh: '关闭入场，缺考 {absent} 人', en: 'Entry closed, {absent} absent' },
  SITTING_DELAYED: {
    zh: '推迟开考至 {plannedStart}：{reason}',
    en: 'Start delayed to {plannedStart}: {reason}',
  },
  SITTING_STARTED: { zh: '开考', en: 'Sitting started' },
  SITTING_PAUSED: { zh: '暂停：{reason}', en: 'Paused: {reason}' },
  SITTING_RESUMED: { zh: '恢复：{reason}', en: 'Resumed: {reason}' },
  SITTING_ENDED: { zh: '结束考试 {reason}', en: 'Sitting ended {reason}' },
  TIME_CREDITED: { zh: '补时{ms}：{cause}', en: 'Time credit of {ms}: {cause}' },
  NOTICE_SENT: { zh: '通知：{text}', en: 'Message: {text}' },
  NOTICE_SEEN: { zh: '考生已阅通知', en: 'Candidate saw the message' },
  ADDRESS_APPROVED: { zh: '批准考试机新地址 {address}', en: 'New address {address} of the machine approved' },
  MACHINE_ENROLLED: {
    zh: '座位 {seat} 登记新考试机（{address}），替换原机',
    en: 'Another machine enrolled at seat {seat} ({address}), in place of the one before',
  },
  MACHINE_RETIRED: { zh: '考试机停用：{reason}', en: 'Machine taken out of use: {reason}' },
  CANDIDATE_LOGGED_IN: {
    zh: '在座位 {seat} 登录（第 {epoch} 段作答流）',
    en: 'Signed in at seat {seat} (stream {epoch})',
  },
  IDENTITY_CONFIRMED: { zh: '考生确认本人信息', en: 'Candidate confirmed the identity' },
  LOGIN_WITHDRAWN: { zh: '撤回登录', en: 'Sign-in withdrawn' },
  PLEDGE_SIGNED: { zh: '签署诚信承诺书', en: 'Integrity pledge signed' },
  PAPER_FETCHED: { zh: '密封试卷已下载（{files} 个文件）', en: 'Sealed paper fetched ({files} files)' },
  REVISION_REFUSED: { zh: '一次修订被拒绝：{code}', en: 'A revision was refused: {code}' },
  REVISION_CONFLICT: { zh: '修订 {rev} 与已存内容不一致', en: 'Revision {rev} differs from what was stored' },
  REVISION_QUARANTINED: {
    zh: '修订隔离待裁定（{lane}）',
    en: 'A revision kept apart to be decided ({lane})',
  },
  UPLOAD_STORED: { zh: '上传文件，{bytes} 字节', en: 'File uploaded, {bytes} bytes' },
  ATTEMPT_TIMED_UP: { zh: '作答时间到', en: 'Time was up' },
  ATTEMPT_SUBMITTED: { zh: '交卷，共 {rev} 次修订', en: 'Handed in after {rev} revisions' },
  INCIDENT_RECORDED: { zh: '登记异常：{reason} {text}', en: 'Incident recorded: {reason} {text}' },
  INCIDENT_NOTED: { zh: '异常补充说明：{text}', en: 'Note on the incident: {text}' },
  INCIDENT_CLOSED: { zh: '异常结案：{outcome}', en: 'Incident closed: {outcome}' },
  PHOTO_STORED: { zh: '保存照片（{purpose}）{text}', en: 'Photo stored ({purpose}) {text}' },
  MATERIAL_ADDED: { zh: '辅助材料：{name}', en: 'Auxiliary material: {name}' },
};

const VALUES: Readonly<Record<string, Words>> = {
  panorama: { zh: '考场全景', en: 'room' },
  incident: { zh: '异常', en: 'incident' },
  portrait: { zh: '面部', en: 'portrait' },
  fenced: { zh: '换机后的原机', en: 'by the machine before the change' },
  'in-time': { zh: '按时作答，迟到', en: 'written in time, arrived late' },
  late: { zh: '超时作答', en: 'written late' },
  unproved: { zh: '时间无法证明', en: 'time cannot be proved' },
};

export function eventText(
  { kind, body }: Pick<EventFacts, 'kind' | 'body'>,
  timeZone: string,
  lang: ReportLanguage,
): string {
  const words = TEXTS[kind];
  if (!words) return kind;
  const values = Object.fromEntries(
    Object.entries(body).map(([field, value]) => [field, valueText(field, value, timeZone, lang)]),
  );
  return fill(lang === 'en' ? words.en : words.zh, values).trim();
}

function valueText(field: string, value: unknown, timeZone: string, lang: ReportLanguage): string {
  if (Array.isArray(value)) return String(value.length);
  if (typeof value === 'number') {
    if (field === 'ms') return lengthText(value, lang);
    return field === 'plannedStart' ? dateTimeText(value, timeZone, lang) : String(value);
  }
  if (typeof value !== 'string') return '';
  const known =
    field === 'reason' && Object.hasOwn(REASON_WORDS, value)
      ? REASON_WORDS[value as keyof typeof REASON_WORDS] // hasOwn says so
      : field === 'purpose' || field === 'lane'
        ? VALUES[value]
        : undefined;
  if (known) return lang === 'en' ? known.en : known.zh;
  return value;
}
