/**
 * Every fault the preview of a roster can find, with its words and its remedy in both languages.
 * Placeholders {value}, {otherLine}, {otherValue} are filled by `describeFault` (fault-text.ts).
 * A fault stops the import of the whole list; notices (notices.ts) do not.
 */
export type FaultWords = {
  readonly code: `roster/${string}`;
  readonly zh: string;
  readonly en: string;
  readonly remedyZh: string;
  readonly remedyEn: string;
};

export const ROSTER_FAULTS = {
  ticketMissing: {
    code: 'roster/ticket-missing',
    zh: '没有准考证号',
    en: 'The ticket number is missing',
    remedyZh: '在名单中补上准考证号后重新导入',
    remedyEn: 'Add the ticket number to the list and import it again',
  },
  ticketMalformed: {
    code: 'roster/ticket-malformed',
    zh: '准考证号“{value}”含有字母、数字和连字符以外的字符，或超过 32 位',
    en: 'The ticket number “{value}” holds something other than letters, digits and hyphens, or more than 32 of them',
    remedyZh: '核对准考证号，检查各列是否错位',
    remedyEn: 'Check the ticket number and whether the columns have shifted',
  },
  ticketOfTwoPeople: {
    code: 'roster/ticket-of-two-people',
    zh: '准考证号“{value}”与第 {otherLine} 行的另一名考生（{otherValue}）相同',
    en: 'The ticket number “{value}” is also that of another person on line {otherLine} ({otherValue})',
    remedyZh: '一个准考证号只能属于一人，请核对两行后更正',
    remedyEn: 'A ticket belongs to one person only: check both lines and correct one',
  },
  ticketImportedForAnother: {
    code: 'roster/ticket-imported-for-another',
    zh: '准考证号“{value}”已导入给另一名考生（{otherValue}）',
    en: 'The ticket number “{value}” has already been imported for another person ({otherValue})',
    remedyZh: '核对准考证号；如原先导入的身份证号有误，请先在考生信息中更正',
    remedyEn:
      'Check the ticket number; if the ID number imported earlier was wrong, correct that candidate first',
  },
  nameMissing: {
    code: 'roster/name-missing',
    zh: '没有姓名',
    en: 'The name is missing',
    remedyZh: '在名单中补上姓名后重新导入',
    remedyEn: 'Add the name to the list and import it again',
  },
  idMissing: {
    code: 'roster/id-number-missing',
    zh: '没有身份证号',
    en: 'The ID number is missing',
    remedyZh: '在名单中补上身份证号后重新导入',
    remedyEn: 'Add the ID number to the list and import it again',
  },
  idLength: {
    code: 'roster/id-number-length',
    zh: '身份证号“{value}”不是 18 位',
    en: 'The ID number “{value}” does not have 18 characters',
    remedyZh: '对照证件核对，补全 18 位号码',
    remedyEn: 'Compare it with the card and give all 18 characters',
  },
  idFifteen: {
    code: 'roster/id-number-fifteen-digits',
    zh: '身份证号“{value}”是已停用的 15 位号码',
    en: 'The ID number “{value}” is of the old kind with 15 digits, which is no longer valid',
    remedyZh: '换成考生现用证件上的 18 位号码',
    remedyEn: 'Give the number with 18 characters on the card in use',
  },
  idCharacters: {
    code: 'roster/id-number-characters',
    zh: '身份证号“{value}”含有不允许的字符（应为 17 位数字加一位数字或 X，首位不为 0）',
    en: 'The ID number “{value}” holds characters it cannot have (17 digits, then a digit or X; not beginning with 0)',
    remedyZh: '对照证件核对号码，检查各列是否错位',
    remedyEn: 'Compare it with the card and check whether the columns have shifted',
  },
  idDate: {
    code: 'roster/id-number-date',
    zh: '身份证号“{value}”中的出生日期不存在',
    en: 'The birth date inside the ID number “{value}” does not exist',
    remedyZh: '对照证件核对号码的第 7 至 14 位',
    remedyEn: 'Compare characters 7 to 14 with the card',
  },
  idCheckDigit: {
    code: 'roster/id-number-check-digit',
    zh: '身份证号“{value}”的校验码不对，至少有一位写错',
    en: 'The check digit of the ID number “{value}” is wrong: at least one character is mistaken',
    remedyZh: '对照证件逐位核对号码',
    remedyEn: 'Compare it with the card character by character',
  },
  digitsLost: {
    code: 'roster/digits-lost',
    zh: '“{value}”存成了数值，表格软件只保留 15 位，后面的数字已经丢失',
    en: '“{value}” was stored as a number: the spreadsheet keeps 15 digits, and the rest are lost',
    remedyZh: '把这一列设为“文本”格式，再从来源重新填入号码',
    remedyEn: 'Format the column as text and fill the numbers in again from their source',
  },
  scientific: {
    code: 'roster/scientific-notation',
    zh: '“{value}”是科学记数法，号码的数字已经丢失',
    en: '“{value}” is in scientific notation: digits of the number are lost',
    remedyZh: '把这一列设为“文本”格式，从来源重新填入号码并重新导出',
    remedyEn: 'Format the column as text, fill the numbers in again from their source and export again',
  },
  dateCell: {
    code: 'roster/date-cell',
    zh: '“{value}”被表格软件当成了日期',
    en: '“{value}” was taken for a date by the spreadsheet',
    remedyZh: '把这一列设为“文本”格式后重新填写',
    remedyEn: 'Format the column as text and fill it in again',
  },
  sheetError: {
    code: 'roster/spreadsheet-error',
    zh: '单元格里是表格软件的错误值“{value}”',
    en: 'The cell holds the spreadsheet error “{value}”',
    remedyZh: '在表格中改正公式，或直接填入内容',
    remedyEn: 'Correct the formula in the spreadsheet or fill in the plain content',
  },
  genderUnknown: {
    code: 'roster/gender-unknown',
    zh: '性别“{value}”无法识别',
    en: 'The gender “{value}” is not understood',
    remedyZh: '填“男”或“女”，不明的留空',
    remedyEn: 'Write 男 or 女 (male or female), or leave it empty',
  },
  subjectMissing: {
    code: 'roster/subject-missing',
    zh: '没有科目',
    en: 'The subject is missing',
    remedyZh: '在名单中补上科目后重新导入',
    remedyEn: 'Add the subject to the list and import it again',
  },
  subjectMalformed: {
    code: 'roster/subject-code-malformed',
    zh: '科目代码“{value}”含有字母、数字、点和连字符以外的字符，或超过 32 位',
    en: 'The subject code “{value}” holds something other than letters, digits, dots and hyphens, or more than 32 of them',
    remedyZh: '核对科目代码，检查各列是否错位',
    remedyEn: 'Check the subject code and whether the columns have shifted',
  },
  subjectTwoNames: {
    code: 'roster/subject-code-two-names',
    zh: '同一科目代码有两个名称：这里是“{value}”，第 {otherLine} 行是“{otherValue}”',
    en: 'One subject code has two names: “{value}” here, “{otherValue}” on line {otherLine}',
    remedyZh: '统一科目名称，或更正科目代码',
    remedyEn: 'Write one name throughout, or correct the subject code',
  },
  subjectZeros: {
    code: 'roster/subject-code-zeros-lost',
    zh: '科目代码“{value}”与第 {otherLine} 行的“{otherValue}”只差前面的 0',
    en: 'The subject code “{value}” differs from “{otherValue}” on line {otherLine} only by leading zeros',
    remedyZh: '把这一列设为“文本”格式，补上前面的 0',
    remedyEn: 'Format the column as text and put the leading zeros back',
  },
  personTwice: {
    code: 'roster/person-twice-in-subject',
    zh: '身份证号“{value}”在同一科目中已出现在第 {otherLine} 行（{otherValue}）',
    en: 'The ID number “{value}” is already on line {otherLine} for the same subject ({otherValue})',
    remedyZh: '删去多余的一行；如是两个人，更正身份证号；如报考另一科目，更正科目',
    remedyEn:
      'Remove one line; if they are two people, correct the ID number; if it is another subject, correct that',
  },
  idTwoNames: {
    code: 'roster/id-number-two-names',
    zh: '同一身份证号有两个姓名：这里是“{value}”，第 {otherLine} 行是“{otherValue}”',
    en: 'One ID number has two names: “{value}” here, “{otherValue}” on line {otherLine}',
    remedyZh: '核对两行，更正姓名或身份证号',
    remedyEn: 'Check both lines and correct the name or the ID number',
  },
  extraMinutesBad: {
    code: 'roster/extra-minutes',
    zh: '加时分钟数“{value}”不是 0 至 600 的整数',
    en: 'The extra time “{value}” is not a whole number of minutes from 0 to 600',
    remedyZh: '只写分钟数，例如 30',
    remedyEn: 'Write minutes alone, for example 30',
  },
  extraPercentBad: {
    code: 'roster/extra-percent',
    zh: '加时比例“{value}”不是 0 至 300 的整数百分比',
    en: 'The extra time “{value}” is not a whole percentage from 0 to 300',
    remedyZh: '写百分比，例如 25 或 25%',
    remedyEn: 'Write a percentage, for example 25 or 25%',
  },
  controlCharacter: {
    code: 'roster/control-character',
    zh: '内容里有看不见的控制字符或换行',
    en: 'The text holds an invisible control character or a line break',
    remedyZh: '在名单中重新输入这一格',
    remedyEn: 'Type this cell again in the list',
  },
  damagedText: {
    code: 'roster/damaged-text',
    zh: '“{value}”里有字在转码时损坏',
    en: 'A character of “{value}” was destroyed when the text was converted',
    remedyZh: '从来源系统以 UTF-8 或 GB18030 重新导出',
    remedyEn: 'Export again from the source as UTF-8 or GB18030',
  },
  tooLong: {
    code: 'roster/text-too-long',
    zh: '内容过长（超过 200 个字符）',
    en: 'The text is too long (more than 200 characters)',
    remedyZh: '检查这一行的引号和分隔符，或缩短内容',
    remedyEn: 'Check the quotes and delimiters of the line, or shorten the text',
  },
  notAnEntry: {
    code: 'roster/line-not-an-entry',
    zh: '这一行不像考生信息（只有“{value}”）',
    en: 'This line does not look like a candidate (it holds only “{value}”)',
    remedyZh: '删去合计、备注之类的行',
    remedyEn: 'Remove lines with totals or remarks',
  },
  lineTooLong: {
    code: 'roster/line-too-long',
    zh: '这一行比表头多出内容“{value}”，各列可能已经错位',
    en: 'This line has more cells than the header (“{value}”), so its columns may have shifted',
    remedyZh: '检查这一行多余的逗号，或给含逗号的内容加上引号',
    remedyEn: 'Look for a stray comma, or put quotes around text that holds one',
  },
  columnMissing: {
    code: 'roster/column-missing',
    zh: '没有指定这一项在哪一列',
    en: 'No column has been chosen for this field',
    remedyZh: '在列的对应关系中选定这一列',
    remedyEn: 'Choose its column in the mapping',
  },
  columnTwice: {
    code: 'roster/column-used-twice',
    zh: '同一列对应了两项内容',
    en: 'One column has been chosen for two fields',
    remedyZh: '为每一项选不同的列',
    remedyEn: 'Choose a column of its own for each field',
  },
  columnOutside: {
    code: 'roster/column-outside',
    zh: '选定的列不在表中',
    en: 'The chosen column is not in the table',
    remedyZh: '重新选定这一列',
    remedyEn: 'Choose the column again',
  },
  headerOutside: {
    code: 'roster/header-outside',
    zh: '选定的表头行不在表中',
    en: 'The chosen header row is not in the table',
    remedyZh: '重新选定表头行',
    remedyEn: 'Choose the header row again',
  },
  noEntries: {
    code: 'roster/no-entries',
    zh: '表头下面没有考生',
    en: 'There is no candidate below the header',
    remedyZh: '检查是否选错了文件、工作表或表头行',
    remedyEn: 'Check whether this is the right file, sheet and header row',
  },
} as const satisfies Record<string, FaultWords>;

export type RosterFaultCode = (typeof ROSTER_FAULTS)[keyof typeof ROSTER_FAULTS]['code'];
