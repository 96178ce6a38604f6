/** Evidence reports as plain objects: who and what is in them for each scope, and nobody else. */
import t from 'tap';
import { evidence } from './evidence.ts';
import type { EventFacts } from './evidence-facts.ts';
import { entry, NINE, REQUEST, room, session } from './facts.fixture.ts';
import type { IncidentFacts, PhotoFacts } from './facts.ts';
import { textsOf } from './report.ts';

const attempt = {
  attempt: 'attempt-1',
  status: 'submitted' as const,
  loggedInWall: NINE,
  submittedWall: NINE + 3_600_000,
  receiptCode: 'ABCD-EFGH',
  answered: 9,
  revisions: 120,
  creditMs: 0,
  quarantined: 1,
};
const photo = (id: string, entries: string[], incident: string | null): PhotoFacts => ({
  photo: id,
  purpose: incident ? 'incident' : 'panorama',
  room: 'room-1',
  incident,
  takenWall: NINE,
  storedWall: NINE + 60_000,
  staffName: '李监考',
  text: `说明${id}`,
  originalSha256: `o${id}`,
  stampedSha256: `s${id}`,
  width: 1600,
  height: 900,
  people: entries.map((one) => ({ entry: one, name: `名${one}`, seat: '01', x: 1, y: 1 })),
});
const incident = (id: string, who: string, photos: PhotoFacts[]): IncidentFacts => ({
  incident: id,
  room: 'room-1',
  roomName: '第01考场',
  reason: 'copying',
  text: `情况${id}`,
  happenedWall: NINE,
  recordedWall: NINE,
  staffName: '李监考',
  people: [{ entry: who, name: `名${who}`, ticket: 'T', seat: '01' }],
  notes: [{ text: `补充${id}`, wall: NINE, staffName: '王监考' }],
  photos,
  outcome: id === 'A' ? '警告' : null,
});
const PHOTOS = [photo('1', ['entry-0001'], null), photo('2', ['entry-0002'], 'B'), photo('3', [], null)];
const FACTS = session([
  room({
    entries: [
      entry(1, '买买提·艾力', '01', { attempt }),
      entry(2, '李四', '02'),
      entry(3, '王五', '03', { absent: true }),
    ],
    photos: PHOTOS,
    incidents: [incident('A', 'entry-0001', []), incident('B', 'entry-0002', [PHOTOS[1] as PhotoFacts])],
    credits: [
      {
        forWhom: { entry: 'entry-0002', room: 'room-1' },
        ms: 60_000,
        cause: '李四补时',
        wall: NINE,
        staffName: '赵',
      },
      { forWhom: { entry: null, room: null }, ms: 60_000, cause: '停电', wall: NINE, staffName: '赵' },
    ],
  }),
]);
const EVENT: EventFacts = {
  seq: 17,
  kind: 'TIME_CREDITED',
  wall: NINE,
  attempt: null,
  name: null,
  staffName: '赵主考',
  machine: null,
  address: '10.0.0.2',
  body: { ms: 60_000, cause: '停电', scope: {} },
  leaf: 'L',
  proof: null,
};
const TIMELINE = {
  events: [EVENT],
  revisions: { count: 120, firstWall: NINE, lastWall: NINE + 1000, heads: 4 },
};

t.test('of a candidate', async (t) => {
  const report = evidence(
    FACTS,
    REQUEST,
    'zh-CN',
    { scope: 'attempt', attempt: 'attempt-1', incident: null },
    TIMELINE,
  );
  const text = textsOf(report.parts).join('\n');
  for (const part of [
    '买买提·艾力',
    'ABCD-EFGH',
    '情况A',
    '补充A',
    '警告',
    '说明1',
    's1',
    '停电',
    '#17',
    '赵主考 10.0.0.2',
    '考前张贴',
  ])
    t.match(text, part);
  for (const part of ['李四', '情况B', '说明2', '说明3', '李四补时']) t.notMatch(text, part);
  t.match(text, '作答修订 120 次，09:00:00 至 09:00:01；考试机签名 4 次。');
  t.match(report.head.watermark, /北城考点 · 考务张 · 考前张贴 · 第 1 份/);
});

t.test('of an incident', async (t) => {
  const scope = { scope: 'incident', attempt: null, incident: 'B' } as const;
  const text = textsOf(evidence(FACTS, REQUEST, 'en', scope, { events: [], revisions: null }).parts).join(
    '\n',
  );
  for (const part of ['李四', '情况B', '补充B', 'Open', '说明2', '李四补时', 'Did not sign in'])
    t.match(text, part);
  for (const part of ['买买提·艾力', '情况A', '说明1', '说明3']) t.notMatch(text, part);
});

t.test('of a room and of the session: everybody, every photo', async (t) => {
  for (const scope of ['room', 'session'] as const) {
    const of = { scope, attempt: null, incident: null };
    const text = textsOf(evidence(FACTS, REQUEST, 'zh-CN', of, { events: [], revisions: null }).parts).join(
      '\n',
    );
    for (const part of [
      '买买提·艾力',
      '李四',
      '王五',
      '缺考',
      '情况A',
      '情况B',
      '说明1',
      '说明2',
      '说明3',
      '没有涉及的事件',
    ])
      t.match(text, part);
  }
});
