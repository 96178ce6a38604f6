import t from 'tap';
import { INCIDENT_REASONS } from '#protocol/evidence.ts';
import { newId } from '#server/platform/ids.ts';
import { type EvidenceBox, evidenceBox, type Person } from './evidence.testing.ts';

function record(box: EvidenceBox, as: Person, more: Record<string, unknown> = {}) {
  const body = {
    room: box.site.room,
    reason: 'copying',
    text: '',
    happenedWall: box.time.wallMs() - 60_000,
    people: [] as string[],
    ...more,
  };
  return box.call('POST /api/v1/console/sessions/:session/incidents', {
    as,
    params: { session: box.site.session },
    body: body as never, // tests send what the types forbid, too
  });
}

const list = (box: EvidenceBox, as: Person, query = {}) =>
  box.call('GET /api/v1/console/sessions/:session/incidents', {
    as,
    params: { session: box.site.session },
    query,
  });

t.test('an incident is recorded, noted on and closed', async (t) => {
  const box = await evidenceBox(t);
  const [a, b] = box.site.candidates;
  const happenedWall = box.time.wallMs() - 120_000;
  const { answer } = await record(box, box.invigilator, {
    text: ' 传纸条 ',
    reason: 'communication',
    happenedWall,
    people: [a!.entry, b!.entry],
  });
  t.match(answer, {
    session: box.site.session,
    room: box.site.room,
    roomName: '考场 01',
    reason: 'communication',
    text: '传纸条',
    happenedWall,
    recordedWall: box.time.wallMs(),
    staffName: 'invigilator 某',
    people: [
      { entry: a!.entry, name: a!.name, ticket: a!.ticket, seat: a!.seat },
      { entry: b!.entry, name: b!.name, ticket: b!.ticket, seat: b!.seat },
    ],
    photos: [],
    notes: [],
    outcome: null,
  });
  const params = { incident: answer.incident };
  const noted = await box.call('POST /api/v1/console/incidents/:incident/notes', {
    as: box.invigilator,
    params,
    body: { text: '已收走纸条' },
  });
  t.match(noted.answer.notes, [{ text: '已收走纸条', staffName: 'invigilator 某', wall: box.time.wallMs() }]);
  const own = await box.call('POST /api/v1/console/incidents/:incident/close', {
    as: box.invigilator,
    params,
    body: { outcome: 'x' },
  });
  t.equal(own.code, 'auth/forbidden', 'an outcome is the chief’s');
  const close = () =>
    box.call('POST /api/v1/console/incidents/:incident/close', {
      as: box.chief,
      params,
      body: { outcome: '取消成绩' },
    });
  t.equal((await close()).answer.outcome, '取消成绩');
  t.equal((await close()).code, 'incident/closed');
  const late = await box.call('POST /api/v1/console/incidents/:incident/notes', {
    as: box.chief,
    params,
    body: { text: 'x' },
  });
  t.equal(late.code, 'incident/closed');
  t.equal((await list(box, box.invigilator)).answer.length, 1);
});

t.test('every reason may be chosen; *other* needs words', async (t) => {
  const box = await evidenceBox(t);
  for (const reason of INCIDENT_REASONS)
    t.equal(
      (await record(box, box.chief, { reason })).code,
      reason === 'other' ? 'incident/text-needed' : '',
      reason,
    );
  t.equal((await record(box, box.chief, { reason: 'other', text: '   ' })).code, 'incident/text-needed');
  t.equal((await record(box, box.chief, { reason: 'other', text: '有猫' })).status, 200);
  t.equal((await record(box, box.chief, { reason: 'weather' })).code, 'request/invalid');
});

t.test('people are of the room and the session, the time is no later than now', async (t) => {
  const box = await evidenceBox(t);
  const [a] = box.site.candidates;
  t.equal((await record(box, box.chief, { people: [newId('entry')] })).code, 'incident/not-here');
  t.equal(
    (await record(box, box.chief, { room: box.otherRoom, people: [a!.entry] })).code,
    'incident/not-here',
  );
  t.equal((await record(box, box.chief, { room: newId('room') })).code, 'thing/not-found');
  t.equal((await record(box, box.chief, { people: [a!.entry, a!.entry] })).code, 'request/invalid');
  const tomorrow = box.time.wallMs() + 25 * 3_600_000;
  t.equal((await record(box, box.chief, { happenedWall: tomorrow })).code, 'request/invalid');
  const none = await box.call('POST /api/v1/console/incidents/:incident/notes', {
    as: box.chief,
    params: { incident: newId('incident') },
    body: { text: 'x' },
  });
  t.equal(none.code, 'incident/none');
  t.same((await list(box, box.chief)).answer, []);
});

t.test('an invigilator’s incidents are those of the own rooms', async (t) => {
  const box = await evidenceBox(t);
  const there = (await record(box, box.chief, { room: box.otherRoom })).answer;
  const here = (await record(box, box.invigilator)).answer;
  t.equal((await record(box, box.invigilator, { room: box.otherRoom })).code, 'auth/scope');
  const note = await box.call('POST /api/v1/console/incidents/:incident/notes', {
    as: box.invigilator,
    params: { incident: there.incident },
    body: { text: 'x' },
  });
  t.equal(note.code, 'auth/scope');
  t.same(
    (await list(box, box.invigilator)).answer.map(({ incident }) => incident),
    [here.incident],
  );
  t.equal((await list(box, box.chief)).answer.length, 2);
  t.same(
    (await list(box, box.chief, { room: box.otherRoom })).answer.map(({ incident }) => incident),
    [there.incident],
  );
});
