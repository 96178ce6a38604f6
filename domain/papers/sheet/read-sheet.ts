/**
 * Rows of a spreadsheet → questions. One header row with Chinese or English names, one question a row; every faulty
 * row is named with its line and what is wrong with it.
 */
import type { PaperFaultCode } from '../faults.ts';
import { BLANK, type SheetQuestion, type SheetType } from './sheet-question.ts';

export interface SheetFault {
  code: PaperFaultCode;
  line: number;
  detail: string;
}

export interface SheetTable {
  rows: readonly (readonly string[])[];
  /** Line or row number of each row in the file. */
  lineOfRow: readonly number[];
}

const MOST_QUESTIONS = 500;

const COLUMNS: Record<string, readonly string[]> = {
  type: ['题型', '类型', '试题类型', 'type', 'kind'],
  question: ['题目', '题干', '问题', '试题', '题目内容', 'question', 'text', 'stem'],
  options: ['选项', '备选项', 'options', 'choices'],
  answer: ['答案', '正确答案', '参考答案', '标准答案', 'answer', 'correct', 'key'],
  points: ['分值', '分数', '得分', '满分', 'points', 'score', 'marks'],
  section: ['大题', '部分', '章节', 'section', 'part'],
};

const TYPES: readonly [SheetType, RegExp][] = [
  ['single', /^(单选|单项选择|选择|single|singlechoice|choice|mc)(题)?$/],
  ['multiple', /^(多选|多项选择|不定项|不定项选择|multiple|multiplechoice|multipleresponse|multi)(题)?$/],
  ['true-false', /^(判断|是非|对错|true\/?false|tf|boolean)(题)?$/],
  ['text', /^(填空|text|textentry|fill|fillin|blank|short)(题)?$/],
  ['essay', /^(简答|问答|论述|作文|写作|主观|essay|extendedtext|open)(题)?$/],
];

const TRUE = /^(对|正确|是|√|✓|t|true|y|yes|1)$/;
const FALSE = /^(错|错误|否|×|✗|x|f|false|n|no|0)$/;

/** Full-width letters and digits count as the plain ones, blanks inside words do not count. */
function fold(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s_-]+/g, '');
}

interface Header {
  columns: Partial<Record<keyof typeof COLUMNS, number>>;
  /** Columns "Option A", "选项B", … in order of their letters. */
  letters: number[];
}

function readHeader(row: readonly string[]): Header {
  const columns: Header['columns'] = {};
  const letters: { letter: string; at: number }[] = [];
  row.forEach((cell, at) => {
    const name = fold(cell).replace(/[:：*]$/, '');
    const letter = /^(?:选项|option|choice)?([a-z])$/.exec(name)?.[1];
    if (letter !== undefined) letters.push({ letter, at });
    for (const [column, names] of Object.entries(COLUMNS))
      if (names.includes(name) && columns[column] === undefined) columns[column] = at;
  });
  return { columns, letters: letters.sort((a, b) => (a.letter < b.letter ? -1 : 1)).map(({ at }) => at) };
}

/** "A. one", "B、two": the letter is taken off only where every option has its own. */
function stripLetters(options: readonly string[]): string[] {
  const stripped = options.map((option, at) => {
    const found = /^\s*[（(]?([A-Za-zＡ-Ｚ])\s*[.．、:：)）]\s*(.+)$/s.exec(option);
    const letter = found?.[1]?.normalize('NFKC').toUpperCase();
    return letter === String.fromCharCode(65 + at) ? found![2]! : undefined;
  });
  return stripped.every((option) => option !== undefined)
    ? (stripped as string[]) // every one is a text, which the compiler does not conclude from `every`
    : [...options];
}

function readOptions(row: readonly string[], header: Header): string[] {
  const separate = header.letters.map((at) => (row[at] ?? '').trim());
  while (separate.at(-1) === '') separate.pop();
  if (separate.length > 0) return stripLetters(separate);
  const cell = (header.columns.options === undefined ? '' : (row[header.columns.options] ?? '')).trim();
  const parts = [/\r?\n/, /[|｜]/, /[;；]/].map((sign) => cell.split(sign)).find((list) => list.length > 1);
  return stripLetters((parts ?? [cell]).map((option) => option.trim()).filter((option) => option !== ''));
}

