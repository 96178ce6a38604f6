/** Names and numbers for the fake box: ordinary, long, rare. All made up. */
const FAMILY = [
  '王',
  '李',
  '张',
  '刘',
  '陈',
  '杨',
  '赵',
  '黄',
  '周',
  '吴',
  '欧阳',
  '司马',
  '马',
  '林',
  '侯',
  '孙',
];
const GIVEN = [
  '雨桐',
  '浩然',
  '欣怡',
  '子涵',
  '梓轩',
  '思远',
  '佳若',
  '一诺',
  '博文',
  '晓彤',
  '明哲',
  '静',
  '涛',
  '婷婷',
];
const SPECIAL = ['买买提·艾力', '阿依古丽·吐尔逊江·买合木提', '李𬭛', '𠅤明远', '扎西多吉', '张䶮'];
const SCHOOLS = ['第一中学', '第七中学', '民族中学', '开放大学北城学习中心', '实验外国语学校'];

export interface FakePerson {
  ticket: string;
  name: string;
  gender: string;
  idTail: string;
  school: string;
}

/** The same people every time. */
export function people(count: number, exam: number): FakePerson[] {
  return Array.from({ length: count }, (_, index): FakePerson => {
    const special = index % 17 === 5 ? SPECIAL[Math.floor(index / 17) % SPECIAL.length] : undefined;
    const name = FAMILY[(index * 7) % FAMILY.length]! + GIVEN[(index * 5 + exam) % GIVEN.length]!; // both indexes are below the length
    return {
      ticket: `2611${String(exam).padStart(2, '0')}01${String(index + 1).padStart(7, '0')}`,
      name: special ?? name,
      gender: index % 2 === 0 ? '女' : '男',
      idTail:
        String(1000 + ((index * 37) % 9000)).slice(0, 3) + (index % 11 === 0 ? 'X' : String(index % 10)),
      school: SCHOOLS[(index * 3) % SCHOOLS.length]!, // below the length
    };
  });
}

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

/** Identifiers of the contract's shape, counted up. */
export function identifiers(): (prefix: string) => string {
  let next = 7_777;
  return (prefix) => {
    let value = next++ * 2_654_435_761;
    let text = '';
    for (let place = 0; place < 16; place++) {
      text += ALPHABET[value % 31 === 0 ? place : value % 32];
      value = Math.floor(value / 7) + place * 131 + 17;
    }
    return `${prefix}_${text}`;
  };
}

/** The candidate behind an entry. */
export const candidateOf = (entry: string): string => `ca${entry.slice(2)}`;
