/** What stands on the cards with release codes: all words and times already text, in both languages, one card a code. */
import { dateText, timeText } from '#domain/reports/dates.ts';

export interface CardFacts {
  /** Name of headquarters. */
  hq: string;
  exam: string;
  session: string;
  /** Planned start, wall time in milliseconds. */
  plannedStart: number;
  timeZone: string;
  n: number;
  /** One a card, 16 groups with blanks between; as many as were issued. */
  codes: readonly string[];
  madeWall: number;
}

export interface ReleaseCard {
  /** 启封码 1 / 3 */
  number: string;
  groups: string[];
  /** What the QR says: the 80 characters. */
  qr: string;
}

export interface ReleaseCards {
  title: string;
  lines: string[];
  /** How many open the papers. */
  rule: string[];
  officer: string;
  received: string;
  keep: string[];
  qrWords: string;
  cards: ReleaseCard[];
  madeWall: number;
  author: string;
}

export function releaseCards(facts: CardFacts): ReleaseCards {
  const { hq, exam, session, plannedStart, timeZone, n, codes, madeWall } = facts;
  const m = codes.length;
  const start = (lang: 'zh-CN' | 'en') =>
    `${dateText(plannedStart, timeZone, lang)} ${timeText(plannedStart, timeZone)}`;
  return {
    title: '启封码 Release code',
    lines: [hq, exam, session, `开考时间 Starts: ${start('zh-CN')} / ${start('en')} (${timeZone})`],
    rule: [
      `共发放 ${m} 张，任意 ${n} 张合用即可启封本场试卷。`,
      `${m} cards were issued; any ${n} of them together open the papers of this session.`,
    ],
    officer: '保管人 Officer',
    received: '领取签名、日期 Received, date',
    keep: [
      '密封保管；开考前不得拆封、拍照、抄录或告知他人。',
      'Keep it sealed. Do not open, photograph, copy or tell it before the start.',
    ],
    qrWords: '启封码二维码 The release code as a QR code',
    cards: codes.map((code, i) => ({
      number: `${i + 1} / ${m}`,
      groups: code.split(' '),
      qr: code.replaceAll(' ', ''),
    })),
    madeWall,
    author: hq,
  };
}

/** Every text that is drawn: fonts are cut to them. */
export function textsOfCards(cards: ReleaseCards): string[] {
  const { title, lines, rule, officer, received, keep } = cards;
  const numbers = cards.cards.flatMap(({ number, groups }) => [number, ...groups]);
  return [title, ...lines, ...rule, officer, received, ...keep, ...numbers];
}
