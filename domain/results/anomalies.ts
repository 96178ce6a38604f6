/**
 * Attempts that somebody should look at before results go out. Each is an indication and never a proof: an honest
 * candidate may hand in early, change much at the end, or be the best of the room. Pure; the thresholds stand here with
 * their reasons and nowhere else.
 */

/** What is known of one attempt; times are wall-clock milliseconds. */
export interface AttemptFacts {
  /** Points so far; `null` where there is no automatic score. */
  score: number | null;
  maximum: number | null;
  /** Nothing waits for a marker: the score will not change. */
  isFinal: boolean;
  /** Items that ask something, and those of them with an answer at the end. */
  items: number;
  answered: number;
  /** Every change of an answer, in any order: when, and of which item. */
  revisions: readonly { atMs: number; item: string }[];
  /** When writing began and ended; `null` while it lasts, and then nothing is said. */
  startedMs: number | null;
  endedMs: number | null;
  /** Final scores of all candidates with the same paper in the same room, this one included. */
  room: readonly number[];
}

interface Words {
  zh: string;
  en: string;
}

export const ANOMALIES = {
  'zero-score': {
    zh: '已作答但得分为零（得分/满分）：请核对评分规则与答案',
    en: 'Answered, and 0 points (points/maximum): check the scoring rules and the key',
  },
  'all-blank': {
    zh: '全部空白（已答/题数）：请核对考生是否在场、作答是否齐全',
    en: 'Nothing is answered (answered/items): check that the candidate was there and that all answers have come',
  },
  'late-changes': {
    zh: '最后 5 分钟改动了许多已答的题（改动题数/已答题数）：请查看作答过程与考场记录',
    en: 'Many answers were changed again in the last 5 minutes (changed/answered): look at the course of writing and the room’s record',
  },
  'no-time': {
    zh: '全部作答用时过短（秒/已答题数）：请查看作答过程',
    en: 'Everything was answered in very little time (seconds/answered): look at the course of writing',
  },
  'score-far-from-room': {
    zh: '得分与同考场同试卷考生相差很大（得分/考场中位数）：请查看考场记录',
    en: 'The score is far from those of the same paper in the same room (score/median of the room): look at the room’s record',
  },
} as const satisfies Record<string, Words>;

export type AnomalyCode = keyof typeof ANOMALIES;

export interface Anomaly extends Words {
  code: AnomalyCode;
  /** Two figures with a slash between; the words say which. */
  detail: string;
}

/** "The end": long enough to change many answers, short enough that ordinary checking is mostly over. */
export const LATE_MS = 5 * 60_000;
/** Before the end there must be writing to compare with: three times as long. */
export const BEFORE_LATE_MS = 3 * LATE_MS;
/** Fewer changed answers than these are a candidate who checks once more. */
export const LATE_ITEMS = 10;
/** … and they must be a good part of the paper: a third of what is answered. */
export const LATE_SHARE = 1 / 3;
/** … at a pace that differs from the time before, or it is just how this candidate works. */
export const LATE_PACE = 3;

/**
 * Faster than this for every item, nobody has read the questions. Studies of rapid guessing set thresholds of 3 to 10 s
 * an item (Wise & Kong, Applied Measurement in Education 18(2), 2005); the lowest is taken, for short items.
 */
export const HASTE_MS_AN_ITEM = 3_000;
/** With fewer items, handing in within half a minute is no wonder. */
export const HASTE_ITEMS = 10;

/**
 * Modified z-score over median and median absolute deviation, and its usual limit (Iglewicz & Hoaglin, How to Detect and
 * Handle Outliers, 1993). Unlike mean and standard deviation it is not moved by the very scores that are looked for.
 */
export const FAR_Z = 3.5;
const MAD_TO_SD = 0.6745;
/** In a smaller room median and deviation are too uncertain. */
export const ROOM_LEAST = 20;
/** Where all are nearly equal every difference is "far": it must be a fifth of the maximum besides. */
export const FAR_SHARE = 0.2;

function found(code: AnomalyCode, one: number, other: number): Anomaly {
  return { code, ...ANOMALIES[code], detail: `${rounded(one)}/${rounded(other)}` };
}

/** For people: at most two decimals. */
function rounded(number: number): number {
  return Math.round(number * 100) / 100;
}

function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** Items that are turned to: writing a sentence makes many revisions and is one change. */
function changes(revisions: AttemptFacts['revisions']): number {
  let count = 0;
  let last: string | undefined;
  for (const { item } of revisions) {
    if (item !== last) count++;
    last = item;
  }
  return count;
}

function lateChanges(
  { revisions, answered }: AttemptFacts,
  startedMs: number,
  endedMs: number,
): Anomaly | undefined {
  const lateFrom = endedMs - LATE_MS;
  const earlyMs = lateFrom - startedMs;
  if (earlyMs < BEFORE_LATE_MS) return undefined;
  const inOrder = [...revisions].sort((a, b) => a.atMs - b.atMs);
  const early = inOrder.filter(({ atMs }) => atMs < lateFrom);
  const late = inOrder.filter(({ atMs }) => atMs >= lateFrom && atMs <= endedMs);
  const before = new Set(early.map(({ item }) => item));
  const again = new Set(late.map(({ item }) => item).filter((item) => before.has(item)));
  if (again.size < LATE_ITEMS || again.size < answered * LATE_SHARE) return undefined;
  const pace = changes(early) / earlyMs;
  return changes(late) / LATE_MS >= LATE_PACE * pace
    ? found('late-changes', again.size, answered)
    : undefined;
}

function farFromRoom({ score, maximum, isFinal, room }: AttemptFacts): Anomaly | undefined {
  if (score === null || maximum === null || !isFinal || room.length < ROOM_LEAST) return undefined;
  const middle = median(room);
  const deviation = median(room.map((one) => Math.abs(one - middle)));
  const distance = Math.abs(score - middle);
  if (deviation === 0 || distance < FAR_SHARE * maximum) return undefined;
  return (MAD_TO_SD * distance) / deviation > FAR_Z ? found('score-far-from-room', score, middle) : undefined;
}

/** In a fixed order; empty for an attempt that is not over. */
export function anomaliesOf(facts: AttemptFacts): Anomaly[] {
  const { score, maximum, isFinal, items, answered, startedMs, endedMs } = facts;
  if (endedMs === null) return [];
  const result: (Anomaly | undefined)[] = [];
  if (items > 0 && answered === 0) result.push(found('all-blank', 0, items));
  if (answered > 0 && isFinal && score !== null && score <= 0 && maximum !== null && maximum > 0)
    result.push(found('zero-score', score, maximum));
  if (startedMs !== null && endedMs > startedMs) {
    result.push(lateChanges(facts, startedMs, endedMs));
    const spentMs = endedMs - startedMs;
    if (answered === items && items >= HASTE_ITEMS && spentMs < items * HASTE_MS_AN_ITEM)
      result.push(found('no-time', spentMs / 1000, items));
  }
  result.push(farFromRoom(facts));
  return result.filter((one) => one !== undefined);
}
