import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import type { SessionDetail } from '#protocol/console.ts';
import { newId } from '#server/platform/ids.ts';
import { build, type TestBox } from '#server/test/harness.ts';
import { addExam, addPaper, addRoom, addSession, POLICY } from '#server/test/prepare.testing.ts';

const as = 'administrator';
const HOUR = 3_600_000;

const detail = async (box: TestBox, session: string): Promise<SessionDetail> =>
  (await box.call('GET /api/v1/console/sessions/:session', { as, params: { session } })).answer;
const stepsOf = ({ steps }: SessionDetail) => Object.fromEntries(steps.map(({ key, state }) => [key, state]));
const put = (box: TestBox, session: string, sittings: object[]) =>
  box.call('PUT /api/v1/console/sessions/:session/sittings', {
    as,
    params: { session },
    body: { sittings } as never, // half of them are wrong on purpose
  });

t.test('a session grows step by step, and says what is missing', async (t) => {
  const box = await build(t);
  const { exam } = await addExam(box.deps, { '0101': 5, '0202': 2 });
  const body = { exam, name: '上午', plannedStart: box.time.wallMs() + HOUR, subjects: [], policy: POLICY };
  const made = (await box.call('POST /api/v1/console/sessions', { as, body })).answer;
  const { session } = made;
  t.match(made, {
    state: 'planned',
    candidates: 0,
    seated: 0,
    sittings: [],
    seating: null,
    examName: '期末考试',
  });
  t.same(stepsOf(made), {
    roster: 'todo',
    papers: 'todo',
    rooms: 'todo',
    sittings: 'todo',
    seating: 'todo',
    machines: 'todo',
    staff: 'todo',
  });
  for (const { zh, en } of made.steps) t.ok(zh.length > 3 && en.length > 3);

  const params = { session };
  const change = (more: object) =>
    box.call('PUT /api/v1/console/sessions/:session', { as, params, body: { ...body, ...more } });
  t.equal((await change({ subjects: ['0303'] })).code, 'session/subject');
  t.equal((await change({ exam: newId('exam') })).code, 'session/exam');
  const subjects = ['0101', '0202'];
  t.equal((await change({ subjects, name: '上午场' })).answer.candidates, 7);

  const papers = [
    { version: 'A', paper: await addPaper(box.deps, exam, '0101') },
    { version: 'B', paper: await addPaper(box.deps, exam, '0101', 'B 卷') },
  ];
  const other = [{ version: 'A', paper: await addPaper(box.deps, exam, '0202') }];
  const one = await addRoom(box, '考场 01', ['sss']);
  const two = await addRoom(box, '考场 02', ['ss']);
  t.match(stepsOf(await detail(box, session)), {
    roster: 'done',
    papers: 'done',
    rooms: 'done',
    sittings: 'todo',
  });

  const sitting = { subject: '0101', room: one, papers, durationMs: HOUR };
  t.equal((await put(box, session, [sitting, sitting])).code, 'sitting/twice');
  t.equal((await put(box, session, [{ ...sitting, subject: '0303' }])).code, 'sitting/subject');
  t.equal((await put(box, session, [{ ...sitting, room: newId('room') }])).code, 'thing/not-found');
  t.equal((await put(box, session, [{ ...sitting, papers: other }])).code, 'sitting/paper');
  t.equal((await put(box, session, [{ ...sitting, papers: [papers[0], papers[0]] }])).code, 'sitting/paper');
  t.equal((await put(box, session, [{ ...sitting, sitting: newId('sitting') }])).code, 'thing/not-found');
  t.equal((await put(box, session, [{ ...sitting, durationMs: 1 }])).code, 'request/invalid');
  t.equal((await put(box, session, [{ ...sitting, seats: 1 }])).code, 'request/invalid');
  t.equal(box.statements.all('SELECT 1 FROM sitting').length, 0, 'nothing of it was kept');

  const saved = (
    await put(box, session, [sitting, { subject: '0202', room: two, papers: [], durationMs: HOUR }])
  ).answer;
  t.match(
    saved.sittings.map(({ subject, roomName, state }) => [subject, roomName, state]),
    [
      ['0101', '考场 01', 'planned'],
      ['0202', '考场 02', 'planned'],
    ],
  );
  t.same(
    saved.sittings[0]?.papers.map(({ label }) => label),
    ['A 卷', 'B 卷'],
  );
  t.equal(stepsOf(saved).sittings, 'todo', 'a sitting without a paper');

  // Replace all: the first stays what it is, the second moves, which is another sitting.
  const [first, second] = saved.sittings;
  const moved = (
    await put(box, session, [
      { ...sitting, sitting: first?.sitting },
      { sitting: second?.sitting, subject: '0202', room: one, papers: other, durationMs: HOUR },
      { subject: '0101', room: two, papers, durationMs: HOUR },
    ])
  ).answer;
  t.equal(
    moved.sittings.find(({ subject, room }) => subject === '0101' && room === one)?.sitting,
    first?.sitting,
  );
  t.notOk(moved.sittings.some(({ sitting }) => sitting === second?.sitting));
  t.equal(stepsOf(moved).sittings, 'warning', 'five seats for seven entries');
  const events = box.statements.all("SELECT 1 FROM ledger_event WHERE kind = 'SITTING_SAVED'").length;
  t.equal(events, 4, 'what did not change makes no event');

  const held = await change({ subjects: ['0101'] });
  t.equal(held.code, 'thing/in-use');
  t.equal(held.detail['subject'], '0202');

  await appendFile(join(box.deps.folder.sealed, other[0]?.paper ?? '', 'f1.age'), 'x');
  t.equal(stepsOf(await detail(box, session)).papers, 'todo', 'a damaged paper is found');

  await box.deps.ledger.append([{ kind: 'ENTRY_OPENED', body: { session } }]);
  t.equal((await change({})).code, 'session/open');
  t.equal((await put(box, session, [])).code, 'session/open');
  t.equal((await detail(box, session)).state, 'open');
});

