/** Faults of a paper written as a spreadsheet; see faults.ts. */
import { error, type Fault } from './fault.ts';

export const SHEET_FAULTS = {
  'sheet/unreadable': error(
    '无法读取表格',
    'The spreadsheet cannot be read',
    '请另存为 XLSX 或 CSV 后再上传',
    'Save it as XLSX or CSV and upload it again',
  ),
  'sheet/no-header': error(
    '表头缺少必需的列（题型、题目、答案）',
    'The header lacks a needed column (type, question, answer)',
    '请在第一行写明列名',
    'Write the names of the columns into the first row',
  ),
  'sheet/no-questions': error(
    '表格中没有试题',
    'The spreadsheet holds no questions',
    '请在表头下面填写试题',
    'Write questions below the header',
  ),
  'sheet/too-many': error(
    '试题过多（上限 500 题）',
    'Too many questions (500 at most)',
    '请拆分试卷',
    'Split the paper',
  ),
  'sheet/type': error(
    '题型无法识别',
    'The type of the question is not known',
    '可填：单选、多选、判断、填空、简答',
    'Use: single, multiple, true/false, text, essay',
  ),
  'sheet/question': error('题目为空', 'The question is empty', '请填写题目', 'Write the question'),
  'sheet/options': error(
    '选项少于两个、多于 26 个或有重复',
    'There are fewer than two options, more than 26, or two alike',
    '每行一个选项，或用“选项A”“选项B”等列',
    'Write one option a line, or use columns "Option A", "Option B"',
  ),
  'sheet/answer': error(
    '答案与题型或选项不符',
    'The answer does not suit the type or the options',
    '选择题填字母，判断题填对或错，填空题各空用分号隔开',
    'Letters for choices, true or false, semicolons between blanks',
  ),
  'sheet/points': error(
    '分值不是正数',
    'The points are not a positive number',
    '请填写分值',
    'Write the points as a number',
  ),
} as const satisfies Record<string, Fault>;
