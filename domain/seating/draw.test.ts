import fc from 'fast-check';
import t from 'tap';
import { seeded, shuffle } from '#domain/random/seeded.ts';
import { assignSeats, orderSeedOf } from './assign.ts';
import { type DrawInput, drawSeat, replayDraws, type SeatedPerson } from './draw.ts';
import { numberSeats } from './floor-plan.numbering.ts';
import { emptyPlan } from './floor-plan.ts';
import { anyPlan, drawn } from './plan.fixture.ts';
import type { SeatingPerson } from './seating.ts';
import { countUnmet } from './seating.unmet.ts';

const BOTH = { schools: true, versions: true };
const person = (entry: string, school = '一中', subject = '数学'): SeatingPerson => ({
  entry,
  school,
  subject,
});
const draw = (change: Partial<DrawInput> = {}) =>
  drawSeat({
    seed: 'gongyuan',
    room: '301',
    plan: emptyPlan(5, 6),
    person: person('T1'),
    taken: [],
    seatedNeighbours: [],
    versions: ['A', 'B'],
    keepApart: BOTH,
    ...change,
  });
const sits = (
  entry: string,
  seat: string,
  version = 'A',
  school = '二中',
  subject = '数学',
): SeatedPerson => ({
  entry,
  seat,
  version,
  school,
  subject,
});

t.test('a draw is fixed by seed, room, entry and who sits there', async (t) => {
  const morning = (arrivals: string[]) =>
    replayDraws({
      seed: 'gongyuan',
      room: '301',
      plan: emptyPlan(3, 4),
      taken: [],
      keepApart: BOTH,
      arrivals: arrivals.map((entry) => person(entry, `S${Number(entry.slice(1)) % 3}`)),
      versionsOf: () => ['A', 'B'],
    });
  const all = Array.from({ length: 12 }, (_, i) => `T${i + 1}`);
  const first = morning(all);
  // from a separate implementation in Python, as in assign.test.ts; never change it
  t.same(
    first.map(({ seat, version }) => `${seat}${version}`).join(' '),
    '11A 10B 12B 04B 02B 03A 09A 08A 01A 06A 05B 07B',
  );
  t.same(morning(all), first);
  t.same(
    first.map(({ drawNumber }) => drawNumber),
    all.map((_, i) => i + 1),
  );
  t.equal(first[3]!.orderSeed, orderSeedOf('gongyuan', 'T4'));
  t.same(morning(all.slice(0, 5)), first.slice(0, 5), 'who comes later changes nothing before');
  t.same(
    draw({ seatedNeighbours: [sits('a', '01'), sits('b', '02')] }),
    draw({ seatedNeighbours: [sits('b', '02'), sits('a', '01')] }),
  );
  const spread = new Set(Array.from({ length: 300 }, (_, i) => draw({ person: person(`T${i}`) }).seat));
  t.equal(spread.size, 30, 'every seat can come');
});

t.test('any room, any arrivals: a usable free seat each, versions apart, result countable', async () => {
  fc.assert(
    fc.property(
      anyPlan,
      fc.stringMatching(/^[a-z]{1,8}$/),
      fc.array(fc.tuple(fc.constantFrom('一中', '二中', '三中', ''), fc.constantFrom('数学', '物理')), {
        maxLength: 49,
      }),
      fc.integer({ min: 2, max: 5 }),
      (plan, seed, list, count) => {
        const usable = numberSeats(plan).filter((seat) => seat.usable);
        const arrivals = list
          .slice(0, usable.length)
          .map(([school, subject], i) => person(`E${i}`, school, subject));
        const versions = ['A', 'B', 'C', 'D', 'E'].slice(0, count);
        const drawnSeats = replayDraws({
          seed,
          room: 'r',
          plan,
          taken: [],
          keepApart: BOTH,
          arrivals,
          versionsOf: () => versions,
        });
        const labels = drawnSeats.map(({ seat }) => seat);
        if (new Set(labels).size !== arrivals.length) return false;
        if (!labels.every((label) => usable.some((seat) => seat.label === label))) return false;
        const unmet = countUnmet(drawnSeats, [{ id: 'r', plan }], { keepApart: BOTH, people: arrivals });
        return !unmet.some(({ kind }) => kind === 'same-version-neighbours' || kind === 'no-seat');
      },
    ),
    { numRuns: 100 },
  );
});

