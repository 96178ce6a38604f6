/** The sheets of a room as objects, exactly, from the small facts of facts.fixture.ts. */
import t from 'tap';
import { drawn } from '#domain/seating/plan.fixture.ts';
import { attendance } from './attendance.ts';
import { answerSheets, scratchSheets } from './candidate-sheets.ts';
import { deskLabels } from './desk-labels.ts';
import { doorList } from './door-list.ts';
import { drawSlips } from './draw-slips.ts';
import { entry, NINE, REQUEST, room, session } from './facts.fixture.ts';
import { incidentSheet } from './incident-sheet.ts';
import { machineChangeSlip } from './machine-change-slip.ts';
import { machineList } from './machine-list.ts';
import { digestInput, textsOf } from './report.ts';
import { tickets } from './tickets.ts';

const LONG = '玛依热·买买提依明·阿布都热西提';

t.test('head and foot say what, where, when, by whom and which copy', async (t) => {
  const { kind, lang, head } = doorList(session(), REQUEST, 'zh-CN');
  t.same([kind, lang, head.title], ['door-list', 'zh-CN', '考场门贴']);
  t.same(head.lines, ['2026年秋季学业水平考试', '上午场 · 2026年11月7日 09:00']);
  t.equal(
    head.foot,
    '北城考点 · 编号 01JE5V3R8T0000000000000001 · 2026年11月7日 07:30 由考务张生成 · 第 1 份',
  );
  t.equal(head.watermark, null);
  const english = doorList(session(), { ...REQUEST, copy: 2 }, 'en').head;
  t.equal(
    english.foot,
    '北城考点 · No. 01JE5V3R8T0000000000000001 · made 7 November 2026, 07:30 by 考务张 · copy 2',
  );
});

t.test('the digest tells any two sheets apart, and not the same one from itself', async (t) => {
  const one = digestInput(doorList(session(), REQUEST, 'zh-CN'));
  t.equal(one, digestInput(doorList(session(), REQUEST, 'zh-CN')));
  t.not(one, digestInput(doorList(session(), { ...REQUEST, copy: 2 }, 'zh-CN')));
  t.not(
    one,
    digestInput(doorList(session([room({ entries: [entry(1, '马浩铭', '01')] })]), REQUEST, 'zh-CN')),
  );
  t.ok(textsOf(doorList(session(), REQUEST, 'zh-CN')).includes(LONG));
});

t.test('door list: seats, names, tickets, and no ID number', async (t) => {
  const report = doorList(session(), REQUEST, 'zh-CN');
  t.same(report.rooms, [
    {
      title: '第01考场 考场门贴',
      lines: ['2026年秋季学业水平考试', '上午场 · 2026年11月7日 09:00', '语文 09:00–11:30（150 分钟）'],
      count: '本考场考生 2 人',
      rows: [
        ['01', '马浩敏', '261107010100001', '语文'],
        ['02', LONG, '261107010100002', '语文'],
      ],
    },
  ]);
  t.notMatch(JSON.stringify(report), /11010119900307/);
  t.equal(doorList(session(), REQUEST, 'en').rooms[0]?.title, 'Door list, 第01考场');
});

t.test('a person with two entries in a room is one line with both subjects', async (t) => {
  const second = entry(1, '马浩敏', '01', { entry: 'entry-9999', subject: '0102', subjectName: '数学' });
  const [only] = doorList(
    session([room({ entries: [entry(1, '马浩敏', '01'), second] })]),
    REQUEST,
    'zh-CN',
  ).rooms;
  t.same(only?.rows, [['01', '马浩敏', '261107010100001', '语文、数学']]);
});

t.test('desk labels: one for each who sits there, and for spare seats', async (t) => {
  t.same(deskLabels(session(), REQUEST, 'zh-CN').rooms[0]?.labels, [
    { room: '第01考场', seat: '01', name: '马浩敏', small: '261107010100001' },
    { room: '第01考场', seat: '02', name: LONG, small: '261107010100002' },
    { room: '第01考场', seat: '05', name: '', small: '备用座位' },
  ]);
});

t.test('attendance: what is known is printed, what is counted on the day is left empty', async (t) => {
  const { columns, rooms } = attendance(session(), REQUEST, 'en');
  t.same(columns, ['Seat', 'Name', 'Ticket no.', 'ID number', 'Subject', 'Candidate’s signature', 'Remarks']);
  t.same(rooms[0]?.rows[0], ['01', '马浩敏', '261107010100001', '110101199003070001', '语文']);
  t.same(rooms[0]?.counts, [
    ['Expected', '2'],
    ['Present', ''],
    ['Absent', ''],
  ]);
  t.equal(rooms[0]?.invigilators, 'Invigilators: 李监考, 王监考');
});

