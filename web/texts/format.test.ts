import fc from 'fast-check';
import t from 'tap';
import { characters, countdown, duration, grouped, size } from './format.ts';

t.test('the countdown reaches zero only at the end', async (t) => {
  t.equal(countdown(5_140_000), '1:25:40');
  t.equal(countdown(1), '00:01');
  t.equal(countdown(0), '00:00');
  t.equal(countdown(-5_000), '00:00');
  t.equal(countdown(3_600_000), '1:00:00');
  t.equal(countdown(3_599_001), '1:00:00');
  t.equal(countdown(599_000), '09:59');
});

t.test('durations have units in both languages', async (t) => {
  t.equal(duration(85 * 60_000, 'zh-CN'), '1 小时 25 分');
  t.equal(duration(85 * 60_000, 'en'), '1 h 25 min');
  t.equal(duration(120 * 60_000, 'en'), '2 h');
  t.equal(duration(40_000, 'zh-CN'), '40 秒');
});

t.test('sizes have units', async (t) => {
  t.equal(size(0), '0 B');
  t.equal(size(999), '999 B');
  t.equal(size(1_500), '1.5 KB');
  t.equal(size(20_971_520), '21 MB');
  t.equal(size(999_600), '1.0 MB');
});

t.test('grouping adds blanks and nothing else', async (t) => {
  t.equal(grouped('110105202601'), '1101 0520 2601');
  t.equal(grouped('11010519900307123X'), '11010519900307123X');
  fc.assert(
    fc.property(fc.stringMatching(/^\d{1,24}$/), (digits) => grouped(digits).replaceAll(' ', '') === digits),
  );
});

t.test('characters are counted as people count them', async (t) => {
  t.equal(characters('春眠不觉晓，\n处处闻啼鸟。'), 12);
  t.equal(characters('𠮷野家'), 3);
  t.equal(characters('e\u0301tude'), 5);
  t.equal(characters('  \n '), 0);
});
