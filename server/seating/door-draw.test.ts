/** Seats drawn at the door (P4): one each, repeatable from the ledger, and never twice. */
import t from 'tap';
import { replayDraws } from '#domain/seating/draw.ts';
import { drawn } from '#domain/seating/plan.fixture.ts';
import type { EventBody } from '#protocol/events.schema.ts';
import { newId } from '#server/platform/ids.ts';
import { build, type TestBox } from '#server/test/harness.ts';
import { addExam, addPaper, addRoom, addSession, type Person } from '#server/test/prepare.testing.ts';

const as = 'administrator';
const PLAN = ['ssss', 'ssss'];

interface Door {
  box: TestBox;
  exam: string;
  session: string;
  room: string;
  people: Person[];
}

/** A session whose seats are drawn at the door of one room; `count` people of one subject. */
async function door(t: Parameters<typeof build>[0], count: number): Promise<Door> {
  const box = await build(t);
  const { exam, people } = await addExam(box.deps, { '0101': count }, (n) => `学校${n % 3}`);
  const session = await addSession(box, exam, ['0101']);
  const room = await addRoom(box, '考场 01', PLAN);
  const papers = [
    { version: 'A', paper: await addPaper(box.deps, exam, '0101') },
    { version: 'B', paper: await addPaper(box.deps, exam, '0101', 'B 卷') },
  ];
  const sittings = [{ subject: '0101', room, papers, durationMs: 3_600_000 }];
  await box.call('PUT /api/v1/console/sessions/:session/sittings', {
    as,
    params: { session },
    body: { sittings },
  });
  return { box, exam, session, room, people: people['0101'] ?? [] };
}

const settle = ({ box, session }: Door) =>
  box.call('POST /api/v1/console/sessions/:session/seating', {
    as,
    params: { session },
    body: { mode: 'draw', keepApart: { schools: true, versions: true } },
  });
const draw = ({ box, session, room }: Door, number: string, more: { room?: string; session?: string } = {}) =>
  box.call('POST /api/v1/console/sessions/:session/seats', {
    as,
    params: { session: more.session ?? session },
    body: { number, room: more.room ?? room },
  });

t.test('everybody draws one seat, and the ledger repeats the morning', async (t) => {
  const at = await door(t, 8);
  t.match((await settle(at)).answer, { mode: 'draw', seated: 0, unmet: [] });
  const seats: string[] = [];
  for (const [i, person] of at.people.entries()) {
    // By ticket or by ID number, as it is typed or scanned.
    const number = i % 2 === 0 ? ` ${person.ticket.toLowerCase()} ` : person.idNumber;
    const { answer } = await draw(at, number);
    t.match(answer, { entry: person.entry, name: person.name, again: false, left: 7 - i });
    seats.push(answer.seat);
  }
  t.equal(new Set(seats).size, 8);
  const again = (await draw(at, at.people[0]?.ticket ?? '')).answer;
  t.match(again, { seat: seats[0], again: true }, 'whoever comes twice gets the same seat');

  const { answer: rows } = await at.box.call('GET /api/v1/console/sessions/:session/seating', {
    as,
    params: { session: at.session },
  });
  t.equal(rows.length, 8);
  const events = at.box.statements
    .all<{ bytes: string }>("SELECT bytes FROM ledger_event WHERE kind = 'SEAT_DRAWN' ORDER BY seq")
    .map(({ bytes }) => (JSON.parse(bytes) as { body: EventBody<'SEAT_DRAWN'> }).body);
  const { seed } = at.box.statements.get<{ seed: string }>('SELECT seed FROM seating_draw') ?? { seed: '' };
  const replayed = replayDraws({
    seed,
    room: at.room,
    plan: drawn(PLAN),
    taken: [],
    keepApart: { schools: true, versions: true },
    arrivals: at.people.map(({ entry, ticket }) => ({
      entry,
      subject: '0101',
      school: `学校${Number(ticket.slice(1)) % 3}`,
    })),
    versionsOf: () => ['A', 'B'],
  });
  t.same(
    events.map(({ entry, seat, version, drawNumber }) => ({ entry, seat, version, drawNumber })),
    replayed.map(({ entry, seat, version, drawNumber }) => ({ entry, seat, version, drawNumber })),
  );
});

