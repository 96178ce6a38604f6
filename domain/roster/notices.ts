/**
 * Things a person should know before confirming a roster, which do not stop the import:
 * they may well be as intended.
 */
import type { FaultWords } from './faults.ts';

export const ROSTER_NOTICES = {
  nameQuestionMark: {
    code: 'roster/name-question-mark',
    zh: '姓名“{value}”里有问号，可能是生僻字在导出时丢失',
    en: 'The name “{value}” holds a question mark, perhaps a rare character lost in the export',
    remedyZh: '对照证件核对；从来源系统以 UTF-8 或 GB18030 重新导出',
    remedyEn: 'Compare it with the ID card; export again from the source as UTF-8 or GB18030',
  },
  namePrivateUse: {
    code: 'roster/name-private-use',
    zh: '姓名“{value}”里有字体无法显示的自造字（标准写法：“{otherValue}”）',
    en: 'The name “{value}” holds a private character that no font shows (standard form: “{otherValue}”)',
    remedyZh: '在名单中改用标准字后重新导入',
    remedyEn: 'Use the standard character in the list and import it again',
  },
  nameDiffersFromImported: {
    code: 'roster/name-differs-from-imported',
    zh: '这里的姓名是“{value}”，该考生先前导入的另一科目中是“{otherValue}”',
    en: 'The name is “{value}” here, but “{otherValue}” in another subject imported earlier for this person',
    remedyZh: '核对姓名，并更正另一科目的名单',
    remedyEn: 'Check the name and correct the list of the other subject too',
  },
  subjectNameDiffersFromImported: {
    code: 'roster/subject-name-differs-from-imported',
    zh: '科目名称这里是“{value}”，先前导入的是“{otherValue}”',
    en: 'The subject is called “{value}” here, but “{otherValue}” in entries imported earlier',
    remedyZh: '确认科目名称，必要时一并更正',
    remedyEn: 'Make sure of the name, and correct the earlier list where needed',
  },
} as const satisfies Record<string, FaultWords>;

export type RosterNoticeCode = (typeof ROSTER_NOTICES)[keyof typeof ROSTER_NOTICES]['code'];
