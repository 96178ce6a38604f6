/**
 * Why a file could not be read as a table at all, before any line of it was looked at (node/roster throws these
 * as `RosterReadError`). Placeholders {line} and {limit} are filled by `describeReadFault`.
 */
import type { FaultWords } from './faults.ts';

export const ROSTER_READ_FAULTS = {
  empty: {
    code: 'roster/read-empty',
    zh: '文件是空的',
    en: 'The file is empty',
    remedyZh: '重新导出名单并检查文件大小',
    remedyEn: 'Export the list again and check the size of the file',
  },
  tooLarge: {
    code: 'roster/read-too-large',
    zh: '文件过大（最大 {limit}）',
    en: 'The file is too large (at most {limit})',
    remedyZh: '只保留名单所需的列和本考点的考生，去掉图片',
    remedyEn: 'Keep only the columns needed and the candidates of this site, and remove pictures',
  },
  tooManyRows: {
    code: 'roster/read-too-many-rows',
    zh: '行数过多（最多 {limit} 行）',
    en: 'There are too many rows (at most {limit})',
    remedyZh: '只保留本考点的考生，或分成几个文件导入',
    remedyEn: 'Keep only the candidates of this site, or split the list into several files',
  },
  tooManyColumns: {
    code: 'roster/read-too-many-columns',
    zh: '第 {line} 行的列数过多（最多 {limit} 列）',
    en: 'Line {line} has too many columns (at most {limit})',
    remedyZh: '只保留名单所需的列',
    remedyEn: 'Keep only the columns that the roster needs',
  },
  inflatesTooFar: {
    code: 'roster/read-inflates-too-far',
    zh: '表格解压后超过 {limit}，不像名单',
    en: 'Unpacked, the workbook is larger than {limit}, which no roster is',
    remedyZh: '把名单复制到新的工作簿，或另存为 CSV 后导入',
    remedyEn: 'Copy the list into a new workbook, or save it as CSV',
  },
  notATable: {
    code: 'roster/read-not-a-table',
    zh: '这不是文本表格，也不是 Excel 工作簿',
    en: 'This is neither a text table nor an Excel workbook',
    remedyZh: '用表格软件打开名单，另存为 XLSX 或 CSV',
    remedyEn: 'Open the list in a spreadsheet and save it as XLSX or CSV',
  },
  webPage: {
    code: 'roster/read-web-page',
    zh: '这是网页，只是用了表格的文件名',
    en: 'This is a web page that has been given the name of a spreadsheet',
    remedyZh: '用表格软件打开，另存为 XLSX',
    remedyEn: 'Open it in a spreadsheet and save it as XLSX',
  },
  nulByte: {
    code: 'roster/read-nul-byte',
    zh: '第 {line} 行含有空字节，文件已损坏或不是文本',
    en: 'Line {line} holds a NUL byte: the file is damaged or no text',
    remedyZh: '从来源系统重新导出',
    remedyEn: 'Export it again from the source',
  },
  encoding: {
    code: 'roster/read-encoding',
    zh: '第 {line} 行的文字编码损坏（应为 UTF-8、GBK、GB18030，或带标记的 UTF-16）',
    en: 'The text of line {line} is not encoded properly (UTF-8, GBK, GB18030, or UTF-16 with its mark, are read)',
    remedyZh: '从来源系统以 UTF-8 或 GB18030 重新导出',
    remedyEn: 'Export it again from the source as UTF-8 or GB18030',
  },
  quoteOpen: {
    code: 'roster/read-quote-open',
    zh: '从第 {line} 行起有一个引号没有结束',
    en: 'A quotation mark opened on line {line} or after is never closed',
    remedyZh: '检查这一行的引号，成对书写或删去',
    remedyEn: 'Look at the quotation marks of that line: pair or remove them',
  },
  password: {
    code: 'roster/read-password',
    zh: '工作簿设有打开密码',
    en: 'The workbook is protected by a password',
    remedyZh: '在表格软件中去掉密码后另存',
    remedyEn: 'Remove the password in the spreadsheet and save it again',
  },
  damaged: {
    code: 'roster/read-damaged',
    zh: '工作簿已损坏或不完整',
    en: 'The workbook is damaged or incomplete',
    remedyZh: '用表格软件打开并另存为 XLSX；打不开则从来源重新导出',
    remedyEn: 'Open it in a spreadsheet and save it as XLSX; if it does not open, export it again',
  },
  noSheet: {
    code: 'roster/read-no-such-sheet',
    zh: '工作簿中没有选定的工作表',
    en: 'The workbook has no sheet of that name',
    remedyZh: '重新选择工作表',
    remedyEn: 'Choose the sheet again',
  },
  tooSlow: {
    code: 'roster/read-too-slow',
    zh: '在 {limit} 内没能读完文件',
    en: 'The file could not be read within {limit}',
    remedyZh: '把名单复制到新的工作簿，或另存为 CSV 后导入',
    remedyEn: 'Copy the list into a new workbook, or save it as CSV',
  },
} as const satisfies Record<string, FaultWords>;

export type RosterReadCode = (typeof ROSTER_READ_FAULTS)[keyof typeof ROSTER_READ_FAULTS]['code'];

export type RosterReadDetail = {
  /** Line of the file, 1 is the first. */
  readonly line?: number;
  /** The bound that was passed, with its unit, such as `10 MB`. */
  readonly limit?: string;
};

/** The reason and the remedy in one language. */
export function describeReadFault(
  code: RosterReadCode,
  detail: RosterReadDetail,
  language: 'zh' | 'en',
): { text: string; remedy: string } {
  const words: FaultWords | undefined = Object.values(ROSTER_READ_FAULTS).find(
    (fault) => fault.code === code,
  );
  if (words === undefined) return { text: code, remedy: '' };
  const fill = (template: string): string =>
    template.replace(/\{(line|limit)\}/g, (_, key: 'line' | 'limit') => String(detail[key] ?? '—'));
  return language === 'zh'
    ? { text: fill(words.zh), remedy: words.remedyZh }
    : { text: fill(words.en), remedy: words.remedyEn };
}