t.test('a draw that may not be is refused and leaves nothing', async (t) => {
  const at = await door(t, 9);
  t.equal((await draw(at, 'T1')).code, 'seating/not-at-door', 'before the way of seating is chosen');
  await settle(at);
  t.equal((await draw(at, 'T99')).code, 'seating/no-candidate');
  t.equal((await draw(at, 'T1', { room: newId('room') })).code, 'thing/not-found');
  t.equal((await draw(at, 'T1', { session: newId('session') })).code, 'thing/not-found');
  t.equal((await draw(at, '')).code, 'request/invalid');
  const other = await addExam(at.box.deps, { '0909': 1 });
  t.ok(other.people['0909']);
  for (let n = 1; n <= 8; n++) t.equal((await draw(at, `T${n}`)).code, '', `T${n}`);
  t.equal((await draw(at, 'T9')).code, 'seating/full');
  t.equal((await settle(at)).code, 'seating/started', 'who holds a slip keeps the seat');
  const kept = at.box.statements.get<{ n: number }>('SELECT count(*) AS n FROM seating');
  t.equal(kept?.n, 8);
});

t.test('two doors at once never draw one seat', async (t) => {
  const at = await door(t, 8);
  await settle(at);
  const answers = await Promise.all([
    ...at.people.map(({ ticket }) => draw(at, ticket)),
    ...at.people.map(({ idNumber }) => draw(at, idNumber)),
  ]);
  const seats = answers.map(({ answer }) => `${answer.entry} ${answer.seat}`);
  t.equal(new Set(seats).size, 8, 'each person one seat, however often asked');
  t.equal(new Set(answers.map(({ answer }) => answer.seat)).size, 8);
});

t.test('once the room was walked, seats without a machine are not drawn', async (t) => {
  const at = await door(t, 3);
  await settle(at);
  const { deps } = at.box;
  for (const seat of ['02', '07'])
    await deps.ledger.append([
      {
        kind: 'MACHINE_ENROLLED',
        body: {
          machine: newId('machine'),
          key: seat.padEnd(87, 'B'),
          room: at.room,
          seat,
          address: `10.0.0.${Number(seat)}`,
          agent: 'Chrome',
          walk: null,
          replaces: null,
        },
      },
    ]);
  const drawnSeats = [(await draw(at, 'T1')).answer.seat, (await draw(at, 'T2')).answer.seat];
  t.same(drawnSeats.sort(), ['02', '07']);
  t.equal((await draw(at, 'T3')).code, 'seating/full');
});

t.test('the path says that seats are drawn at the door', async (t) => {
  const at = await door(t, 2);
  await settle(at);
  await draw(at, 'T1');
  const { answer } = await at.box.call('GET /api/v1/console/sessions/:session', {
    as,
    params: { session: at.session },
  });
  const step = answer.steps.find(({ key }) => key === 'seating');
  t.match(step, { state: 'done', en: /1 of 2/ });
});

t.test('where seats were assigned, only somebody who came on the roster later draws one', async (t) => {
  const at = await door(t, 5);
  const { exam, session } = at;
  await at.box.call('POST /api/v1/console/sessions/:session/seating', {
    as: 'administrator',
    params: { session },
    body: { mode: 'order', keepApart: { schools: false, versions: false } },
  });
  t.equal((await draw(at, 'T1')).code, 'seating/not-at-door', 'whoever has a seat has one');
  await at.box.deps.ledger.append([
    {
      kind: 'ROSTER_AMENDED',
      body: {
        exam,
        entry: {
          entry: newId('entry'),
          candidate: newId('candidate'),
          idNumber: '11010519491231002X',
          ticket: 'T99',
          name: '补报考生',
          gender: '',
          school: '',
          subject: '0101',
        },
        package: null,
        request: null,
      },
    },
  ]);
  const drawn = await draw(at, 'T99');
  t.match(drawn.answer, { ticket: 'T99', again: false });
  const taken = at.box.statements.all<{ seat: string }>(
    'SELECT seat FROM seating WHERE session = ?',
    session,
  );
  t.equal(new Set(taken.map(({ seat }) => seat)).size, taken.length, 'a seat of his own');
});
