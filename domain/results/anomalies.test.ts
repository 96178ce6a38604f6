import t from 'tap';
import {
  ANOMALIES,
  type AttemptFacts,
  anomaliesOf,
  BEFORE_LATE_MS,
  HASTE_ITEMS,
  HASTE_MS_AN_ITEM,
  LATE_ITEMS,
  LATE_MS,
  ROOM_LEAST,
} from './anomalies.ts';

const START = Date.UTC(2026, 5, 7, 1);
const HOUR = 3_600_000;
const END = START + 2 * HOUR;

function facts(more: Partial<AttemptFacts> = {}): AttemptFacts {
  return {
    score: 60,
    maximum: 100,
    isFinal: true,
    items: 30,
    answered: 30,
    revisions: [],
    startedMs: START,
    endedMs: END,
    room: [],
    ...more,
  };
}

const codes = (more: Partial<AttemptFacts>) => anomaliesOf(facts(more)).map(({ code }) => code);

t.test('an ordinary attempt, and one that is not over', async (t) => {
  t.same(codes({}), []);
  t.same(codes({ endedMs: null, answered: 0, score: 0 }), []);
  t.same(codes({ startedMs: null }), []);
});

t.test('zero points', async (t) => {
  t.same(anomaliesOf(facts({ score: 0 })), [
    { code: 'zero-score', ...ANOMALIES['zero-score'], detail: '0/100' },
  ]);
  t.same(codes({ score: -2 }), ['zero-score']);
  t.same(codes({ score: 0.5 }), []);
  t.same(codes({ score: 0, isFinal: false }), [], 'essays are still to be marked');
  t.same(codes({ score: null, maximum: null }), []);
  t.same(codes({ score: 0, maximum: 0 }), [], 'there was nothing to get');
  t.same(codes({ score: 0, answered: 0 }), ['all-blank'], 'blank is told as blank');
  t.same(codes({ items: 0, answered: 0 }), [], 'a paper that asks nothing');
});

/** Items q1…qN, one a minute from the start, then some of them again at the given time. */
function changed(again: number, atMs: number, { early = 30, step = 60_000 } = {}): AttemptFacts['revisions'] {
  const first = Array.from({ length: early }, (_, at) => ({ atMs: START + (at + 1) * step, item: `q${at}` }));
  const then = Array.from({ length: again }, (_, at) => ({ atMs: atMs + at, item: `q${at}` }));
  return [...then, ...first];
}

t.test('many changes at the end', async (t) => {
  const late = END - LATE_MS;
  t.same(codes({ revisions: changed(LATE_ITEMS, late) }), ['late-changes']);
  t.equal(anomaliesOf(facts({ revisions: changed(12, late) }))[0]?.detail, '12/30');
  t.same(codes({ revisions: changed(LATE_ITEMS - 1, late) }), [], 'one fewer');
  t.same(codes({ revisions: changed(LATE_ITEMS, late - 60_000) }), [], 'a minute earlier');
  t.same(codes({ revisions: changed(LATE_ITEMS, late), answered: 31, items: 31 }), [], 'less than a third');
  const fresh = Array.from({ length: 20 }, (_, at) => ({ atMs: late + at, item: `new${at}` }));
  t.same(codes({ revisions: [...changed(0, late), ...fresh] }), [], 'answered for the first time');
  const typing = Array.from({ length: 300 }, (_, at) => ({ atMs: late + at * 900, item: 'q1' }));
  t.same(codes({ revisions: [...changed(0, late), ...typing] }), [], 'one long answer is one change');
});

t.test('at the pace of the time before it is no wonder', async (t) => {
  // 10 changes in the last 5 minutes are 2 a minute; the same pace before must be under 2/3 a minute.
  const short = (beforeMs: number, early: number) => {
    const endedMs = START + beforeMs + LATE_MS;
    return codes({
      endedMs,
      revisions: changed(LATE_ITEMS, endedMs - LATE_MS, { early, step: Math.floor(beforeMs / (early + 1)) }),
      answered: early,
      items: early,
    });
  };
  t.same(short(30 * 60_000, 20), ['late-changes'], '20 in half an hour');
  t.same(short(30 * 60_000, 21), [], 'one more, and the pace is not three times that of before');
  t.same(short(BEFORE_LATE_MS, 10), ['late-changes']);
  t.same(short(BEFORE_LATE_MS - 1, 10), [], 'too little before to compare with');
});

t.test('no time to read', async (t) => {
  const within = (ms: number, more: Partial<AttemptFacts> = {}) => codes({ endedMs: START + ms, ...more });
  t.same(within(30 * HASTE_MS_AN_ITEM), []);
  t.same(within(30 * HASTE_MS_AN_ITEM - 1), ['no-time']);
  t.same(within(60_000, { answered: 29 }), [], 'given up, not rushed through');
  const few = { items: HASTE_ITEMS - 1, answered: HASTE_ITEMS - 1 };
  t.same(within(10_000, few), []);
  t.same(within(10_000, { items: HASTE_ITEMS, answered: HASTE_ITEMS }), ['no-time']);
  t.equal(anomaliesOf(facts({ endedMs: START + 45_000 }))[0]?.detail, '45/30');
});

t.test('far from the room', async (t) => {
  // Median 50, median absolute deviation 2: the limit is 3.5 × 2 / 0.6745 = 10.38 away, and 20 points besides.
  const room = (score: number, maximum = 100, size = ROOM_LEAST) =>
    codes({
      score,
      maximum,
      room: [score, ...Array.from({ length: size - 1 }, (_, at) => 48 + (at % 3) * 2)],
    });
  t.same(room(70), ['score-far-from-room']);
  t.same(room(30), ['score-far-from-room'], 'below as well');
  t.same(room(69.9), [], 'less than a fifth of the maximum');
  t.same(room(60.4, 50), ['score-far-from-room'], 'in a paper of 50 points a fifth is 10');
  t.same(room(60.3, 50), [], 'within 3.5 deviations');
  t.same(room(70, 100, ROOM_LEAST - 1), [], 'too few');
  t.same(codes({ score: 90, room: Array(30).fill(50) }), [], 'no deviation, no statistic');
  t.same(
    codes({
      score: 90,
      isFinal: false,
      room: [90, ...Array.from({ length: 30 }, (_, at) => 48 + (at % 3) * 2)],
    }),
    [],
  );
});

t.test('words in both languages, figures as the words say', async (t) => {
  for (const [code, { zh, en }] of Object.entries(ANOMALIES)) {
    t.match(zh, /（.+\/.+）/, code);
    t.match(en, /\(.+\/.+\)/, code);
  }
});