t.test('tickets: one a person, with all entries of that person, or of those asked for', async (t) => {
  const afternoon = room({
    room: 'room-2',
    name: '第02考场',
    sittings: [
      {
        ...room().sittings[0]!,
        sitting: 'sitting-2',
        subjectName: '数学',
        plannedStart: NINE + 5 * 3_600_000,
      },
    ],
    entries: [
      entry(1, '马浩敏', '03', {
        entry: 'entry-2',
        sitting: 'sitting-2',
        subject: '0102',
        subjectName: '数学',
        roomName: '第02考场',
        photo: 'abc',
      }),
    ],
  });
  const both = session([room(), afternoon]);
  const report = tickets(both, REQUEST, 'zh-CN');
  t.equal(report.tickets.length, 2);
  t.same(report.tickets[0], {
    name: '马浩敏',
    ticket: '261107010100001',
    fields: [
      ['姓名', '马浩敏'],
      ['准考证号', '261107010100001'],
      ['身份证号', '110101199003070001'],
      ['性别', '女'],
      ['报考学校', '第一中学'],
      ['考点', '北城考点'],
    ],
    sittings: [
      ['语文', '2026年11月7日 09:00–11:30', '第01考场', '01'],
      ['数学', '2026年11月7日 14:00–16:30', '第02考场', '03'],
    ],
    photo: null,
  });
  const asked = tickets(both, REQUEST, 'en', new Set(['entry-2'])).tickets;
  t.same(
    asked.map(({ ticket, sittings }) => [ticket, sittings.length]),
    [['261107010100001', 2]],
    'reprinted for one entry, the ticket still has both',
  );
});

t.test('sheets for candidates count by candidate and say so in their code', async (t) => {
  const { sheets } = answerSheets(session(), REQUEST, 'zh-CN');
  t.same(
    sheets.map(({ qr, page }) => [qr, page]),
    [
      ['261107010100001 0101 1/2', '第 1 张 / 共 2 张'],
      ['261107010100001 0101 2/2', '第 2 张 / 共 2 张'],
      ['261107010100002 0101 1/2', '第 1 张 / 共 2 张'],
      ['261107010100002 0101 2/2', '第 2 张 / 共 2 张'],
    ],
  );
  const one = scratchSheets(session(), REQUEST, 'en', new Set(['entry-0002']), 3).sheets;
  t.same(
    one.map(({ page }) => page),
    ['Sheet 1 of 3', 'Sheet 2 of 3', 'Sheet 3 of 3'],
  );
});

t.test('slips to draw: one for each seat that is given out, none for broken and spare ones', async (t) => {
  t.same(drawSlips(session(), REQUEST, 'zh-CN').rooms[0]?.seats, ['01', '02', '03']);
});

t.test('machine-change slip: the form is empty, the spare seats are those of the room', async (t) => {
  const machines = [{ ...room().machines[0]!, seat: '05', machine: 'machine-5', address: '10.20.1.15' }];
  const report = machineChangeSlip(
    session([room({ machines }), room({ plan: drawn(['s']) })]),
    REQUEST,
    'en',
  );
  t.ok(report.fields.every(([word, value]) => word !== '' && value === ''));
  t.same(
    report.rooms.map(({ spares }) => spares),
    [[['05', 'machine-5', '10.20.1.15']], []],
  );
});

t.test('machine list: in use and taken out are counted apart', async (t) => {
  const [used] = room().machines;
  const machines = [used!, { ...used!, machine: 'machine-2', seat: '02', retired: '显卡故障' }];
  const [list] = machineList(session([room({ machines })]), REQUEST, 'zh-CN').rooms;
  t.equal(list?.count, '在用 1 台 · 停用 1 台');
  t.same(list?.rows[1], [
    '02',
    'machine-2',
    '10.20.1.11',
    'Chrome 109',
    '2026年11月6日 09:00',
    '停用：显卡故障',
  ]);
});

t.test('incident sheet: one empty form, or one filled for each incident', async (t) => {
  const [empty] = incidentSheet(session(), REQUEST, 'zh-CN').rooms;
  t.equal(empty?.forms.length, 1);
  t.ok(empty?.forms[0]?.fields.every(([, value]) => value === ''));
  t.notOk(empty?.forms[0]?.reasons.some(({ ticked }) => ticked));

  const incident = {
    incident: 'incident-1',
    room: 'room-1',
    roomName: '第01考场',
    reason: 'copying',
    text: '看邻座屏幕',
    happenedWall: NINE + 60_000,
    recordedWall: NINE + 120_000,
    staffName: '李监考',
    people: [{ entry: 'entry-0001', name: '马浩敏', ticket: '261107010100001', seat: '01' }],
    notes: [{ text: '已提醒', wall: NINE + 180_000, staffName: '王监考' }],
    photos: [],
    outcome: null,
  } as const;
  const facts = room({
    incidents: [{ ...incident, people: [...incident.people], notes: [...incident.notes], photos: [] }],
  });
  const [filled] = incidentSheet(session([facts]), REQUEST, 'zh-CN').rooms;
  const form = filled?.forms[0];
  t.same(form?.fields, [
    ['发生时间', '2026年11月7日 09:01'],
    ['记录时间', '2026年11月7日 09:02'],
    ['记录人', '李监考'],
    ['照片', '0 张'],
    ['异常类别', '抄袭或偷看'],
    ['记录编号', 'incident-1'],
  ]);
  t.same(
    form?.reasons.filter(({ ticked }) => ticked).map(({ words }) => words),
    ['抄袭或偷看'],
  );
  t.same(form?.people, [['马浩敏', '261107010100001', '01']]);
  t.same(form?.notes, ['2026年11月7日 09:03 王监考：已提醒']);
});
