import t from 'tap';
import { assignSeats } from '#domain/seating/assign.ts';
import { drawn } from '#domain/seating/plan.fixture.ts';
import { newId } from '#server/platform/ids.ts';
import { build, type TestBox } from '#server/test/harness.ts';
import { addExam, addPaper, addRoom, addSession, beginAttempt } from '#server/test/prepare.testing.ts';

const as = 'administrator';
const KEEP = { schools: true, versions: true };

async function sit(
  box: TestBox,
  session: string,
  sittings: [subject: string, room: string, papers: [string, string][]][],
) {
  const body = {
    sittings: sittings.map(([subject, room, papers]) => ({
      subject,
      room,
      papers: papers.map(([version, paper]) => ({ version, paper })),
      durationMs: 3_600_000,
    })),
  };
  return box.call('PUT /api/v1/console/sessions/:session/sittings', { as, params: { session }, body });
}
const draw = (box: TestBox, session: string, more: object = {}) =>
  box.call('POST /api/v1/console/sessions/:session/seating', {
    as,
    params: { session },
    body: { mode: 'random', keepApart: KEEP, ...more },
  });
const list = (box: TestBox, session: string) =>
  box.call('GET /api/v1/console/sessions/:session/seating', { as, params: { session } });

t.test('everybody gets one seat of his subject, and the event repeats the draw', async (t) => {
  const box = await build(t);
  const { exam, people } = await addExam(box.deps, { '0101': 9, '0202': 4 }, (n) => `学校${n % 3}`);
  const session = await addSession(box, exam, ['0101', '0202']);
  const [one, two] = [
    await addRoom(box, '考场 01', ['sssp', 'ssss']),
    await addRoom(box, '考场 02', ['sss', 'sxs']),
  ];
  const a = await addPaper(box.deps, exam, '0101');
  const b = await addPaper(box.deps, exam, '0101', 'B 卷');
  const c = await addPaper(box.deps, exam, '0202');
  t.equal((await draw(box, session)).code, 'session/not-ready', 'no sittings yet');
  t.equal((await list(box, session)).code, 'seating/none');
  const ab: [string, string][] = [
    ['B', b],
    ['A', a],
  ];
  await sit(box, session, [
    ['0101', one, ab],
    ['0101', two, ab],
    ['0202', two, [['A', c]]],
  ]);

  const summary = (await draw(box, session)).answer;
  t.match(summary, {
    mode: 'random',
    seed: /^[0-9a-f]{32}$/,
    seated: 12,
    algorithm: 'gongyuan-seating/1+schools+versions',
  });
  t.match(
    summary.unmet.find(({ kind }) => kind === 'no-seat'),
    { count: 1 },
    'thirteen people, twelve seats',
  );
  const rows = (await list(box, session)).answer;
  t.equal(new Set(rows.map(({ room, seat }) => `${room} ${seat}`)).size, 12);
  t.ok(rows.every(({ room, subject }) => room === two || subject === '0101'));
  t.notOk(
    rows.some(({ room, seat }) => room === one && seat === '04'),
    'the spare seat stays free',
  );
  t.ok(rows.every(({ subject, version }) => subject === '0101' || version === 'A'));
  const detail = await box.call('GET /api/v1/console/sessions/:session', { as, params: { session } });
  t.equal(detail.answer.seated, 12);
  t.match(
    detail.answer.steps.find(({ key }) => key === 'seating'),
    { state: 'warning' },
  );

  // An auditor with nothing but the ledger comes to the same seats.
  const event = box.statements.get<{ bytes: string }>(
    "SELECT bytes FROM ledger_event WHERE kind = 'SEATING_DRAWN'",
  );
  const { body } = JSON.parse(event?.bytes ?? '') as {
    body: { seed: string; algorithm: string; assignments: object[] };
  };
  const again = assignSeats({
    rooms: [
      { id: one, plan: drawn(['sssp', 'ssss']), subjects: ['0101'] },
      { id: two, plan: drawn(['sss', 'sxs']), subjects: ['0101', '0202'] },
    ],
    people: Object.entries(people).flatMap(([subject, all]) =>
      all.map(({ entry, ticket }) => ({
        entry,
        ticket,
        subject,
        school: `学校${Number(ticket.slice(1)) % 3}`,
      })),
    ),
    mode: 'random',
    versions: ['A'],
    versionsBySubject: { '0101': ['A', 'B'], '0202': ['A'] },
    seed: body.seed,
    keepApart: {
      schools: body.algorithm.includes('+schools'),
      versions: body.algorithm.includes('+versions'),
    },
  });
  const place = (one: object) => {
    const { entry, room, seat, version, orderSeed } = one as Record<string, string>;
    return { entry, room, seat, version, orderSeed };
  };
  t.same(body.assignments.map(place), again.assignments.map(place));

  const repeated = (await draw(box, session, { seed: summary.seed })).answer;
  t.same(repeated, summary);
  t.same((await list(box, session)).answer, rows);
});