t.test('state follows the sittings', async (t) => {
  const box = await build(t);
  const { exam } = await addExam(box.deps, { '0101': 2 });
  const session = await addSession(box, exam, ['0101']);
  const rooms = [await addRoom(box, 'A', ['s']), await addRoom(box, 'B', ['s'])];
  const { sittings } = (
    await put(
      box,
      session,
      rooms.map((room) => ({ subject: '0101', room, papers: [], durationMs: HOUR })),
    )
  ).answer;
  const [a, b] = sittings.map(({ sitting }) => sitting) as [string, string];
  const state = async () => (await box.call('GET /api/v1/console/sessions', { as })).answer[0]?.state;
  t.equal(await state(), 'planned');
  await box.deps.ledger.append([{ kind: 'ENTRY_OPENED', body: { session } }]);
  t.equal(await state(), 'open');
  await box.deps.ledger.append([{ kind: 'SITTING_STARTED', body: { sitting: a } }]);
  t.equal(await state(), 'running');
  box.time.pass(2 * HOUR);
  await box.deps.ledger.append([{ kind: 'SITTING_ENDED', body: { sitting: a, reason: '' } }]);
  t.equal(await state(), 'running', 'the other room has not begun');
  await box.deps.ledger.append([{ kind: 'SITTING_STARTED', body: { sitting: b } }]);
  box.time.pass(2 * HOUR);
  t.equal(await state(), 'ended', 'its time is up');
});

t.test('an invigilator sees sessions of his own rooms, and of them his rooms', async (t) => {
  const box = await build(t);
  const { exam } = await addExam(box.deps, { '0101': 4 });
  const session = await addSession(box, exam, ['0101']);
  const elsewhere = await addSession(box, exam, ['0101']);
  const rooms = [await addRoom(box, 'A', ['ss']), await addRoom(box, 'B', ['ss'])] as const;
  const paper = await addPaper(box.deps, exam, '0101');
  const unused = await addPaper(box.deps, exam, '0101', '备用');
  const sitting = (room: string) => ({
    subject: '0101',
    room,
    papers: [{ version: 'A', paper }],
    durationMs: HOUR,
  });
  await put(box, session, rooms.map(sitting));
  await put(box, elsewhere, [sitting(rooms[1])]);
  const params = { session };
  const seats = { mode: 'order', keepApart: { schools: false, versions: false } } as const;
  await box.call('POST /api/v1/console/sessions/:session/seating', { as, params, body: seats });
  const mine = { cookie: (await box.signIn('invigilator', [rooms[0]])).cookie };
  const nobody = { cookie: (await box.signIn('invigilator')).cookie };

  const listed = (await box.call('GET /api/v1/console/sessions', { as: mine })).answer;
  t.same(
    listed.map((row) => [row.session, row.candidates, row.seated]),
    [[session, 2, 2]],
  );
  t.same((await box.call('GET /api/v1/console/sessions', { as: nobody })).answer, []);
  const seen = (await box.call('GET /api/v1/console/sessions/:session', { as: mine, params })).answer;
  t.same(
    seen.sittings.map(({ room }) => room),
    [rooms[0]],
  );
  t.equal(
    (await box.call('GET /api/v1/console/sessions/:session', { as: nobody, params })).code,
    'auth/scope',
  );
  const other = await box.call('GET /api/v1/console/sessions/:session', {
    as: mine,
    params: { session: elsewhere },
  });
  t.equal(other.code, 'auth/scope');

  const assigned = (await box.call('GET /api/v1/console/sessions/:session/seating', { as: mine, params }))
    .answer;
  t.same([assigned.length, new Set(assigned.map(({ room }) => room))], [2, new Set([rooms[0]])]);
  const entries = async (who: { cookie: string }) =>
    (await box.call('GET /api/v1/console/exams/:exam/entries', { as: who, params: { exam } })).answer;
  t.same(
    (await entries(mine)).map(({ seat }) => seat?.room),
    [rooms[0], rooms[0]],
  );
  t.same(await entries(nobody), []);
  t.equal((await box.call('GET /api/v1/console/exams', { as: mine })).answer.length, 1);
  t.equal((await box.call('GET /api/v1/console/exams', { as: nobody })).answer.length, 0);
  const papers = async (who: { cookie: string }) =>
    (await box.call('GET /api/v1/console/exams/:exam/papers', { as: who, params: { exam } })).answer;
  t.same(
    (await papers(mine)).map((row) => row.paper),
    [paper],
  );
  t.same(await papers(nobody), []);
  t.ok(unused);
});
