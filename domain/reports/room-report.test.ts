/** Room report, minutes and handover as plain objects: counts, names, times and words in both languages. */
import t from 'tap';
import { REASON_WORDS } from '#protocol/evidence.ts';
import { entry, NINE, REQUEST, room, session } from './facts.fixture.ts';
import type { AttemptFacts, EntryFacts } from './facts.ts';
import { handover } from './handover.ts';
import { minutes } from './minutes.ts';
import { countEntries, countRooms } from './room-counts.ts';
import { roomReport } from './room-report.ts';
import type { Section } from './sections.ts';

const MINUTE = 60_000;

function attempt(change: Partial<AttemptFacts> = {}): AttemptFacts {
  return {
    attempt: 'attempt-1',
    status: 'writing',
    loggedInWall: NINE - 10 * MINUTE,
    submittedWall: null,
    receiptCode: null,
    answered: 3,
    revisions: 40,
    creditMs: 0,
    quarantined: 0,
    ...change,
  };
}

const submitted = attempt({ attempt: 'attempt-2', status: 'submitted', revisions: 7, quarantined: 2 });
const ENTRIES: EntryFacts[] = [
  entry(1, '马浩敏', '01', { attempt: submitted }),
  entry(2, '买买提·艾力', '02', { attempt: attempt() }),
  entry(3, '王缺', '03', { absent: true }),
  entry(4, '李迟', '04'),
];

const ROOM = room({
  entries: ENTRIES,
  sittings: room().sittings.map((one) => ({ ...one, startedWall: NINE + 5_000, endedWall: null })),
  machineChanges: [
    {
      entry: 'entry-0002',
      name: '买买提·艾力',
      ticket: 'T2',
      room: 'room-1',
      fromSeat: '02',
      toSeat: '02',
      wall: NINE + 20 * MINUTE,
    },
  ],
  credits: [
    {
      forWhom: { entry: 'entry-0002', room: 'room-1' },
      ms: 5 * MINUTE,
      cause: '换机',
      wall: NINE + 21 * MINUTE,
      staffName: '赵主考',
    },
    {
      forWhom: { entry: null, room: null },
      ms: 90_000,
      cause: '停电',
      wall: NINE + 30 * MINUTE,
      staffName: '赵主考',
    },
  ],
  incidents: [
    {
      incident: 'incident-1',
      room: 'room-1',
      roomName: '第01考场',
      reason: 'contraband',
      text: '手机',
      happenedWall: NINE + 25 * MINUTE,
      recordedWall: NINE + 26 * MINUTE,
      staffName: '李监考',
      people: [{ entry: 'entry-0001', name: '马浩敏', ticket: 'T1', seat: '01' }],
      notes: [],
      photos: [],
      outcome: null,
    },
  ],
});

t.test('everybody is counted once', async (t) => {
  t.same(countEntries(ENTRIES), {
    expected: 4,
    present: 2,
    absent: 1,
    pending: 1,
    submitted: 1,
    open: 1,
    revisions: 47,
    quarantined: 2,
  });
  const twice = countRooms([ROOM, ROOM]);
  t.equal(twice.expected, twice.present + twice.absent + twice.pending);
  t.equal(twice.present, twice.submitted + twice.open);
});

/** The rows of the table below a heading. */
function below(sections: readonly Section[], heading: string): string[][] {
  const at = sections.findIndex((one) => one.t === 'heading' && one.text === heading);
  const table = sections[at + 1];
  return table?.t === 'table' ? table.rows : [];
}

