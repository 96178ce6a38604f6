/** Faults of a roster in the words that people are shown. */
import type { Fault } from '#protocol/console.ts';
import { ERRORS } from '#protocol/errors.ts';
import { describeFault, FIELD_NAMES } from './fault-text.ts';
import type { RosterPreview } from './preview.ts';
import { describeReadFault } from './read-faults.ts';
import type { RosterField } from './table.ts';

/** A file in which everything is wrong is said to be so long before its end. */
const MOST = 5_000;

type Found = RosterPreview['faults'][number] | RosterPreview['notices'][number];

export function describeFaults({ faults, notices }: Pick<RosterPreview, 'faults' | 'notices'>): Fault[] {
  return [
    ...faults.slice(0, MOST).map((fault) => describe('error', fault)),
    ...notices.slice(0, MOST).map((notice) => describe('warning', notice)),
  ];
}

/** A column that the list has and the import leaves out: nobody may believe that extra time came in with it. */
export function unusedColumn(field: RosterField, headerLine: number, header: string): Fault {
  const { zh, en, doZh, doEn } = ERRORS['roster/column-unused'];
  const name = FIELD_NAMES[field];
  return {
    severity: 'warning',
    code: 'roster/column-unused',
    zh: `${zh}：${name.zh}`,
    en: `${en}: ${name.en}`,
    doZh,
    doEn,
    line: headerLine,
    field,
    value: header,
  };
}

type ReadFault = Parameters<typeof describeReadFault>;

/** Detail of `roster/unreadable`, for a file that is no table: one code, with the reason and its words beside it. */
export function toldUnreadable(code: ReadFault[0], detail: ReadFault[1]): Record<string, unknown> {
  const zh = describeReadFault(code, detail, 'zh');
  const en = describeReadFault(code, detail, 'en');
  return {
    reason: code,
    zh: zh.text,
    en: en.text,
    doZh: zh.remedy,
    doEn: en.remedy,
    ...detail,
  };
}

function describe(severity: Fault['severity'], found: Found): Fault {
  const zh = describeFault(found, 'zh');
  const en = describeFault(found, 'en');
  const fault: Fault = {
    severity,
    code: found.code,
    zh: zh.text,
    en: en.text,
    doZh: zh.remedy,
    doEn: en.remedy,
    line: found.line,
  };
  if (found.field !== null) fault.field = found.field;
  if (found.value !== undefined) fault.value = found.value;
  if ('otherLine' in found && found.otherLine !== undefined) fault.otherLine = found.otherLine;
  return fault;
}