t.test('a second session of a subject seats those for whom the first had no room', async (t) => {
  const box = await build(t);
  const { exam } = await addExam(box.deps, { '0101': 5 });
  const paper = await addPaper(box.deps, exam, '0101');
  const room = await addRoom(box, 'A', ['sss']);
  const morning = await addSession(box, exam, ['0101']);
  const noon = await addSession(box, exam, ['0101']);
  for (const session of [morning, noon]) await sit(box, session, [['0101', room, [['A', paper]]]]);
  t.equal((await draw(box, morning, { mode: 'order' })).answer.seated, 3);
  t.equal((await draw(box, noon, { mode: 'order' })).answer.seated, 2);
  const tickets = async (session: string) => (await list(box, session)).answer.map(({ ticket }) => ticket);
  t.same(
    [await tickets(morning), await tickets(noon)],
    [
      ['T1', 'T2', 'T3'],
      ['T4', 'T5'],
    ],
  );
});

t.test('what cannot be drawn is refused', async (t) => {
  const box = await build(t);
  const { exam, people } = await addExam(box.deps, { '0101': 3 });
  const a = await addPaper(box.deps, exam, '0101');
  const [one, two] = [await addRoom(box, 'A', ['sss']), await addRoom(box, 'B', ['sss'])];
  const session = await addSession(box, exam, ['0101']);
  t.equal((await draw(box, newId('session'))).code, 'thing/not-found');
  t.equal((await draw(box, session, { mode: 'draw' })).code, 'session/not-ready', 'no sittings yet');
  t.equal((await draw(box, session, { mode: 'lottery' })).code, 'request/invalid');
  t.equal((await draw(box, session, { secret: 1 })).code, 'request/invalid');

  await sit(box, session, [['0101', one, []]]);
  const bare = await draw(box, session);
  t.equal(bare.code, 'seating/invalid');
  t.match(bare.detail, { reason: 'seating/bad-versions', subject: '0101', zh: /卷别/ });
  await sit(box, session, [
    ['0101', one, [['A', a]]],
    ['0101', two, [['B', a]]],
  ]);
  t.match(
    (await draw(box, session)).detail,
    { reason: 'seating/bad-versions' },
    'rooms of a subject must agree',
  );
  await sit(box, session, [
    ['0101', one, [['A', a]]],
    ['0101', two, [['A', a]]],
  ]);
  t.match((await draw(box, session, { seed: 'a\u0001' })).detail, { reason: 'seating/bad-seed' });
  t.equal((await draw(box, session)).status, 200);

  const [row] = (await list(box, session)).answer;
  t.ok(people['0101']?.some(({ entry }) => entry === row?.entry));
  if (row) await beginAttempt(box.deps, row);
  const late = await draw(box, session);
  t.equal(late.code, 'seating/started');
  t.equal((await list(box, session)).answer.length, 3, 'the seats stay');
});

t.test('a changed version or plan asks for a new draw', async (t) => {
  const box = await build(t);
  const { exam } = await addExam(box.deps, { '0101': 2 });
  const a = await addPaper(box.deps, exam, '0101');
  const room = await addRoom(box, 'A', ['ss']);
  const session = await addSession(box, exam, ['0101']);
  await sit(box, session, [['0101', room, [['A', a]]]]);
  await draw(box, session);
  const step = async () => {
    const { answer } = await box.call('GET /api/v1/console/sessions/:session', { as, params: { session } });
    return answer.steps.find(({ key }) => key === 'seating')?.state;
  };
  t.equal(await step(), 'done');
  await sit(box, session, [['0101', room, [['B', a]]]]);
  t.equal(await step(), 'todo');
  await draw(box, session);
  t.equal(await step(), 'done');
  const plan = drawn(['sx']);
  await box.call('PUT /api/v1/console/rooms/:room', { as, params: { room }, body: { name: 'A', plan } });
  t.equal(await step(), 'todo', 'a seat broke');
});
