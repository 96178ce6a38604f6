/** Faults of a roster in the words that the console shows. */
import { describeFault, FIELD_NAMES } from '#domain/roster/fault-text.ts';
import type { RosterPreview } from '#domain/roster/preview.ts';
import { describeReadFault } from '#domain/roster/read-faults.ts';
import type { RosterField } from '#domain/roster/table.ts';
import type { RosterReadError } from '#node/roster/read-error.ts';
import type { Fault } from '#protocol/console.ts';
import { ERRORS } from '#protocol/errors.ts';
import { BoxError } from '#server/platform/box-error.ts';

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

/** A file that is no table: one code for the console, with the reason and its words beside it. */
export function unreadable(error: RosterReadError): BoxError {
  const zh = describeReadFault(error.code, error.detail, 'zh');
  const en = describeReadFault(error.code, error.detail, 'en');
  return new BoxError('roster/unreadable', {
    reason: error.code,
    zh: zh.text,
    en: en.text,
    doZh: zh.remedy,
    doEn: en.remedy,
    ...error.detail,
  });
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
