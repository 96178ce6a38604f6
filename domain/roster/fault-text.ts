/** Words for a fault or notice, with its values filled in. */
import { type FaultWords, ROSTER_FAULTS, type RosterFaultCode } from './faults.ts';
import { ROSTER_NOTICES, type RosterNoticeCode } from './notices.ts';
import type { RosterField } from './table.ts';

/** What screens and printed lists call the fields. */
export const FIELD_NAMES: { readonly [F in RosterField]: { readonly zh: string; readonly en: string } } = {
  ticket: { zh: '准考证号', en: 'ticket number' },
  name: { zh: '姓名', en: 'name' },
  gender: { zh: '性别', en: 'gender' },
  idNumber: { zh: '身份证号', en: 'ID number' },
  school: { zh: '学校', en: 'school' },
  subjectCode: { zh: '科目代码', en: 'subject code' },
  subjectName: { zh: '科目名称', en: 'subject name' },
  room: { zh: '考场', en: 'room' },
  seat: { zh: '座位', en: 'seat' },
  extraMinutes: { zh: '加时（分钟）', en: 'extra time (minutes)' },
  extraPercent: { zh: '加时（%）', en: 'extra time (%)' },
};

const WORDS: ReadonlyMap<string, FaultWords> = new Map(
  [...Object.values(ROSTER_FAULTS), ...Object.values(ROSTER_NOTICES)].map((words) => [words.code, words]),
);

export type DescribedFault = {
  readonly code: RosterFaultCode | RosterNoticeCode;
  readonly value?: string;
  readonly otherLine?: number;
  readonly otherValue?: string;
};

/**
 * The reason and the remedy in one language. The words hold the ID number or name that is at fault:
 * they are for the person who imports, not for logs.
 */
export function describeFault(
  fault: DescribedFault,
  language: 'zh' | 'en',
): { text: string; remedy: string } {
  const words = WORDS.get(fault.code);
  // The type allows listed codes only, and a test holds the list complete; text from outside gets its code back.
  if (words === undefined) return { text: fault.code, remedy: '' };
  const fill = (template: string): string =>
    template.replace(/\{(value|otherLine|otherValue)\}/g, (_, key: 'value' | 'otherLine' | 'otherValue') =>
      String(fault[key] ?? '—'),
    );
  return language === 'zh'
    ? { text: fill(words.zh), remedy: fill(words.remedyZh) }
    : { text: fill(words.en), remedy: fill(words.remedyEn) };
}