/** Letters ("A", "AC", "A、C") or the text of an option. */
function readLetters(answer: string, options: readonly string[]): number[] | undefined {
  const whole = options.indexOf(answer.trim());
  if (whole >= 0) return [whole];
  const letters = answer
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[\s,;、|/]+/g, '');
  if (!/^[A-Z]+$/.test(letters)) return undefined;
  const places = [...letters].map((letter) => letter.charCodeAt(0) - 65);
  if (places.some((at) => at >= options.length) || new Set(places).size !== places.length) return undefined;
  return places.sort((a, b) => a - b);
}

/** Blanks are divided by semicolons, what is accepted for one by "|". */
function readBlanks(answer: string, text: string): string[][] | undefined {
  const count = Math.max(1, text.split(new RegExp(BLANK.source, 'g')).length - 1);
  if (answer.trim() === '') return Array.from({ length: count }, () => []);
  const accepted = (part: string): string[] =>
    part
      .split(/[|｜]/)
      .map((one) => one.trim())
      .filter((one) => one !== '');
  if (count === 1) return [accepted(answer)];
  const parts = answer.split(/[;；]/);
  return parts.length === count ? parts.map(accepted) : undefined;
}

function isDistinct(options: readonly string[]): boolean {
  return new Set(options).size === options.length && !options.includes('');
}

type Understood = { question: SheetQuestion } | { fault: Omit<SheetFault, 'line'> };

function understand(row: readonly string[], header: Header, line: number): Understood {
  const cell = (column: keyof typeof COLUMNS): string => {
    const at = header.columns[column];
    return at === undefined ? '' : (row[at] ?? '').trim();
  };
  const fault = (code: PaperFaultCode, detail: string): Understood => ({ fault: { code, detail } });
  const type = TYPES.find(([, pattern]) => pattern.test(fold(cell('type'))))?.[0];
  if (type === undefined) return fault('sheet/type', cell('type'));
  const text = cell('question');
  if (text === '') return fault('sheet/question', '');
  const written = cell('points').normalize('NFKC');
  const points = written === '' ? 1 : Number(written.replace(/分$/, ''));
  if (!(points > 0 && points <= 10_000)) return fault('sheet/points', written);
  const common = { line, section: cell('section'), text, points };
  const answer = cell('answer');
  if (type === 'essay') return { question: { ...common, type } };
  if (type === 'true-false') {
    const said = fold(answer);
    if (!TRUE.test(said) && !FALSE.test(said)) return fault('sheet/answer', answer);
    return { question: { ...common, type, correct: TRUE.test(said) } };
  }
  if (type === 'text') {
    const blanks = readBlanks(answer, text);
    return blanks === undefined ? fault('sheet/answer', answer) : { question: { ...common, type, blanks } };
  }
  const options = readOptions(row, header);
  if (options.length < 2 || options.length > 26 || !isDistinct(options))
    return fault('sheet/options', String(options.length));
  const correct = readLetters(answer, options);
  if (correct === undefined || correct.length === 0 || (type === 'single' && correct.length > 1))
    return fault('sheet/answer', answer);
  return { question: { ...common, type, options, correct } };
}

/** @returns the questions that are right, and a fault for each row that is not. */
export function readSheet(table: SheetTable): { questions: SheetQuestion[]; faults: SheetFault[] } {
  const questions: SheetQuestion[] = [];
  const faults: SheetFault[] = [];
  const [first = [], ...rows] = table.rows;
  const header = readHeader(first);
  const missing = ['type', 'question', 'answer'].filter((column) => header.columns[column] === undefined);
  if (missing.length > 0)
    return {
      questions,
      faults: [{ code: 'sheet/no-header', line: table.lineOfRow[0] ?? 1, detail: missing.join(', ') }],
    };
  if (rows.length > MOST_QUESTIONS)
    return { questions, faults: [{ code: 'sheet/too-many', line: 0, detail: String(rows.length) }] };
  rows.forEach((row, at) => {
    if (row.every((cell) => cell.trim() === '')) return;
    const line = table.lineOfRow[at + 1] ?? at + 2;
    const result = understand(row, header, line);
    if ('question' in result) questions.push(result.question);
    else faults.push({ line, ...result.fault });
  });
  if (questions.length === 0 && faults.length === 0)
    faults.push({ code: 'sheet/no-questions', line: 0, detail: '' });
  return { questions, faults };
}