t.test('wishes decide among the free seats', async (t) => {
  const plan = drawn(['sss|s']);
  for (let i = 0; i < 20; i++) {
    const mate = draw({
      plan,
      person: person(`T${i}`, '一中'),
      seatedNeighbours: [sits('x', '02', 'A', '一中')],
    });
    t.equal(mate.seat, '04', 'not beside a school-mate while another seat is free');
    const other = draw({
      plan,
      person: person(`T${i}`, '一中', '物理'),
      seatedNeighbours: [sits('x', '02', 'A', '一中')],
    });
    t.equal(other.equalSeats, 3, 'another subject is no conflict');
  }
  const between = draw({
    plan: drawn(['sss']),
    versions: ['A', 'B', 'C'],
    seatedNeighbours: [sits('x', '01', 'A'), sits('y', '03', 'C')],
  });
  t.same(
    [between.seat, between.version, between.freeSeats],
    ['02', 'B', 1],
    'a version that neither neighbour has',
  );
  const forced = draw({
    plan: drawn(['ss']),
    versions: ['A'],
    seatedNeighbours: [sits('x', '01', 'A', '一中')],
  });
  t.equal(forced.seat, '02', 'the last seat is given, wishes or not');
});

t.test('seats that are not to be had', async (t) => {
  const plan = drawn(['sxp', 's.s']);
  const seats = new Set(
    Array.from({ length: 60 }, (_, i) => draw({ plan, taken: ['04'], person: person(`T${i}`) }).seat),
  );
  t.same([...seats].sort(), ['01', '05']);
  t.throws(() => draw({ plan, taken: ['01', '04', '05'] }), {
    code: 'seating/no-free-seat',
    place: { room: '301' },
  });
  t.throws(() => draw({ capacity: 1, seatedNeighbours: [sits('x', '02')] }), {
    code: 'seating/no-free-seat',
  });
  t.equal(draw({ capacity: 2, seatedNeighbours: [sits('x', '02')] }).drawNumber, 2);
  t.throws(() => draw({ seatedNeighbours: [sits('T1', '02')] }), {
    code: 'seating/drawn-already',
    place: { entry: 'T1', label: '02' },
  });
  t.throws(() => draw({ taken: ['99'] }), { code: 'seating/unknown-seat' });
  t.throws(() => draw({ seatedNeighbours: [sits('x', '99')] }), { code: 'seating/unknown-seat' });
  t.throws(() => draw({ seed: '' }), { code: 'seating/bad-seed' });
  t.throws(() => draw({ room: '' }), { code: 'seating/bad-room' });
  t.throws(() => draw({ versions: [] }), { code: 'seating/bad-versions' });
  t.throws(() => draw({ capacity: -1 }), { code: 'seating/bad-capacity' });
  t.throws(() => draw({ person: person('') }), { code: 'seating/bad-person' });
});

t.test('rooms from the seating, seats at the door, in whatever order they come', async (t) => {
  const rooms = ['1', '2'].map((id) => ({ id, plan: emptyPlan(5, 6) }));
  const people = Array.from({ length: 60 }, (_, i) => person(`T${i + 1}`, `S${i % 8}`));
  const { toDraw } = assignSeats({
    rooms,
    people,
    mode: 'draw',
    versions: ['A', 'B'],
    seed: 's',
    keepApart: BOTH,
  });
  const drawnSeats = rooms.flatMap(({ id, plan }) =>
    replayDraws({
      seed: 's',
      room: id,
      plan,
      taken: [],
      keepApart: BOTH,
      arrivals: shuffle(
        toDraw.filter(({ room }) => room === id),
        seeded(`door ${id}`),
      ),
      versionsOf: () => ['A', 'B'],
    }),
  );
  t.equal(new Set(drawnSeats.map(({ room, seat }) => room + seat)).size, 60);
  for (const one of drawnSeats)
    t.equal(one.orderSeed, toDraw.find(({ entry }) => entry === one.entry)!.orderSeed);
  const unmet = countUnmet(drawnSeats, rooms, { people });
  t.notOk(unmet.some(({ kind }) => kind === 'same-version-neighbours'));
});
