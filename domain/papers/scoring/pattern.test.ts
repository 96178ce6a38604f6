import fc from 'fast-check';
import t from 'tap';
import { matchesPattern } from './pattern.ts';
import { ScoringError } from './score-faults.ts';

t.test('patterns of XML Schema, over the whole text', async (t) => {
  const cases: [string, string, boolean][] = [
    ['abc', 'abc', true],
    ['abc', 'xabc', false],
    ['a|b', 'b', true],
    ['(ab)+', 'ababab', true],
    ['(ab)+', 'aba', false],
    ['colou?r', 'color', true],
    ['[A-Z]{2}\\d{3,}', 'XY12', false],
    ['[A-Z]{2}\\d{3,}', 'XY1234', true],
    ['x{0}y', 'y', true],
    ['(a|b){2,3}', 'aba', true],
    ['(a|b){2,3}', 'abab', false],
    ['[^0-9]*', 'abc', true],
    ['[a-z-[aeiou]]+', 'rhythm', true],
    ['[a-z-[aeiou]]+', 'rhyme', false],
    ['\\p{Lu}\\p{Ll}+', 'Über', true],
    ['\\P{L}', '7', true],
    ['\\i\\c*', 'name-1', true],
    ['\\i\\c*', '1name', false],
    ['\\S+\\s\\S+', 'two words', true],
    ['.', '\n', false],
    ['\\.\\*', '.*', true],
    ['[.\\-]+', '.-.', true],
    ['[一-龥]+', '贡院', true],
    ['.', '𠮷', true],
    // Anchors that authors write out of habit.
    ['^\\d+$', '42', true],
    ['^\\d+\\$', '42$', true],
    ['', '', true],
  ];
  for (const [pattern, text, expected] of cases)
    t.equal(matchesPattern(text, pattern), expected, `/${pattern}/ on ${JSON.stringify(text)}`);
});

t.test('what is no pattern is refused', async (t) => {
  for (const pattern of [
    '(',
    ')',
    'a**',
    '[',
    '[]',
    '[z-a]',
    'a{2,1}',
    'a{',
    '\\1',
    '\\p{IsGreek}',
    '((a{99}){99}){99}',
    `${'a'.repeat(1001)}`,
  ])
    t.throws(() => matchesPattern('a', pattern), ScoringError, pattern);
});

t.test('no pattern runs away', async (t) => {
  const text = `${'a'.repeat(3000)}b`;
  // Each of these takes other engines for ever; here it ends, which is all that is asked.
  for (const pattern of ['(a+)+', '(a|a)*', '(a*)*c', '(a|aa)+$', '([a-zA-Z]+)*'])
    t.equal(matchesPattern(text, pattern), pattern === '([a-zA-Z]+)*', pattern);
});

t.test('a whole essay is searched; what would take too long is a fault', async (t) => {
  const essay = `${'字'.repeat(60_000)}关键词${'字'.repeat(30_000)}`;
  t.equal(matchesPattern(essay, '.*关键词.*'), true);
  t.equal(matchesPattern(essay, '.*别的.*'), false);
  t.throws(() => matchesPattern('a'.repeat(100_000), '(a?){900}b?'), ScoringError);
});

t.test('agrees with the engine of the language where both understand', async () => {
  const letters = fc.constantFrom('a', 'b', '.', '(a|b)', '[ab]', '[^a]');
  const piece = fc
    .tuple(letters, fc.constantFrom('', '?', '*', '+', '{2}', '{1,2}'))
    .map((both) => both.join(''));
  const pattern = fc.array(piece, { maxLength: 4 }).map((all) => all.join(''));
  const text = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 6 }).map((all) => all.join(''));
  fc.assert(
    fc.property(
      pattern,
      text,
      (source, words) => matchesPattern(words, source) === new RegExp(`^(?:${source})$`).test(words),
    ),
  );
});
