/** What the fake box understands of a roster: clean, or with faults where the file's name says so. */
import { HEADER_NAMES } from '#domain/roster/header-names.ts';
import type { Fault, RosterPreview } from '#protocol/console.ts';

const HEADERS = ['准考证号', '姓名', '性别', '身份证号', '报考学校', '科目代码', '科目名称'];
const SAMPLE = [
  ['261107010100001', '马浩敏', '男', '11010119900307211X', '第一中学', '0101', '语文'],
  ['261107010100002', '买买提·艾力', '男', '650102199001011231', '民族中学', '0101', '语文'],
  ['261107010200003', '李𬭛', '女', '110105198706045613', '开放大学北城学习中心', '0102', '数学'],
];

function faults(): Fault[] {
  const of = (
    line: number,
    field: string,
    code: string,
    zh: string,
    en: string,
    doZh: string,
    doEn: string,
  ): Fault => ({
    severity: 'error',
    code,
    zh,
    en,
    doZh,
    doEn,
    line,
    field,
  });
  const list = [
    of(
      7,
      'idNumber',
      'roster/id-number-check-digit',
      '身份证号“11010119900307211X”的校验码不对，至少有一位写错',
      'The check digit of the ID number “11010119900307211X” is wrong: at least one character is mistyped',
      '对照证件逐位核对',
      'Compare every character with the card',
    ),
    of(
      12,
      'ticket',
      'roster/ticket-of-two-people',
      '准考证号“261107010100001”与第 2 行的另一名考生（马浩敏）相同',
      'The ticket number “261107010100001” is also that of another person on line 2 (马浩敏)',
      '一个准考证号只能属于一人，请核对两行后更正',
      'A ticket belongs to one person only: check both lines and correct one',
    ),
    of(
      3,
      'name',
      'roster/name-missing',
      '没有姓名',
      'The name is missing',
      '在名单中补上姓名后重新导入',
      'Add the name to the list and import it again',
    ),
  ];
  list[1]!.otherLine = 2; // three have just been made
  for (let line = 40; line < 64; line++)
    list.push(
      of(
        line,
        'subjectCode',
        'roster/subject-missing',
        '没有科目',
        'The subject is missing',
        '补上科目代码或科目名称',
        'Add the subject code or name',
      ),
    );
  list.push({
    ...of(
      25,
      'school',
      'roster/school-new',
      '学校“第一中学（东校区）”此前没有出现过',
      'The school “第一中学（东校区）” has not occurred before',
      '确认不是笔误',
      'Make sure it is no slip',
    ),
    severity: 'warning',
  });
  return list;
}

export function previewOf(file: string, query: URLSearchParams): RosterPreview {
  const bad = file.includes('faults') || file.includes('错');
  const sent = query.get('mapping');
  const guessed = Object.fromEntries(
    Object.keys(HEADER_NAMES).map((field) => {
      const order = ['ticket', 'name', 'gender', 'idNumber', 'school', 'subjectCode', 'subjectName'];
      const column = order.indexOf(field);
      return [field, column < 0 ? null : column];
    }),
  );
  const found = bad ? faults() : [];
  return {
    token: 'preview-1',
    file,
    encoding: file.endsWith('.csv') ? 'gb18030' : 'utf-8',
    sheet: file.endsWith('.csv') ? null : query.get('sheet') || '考生',
    sheets: file.endsWith('.csv') ? [] : ['考生', '说明'],
    headerLine: Number(query.get('headerLine') ?? 1),
    headers: HEADERS,
    mapping: sent ? (JSON.parse(sent) as Record<string, number | null>) : guessed, // the page sends back what it was given
    sample: SAMPLE,
    counts: { rows: 180, new: bad ? 0 : 172, changed: bad ? 0 : 5, unchanged: bad ? 0 : 3, candidates: 120 },
    faults: found,
    ok: !found.some(({ severity }) => severity === 'error'),
  };
}