t.test('room report', async (t) => {
  const report = roomReport(session([ROOM, room({ name: '第02考场' })]), REQUEST, 'zh-CN');
  t.same(
    report.parts.map(({ title }) => title),
    ['第01考场 考场报告单', '第02考场 考场报告单'],
  );
  const sections = report.parts[0]?.sections ?? [];
  t.same(below(sections, '人数'), [
    ['语文', '09:00', '09:00', '—', '150 分钟', '4', '2', '1', '1', '1', '1'],
  ]);
  t.same(
    below(sections, '缺考与未到考生').map(([seat, , name, , state]) => [seat, name, state]),
    [
      ['03', '王缺', '缺考'],
      ['04', '李迟', '未到'],
    ],
  );
  t.same(below(sections, '未交卷考生'), [['02', ENTRIES[1]?.ticket, '买买提·艾力', '作答中']]);
  t.same(below(sections, '换机'), [['09:20', '买买提·艾力', 'T2', '02', '本座位换机']]);
  t.same(below(sections, '补时'), [
    ['09:21', '买买提·艾力 (02)', '5 分钟', '换机', '赵主考'],
    ['09:30', '全场次', '1 分钟 30 秒', '停电', '赵主考'],
  ]);
  t.same(below(sections, '异常情况'), [
    ['09:25', REASON_WORDS.contraband.zh, '马浩敏 (01)', '手机', '未结案', '李监考'],
  ]);
  const english = roomReport(session([ROOM]), REQUEST, 'en').parts[0];
  t.equal(english?.title, 'Room report, 第01考场');
  t.same(below(english?.sections ?? [], 'Time credits')[1], [
    '09:30',
    'Whole session',
    '1 min 30 s',
    '停电',
    '赵主考',
  ]);
  const signatures = sections.find((one) => one.t === 'signatures');
  t.same(signatures, { t: 'signatures', words: ['监考员一签名', '监考员二签名', '主考签名'] });
});

t.test('minutes: rooms with their sum, and what happened in order of time, each thing once', async (t) => {
  const other = room({
    room: 'room-2',
    name: '第02考场',
    credits: ROOM.credits.slice(1),
    sittings: ROOM.sittings.map((one) => ({ ...one, room: 'room-2', endedWall: NINE + 150 * MINUTE })),
  });
  const [part] = minutes(session([ROOM, other]), REQUEST, 'en').parts;
  const rooms = below(part?.sections ?? [], 'By room');
  t.same(rooms.at(-1), ['Total', '6', '2', '1', '3', '1', '1', '1', '3', '1']);
  const history = below(part?.sections ?? [], 'What happened');
  t.same(
    history.map(([time, where, text]) => `${time} ${where} ${text}`),
    [
      '09:00:05 第01考场 语文 started, 150 min',
      '09:00:05 第02考场 语文 started, 150 min',
      '09:20:00 第01考场 Machine change: 买买提·艾力, 02 → 02',
      '09:21:00 第01考场 Credit of 5 min: 买买提·艾力 (02), 换机',
      '09:25:00 第01考场 Incident: Forbidden item 马浩敏 (01) 手机',
      '09:30:00 All Credit of 1 min 30 s: Whole session, 停电',
      '11:30:00 第02考场 语文 ended',
    ],
  );
});

t.test('handover: what is there, under the checkpoint, which is also a code', async (t) => {
  const none = handover(session([ROOM]), REQUEST, 'zh-CN').parts[0]?.sections ?? [];
  t.ok(none.some((one) => one.t === 'text' && one.text === '尚无存证点'));
  t.notOk(none.some((one) => one.t === 'code'));
  t.same(below(none, '场次内容'), [['第01考场', '2', '1', '1', '47', '2', '0', '1']]);
  const checkpoint = {
    origin: 'XZ01/box-1/1',
    size: 812,
    root: 'R=',
    wall: NINE,
    note: 'XZ01/box-1/1\n812\nR=\n\n— x y\n',
  };
  const signed = handover(session([ROOM], { checkpoint }), REQUEST, 'en').parts[0]?.sections ?? [];
  t.match(
    signed.find((one) => one.t === 'code'),
    { code: checkpoint.note },
  );
  const fields = signed.flatMap((one) => (one.t === 'fields' ? one.pairs : []));
  t.same(
    fields.find(([word]) => word === 'Events'),
    ['Events', '812'],
  );
  t.same(
    fields.find(([word]) => word === 'Signed at'),
    ['Signed at', '7 November 2026, 09:00'],
  );
});
