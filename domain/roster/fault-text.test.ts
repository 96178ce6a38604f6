import t from 'tap';
import { describeFault, FIELD_NAMES } from './fault-text.ts';
import { type FaultWords, ROSTER_FAULTS } from './faults.ts';
import { ROSTER_NOTICES } from './notices.ts';
import { describeReadFault, ROSTER_READ_FAULTS } from './read-faults.ts';
import { ROSTER_FIELDS } from './table.ts';

t.test('every code is used once and has words and a remedy in both languages', async (t) => {
  const all: FaultWords[] = [ROSTER_FAULTS, ROSTER_NOTICES, ROSTER_READ_FAULTS].flatMap((table) =>
    Object.values<FaultWords>(table),
  );
  t.equal(new Set(all.map(({ code }) => code)).size, all.length);
  for (const { code, zh, en, remedyZh, remedyEn } of all) {
    t.match(code, /^roster\/[a-z]+(-[a-z]+)*$/);
    for (const words of [zh, remedyZh]) t.match(words, /[\u4e00-\u9fff]/, code);
    for (const words of [en, remedyEn])
      t.notMatch(words, /[\u4e00-\u9fff]/.test(words) && code !== 'roster/gender-unknown' ? /./ : /^$/, code);
    const slots = (words: string): string[] =>
      [...words.matchAll(/\{(\w+)\}/g)].map(([, slot]) => String(slot)).sort();
    t.same(slots(zh), slots(en), `${code}: both languages tell the same`);
  }
  t.same(Object.keys(FIELD_NAMES), [...ROSTER_FIELDS]);
});

t.test('values are filled in, also those that look like placeholders', async (t) => {
  const fault = {
    code: ROSTER_FAULTS.ticketOfTwoPeople.code,
    value: '$& {otherLine}',
    otherLine: 12,
    otherValue: '于曦铭',
  };
  t.same(describeFault(fault, 'zh'), {
    text: '准考证号“$& {otherLine}”与第 12 行的另一名考生（于曦铭）相同',
    remedy: '一个准考证号只能属于一人，请核对两行后更正',
  });
  t.match(describeFault(fault, 'en').text, /line 12 \(于曦铭\)/);
  t.equal(
    describeReadFault(ROSTER_READ_FAULTS.tooManyColumns.code, { line: 3, limit: '256' }, 'en').text,
    'Line 3 has too many columns (at most 256)',
  );
});
