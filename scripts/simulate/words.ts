/** Texts that simulated candidates type: sentences in both languages, corrections, now and then a character beyond the BMP. */
import { pick, type Rng } from '#domain/random/seeded.ts';

export type Language = 'zh' | 'en';

const PHRASES: Record<Language, readonly string[]> = {
  zh: [
    '清晨的码头上，',
    '雾慢慢散开，',
    '我看见灯塔的光还亮着。',
    '守塔人说，',
    '这里的每一页日志都有人读过。',
    '因此，',
    '我认为这个结论是成立的；',
    '根据材料第二段，',
    '水位在涨潮前后相差约 1.8 米。',
    '他没有回答，只是把表放回桌上。\n',
    '“时间不会等人。”',
    '𠮷野家的招牌换了新的，',
    '但是，',
    '如果只看数据，',
    '我们很容易忽略人的感受😀。',
    '总之，',
  ],
  en: [
    'The keeper wrote every night, ',
    'and nobody read it. ',
    'In my opinion, ',
    'the second paragraph shows why. ',
    'However, ',
    'the tide table gives 4.2 m at noon; ',
    'it does not explain the wreck.\n',
    '“Wait for the light,” ',
    'she said, ',
    'naïve as it may sound, ',
    'we were tired 🙂 and cold. ',
    'Therefore ',
    'the answer must be smaller than ten. ',
  ],
};

/** The text after one save: a few more words, a correction at the end, or a change in the middle. */
export function changeText(
  before: string,
  { most, essay, language }: { most: number; essay: boolean; language: Language },
  rng: Rng,
): string {
  const characters = [...before];
  const kind = rng.below(100);
  if (characters.length > 8 && kind < 12) return characters.slice(0, -1 - rng.below(5)).join('');
  const words = essay ? pick(PHRASES[language], rng) : shortWord(language, rng);
  if (before.length + words.length > most)
    return characters.length === 0 ? '' : characters.slice(0, -1 - rng.below(characters.length)).join('');
  if (characters.length > 8 && kind < 20) {
    const at = rng.below(characters.length);
    return [...characters.slice(0, at), words, ...characters.slice(at)].join('');
  }
  return essay ? before + words : words;
}

function shortWord(language: Language, rng: Rng): string {
  const word = pick(PHRASES[language], rng).trim();
  return rng.below(2) === 0
    ? word.slice(0, 2).replace(/[\uD800-\uDFFF]/g, '') || '3'
    : String(rng.below(500));
}
